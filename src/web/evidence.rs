//! Why a message was read as it was, in words.

use crate::{
    desk::open::form_in_words,
    domain::{evidence::Evidence, kind::Kind},
    web::line::line,
};

/// One rule that fired.
#[derive(Clone, Debug)]
pub(in crate::web) struct Reason {
    /// The rule in words.
    pub(in crate::web) rule: String,
    /// Where it fired.
    pub(in crate::web) place: String,
    /// The words it fired on.
    pub(in crate::web) excerpt: String,
}

/// The evidence as a page shows it.
pub(in crate::web) fn reasons(evidence: &[Evidence]) -> Vec<Reason> {
    let shown = |e: &Evidence| Reason { rule: words(&e.rule), place: line(&e.place), excerpt: line(&e.excerpt) };
    evidence.iter().map(shown).collect()
}

/// `Why is this a complaint?`
pub(in crate::web) const fn question(kind: Kind) -> &'static str {
    match kind {
        Kind::DeliveryError => "Why is this a delivery error?",
        Kind::AutomaticReply => "Why is this an automatic reply?",
        Kind::Complaint => "Why is this a complaint?",
        Kind::ContactPoint => "Why is this for the contact point?",
        Kind::Assistance => "Why is this a request for assistance?",
        Kind::QuarantineNotice => "Why is this a quarantine notice?",
        Kind::Report => "Why is this a report?",
        Kind::Newsletter => "Why is this a newsletter?",
        Kind::Spam => "Why is this spam?",
        Kind::AddressProbe => "Why is this an address probe?",
        Kind::Other => "Why is this nothing in particular?",
    }
}

/// A rule's name in words; one we have no words for is shown by its name.
fn words(rule: &str) -> String {
    let words = match rule {
        "arrival.authentication-results" => "Our own server checked the sender",
        "contact.partner" => "Its From names a configured partner; nothing proves it",
        "contact.partner-proved" => "A configured partner wrote it, and that is proved",
        "delivery.no-recipient" => "It names no recipient that failed",
        "list.header-field" => "It came through a mailing list",
        "other.nothing-fired" => "No rule recognised it",
        "probe.nothing-but-test" => "It says nothing but that it is a test",
        "probe.words" => "It asks whether the address answers",
        "quarantine.header-field" => "The content filter's header field",
        "protection.pgp-encrypted" => "It is encrypted (PGP): what it says cannot be read here",
        "protection.pgp-signed" => "It is signed (PGP); the signature was not checked",
        "protection.smime-encrypted" => "It is encrypted (S/MIME): what it says cannot be read here",
        "protection.smime-signed" => "It is signed (S/MIME); the signature was not checked",
        "protection.smime-signed-opaque" => "It is signed (S/MIME) with its text inside the signature; not checked",
        "reading.given-up" => "It could not be taken apart",
        "report.content" => "A statistic that is attached",
        "report.bare" => "It is a bare statistic",
        "report.announced" => "Its header announces a statistic",
        "rfc3464.delivery-status" => "A delivery report is attached (RFC 3464)",
        "rfc3464.mislabelled" => "A delivery report under another name (RFC 3464)",
        "rfc3834.auto-replied" => "It calls itself an automatic reply (RFC 3834)",
        "rfc5965.feedback-type" => "A feedback report is attached (RFC 5965)",
        "rfc5965.in-text" => "A feedback report stands in the text (RFC 5965)",
        "rfc5965.mislabelled" => "A feedback report under another name (RFC 5965)",
        "rfc5965.wrapped" => "A feedback report that somebody passes on (RFC 5965)",
        "reported.arrival" => "When it arrived there",
        "reported.domain" => "The reported domain",
        "reported.from" => "The reported message's From",
        "reported.message-id" => "The reported message's Message-ID",
        "reported.recipient" => "Who received it",
        "reported.sender" => "The reported message's envelope sender",
        "reported.source" => "The address it came from",
        "reported.subject" => "The reported message's subject",
        "reported.uri" => "A reported link",
        "xarf.json" => "A report in XARF's form",
        "xarf.yaml" => "A report in X-ARF's older form",
        "rfc6522.report-type" => "It calls itself a delivery report (RFC 6522)",
        "rfc8098.disposition-notification" => "A read receipt (RFC 8098)",
        "automatic.vendor-field" => "A header field of automatic replies",
        "automatic.subject" => "The subject of an automatic reply",
        "automatic.precedence" => "Precedence says that a machine answered",
        "automatic.challenge" => "It asks us to confirm our mail",
        "automatic.apple-vacation" => "An absence note by Apple's mail",
        "prose.complaint" => "Words of a complaint",
        "prose.spam" => "It speaks of unwanted mail",
        "prose.to-abuse" => "It was sent to the abuse address",
        "prose.quoted-header" => "It quotes the header of a mail",
        "prose.enclosed-message" => "It encloses another mail",
        "prose.about-us" => "It means us",
        "prose.demand" => "Words of what is asked for",
        "prose.trouble" => "Mail to us does not arrive",
        "prose.assistance" => "Words of somebody who looks for a person",
        _ => "",
    };
    if !words.is_empty() {
        return words.to_owned();
    }
    if let Some(form) = rule.strip_prefix("form.").and_then(form_in_words) {
        return form.to_owned();
    }
    rule.strip_prefix("prose.")
        .map_or_else(|| rule.to_owned(), |form| format!("A delivery report in the words of {form}"))
}
