//! The machine-readable part, wherever it stands: in its place, under another type, in the text, in a report that
//! somebody passes on as an attachment.

use super::conduct;
use crate::{
    domain::evidence::Evidence,
    reading::{
        finding::{Case, Finding},
        letter::{Fields, Letter, Part, Shape, field},
        reported::{Original, Reported},
    },
};

/// Values kept of a field that may be repeated.
const REPEATED: usize = 20;
/// Bytes of a part looked at to tell whether it is one.
const HEAD_BYTES: usize = 4096;
/// Bytes of the text searched for a report that stands in it.
const TEXT_BYTES: usize = 32 << 10;
/// Fields that stand in a feedback report; one more beside Feedback-Type makes it one.
const OWN: &[&str] = &[
    "user-agent",
    "version",
    "source-ip",
    "original-mail-from",
    "original-rcpt-to",
    "original-envelope-id",
    "arrival-date",
    "received-date",
    "reported-domain",
    "reported-uri",
    "reporting-mta",
    "auth-failure",
    "incidents",
    "authentication-results",
    "feedback-id",
    "delivery-result",
];

/// Where the machine part was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// A part of the right type.
    Proper(usize),
    /// A part of another type.
    Mislabelled(usize),
    /// A part of a message that is attached.
    Wrapped(usize),
    /// In the text, from this byte on.
    Text(usize),
}

pub(super) fn recognise(case: &Case<'_>) -> Option<Finding> {
    let place = find(case)?;
    let letter = case.letter;
    let content = match place {
        Place::Proper(id) | Place::Mislabelled(id) | Place::Wrapped(id) => letter.content(id),
        Place::Text(at) => case.text.as_bytes().get(at..).unwrap_or_default().into(),
    };
    let start = content.iter().take_while(|b| b.is_ascii_whitespace()).count();
    let (spans, _) = field::scan(&content, start, case.site.limits.header_fields);
    let fields = Fields::new(&content, &spans);
    let original = match place {
        Place::Proper(id) | Place::Mislabelled(id) => Original::behind(letter, id, false),
        Place::Wrapped(id) => Original::behind(letter, id, true),
        Place::Text(at) => case.text.get(at..).and_then(behind_fields),
    };
    let mut reported = read(fields);
    let Place::Proper(id) = place else { return Some(finish(case, reported, original, fields, place)) };
    reported.feedback.conforming = original.is_some() && conduct::keeps_the_standard(letter, id, fields);
    Some(finish(case, reported, original, fields, place))
}

fn finish(
    case: &Case<'_>,
    mut reported: Reported,
    original: Option<Original>,
    fields: Fields<'_>,
    place: Place,
) -> Finding {
    if original.is_none() {
        reported.original(Original::enclosed(case));
    }
    reported.original(original);
    reported.feedback.feedback_loop = conduct::is_loop(case, fields, &reported);
    let (rule, shown) = match place {
        Place::Proper(id) => ("rfc5965.feedback-type", format!("part {id}")),
        Place::Mislabelled(id) => ("rfc5965.mislabelled", format!("part {id}")),
        Place::Wrapped(id) => ("rfc5965.wrapped", format!("part {id}")),
        Place::Text(_) => ("rfc5965.in-text", "text".to_owned()),
    };
    let excerpt = format!("Feedback-Type: {}", reported.feedback.feedback_type);
    super::finding(case, reported, Evidence::new(rule, shown, &excerpt))
}

/// The best place there is.
fn find(case: &Case<'_>) -> Option<Place> {
    let letter = case.letter;
    let leaves = || letter.parts().filter(|(_, part)| part.shape == Shape::Leaf);
    let outer = || leaves().filter(|(_, part)| !part.enclosed);
    if let Some((id, _)) = outer().find(|(_, part)| part.media_type == "message/feedback-report") {
        return Some(Place::Proper(id));
    }
    // A delivery report may return a feedback report, or quote one.
    if is_delivery_report(case) {
        return None;
    }
    let mislabelled = outer().find(|(id, part)| may_be(part) && begins_as_one(letter, *id));
    if let Some((id, _)) = mislabelled {
        return Some(Place::Mislabelled(id));
    }
    if !case.sent_by_daemon()
        && let Some((id, _)) = leaves().find(|(_, part)| part.enclosed && part.media_type == "message/feedback-report")
    {
        return Some(Place::Wrapped(id));
    }
    // People quote reports when they answer one.
    if case.arrival.in_reply_to.is_empty() { in_text(case.text).map(Place::Text) } else { None }
}

