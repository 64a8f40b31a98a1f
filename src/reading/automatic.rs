//! Automatic answers (RFC 3834), disposition notifications (RFC 8098), and vendors' marks of absence notes.

use super::finding::{Case, Finding};
use crate::domain::{evidence::Evidence, kind::Kind};

/// Fields that only automatic answers carry, whatever their value but `no`.
const FIELDS: &[&str] = &[
    "x-autoreply",
    "x-autorespond",
    "x-autoresponse",
    "x-autoresponder",
    "x-auto-reply",
    "x-auto-response",
    "x-auto-respond",
    "x-mail-autoreply",
    "x-autoreply-from",
    "x-autoreply-domain",
    "x-vacation",
    "x-vacation-id",
    "x-vacation-notice",
    "x-ooo",
    "x-mailer-autoreply",
    "x-cpanel-autoresponder",
    "x-plesk-autoresponder",
    "x-confixx-autoresponder",
    "x-zimbra-autoreply",
    "x-yahoo-autoresponder",
    "x-gmx-autoreply",
    "x-ms-exchange-inbox-rules-loop-autoreply",
    "x-facebook-auto-reply",
    "x-pm-autoreply",
];

/// Fields whose value names an automatic answer: the beginning of it, folded.
const FIELD_VALUES: &[(&str, &str)] = &[
    // Apple's iCloud and Mail server.
    ("x-apple-action", "vacation"),
    ("x-precedence", "auto_reply"),
    ("x-mailer", "vacation"),
    ("x-mailer", "autoresponder"),
    ("x-mailer", "ezmlm-autoresponder"),
    ("x-mailer", "z-autoresponder"),
    ("x-cron-env", "autoreply"),
    // Kolab and Cyrus' sieve.
    ("x-sieve", "vacation"),
    ("delivered-to", "autoresponder"),
    ("x-kmail-transport", "autoreply"),
    ("x-notes-item", "auto"),
    ("x-gm-message-autoreply", "yes"),
];

/// Beginnings of Subjects that only programs write, folded.
const SUBJECTS: &[&str] = &[
    "automatic reply",
    "automatic response",
    "automated reply",
    "automated response",
    "auto reply",
    "auto-reply",
    "autoreply",
    "auto response",
    "autoresponse",
    "auto-response",
    "autoresponder",
    "out of office",
    "out of the office",
    "out-of-office",
    "vacation reply",
    "vacation response",
    "vacation message from",
    "automatische antwort",
    "automatische rückmeldung",
    "abwesenheitsnotiz",
    "abwesenheitsnachricht",
    "abwesenheitsmeldung",
    "abwesenheitsassistent",
    "abwesenheitsagent",
    "automatisch antwoord",
    "automatische beantwoording",
    "afwezigheidsbericht",
    "afwezigheidsassistent",
    "niet aanwezig:",
    "réponse automatique",
    "reponse automatique",
    "message d'absence",
    "absence du bureau",
    "absent(e) du bureau",
    "absence :",
    "respuesta automática",
    "respuesta automatica",
    "fuera de la oficina",
    "fuera de oficina",
    "risposta automatica",
    "fuori sede",
    "fuori ufficio",
    "assente dall'ufficio",
    "resposta automática",
    "resposta automatica",
    "fora do escritório",
    "ausência temporária",
    "automatyczna odpowiedź",
    "odpowiedź automatyczna",
    "autoodpowiedź",
    "poza biurem",
    "nieobecność w biurze",
    "автоматический ответ",
    "автоответ",
    "вне офиса",
    "automatiskt svar",
    "automatisk svar",
    "autosvar",
    "frånvaromeddelande",
    "ikke til stede",
    "automaattinen vastaus",
    "poissaoloviesti",
    "automatická odpověď",
    "automatikus válasz",
    "răspuns automat",
    "otomatik yanıt",
    "自動応答",
    "自動返信",
    "不在通知",
    "不在:",
    "自动回复",
    "自动答复",
    "自動回覆",
    "外出自动回复",
    "자동 회신",
    "부재 중",
];

