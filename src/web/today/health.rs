//! Mailboxes and outbox in a line each, trouble first.

use crate::web::mailbox::Condition;

/// One mailbox, or the outbox.
#[derive(Debug)]
pub(super) struct HealthLine {
    pub(super) name: String,
    pub(super) tone: &'static str,
    pub(super) word: &'static str,
    pub(super) text: String,
    pub(super) href: &'static str,
}

/// The lines.
pub(super) fn lines(mailboxes: Vec<(String, Condition)>, outbox: Condition) -> Vec<HealthLine> {
    let mut all = mailboxes;
    all.push(("Outbox".to_owned(), outbox));
    let mut lines: Vec<HealthLine> = all
        .into_iter()
        .map(|(name, condition)| HealthLine {
            name,
            tone: condition.tone,
            word: condition.word,
            text: condition.text,
            href: "/mailboxes",
        })
        .collect();
    lines.sort_by_key(|line| match line.tone {
        "late" => 0,
        "waiting" => 1,
        _ => 2,
    });
    lines
}
