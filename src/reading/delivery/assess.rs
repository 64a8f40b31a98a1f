//! From what a report says of one recipient to reason, group, permanence and who must act.

use super::{
    code,
    reason::{self, Clues, Verdict},
};
use crate::{
    domain::{
        delivery::{Action, Acts, Delivery, Group, Reason},
        evidence::Evidence,
    },
    reading::{fold, letter::field},
};

/// Longest text kept of a server's words.
const DIAGNOSTIC_CHARS: usize = 1000;

/// What was found of one recipient, before it is assessed.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) recipient: String,
    pub(super) original_recipient: Option<String>,
    pub(super) action: Option<Action>,
    pub(super) status: Option<String>,
    /// The server's words.
    pub(super) diagnostic: Option<String>,
    /// Further words that may tell the reason; not shown as the server's.
    pub(super) context: String,
    pub(super) remote_mta: Option<String>,
    /// The form of the report: its index among the rules.
    pub(super) form: Option<usize>,
}

/// The conclusions about one recipient, and what told the reason.
pub(super) struct Assessed {
    pub(super) delivery: Delivery,
    pub(super) evidence: Option<Evidence>,
}

/// Draws the conclusions.
pub(super) fn assess(found: Found) -> Assessed {
    let words = found.diagnostic.as_deref().unwrap_or_default();
    let status = best_status(found.status.clone(), words).or_else(|| code::status(&found.context));
    let class = status.as_deref().and_then(|s| s.chars().next());
    let action = found.action.unwrap_or(match class {
        Some('2') => Action::Delivered,
        _ => Action::Failed,
    });
    let failure = matches!(action, Action::Failed | Action::Delayed);
    let reply_code =
        if failure { code::reply(words).or_else(|| transcript_reply(&found.context)) } else { code::any_reply(words) };
    let verdict = failure.then(|| verdict(&found, status.as_deref(), reply_code));
    let reason = verdict.as_ref().map_or(Reason::Undefined, |v| v.reason);
    let permanent = action == Action::Failed
        && match (class, reply_code) {
            (Some(class), _) => class == '5',
            (None, Some(code)) => code >= 500,
            (None, None) => true,
        };
    let evidence = verdict.map(|v| {
        let excerpt = if v.excerpt.is_empty() { reason.to_string() } else { format!("{reason}: {}", v.excerpt) };
        Evidence::new(v.rule, "words of the server", &excerpt)
    });
    let delivery = Delivery {
        recipient: lower_domain(&found.recipient),
        original_recipient: found.original_recipient.map(|r| lower_domain(&r)),
        action,
        status,
        reply_code,
        reason,
        group: reason.group(),
        permanent,
        acts: acts(action, reason),
        diagnostic: found
            .diagnostic
            .map(|d| field::one_line(&d).chars().take(DIAGNOSTIC_CHARS).collect::<String>())
            .filter(|d| !d.is_empty()),
        remote_mta: found.remote_mta,
    };
    Assessed { delivery, evidence }
}

/// The server's own words go first; the words around the report are worse evidence.
fn verdict(found: &Found, status: Option<&str>, reply_code: Option<u16>) -> Verdict {
    let words = fold::words(found.diagnostic.as_deref().unwrap_or_default());
    let host = found.remote_mta.as_deref().unwrap_or_default().to_lowercase();
    let clues = Clues { status, reply_code, words: &words, host: &host, form: found.form };
    let said = reason::of(clues);
    if found.context.is_empty() || !is_guess(&said) {
        return said;
    }
    let around = fold::words(&found.context);
    let more = reason::of(Clues { words: &around, ..clues });
    if is_guess(&more) && said.reason != Reason::Undefined { said } else { more }
}

/// Whether neither words nor code told the reason.
fn is_guess(verdict: &Verdict) -> bool {
    matches!(verdict.reason, Reason::Undefined | Reason::OnHold) || verdict.rule == "reason.reply-code"
}

/// The server's answer in a transcript of the dialogue: a line that begins with a code, or with `<<<` and one.
fn transcript_reply(context: &str) -> Option<u16> {
    let mut answers = context.lines().filter_map(|line| {
        let line = line.trim_start();
        let answer = line.trim_start_matches(['<', '#', ' ']);
        let code = answer.get(..4).filter(|c| c.ends_with([' ', '-']) && c.starts_with(['4', '5']));
        (line.starts_with("<<<") || code.is_some()).then_some(answer)
    });
    answers.find_map(code::reply)
}

/// The field's code, unless the server's words hold a finer one of the same class.
fn best_status(status: Option<String>, words: &str) -> Option<String> {
    let said = code::status(words);
    match (status, said) {
        (Some(field), Some(said)) => {
            // The server's words are nearer to the matter than the reporting system's summary of them.
            let same_class = field.as_bytes().first() == said.as_bytes().first();
            Some(if same_class && !said.ends_with(".0.0") { said } else { field })
        }
        (field, said) => field.or(said),
    }
}

/// Who can do something about it. A delay asks nobody.
fn acts(action: Action, reason: Reason) -> Acts {
    if action != Action::Failed {
        return Acts::Nobody;
    }
    match (reason.group(), reason) {
        (_, Reason::PolicyViolation) | (Group::Recipient | Group::Host | Group::Size | Group::Content, _) => {
            Acts::Sender
        }
        (Group::Policy | Group::Rate, _) => Acts::Us,
        (Group::Full | Group::Network | Group::System, _) => Acts::Remote,
        (Group::Unknown, _) => Acts::Nobody,
    }
}

fn lower_domain(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{local}@{}", domain.to_lowercase()),
        None => address.to_owned(),
    }
}