/// Beginnings that people write, too: they count only on an answer, or beside another mark of a program.
const DOUBTFUL_SUBJECTS: &[&str] = &[
    "vacation",
    "on vacation",
    "on holiday",
    "on leave",
    "annual leave",
    "abwesend",
    "abwesenheit",
    "im urlaub",
    "urlaub",
    "absence",
    "absent",
    "vacances",
    "congés",
    "vacaciones",
    "ausente",
    "férias",
    "ferie",
    "urlop",
    "nieobecność",
    "отпуск",
    "away from my mail",
    "away from",
    "away",
    "i am out of",
    "i'm out of",
    "i am away",
    "thank you for your",
    "thanks for your",
    "we have received your",
    "read:",
    "not read:",
    "gelesen:",
    "ungelesen:",
    "lu :",
    "leído:",
    "letto:",
    "lida:",
    "gelezen:",
    "przeczytano:",
    "прочитано:",
    "开封",
    "開封",
    "auto:",
    "ooo:",
];

/// Words of absence notes that come with the null path and say nothing in the header.
const ABSENT: &[&str] = &[
    "i am out of the office",
    "i'm out of the office",
    "i will be out of the office",
    "i am currently out of",
    "i am on vacation",
    "i am on holiday",
    "i am on leave",
    "i am currently away",
    "i will be away",
    "will not be reading my mail",
    "i'll be reading mail again",
    "this is an automatic reply",
    "this is an automated response",
    "this is an auto-response",
    "ich bin nicht im büro",
    "ich bin im urlaub",
    "ich bin derzeit nicht",
    "ich bin momentan nicht",
    "ich bin zur zeit nicht",
    "bin ich nicht erreichbar",
    "je suis absent",
    "je suis en congé",
    "je suis actuellement absent",
    "estoy fuera de la oficina",
    "estaré fuera",
    "estoy de vacaciones",
    "sono fuori ufficio",
    "sono assente",
    "sarò assente",
    "estou fora do escritório",
    "estou de férias",
    "ik ben afwezig",
    "ik ben met vakantie",
    "ik ben niet op kantoor",
    "jestem poza biurem",
    "jestem na urlopie",
    "przebywam na urlopie",
    "я в отпуске",
    "нахожусь в отпуске",
    "меня нет в офисе",
];

/// Words of those who want a click before they accept mail.
const CHALLENGES: &[&str] = &[
    "confirm that you are a human",
    "confirm that you are human",
    "prove you are human",
    "prove that you are human",
    "please verify yourself",
    "click the link below to verify",
    "to complete this verification",
    "your message is being held because",
    "your message has been held until",
    "your message is awaiting verification",
    "challenge-response",
    "challenge/response",
    "requires verification",
    "requires you to confirm",
    "verify your email address to deliver",
    "add you to my list of approved senders",
    "add yourself to my",
    "approved senders list",
    "approved sender list",
    "confirm your message by replying",
    "confirm this message by replying",
    "has been held because your address",
    "you need to confirm that you sent",
    "reply to this message to confirm",
    "just this once, click",
    "controls spam by requiring",
    "i apologize for this automatic reply to your email. to control spam",
    "spam arrest",
    "this one-time verification",
    "tagged message delivery agent",
    "active spam killer",
    "bitte bestätigen sie ihre e-mail, damit sie zugestellt",
];

/// Words of delivery agents that refuse by a disposition notification.
const REJECTED: &[&str] = &["was automatically rejected", "message was rejected by the recipient's mail filter"];

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
    // Sieve's `reject` (RFC 5429) takes this form: nobody has read the mail, and nobody will.
    if REJECTED.iter().any(|words| case.folded.contains(words)) {
        return None;
    }
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
    vendor_field(case).is_some()
        || SUBJECTS.iter().any(|s| case.subject.starts_with(s))
        || CHALLENGES.iter().chain(ABSENT).any(|phrase| case.folded.contains(phrase))
}

/// A field of a vendor's own that says so, and its value.
fn vendor_field(case: &Case<'_>) -> Option<(&'static str, String)> {
    let header = case.letter.header();
    let named = |name: &&'static str| header.text(name).filter(|v| !v.eq_ignore_ascii_case("no")).map(|v| (*name, v));
    let valued = |(name, beginning): &(&'static str, &str)| {
        header.text(name).filter(|v| super::fold::words(v).starts_with(beginning)).map(|v| (*name, v))
    };
    FIELDS.iter().find_map(named).or_else(|| FIELD_VALUES.iter().find_map(valued))
}

