//! Automatic answers (RFC 3834), disposition notifications (RFC 8098), and vendors' marks of absence notes.

use super::finding::{Case, Finding};
use crate::domain::{evidence::Evidence, kind::Kind};

/// Fields that only automatic answers carry, whatever their value.
const FIELDS: &[&str] = &[
    "x-autoreply",
    "x-autorespond",
    "x-autoresponse",
    "x-auto-reply",
    "x-mail-autoreply",
    "x-autoreply-from",
    "x-vacation",
    "x-ooo",
    "x-mailer-autoreply",
];

/// Beginnings of Subjects that only programs write, folded.
const SUBJECTS: &[&str] = &[
    "automatic reply",
    "auto reply",
    "auto-reply",
    "autoreply",
    "auto response",
    "autoresponse",
    "auto-response",
    "out of office",
    "out of the office",
    "out-of-office",
    "automatische antwort",
    "abwesenheitsnotiz",
    "automatisch antwoord",
    "réponse automatique",
    "reponse automatique",
    "respuesta automática",
    "respuesta automatica",
    "risposta automatica",
    "resposta automática",
    "automatiskt svar",
    "automatisk svar",
    "autosvar",
    "autoreply:",
];

/// Beginnings that people write, too: they count only on an answer, or beside another mark of a program.
const DOUBTFUL_SUBJECTS: &[&str] = &[
    "vacation",
    "on vacation",
    "abwesend",
    "abwesenheit",
    "away from my mail",
    "i am out of",
    "read:",
    "not read:",
    "gelesen:",
    "ungelesen:",
    "auto:",
    "ooo:",
];

/// Words of those who want a click before they accept mail.
const CHALLENGES: &[&str] = &[
    "confirm that you are a human",
    "please verify yourself",
    "click the link below to verify",
    "to complete this verification",
    "your message is being held because",
    "challenge-response",
    "sender verification",
    "requires verification",
    "add you to my list of approved senders",
    "confirm your message by replying",
    "has been held because your address",
];

/// A read receipt: the type says it all.
pub(super) fn recognise_notification(case: &Case<'_>) -> Option<Finding> {
    let part = case.letter.parts().find(|(_, part)| {
        !part.enclosed
            && matches!(
                part.media_type.as_str(),
                "message/disposition-notification" | "message/global-disposition-notification"
            )
    });
    let (place, excerpt) = match part {
        Some((id, part)) => (format!("part {id}"), part.media_type.clone()),
        None if case.arrival.disposition_notification => {
            ("Content-Type".to_owned(), "report-type=disposition-notification".to_owned())
        }
        None => return None,
    };
    let mut finding =
        Finding::new(Kind::AutomaticReply, Evidence::new("rfc8098.disposition-notification", place, &excerpt));
    if let Some((id, _)) = part {
        finding.enclosed_ids = original_message_id(case, id);
    }
    Some(finding)
}

fn original_message_id(case: &Case<'_>, id: usize) -> Vec<String> {
    let content = case.letter.content(id);
    let (spans, _) = super::letter::field::scan(&content, 0, 100);
    super::letter::Fields::new(&content, &spans).ids("original-message-id", 1)
}

/// Whether the mail has a mark that absence notes and challenges have, and no delivery report.
pub(super) fn is_marked(case: &Case<'_>) -> bool {
    let header = case.letter.header();
    FIELDS.iter().any(|name| header.text(name).is_some_and(|v| !v.eq_ignore_ascii_case("no")))
        || header.has("x-apple-action")
        || SUBJECTS.iter().any(|s| case.subject.starts_with(s))
        || CHALLENGES.iter().any(|phrase| case.folded.contains(phrase))
}

/// Marks in the header, then the Subject of an answer, then a challenge's words.
///
/// `Auto-Submitted: auto-generated` and `Precedence: bulk` alone decide nothing: ticket systems and reporters write them
/// on what people must read.
pub(super) fn recognise(case: &Case<'_>) -> Option<Finding> {
    let header = case.letter.header();
    let found = |rule: &str, place: &str, excerpt: &str| {
        Some(Finding::new(Kind::AutomaticReply, Evidence::new(rule, place, excerpt)))
    };
    if case.arrival.auto_submitted.as_deref().is_some_and(|word| word.starts_with("auto-replied")) {
        return found("rfc3834.auto-replied", "Auto-Submitted", "auto-replied");
    }
    if header.text("x-apple-action").is_some_and(|v| v.eq_ignore_ascii_case("vacation")) {
        return found("automatic.apple-vacation", "X-Apple-Action", "VACATION");
    }
    if let Some(name) = FIELDS.iter().find(|name| header.text(name).is_some_and(|v| !v.eq_ignore_ascii_case("no"))) {
        return found("automatic.vendor-field", name, &header.text(name).unwrap_or_default());
    }
    if case.arrival.precedence.as_deref() == Some("auto_reply") {
        return found("automatic.precedence", "Precedence", "auto_reply");
    }
    if let Some(subject) = SUBJECTS.iter().find(|s| case.subject.starts_with(**s)) {
        return found("automatic.subject", "Subject", subject);
    }
    let program = !case.arrival.in_reply_to.is_empty()
        || case.arrival.return_path.as_deref() == Some("")
        || header.has("x-auto-response-suppress")
        || case.arrival.auto_submitted.as_deref().is_some_and(|word| word != "no");
    if let Some(subject) = DOUBTFUL_SUBJECTS.iter().find(|s| program && case.subject.starts_with(**s)) {
        return found("automatic.subject-of-answer", "Subject", subject);
    }
    let challenge = CHALLENGES.iter().find(|phrase| case.folded.contains(**phrase));
    challenge.and_then(|phrase| found("automatic.challenge", "text", phrase))
}
