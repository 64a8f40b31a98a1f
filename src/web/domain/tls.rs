//! One line of other servers' TLS with ours.

use super::figure::{self, DayText};
use crate::{
    domain::report::tls,
    store::report::Sessions,
    web::line::{line, line_or},
};

/// One line of the page.
#[derive(Debug)]
pub(super) struct SessionRow {
    pub(super) n: usize,
    pub(super) result: String,
    pub(super) is_bad: bool,
    pub(super) mx: String,
    pub(super) policy: String,
    pub(super) count: String,
    pub(super) detail: String,
    pub(super) first: DayText,
    pub(super) last: DayText,
}

/// A line.
pub(super) fn row(n: usize, sessions: &Sessions) -> SessionRow {
    let is_bad = sessions.result != tls::SUCCESS;
    SessionRow {
        n,
        result: line(tls::words(&sessions.result)),
        is_bad,
        mx: if is_bad { line_or(&sessions.mx, "(no name given)") } else { String::new() },
        policy: line(&sessions.policy),
        count: figure::count(sessions.count),
        detail: line(&sessions.detail),
        first: figure::day(sessions.first_day),
        last: figure::day(sessions.last_day),
    }
}
