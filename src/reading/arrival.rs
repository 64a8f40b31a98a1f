//! Fills [`Arrival`]: what the outside of a message says of where it comes from and whether it may be answered.

use super::letter::{Fields, Letter, field};
use crate::domain::{
    address::{domain_of, fold, within},
    arrival::{Arrival, Authenticated, Correspondent},
    evidence::Evidence,
    site::{Partner, Site},
};

const RECIPIENTS: usize = 50;
const REFERENCES: usize = 100;

pub(super) fn read(letter: &Letter<'_>, site: &Site, evidence: &mut Vec<Evidence>) -> Arrival {
    let header = letter.header();
    let from = first(header.mailboxes("from", 1));
    let report_type = letter.report_type().unwrap_or_default();
    let mut arrival = Arrival {
        reply_to: header.mailboxes("reply-to", 1).into_iter().next(),
        recipients: [header.mailboxes("to", RECIPIENTS), header.mailboxes("cc", RECIPIENTS)]
            .concat()
            .into_iter()
            .take(RECIPIENTS)
            .collect(),
        subject: header.text("subject").unwrap_or_default().chars().take(998).collect(),
        message_id: header.ids("message-id", 1).pop(),
        date: header.moment("date"),
        return_path: header.raw("return-path").map(return_path),
        auto_submitted: header.keyword("auto-submitted"),
        precedence: header.keyword("precedence"),
        list: super::list::through_list(header),
        delivery_report: report_type == "delivery-status",
        disposition_notification: report_type == "disposition-notification",
        in_reply_to: header.ids("in-reply-to", REFERENCES),
        references: header.ids("references", REFERENCES),
        enclosed_ids: enclosed_ids(letter),
        authenticated: authenticated(header, &from, site, evidence),
        ..Arrival::default()
    };
    if let Some(partner) = site.partners.iter().find(|p| is_from(p, &from)) {
        arrival.partner = Some(partner.name.clone());
        arrival.feedback_loop = partner.feedback_loop;
    }
    arrival.from = from;
    arrival
}

fn first(found: Vec<Correspondent>) -> Correspondent {
    found.into_iter().next().unwrap_or_default()
}

fn return_path(value: &[u8]) -> String {
    let text = field::plain(value);
    let inside =
        text.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(path, _)| path.trim().to_owned());
    inside.unwrap_or_else(|| text.trim().to_owned())
}

fn enclosed_ids(letter: &Letter<'_>) -> Vec<String> {
    let mut ids: Vec<String> = letter.enclosed().filter_map(|e| e.header.ids("message-id", 1).pop()).collect();
    ids.dedup();
    ids
}

fn is_from(partner: &Partner, from: &Correspondent) -> bool {
    let address = fold(&from.address);
    partner.addresses.contains(&address)
        || domain_of(&address).is_some_and(|d| partner.domains.iter().any(|p| within(&d, p)))
}

/// RFC 8601 §5: a field is believed only if it names one of our own hosts and stands above everything that came from
/// outside. The topmost that tells of DMARC counts, for a forged one can only stand below it.
fn authenticated(header: Fields<'_>, from: &Correspondent, site: &Site, evidence: &mut Vec<Evidence>) -> Authenticated {
    let ours = |host: &str| site.hostnames.iter().any(|h| h.eq_ignore_ascii_case(host.trim_end_matches('.')));
    for (name, value) in header.iter() {
        if name.eq_ignore_ascii_case(b"received") {
            if !received_by(value).is_some_and(|host| ours(&host)) {
                break;
            }
        } else if name.eq_ignore_ascii_case(b"authentication-results") {
            let text = field::plain(value);
            let verdict = ours(authserv_id(&text)).then(|| dmarc(&text, from)).flatten();
            if let Some(verdict) = verdict {
                evidence.push(Evidence::new("arrival.authentication-results", "Authentication-Results", &text));
                return verdict;
            }
        }
    }
    Authenticated::Unknown
}

fn received_by(value: &[u8]) -> Option<String> {
    let text = field::plain(value).to_ascii_lowercase();
    let mut words = text.split(' ');
    words.find(|w| *w == "by")?;
    words.next().map(|w| w.trim_matches(|c: char| matches!(c, ';' | '(' | ')' | ',')).to_owned())
}

fn authserv_id(text: &str) -> &str {
    text.split([';', ' ']).next().unwrap_or_default()
}

/// The verdict on the From domain. A result for another domain says nothing of this mail.
fn dmarc(text: &str, from: &Correspondent) -> Option<Authenticated> {
    let folded = text.to_ascii_lowercase();
    let result = folded.split(';').map(str::trim).find(|part| part.starts_with("dmarc="))?;
    let about =
        result.split_once("header.from=").map(|(_, rest)| rest.split([' ', ';', ')']).next().unwrap_or_default());
    let domain = domain_of(&from.address)?;
    if about.is_some_and(|about| about.rsplit('@').next() != Some(domain.as_str())) {
        return None;
    }
    match result.trim_start_matches("dmarc=").split([' ', '(']).next() {
        Some("pass") => Some(Authenticated::Pass),
        Some("fail") => Some(Authenticated::Forged),
        _ => None,
    }
}
