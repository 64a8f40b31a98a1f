//! One line of who sends: a network and what became of its mail.

use super::figure::{self, DayText};
use crate::{
    domain::report::dmarc::Verdict,
    store::report::Sender,
    web::{line::line, link::link},
};

/// Who is written where a report names no address.
pub(super) const MANY: &str = "Many others";

/// One line of the page.
#[derive(Debug)]
pub(super) struct SenderRow {
    pub(super) n: usize,
    /// The name, else the network.
    pub(super) title: String,
    /// The network, where the title is another.
    pub(super) network: String,
    pub(super) href: String,
    pub(super) sources: i64,
    pub(super) mails: String,
    pub(super) passed: String,
    pub(super) failed: String,
    pub(super) is_bad: bool,
    /// Why mail failed, the most first.
    pub(super) why: String,
    pub(super) first: DayText,
    pub(super) last: DayText,
    /// Seen within the last week for the first time.
    pub(super) is_new: bool,
}

/// A line. `known` is whether there were reports before this sender was first seen.
pub(super) fn row(domain: &str, n: usize, sender: &Sender, today: i64, since: i64) -> SenderRow {
    let failed = sender.mails - sender.passed;
    let network = if sender.network.is_empty() { MANY.to_owned() } else { sender.network.clone() };
    let named = !sender.name.is_empty();
    SenderRow {
        n,
        title: if named { line(&sender.name) } else { network.clone() },
        network: if named { network } else { String::new() },
        href: link(&format!("/domains/{domain}/addresses"), &[("network", network_word(&sender.network))]),
        sources: sender.sources,
        mails: figure::count(sender.mails),
        passed: figure::share(sender.passed, sender.mails),
        failed: figure::count(failed),
        is_bad: failed > 0,
        why: why(sender, failed),
        first: figure::day(sender.first_day),
        last: figure::day(sender.last_day),
        is_new: sender.first_day > today - 7 && since < sender.first_day - 7,
    }
}

/// How an address names a network; what has none is named by a word.
pub(super) fn network_word(network: &str) -> &str {
    if network.is_empty() { "other" } else { network }
}

fn why(sender: &Sender, failed: i64) -> String {
    let mut causes = [
        (sender.signature, Verdict::Signature),
        (sender.alignment, Verdict::Alignment),
        (sender.unproved, Verdict::Nothing),
    ];
    causes.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let causes = causes.iter().filter(|(count, _)| *count > 0);
    let mut words: Vec<String> = causes
        .map(|(count, verdict)| {
            if *count == failed {
                verdict.words().to_owned()
            } else {
                format!("{}: {}", verdict.words(), figure::count(*count))
            }
        })
        .collect();
    if sender.excused > 0 {
        words.push(format!("{} forwarded or from a list", figure::count(sender.excused)));
    }
    words.join(" · ")
}
