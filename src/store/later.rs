//! What a work writes at its end, many rows a statement: on a server each statement costs a journey there and back.
//!
//! Only what nothing reads within the same transaction, or what its readers write out first.

use std::collections::BTreeMap;

/// Bytes of words that wait, at most; more are written before.
pub(super) const WORDS_BYTES: usize = 1 << 20;

/// Rows that wait for the end of a work.
#[derive(Debug, Default)]
pub(super) struct Later {
    /// Search words by message: its ticket, its words.
    pub(super) words: BTreeMap<i64, (i64, String)>,
    /// Bytes of those words.
    pub(super) words_bytes: usize,
    /// The ticket that a known identity made.
    pub(super) identity_tickets: BTreeMap<[u8; 32], i64>,
    /// Totals of the ledger by (side, address), written in this order, so that two works cannot wait for each other.
    pub(super) ledger_totals: BTreeMap<(&'static str, String), LedgerTotal>,
    /// Errors of a day.
    pub(super) ledger_days: BTreeMap<i64, i64>,
    /// Errors of an hour and of a minute, all and about known addresses.
    pub(super) ledger_hours: BTreeMap<i64, (i64, i64)>,
    pub(super) ledger_minutes: BTreeMap<i64, (i64, i64)>,
    /// Whether an error was added at all.
    pub(super) ledger_filled: bool,
}

/// What is added to a total of the ledger.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LedgerTotal {
    /// Errors.
    pub(super) count: i64,
    /// New lines.
    pub(super) others: i64,
    /// Last time (ms).
    pub(super) last_at: i64,
}
