//! What the recognisers are given, and what one of them found.

use super::{fold, letter::Letter};
use crate::domain::{
    arrival::Arrival,
    delivery::Delivery,
    evidence::Evidence,
    feedback::{Feedback, Report},
    kind::Kind,
    site::Site,
};

/// Bytes of text looked at for phrases. People say what they want early; a long thread below is other people's words.
const PHRASE_BYTES: usize = 12 << 10;

/// One message before the recognisers.
pub(crate) struct Case<'l> {
    pub(crate) letter: &'l Letter<'l>,
    pub(crate) arrival: Arrival,
    /// The text a person reads.
    pub(crate) text: &'l str,
    /// Its beginning, folded, for phrases.
    pub(crate) folded: String,
    /// Subject, folded.
    pub(crate) subject: String,
    /// The bytes as received, for what is no mail at all.
    pub(crate) bytes: &'l [u8],
    pub(crate) site: &'l Site,
}

impl<'l> Case<'l> {
    pub(super) fn new(
        letter: &'l Letter<'l>,
        arrival: Arrival,
        text: &'l str,
        bytes: &'l [u8],
        site: &'l Site,
    ) -> Self {
        let folded = fold::words(super::letter::field_cut(text, PHRASE_BYTES));
        let subject = fold::words(&arrival.subject);
        Self { letter, arrival, text, folded, subject, bytes, site }
    }

    /// Whether the Subject says that somebody answers or passes on another mail.
    pub(crate) fn passed_on(&self) -> bool {
        ["re:", "aw:", "sv:", "fw:", "fwd:", "wg:", "tr:"].iter().any(|mark| self.subject.starts_with(mark))
    }

    /// The Subject without the marks of those who answered or passed it on.
    pub(crate) fn subject_passed_on(&self) -> &str {
        let mut rest = self.subject.trim_start();
        for _ in 0..5 {
            let marks =
                ["re:", "aw:", "sv:", "fw:", "fwd:", "wg:", "tr:", "rv:", "i:", "doorst:", "enc:", "odp:", "pd:"];
            let Some(after) = marks.iter().find_map(|mark| rest.strip_prefix(mark)) else { break };
            rest = after.trim_start();
        }
        rest
    }

    /// Whether the mail may be a delivery report although it came from an ordinary address: its Subject says so, and
    /// nobody wrote it as an answer or passed it on. People send their postmaster the reports they got.
    pub(crate) fn subject_reports(&self) -> bool {
        REPORT_SUBJECTS.iter().any(|mark| self.subject.contains(mark)) && self.may_be_report()
    }

    /// Whether the mail comes from a program and no person: with the null path or from a name that only programs have, or
    /// from a postmaster with a Subject as reports have it. Postmasters write letters, too.
    pub(crate) fn sent_by_program(&self) -> bool {
        let local = self.arrival.from.address.split('@').next().unwrap_or_default().to_ascii_lowercase();
        let person = ["postmaster", "mailadmin", "administrator", "admin"].contains(&local.as_str());
        let null = self.arrival.return_path.as_deref() == Some("");
        self.sent_by_daemon() && (null || !person || self.subject_reports())
    }

    /// Whether the mail may be a delivery report at all: nobody wrote it as an answer or passed it on.
    pub(crate) fn may_be_report(&self) -> bool {
        let answer = !self.arrival.in_reply_to.is_empty() && self.arrival.auto_submitted.is_none();
        self.sent_by_daemon() || (!self.passed_on() && !answer)
    }

    /// Whether the mail came with the null path, or calls itself a mail system's.
    pub(crate) fn sent_by_daemon(&self) -> bool {
        let address = self.arrival.from.address.to_ascii_lowercase();
        let name = self.arrival.from.name.to_ascii_lowercase();
        let local = address.split('@').next().unwrap_or_default();
        let path = self.arrival.return_path.as_deref().unwrap_or("?").to_ascii_lowercase();
        path.is_empty()
            || path.contains("mailer-daemon")
            || local.contains("mailer-daemon")
            || local.contains("mailerdaemon")
            || local.contains("mail-daemon")
            || local.contains("smtp_mail_service")
            || DAEMONS.contains(&local)
            || DAEMON_NAMES.iter().any(|mark| name.contains(mark))
    }
}

/// Words of Subjects that reports have, folded.
const REPORT_SUBJECTS: &[&str] = &[
    "deliver",
    "returned mail",
    "mail returned",
    "returned message",
    "returned to sender",
    "return to sender",
    "failure notice",
    "mail failed",
    "mail failure",
    "mail system error",
    "user unknown",
    "unknown user",
    "bounce",
    "unzustellbar",
    "nicht zustellbar",
    "zugestellt",
    "zustell",
    "non remis",
    "non distribu",
    "échec de",
    "no se puede entregar",
    "no se pudo entregar",
    "no entregado",
    "mancata consegna",
    "impossibile recapitare",
    "não entregue",
    "falha na entrega",
    "onbestelbaar",
    "niet bezorgd",
    "niedostarcz",
    "не доставлено",
    "недоставлен",
    "退信",
    "無法傳遞",
    "无法送达",
    "配信不能",
    "配信エラー",
];

/// Local parts of mail systems.
const DAEMONS: &[&str] = &[
    "postmaster",
    "mdaemon",
    "mailadmin",
    "bounce",
    "bounces",
    "daemon",
    "mailer",
    "maildaemon",
    "mailsystem",
    "mail-system",
    "mail_system",
    "mailserver",
    "post_office",
    "postoffice",
    "smtpd",
    "mta",
];

/// Words of the names that mail systems give themselves.
const DAEMON_NAMES: &[&str] = &[
    "mail delivery",
    "mailer-daemon",
    "mailer daemon",
    "mail administrator",
    "postmaster",
    "delivery subsystem",
    "delivery system",
    "delivery agent",
    "delivery service",
    "mail deliver",
    "mail system",
    "mail daemon",
    "mail router",
    "mail server",
    "smtp relay",
    "smtp gateway",
    "system administrator",
    "post office",
];

/// What a recogniser found. Only `kind` is always there.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) kind: Kind,
    pub(crate) deliveries: Vec<Delivery>,
    pub(crate) returned_sender: Option<String>,
    pub(crate) feedback: Option<Feedback>,
    pub(crate) report: Option<Report>,
    pub(crate) matter: Vec<String>,
    pub(crate) enclosed_ids: Vec<String>,
    pub(crate) evidence: Vec<Evidence>,
}

impl Finding {
    pub(crate) fn new(kind: Kind, evidence: Evidence) -> Self {
        Self {
            kind,
            deliveries: Vec::new(),
            returned_sender: None,
            feedback: None,
            report: None,
            matter: Vec::new(),
            enclosed_ids: Vec::new(),
            evidence: vec![evidence],
        }
    }

    pub(super) fn other() -> Self {
        Self::new(Kind::Other, Evidence::new("other.nothing-fired", "message", ""))
    }
}