fn is_delivery_report(case: &Case<'_>) -> bool {
    let letter = case.letter;
    let of_delivery = |(_, part): (usize, &Part)| {
        !part.enclosed
            && (part.media_type.ends_with("delivery-status") || part.media_type.ends_with("disposition-notification"))
    };
    matches!(letter.report_type(), Some("delivery-status" | "disposition-notification"))
        || letter.parts().any(of_delivery)
}

/// Types under which senders hide the machine part.
fn may_be(part: &Part) -> bool {
    let media_type = part.media_type.as_str();
    media_type.starts_with("text/plain")
        || media_type.contains("feedback")
        || matches!(media_type, "application/octet-stream" | "message/delivery-status" | "text" | "message/report")
}

fn begins_as_one(letter: &Letter<'_>, id: usize) -> bool {
    let content = letter.content(id);
    let head = content.get(..HEAD_BYTES).unwrap_or(&content);
    let start = head.iter().take_while(|b| b.is_ascii_whitespace()).count();
    let (spans, _) = field::scan(head, start, 60);
    let fields = Fields::new(head, &spans);
    let first = fields.iter().next().is_some_and(|(name, _)| is_own(name));
    first && fields.has("feedback-type") && OWN.iter().any(|name| fields.has(name))
}

fn is_own(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"feedback-type") || OWN.iter().any(|own| name.eq_ignore_ascii_case(own.as_bytes()))
}

/// Where a block of a report's fields begins in a text.
fn in_text(text: &str) -> Option<usize> {
    let text = crate::reading::letter::field_cut(text, TEXT_BYTES);
    let mut at = 0;
    let mut block = None;
    for line in text.split_inclusive('\n') {
        let name = line.split_once(':').map(|(name, _)| name.trim_end().as_bytes());
        if line.trim().is_empty() {
            block = None;
        } else if block.is_none() && name.is_some_and(is_own) {
            block = Some(at);
        }
        let typed = name.is_some_and(|name| name.eq_ignore_ascii_case(b"feedback-type"));
        if let (true, Some(start)) = (typed, block) {
            let (spans, _) = field::scan(text.as_bytes(), start, 60);
            let fields = Fields::new(text.as_bytes(), &spans);
            return (OWN.iter().filter(|own| fields.has(own)).count() >= 2).then_some(start);
        }
        at += line.len();
    }
    None
}

/// The reported message below a report that stands in the text.
fn behind_fields(text: &str) -> Option<Original> {
    let blank = text.find("\n\n")?;
    Original::quoted(text.get(blank..)?)
}

fn read(fields: Fields<'_>) -> Reported {
    let named = fields.keyword("feedback-type").unwrap_or_default();
    let assumed = if fields.has("auth-failure") { "auth-failure" } else { "abuse" };
    let feedback_type = if named.is_empty() { assumed } else { &named };
    let form = if feedback_type == "auth-failure" { "rfc6591" } else { "rfc5965" };
    let mut reported = Reported::new(form, feedback_type);
    let one = |name: &str| fields.raw(name).map(field::plain);
    reported.source(one("source-ip").as_deref(), "Source-IP");
    reported.mail_from(one("original-mail-from").as_deref(), "Original-Mail-From");
    for recipient in ["original-rcpt-to", "removal-recipient"].iter().flat_map(|n| fields.all(n)).take(REPEATED) {
        reported.recipient(&field::plain(recipient), "Original-Rcpt-To");
    }
    for (name, words) in [("arrival-date", "Arrival-Date"), ("received-date", "Received-Date")] {
        reported.arrival(fields.moment(name), words);
    }
    for domain in fields.all("reported-domain").take(REPEATED) {
        reported.domain(&field::plain(domain), "Reported-Domain");
    }
    for uri in fields.all("reported-uri").take(REPEATED) {
        reported.uri(&field::plain(uri), "Reported-URI");
    }
    for name in ["original-message-id", "message-id"] {
        reported.message_id(one(name).as_deref(), name);
    }
    reported.feedback.feedback_id = fields.text("cfbl-feedback-id");
    reported
}
