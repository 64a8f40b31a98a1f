//! Free text: weighted phrases in several languages over what the writer says in own words, and headers quoted below.
//! Hints only: what is not plain goes to a person as `other`. The phrases are data, see `phrases/README.md`.

mod phrase;
mod said;
mod score;

use super::{
    finding::{Case, Finding},
    reported::{self, Original, Reported},
};
use crate::domain::{evidence::Evidence, kind::Kind};
use phrase::Class;
use score::Score;

/// Weight from which a message is called a complaint.
const COMPLAINT: u32 = 4;
/// Weight from which a message is called a request for assistance.
const ASSISTANCE: u32 = 3;
/// Weight from which a message is called spam. High: a false one is worse than a missed one.
const SPAM: u32 = 7;

/// Somebody complains about mail from here. Asked before list marks, for ticket systems put list fields on complaints.
pub(super) fn recognise_complaint(case: &Case<'_>) -> Option<Finding> {
    let said = said::Said::of(case);
    let mut score = Score::of_complaint(case, &said);
    let shown = shown(case);
    let to_abuse = case.arrival.recipients.iter().any(|r| r.address.to_ascii_lowercase().starts_with("abuse@"));
    // Who sends the offending mail to the abuse address need not say why.
    let forwards = ["fwd:", "fw:", "wg:", "tr:", "rv:"].iter().any(|mark| case.subject.starts_with(mark));
    let answers = !case.arrival.in_reply_to.is_empty() && !forwards;
    let plain = to_abuse && shown.is_some() && !case.arrival.list && !answers;
    if score.weight == 0 && !plain {
        return None;
    }
    let is_shown = shown.is_some();
    if let Some(shown) = shown {
        score.add(2, shown);
    }
    if to_abuse {
        score.add(1, Evidence::new("prose.to-abuse", "To", "abuse@"));
    }
    // A newsletter that explains how to complain is no complaint: list mail needs a complained-of message besides.
    let bar = if case.arrival.list { COMPLAINT + 2 } else { COMPLAINT };
    // Words such as `spam` are on everybody's lips: alone they count only beside the mail in question or at abuse@.
    let enough = score.weight >= bar && (score.strong || to_abuse || (is_shown && !case.arrival.list));
    if !enough && !plain {
        return None;
    }
    let words = score.into_finding(Kind::Complaint)?;
    let mut evidence = words.evidence.into_iter();
    let mut finding = Reported::from_prose("text", "abuse", case).into_finding(Kind::Complaint, evidence.next()?);
    finding.evidence.splice(1..1, evidence);
    Some(finding)
}

/// The mail that is complained of: quoted, or enclosed.
fn shown(case: &Case<'_>) -> Option<Evidence> {
    if let Some(line) = reported::header_line(case.text) {
        return Some(Evidence::new("prose.quoted-header", "text", line));
    }
    if case.letter.enclosed().next().is_some() {
        return Some(Evidence::new("prose.enclosed-message", "attachment", "message/rfc822"));
    }
    Original::enclosed(case).map(|_| Evidence::new("prose.enclosed-message", "attachment", "an Outlook message"))
}

/// Assistance, then spam. Asked last.
pub(super) fn recognise_text(case: &Case<'_>) -> Option<Finding> {
    let said = said::Said::of(case);
    let mut assistance = Score::of(&said, Class::Assistance, "prose.assistance");
    if let Some(words) = said.beside(Class::Trouble, Class::Ours) {
        assistance.add(3, Evidence::new("prose.trouble", "text", words));
    }
    if assistance.weight >= ASSISTANCE {
        return assistance.into_finding(Kind::Assistance);
    }
    let spam = Score::of(&said, Class::Spam, "prose.spam");
    (spam.weight >= SPAM).then(|| spam.into_finding(Kind::Spam)).flatten()
}

#[cfg(test)]
mod tests;
