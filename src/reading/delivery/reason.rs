//! The fine reason: what the reporting form and the refusing server mean by their own words and codes first, then a
//! certain status code, then phrases of everybody, then what is left of the code.
//!
//! The order is the whole of the logic; the words and codes are in `rules/`.

use super::rules::{Owner, RULES, Rules, Told, Weight};
use crate::domain::delivery::Reason;

/// Phrases that turn even a certain code: `550 5.1.1 … sent too many messages this hour` is about rate.
const ABOVE_CODES: &[Reason] = &[Reason::Speeding, Reason::TooManyConn, Reason::AuthFailure, Reason::MailboxFull];

/// What is known when the reason is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clues<'c> {
    pub(super) status: Option<&'c str>,
    pub(super) reply_code: Option<u16>,
    /// The server's words, folded.
    pub(super) words: &'c str,
    /// The host that refused, folded, if it is known.
    pub(super) host: &'c str,
    /// The form of the report: its index among the rules.
    pub(super) form: Option<usize>,
}

/// A reason, and the rule that told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) reason: Reason,
    pub(super) rule: String,
    pub(super) excerpt: String,
}

impl Verdict {
    fn new(reason: Reason, rule: impl Into<String>, excerpt: impl Into<String>) -> Self {
        Self { reason, rule: rule.into(), excerpt: excerpt.into() }
    }
}

/// The reason for a failure.
///
/// A host that is unknown under a temporary status (class 4) is a matter of the network: its name may come back.
pub(super) fn of(clues: Clues<'_>) -> Verdict {
    let mut verdict = plain(clues);
    let temporary = clues.status.is_some_and(|s| s.starts_with('4'));
    if verdict.reason == Reason::HostUnknown && temporary {
        verdict.reason = Reason::NetworkError;
    }
    verdict
}

fn plain(clues: Clues<'_>) -> Verdict {
    let Some(rules) = RULES.as_ref() else { return Verdict::new(Reason::Undefined, "reason.none", "") };
    let servers = servers(rules, clues);
    let text = without_addresses(clues.words);
    let found = Found::new(rules, &text, clues, &servers);
    let code = clues.status.and_then(|s| s.get(1..)).map(|detail| format!("x{detail}"));
    let by_code = |weight| by_code(rules, code.as_deref(), weight, clues.status);
    found
        .own()
        .or_else(|| own_status(rules, clues, &servers))
        .or_else(|| by_code(Weight::Certain).map(|certain| found.above_codes().unwrap_or(certain)))
        .or_else(|| missing_domain(&text, stage(clues.words)))
        .or_else(|| found.strong(stage(clues.words), code.as_deref()))
        .or_else(|| own_code(rules, clues, &servers))
        .or_else(|| by_code(Weight::Telling))
        .or_else(|| found.weak())
        .or_else(|| by_code(Weight::Vague))
        .or_else(|| otherwise(rules, clues))
        .unwrap_or_else(|| by_reply(clues.reply_code, text.trim().is_empty()))
}

/// Phrases that occur, the best of each sort.
struct Found<'r> {
    rules: &'r Rules,
    own: Option<&'r Told>,
    strong: Option<&'r Told>,
    above: Option<&'r Told>,
    weak: Option<&'r Told>,
}

impl<'r> Found<'r> {
    fn new(rules: &'r Rules, text: &str, clues: Clues<'_>, servers: &[usize]) -> Self {
        let mut found = Self { rules, own: None, strong: None, above: None, weak: None };
        // The server's own words begin at its reply code; what stands before is the reporting system's form.
        if let Some(after) = clues.reply_code.and_then(|code| after_code(text, code)) {
            found.scan(after, clues, servers);
        }
        let mut whole = Self { rules, own: None, strong: None, above: None, weak: None };
        if found.own.is_none() || found.strong.is_none() {
            whole.scan(text, clues, servers);
        }
        Self {
            rules,
            own: found.own.or(whole.own),
            strong: found.strong.or(whole.strong),
            above: found.above.or(whole.above),
            weak: found.weak.or(whole.weak),
        }
    }

