//! How the present stands against the rhythm: expected, seen, probability.

use super::{hours, incident};
use crate::{
    desk::surge::{self, one_in, times},
    domain::surge::{KNOWN_WEIGHT, LEARNED_DAYS, Look, Thresholds},
    store::{View, ledger},
    web::{Visit, WebResult, chart::Chart},
};

/// Hours that are shown.
const HOURS: i64 = 48;

/// The part of the page about surges.
#[derive(Debug)]
pub(super) struct Watched {
    /// The incident that runs, in words, and its ticket; empty and 0 if none.
    pub(super) incident: String,
    pub(super) ticket: i64,
    pub(super) looks: Vec<LookRow>,
    /// Days that the rhythm is known from, and how many it takes.
    pub(super) days: i64,
    pub(super) learned_days: i64,
    pub(super) is_learning: bool,
    pub(super) chart: Chart,
    /// When a look alarms, in one sentence.
    pub(super) rule: String,
}

/// One window.
#[derive(Debug)]
pub(super) struct LookRow {
    pub(super) window: &'static str,
    pub(super) whom: &'static str,
    pub(super) expected: String,
    pub(super) seen: i64,
    pub(super) chance: String,
    pub(super) marked: bool,
}

/// The present.
pub(super) async fn watched(visit: &Visit, view: &mut View) -> WebResult<Watched> {
    let head = &visit.web.head;
    let thresholds = &head.delivery_errors.surge;
    let watch = surge::watch(view, &head.zone, visit.now).await?;
    let now = visit.now.secs() / 3_600;
    let counts = ledger::hours(view, now - HOURS + 1).await?;
    let running = watch.running.as_ref();
    Ok(Watched {
        incident: running.map(|incident| incident::words(visit, incident)).unwrap_or_default(),
        ticket: running.map_or(0, |incident| incident.ticket),
        looks: watch.looks.iter().map(|look| row(look, thresholds)).collect(),
        days: watch.rhythm.days(),
        learned_days: LEARNED_DAYS,
        is_learning: watch.rhythm.is_learning(),
        chart: hours::chart(visit, &counts, &watch.rhythm, &watch.incidents, (now - HOURS + 1, now)),
        rule: rule(thresholds),
    })
}

fn row(look: &Look, thresholds: &Thresholds) -> LookRow {
    LookRow {
        window: look.window.words(),
        whom: look.whom.words(),
        expected: times(look.expected),
        seen: look.seen,
        chance: one_in(look.probability()),
        marked: look.alarms(thresholds),
    }
}

fn rule(thresholds: &Thresholds) -> String {
    let once = 1.0 / f64::from(i32::try_from(thresholds.one_in).unwrap_or(i32::MAX));
    format!(
        "A window alarms with at least {} errors that come by chance in less than {} of such windows; about known addresses \
         with at least {} and less than {}.",
        thresholds.at_least,
        one_in(once),
        thresholds.known_at_least,
        one_in(once * KNOWN_WEIGHT),
    )
}
