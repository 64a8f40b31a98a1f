//! Did something change for the worse? A pure look at the last days of a domain beside the weeks before them.
//!
//! The rules are few and say their numbers, so that a postmaster can check each of them on the domain's page. They ask
//! for enough mail to be sure that something changed: a domain that sends ten mails a week raises no alarm here.

use std::fmt::Write;

use crate::domain::text_enum::text_enum;

/// Days that are looked at, up to today. Reports tell of the day before, so these are the last two or three full days.
pub const LATELY: i64 = 4;
/// Days before those that they are compared with.
pub const BEFORE: i64 = 28;

text_enum! {
    /// What became worse. One ticket for a domain and a cause.
    Cause {
        /// A network whose mail used to pass DMARC now fails.
        SenderFails = "sender_fails",
        /// A network that never sent in our name does now, a lot, and fails.
        NewSender = "new_sender",
        /// Servers that used to have TLS with ours fail to.
        TlsFails = "tls_fails",
        /// Our TLS policy, which used to be had, cannot be had or is wrong.
        TlsPolicy = "tls_policy",
        /// Reporters find a weaker DMARC policy than before.
        PolicyWeaker = "policy_weaker",
        /// Reporters find a weaker TLS policy than before.
        TlsPolicyWeaker = "tls_policy_weaker",
    }
}

impl Cause {
    /// The subject of its ticket, without the domain.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::SenderFails => "Mail that used to pass DMARC now fails",
            Self::NewSender => "A new sender uses our name and fails DMARC",
            Self::TlsFails => "Other servers fail to use TLS with ours",
            Self::TlsPolicy => "Our TLS policy cannot be had any more",
            Self::PolicyWeaker => "Our DMARC policy is weaker than before",
            Self::TlsPolicyWeaker => "Our TLS policy is weaker than before",
        }
    }

    /// What to do about it.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::SenderFails => {
                "Look whether a key, a selector or an address of this sender was changed, and whether SPF still names it."
            }
            Self::NewSender => {
                "If it is a service somebody of ours has begun to use, have it sign in our name. If it is a stranger, \
                 the policy decides what becomes of its mail."
            }
            Self::TlsFails => "Look at the certificate and at STARTTLS of the mail exchangers that are named.",
            Self::TlsPolicy => "Look at the policy file and its host's certificate, or at the TLSA records and DNSSEC.",
            Self::PolicyWeaker | Self::TlsPolicyWeaker => {
                "If nobody meant to change it, look at the records in the DNS, and at who can change them."
            }
        }
    }
}

/// Mails or sessions of a span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Days with any.
    pub days: i64,
    /// Passed.
    pub passed: i64,
    /// Failed, without those that the reporter excused.
    pub failed: i64,
}

impl Tally {
    const fn all(self) -> i64 {
        self.passed.saturating_add(self.failed)
    }

    /// Whether at least `percent` of all failed.
    const fn fails_at_least(self, percent: i64) -> bool {
        self.failed > 0 && self.failed.saturating_mul(100) >= self.all().saturating_mul(percent)
    }
}

/// A network, or a sort of TLS trouble, in both spans.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// Network, or mail exchanger; may be empty.
    pub about: String,
    /// The name that belongs to it; may be empty.
    pub name: String,
    /// The weeks before.
    pub before: Tally,
    /// The last days.
    pub lately: Tally,
}

/// The strengths of a policy as it was found: most often before, and in the newest reports, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyPast {
    /// What most reports of the weeks before found.
    pub before: Option<i64>,
    /// What the newest reports found, with words.
    pub lately: Vec<(i64, String)>,
}

/// What is known of a domain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Days of the weeks before on which there were DMARC reports at all.
    pub dmarc_days: i64,
    /// Networks that sent.
    pub senders: Vec<Past>,
    /// TLS sessions.
    pub tls: Past,
    /// TLS sessions again, failed only where our policy was at fault.
    pub tls_policy: Past,
    /// The DMARC policy.
    pub dmarc: PolicyPast,
    /// The TLS policy.
    pub sts: PolicyPast,
}

/// Something that became worse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worse {
    /// What.
    pub cause: Cause,
    /// The figures, in words.
    pub words: String,
}