    fn scan(&mut self, text: &str, clues: Clues<'_>, servers: &[usize]) {
        let rules = self.rules;
        for hit in rules.reasons.find_overlapping_iter(text) {
            let Some(told) = rules.told.get(hit.pattern().as_usize()) else { continue };
            match told.owner {
                Owner::Everybody if told.weak => best(&mut self.weak, told),
                Owner::Everybody => {
                    best(&mut self.strong, told);
                    if ABOVE_CODES.contains(&told.reason) {
                        best(&mut self.above, told);
                    }
                }
                Owner::Form(form) if clues.form.is_some_and(|of| rules.kin(of, form)) => best(&mut self.own, told),
                Owner::Server(server) if servers.contains(&server) => best(&mut self.own, told),
                Owner::Form(_) | Owner::Server(_) => {}
            }
        }
    }

    fn verdict(&self, told: &Told) -> Verdict {
        let name = match told.owner {
            Owner::Everybody => "words",
            Owner::Form(at) => self.rules.forms.get(at).map_or("", |f| &f.name),
            Owner::Server(at) => self.rules.servers.get(at).map_or("", |s| &s.name),
        };
        Verdict::new(told.reason, format!("reason.{name}"), told.phrase.trim())
    }

    fn own(&self) -> Option<Verdict> {
        self.own.map(|told| self.verdict(told))
    }

    fn above_codes(&self) -> Option<Verdict> {
        self.above.map(|told| self.verdict(told))
    }

    fn weak(&self) -> Option<Verdict> {
        self.weak.map(|told| self.verdict(told))
    }

    /// An unknown user that came to light only after the content was sent is a filter's doing (RFC 3463 X.2.0); one
    /// that came to light before the recipient was named is the sender.
    fn strong(&self, stage: Stage, code: Option<&str>) -> Option<Verdict> {
        let mut verdict = self.verdict(self.strong?);
        let filtered = code == Some("x.2.0") || stage == Stage::Content;
        verdict.reason = match verdict.reason {
            Reason::UserUnknown if stage == Stage::Sender => Reason::Rejected,
            Reason::UserUnknown if filtered => Reason::Filtered,
            said => said,
        };
        Some(verdict)
    }
}

fn best<'r>(held: &mut Option<&'r Told>, told: &'r Told) {
    if held.is_none_or(|h| told.rank < h.rank) {
        *held = Some(told);
    }
}

/// Servers that the report names: as the remote host, or in the words.
fn servers(rules: &Rules, clues: Clues<'_>) -> Vec<usize> {
    let named = |host: &str| clues.host.contains(host) || clues.words.contains(host);
    let found = rules.servers.iter().enumerate().filter(|(_, s)| s.hosts.iter().any(|h| named(h)));
    found.map(|(at, _)| at).collect()
}

/// What a server means by its own status codes.
fn own_status(rules: &Rules, clues: Clues<'_>, servers: &[usize]) -> Option<Verdict> {
    servers.iter().filter_map(|at| rules.servers.get(*at)).find_map(|server| {
        let (status, reason) = server.status.iter().find(|(s, _)| clues.status == Some(s))?;
        Some(Verdict::new(*reason, format!("reason.{}", server.name), status.as_str()))
    })
}

/// What a server means by a reply code that it gives without words.
fn own_code(rules: &Rules, clues: Clues<'_>, servers: &[usize]) -> Option<Verdict> {
    servers.iter().filter_map(|at| rules.servers.get(*at)).find_map(|server| {
        let (code, reason) = server.codes.iter().find(|(c, _)| clues.reply_code == Some(*c))?;
        Some(Verdict::new(*reason, format!("reason.{}", server.name), code.to_string()))
    })
}

fn by_code(rules: &Rules, code: Option<&str>, weight: Weight, status: Option<&str>) -> Option<Verdict> {
    let code = code?;
    let fits = |c: &str| c == code || Some(c) == status || (c.ends_with('.') && code.starts_with(c));
    let (_, _, reason) = rules.status.iter().find(|(c, w, _)| *w == weight && fits(c))?;
    Some(Verdict::new(*reason, "reason.status", status.unwrap_or_default()))
}