/// Marks in the header, then the Subject of an answer, then its words, then a challenge's.
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
    if let Some((name, value)) = vendor_field(case) {
        return found("automatic.vendor-field", name, &value);
    }
    if case.arrival.precedence.as_deref() == Some("auto_reply") {
        return found("automatic.precedence", "Precedence", "auto_reply");
    }
    if let Some(subject) = SUBJECTS.iter().find(|s| case.subject.starts_with(**s)) {
        return found("automatic.subject", "Subject", subject);
    }
    let null_path = case.arrival.return_path.as_deref() == Some("");
    let program = !case.arrival.in_reply_to.is_empty()
        || null_path
        || header.has("x-auto-response-suppress")
        || case.arrival.auto_submitted.as_deref().is_some_and(|word| word != "no");
    if let Some(subject) = DOUBTFUL_SUBJECTS.iter().find(|s| program && case.subject.starts_with(**s)) {
        return found("automatic.subject-of-answer", "Subject", subject);
    }
    let robot = null_path || case.arrival.auto_submitted.as_deref().is_some_and(|word| word != "no");
    if let Some(words) = ABSENT.iter().find(|words| robot && case.folded.contains(**words)) {
        return found("automatic.absence", "text", words);
    }
    let challenge = CHALLENGES.iter().find(|phrase| case.folded.contains(**phrase));
    challenge.and_then(|phrase| found("automatic.challenge", "text", phrase))
}

#[cfg(test)]
mod tests {
    use crate::{
        domain::{kind::Kind, site::Site},
        reading::read,
    };

    fn kind(head: &str, text: &str) -> Kind {
        read(
            format!("From: Kate <kate@far.test>\nTo: ann@college.test\n{head}\n\n{text}\n").as_bytes(),
            &Site::default(),
        )
        .kind
    }

    #[test]
    fn absence_notes_of_providers() {
        let text = "I could not deliver an answer in person. Your message has not been delivered to anyone else.";
        for head in [
            "Subject: Re: lunch\nX-Apple-Action: VACATION",
            "Subject: Re: lunch\nX-Autoreply: yes",
            "Subject: Re: lunch\nX-Auto-Response: true",
            "Return-Path: <>\nSubject: Automatic reply: lunch",
            "Return-Path: <>\nSubject: =?utf-8?q?R=C3=A9ponse_automatique?= : lunch",
            "Return-Path: <>\nSubject: =?utf-8?b?6Ieq5Yqo5Zue5aSN?=: lunch",
            "Subject: Re: lunch\nAuto-Submitted: auto-replied (vacation)",
            "Subject: Re: lunch\nPrecedence: auto_reply",
        ] {
            assert_eq!(kind(head, text), Kind::AutomaticReply, "{head}");
        }
    }

    #[test]
    fn absence_notes_by_their_words() {
        let null = "Return-Path: <>\nSubject: Re: lunch";
        assert_eq!(kind(null, "I am out of the office until Monday. Mail failed? Call."), Kind::AutomaticReply);
        assert_eq!(kind(null, "Ich bin im Urlaub und kann nicht antworten."), Kind::AutomaticReply);
        // A person may say so in a letter.
        assert_ne!(kind("Subject: lunch", "I am on vacation next week, see you after it."), Kind::AutomaticReply);
    }

    #[test]
    fn a_challenge_is_no_bounce() {
        let text = "Your message was not delivered to <kate@far.test>.\nPlease confirm that you are a human: click.";
        let head = "Return-Path: <>\nSubject: Undelivered: your message awaits verification";
        assert_eq!(kind(head, text), Kind::AutomaticReply);
    }

    #[test]
    fn robots_that_people_read_are_no_answers() {
        assert_ne!(kind("Subject: [#12] abuse\nAuto-Submitted: auto-generated", "See below."), Kind::AutomaticReply);
        assert_ne!(kind("Subject: [#12] abuse\nPrecedence: bulk", "See below."), Kind::AutomaticReply);
    }
}