/// Failing mails from which a known sender is looked at.
const SENDER_FAILS: i64 = 20;
/// Days and mails that make a sender known, and its failures until then, in percent.
const KNOWN: (i64, i64, i64) = (3, 50, 5);
/// Its failures now, in percent.
const FAILS_NOW: i64 = 25;
/// Failing mails from which a new sender is looked at, and their share of all mail of the domain, in percent.
const NEW_SENDER: (i64, i64) = (50, 10);
/// Days with reports before a sender can be called new.
const NEW_AFTER: i64 = 7;
/// Failing sessions from which TLS is looked at, and their share now; before, less than 1 % failed, on this many days.
const TLS: (i64, i64, i64) = (10, 5, 3);
/// Sessions for which the policy failed; before there was none, on as many days.
const TLS_POLICY: i64 = 3;
/// Newest reports that must all agree on a weaker policy: one of them may be wrong.
const AGREEING: usize = 2;
/// Senders named in words.
const NAMED: usize = 5;

/// What became worse, each cause once.
#[must_use]
pub fn look(history: &History) -> Vec<Worse> {
    let found = [
        sender_fails(history),
        new_sender(history),
        tls_fails(&history.tls),
        tls_policy(&history.tls_policy),
        weaker(Cause::PolicyWeaker, &history.dmarc),
        weaker(Cause::TlsPolicyWeaker, &history.sts),
    ];
    found.into_iter().flatten().collect()
}

fn sender_fails(history: &History) -> Option<Worse> {
    let (days, mails, percent) = KNOWN;
    let was_well =
        |past: &Past| past.before.days >= days && past.before.all() >= mails && !past.before.fails_at_least(percent);
    let fails = |past: &Past| past.lately.failed >= SENDER_FAILS && past.lately.fails_at_least(FAILS_NOW);
    named(Cause::SenderFails, history.senders.iter().filter(|past| was_well(past) && fails(past)))
}

fn new_sender(history: &History) -> Option<Worse> {
    if history.dmarc_days < NEW_AFTER {
        return None;
    }
    let all = history.senders.iter().fold(0_i64, |sum, past| sum.saturating_add(past.lately.all()));
    let (mails, percent) = NEW_SENDER;
    let much = |failed: i64| failed >= mails && failed.saturating_mul(100) >= all.saturating_mul(percent);
    let is_new = |past: &Past| past.before.all() == 0 && !past.about.is_empty();
    named(Cause::NewSender, history.senders.iter().filter(|past| is_new(past) && much(past.lately.failed)))
}

fn tls_fails(past: &Past) -> Option<Worse> {
    let (sessions, percent, days) = TLS;
    let was_well = past.before.days >= days && !past.before.fails_at_least(1);
    let fails = past.lately.failed >= sessions && past.lately.fails_at_least(percent);
    (was_well && fails).then(|| worse(Cause::TlsFails, counted(past, "sessions")))
}

fn tls_policy(past: &Past) -> Option<Worse> {
    let (_, _, days) = TLS;
    let was_well = past.before.days >= days && past.before.failed == 0;
    (was_well && past.lately.failed >= TLS_POLICY).then(|| worse(Cause::TlsPolicy, counted(past, "sessions")))
}

fn weaker(cause: Cause, past: &PolicyPast) -> Option<Worse> {
    let before = past.before?;
    let newest = past.lately.get(..AGREEING)?;
    let words = &newest.first()?.1;
    newest.iter().all(|(strength, _)| *strength < before).then(|| {
        worse(
            cause,
            format!("The newest {AGREEING} reports found: {words}. Most of the {BEFORE} days before found more."),
        )
    })
}

fn worse(cause: Cause, words: String) -> Worse {
    Worse { cause, words }
}

/// The senders that fail, the most failures first.
fn named<'p>(cause: Cause, senders: impl Iterator<Item = &'p Past>) -> Option<Worse> {
    let mut senders: Vec<&Past> = senders.collect();
    senders.sort_by_key(|past| std::cmp::Reverse(past.lately.failed));
    let mut words = String::new();
    for past in senders.iter().take(NAMED) {
        let name = if past.name.is_empty() { String::new() } else { format!(" ({})", past.name) };
        let _ = writeln!(words, "{}{name}: {}", past.about, counted(past, "mails"));
    }
    if senders.len() > NAMED {
        let _ = write!(words, "and {} more networks", senders.len() - NAMED);
    }
    (!senders.is_empty()).then(|| worse(cause, words.trim_end().to_owned()))
}

fn counted(past: &Past, noun: &str) -> String {
    let Past { before, lately, .. } = past;
    let whence = if before.all() == 0 {
        "none in the weeks before".to_owned()
    } else {
        format!("before, {} of {} in {BEFORE} days", before.failed, before.all())
    };
    format!("{} of {} {noun} failed in {LATELY} days; {whence}.", lately.failed, lately.all())
}

#[cfg(test)]
mod tests;