fn otherwise(rules: &Rules, clues: Clues<'_>) -> Option<Verdict> {
    let form = rules.forms.get(clues.form?)?;
    Some(Verdict::new(form.otherwise?, format!("reason.{}", form.name), ""))
}

/// What is left where neither words nor status say anything.
fn by_reply(reply_code: Option<u16>, silent: bool) -> Verdict {
    let reason = match reply_code {
        Some(550 | 553) => Reason::UserUnknown,
        Some(552) => Reason::MailboxFull,
        Some(551) => Reason::HasMoved,
        Some(521 | 556) => Reason::NotAccept,
        Some(421) => Reason::Expired,
        _ if silent => Reason::Undefined,
        _ => Reason::OnHold,
    };
    let excerpt = reply_code.map(|c| c.to_string()).unwrap_or_default();
    Verdict::new(reason, if reply_code.is_some() { "reason.reply-code" } else { "reason.none" }, excerpt)
}

/// Where in the SMTP dialogue the server refused, if the report says so.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Unknown,
    Sender,
    Content,
}

fn stage(text: &str) -> Stage {
    if text.contains("after mail from:") {
        Stage::Sender
    } else if text.contains("after end of data:") {
        Stage::Content
    } else {
        Stage::Unknown
    }
}

/// Local parts are people's words, not the server's: `virus@` and `quota.full@` must tell nothing. Links to pages of
/// explanation go as well.
fn without_addresses(text: &str) -> String {
    let words = text.split(' ').filter(|word| !word.contains('@') && !word.starts_with("http"));
    words.collect::<Vec<_>>().join(" ")
}

fn after_code(text: &str, code: u16) -> Option<&str> {
    text.find(&code.to_string()).and_then(|at| text.get(at..))
}

/// `far.example does not exist`: what is missing is a domain, not a person. Said of the sender it is a refusal.
fn missing_domain(text: &str, stage: Stage) -> Option<Verdict> {
    let reason = if stage == Stage::Sender { Reason::Rejected } else { Reason::HostUnknown };
    ["does not exist", "doesn't exist", "not found", "could not be found", "cannot be found"].iter().find_map(
        |phrase| {
            let before = text.split_once(phrase)?.0.trim_end();
            let word = before.rsplit(' ').next()?.trim_matches(['<', '>', '(', ')', '"', '\'', '[', ']', ':', '.']);
            let (name, top) = word.rsplit_once('.')?;
            let domain = !name.is_empty()
                && top.len() >= 2
                && top.bytes().all(|b| b.is_ascii_alphabetic())
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
            domain.then(|| Verdict::new(reason, "reason.words", format!("{word} {phrase}")))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(status: Option<&str>, reply_code: Option<u16>, words: &str) -> Reason {
        of(Clues { status, reply_code, words, ..Clues::default() }).reason
    }

    #[test]
    fn rate_beats_a_certain_code() {
        assert_eq!(reason(Some("5.1.1"), Some(550), "550 5.1.1 user unknown"), Reason::UserUnknown);
        assert_eq!(
            reason(Some("5.1.1"), Some(550), "550 5.1.1 sent to too many recipients this hour"),
            Reason::Speeding
        );
    }

    #[test]
    fn vague_codes_are_refined() {
        let blocked = "554 5.7.1 service unavailable; blocked using dnsbl.test";
        assert_eq!(reason(Some("5.7.1"), Some(554), blocked), Reason::Blocked);
        assert_eq!(reason(Some("5.0.0"), None, ""), Reason::Undefined);
        assert_eq!(reason(Some("5.7.1"), None, ""), Reason::PolicyViolation);
    }

    #[test]
    fn codes_that_tell_go_before_vague_words() {
        assert_eq!(reason(Some("5.6.0"), Some(550), "550 5.6.0 recipient address rejected"), Reason::ContentError);
    }

    #[test]
    fn a_missing_domain_is_no_missing_person() {
        assert_eq!(reason(None, Some(553), "553 far.test does not exist"), Reason::HostUnknown);
        assert_eq!(reason(None, Some(550), "550 kate@far.test does not exist"), Reason::UserUnknown);
    }
}
