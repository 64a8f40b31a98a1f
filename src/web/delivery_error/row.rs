//! One line of the ledger, or one address's total.

use crate::{
    domain::{delivery::Acts, time::Moment},
    store::ledger::{Entry, Total},
    web::{Visit, When, line::line, line::line_or, link::link},
};

/// Who is written where a report names nobody.
const NOBODY: &str = "(nobody named)";

/// One line of the page.
#[derive(Debug)]
pub(super) struct LedgerRow {
    /// Unique on the page.
    pub(super) id: i64,
    pub(super) address: String,
    /// Where its lines are.
    pub(super) href: String,
    /// What a person should notice, else empty.
    pub(super) mark: &'static str,
    /// In words; empty for a total.
    pub(super) reason: &'static str,
    /// The server's own words.
    pub(super) detail: String,
    /// The other side; empty for a total.
    pub(super) other: String,
    pub(super) count: i64,
    /// Lines of a total.
    pub(super) lines: i64,
    pub(super) last: When,
    /// The last report, 0 for none.
    pub(super) report: i64,
    /// The ticket of a sender who persists, 0 for none.
    pub(super) ticket: i64,
}

/// A line.
pub(super) fn of_entry(visit: &Visit, entry: &Entry) -> LedgerRow {
    let status = if entry.status.is_empty() { String::new() } else { format!("{} ", entry.status) };
    LedgerRow {
        id: entry.id,
        address: line_or(&entry.recipient, NOBODY),
        href: link("/delivery-errors", &[("by", "line"), ("recipient", &entry.recipient)]),
        mark: match entry.acts {
            Acts::Us => "we must act",
            _ if entry.known => "known address",
            _ if entry.served => "our domain",
            _ => "",
        },
        reason: entry.group.words(),
        detail: line(&format!("{status}{}", entry.diagnostic)),
        other: line_or(&entry.sender, NOBODY),
        count: entry.count,
        lines: 1,
        last: visit.when(entry.last_at),
        report: entry.last_message.unwrap_or(0),
        ticket: entry.ticket.unwrap_or(0),
    }
}

/// A total by `recipient` or by `sender`; `n` makes it unique on the page.
pub(super) fn of_total(visit: &Visit, side: &str, total: &Total, n: i64) -> LedgerRow {
    LedgerRow {
        id: n,
        address: line_or(&total.address, NOBODY),
        // What nobody is named for cannot be looked for by name.
        href: if total.address.is_empty() {
            "/delivery-errors?by=line".to_owned()
        } else {
            link("/delivery-errors", &[("by", "line"), (side, &total.address)])
        },
        mark: "",
        reason: "",
        detail: String::new(),
        other: String::new(),
        count: total.count,
        lines: total.others,
        last: visit.when(Moment::from_millis(total.last_at)),
        report: 0,
        ticket: 0,
    }
}
