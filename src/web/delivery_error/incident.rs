//! An incident in words, and the days it ran on.

use std::time::Duration;

use crate::{
    desk::surge::{one_in, times},
    domain::{surge::Whom, time::Moment},
    store::{self, View, surge::Incident},
    web::{Visit, WebResult, chart},
};

/// `Since 10:05: at its height 24 about known addresses in 10 minutes, where 0.1 were expected (1 of 4,000,000).`
pub(in crate::web) fn words(visit: &Visit, incident: &Incident) -> String {
    let about = if incident.whom == Whom::Known { " about known addresses" } else { "" };
    format!(
        "Since {}: at the height {}{about} in {}, where {} were expected; by chance that comes in {} such windows.",
        visit.when(incident.started_at).exact,
        incident.seen,
        incident.window.words(),
        times(incident.expected),
        one_in(incident.probability),
    )
}

/// The days (of UTC, since 1970-01-01) of a chart up to `today` on which an incident ran.
pub(in crate::web) async fn days(view: &mut View, today: i64) -> WebResult<Vec<i64>> {
    let first = today - chart::DAYS + 1;
    let incidents = store::surge::since(view, Moment::from_secs(first * 86_400)).await?;
    let day = |at: Moment| at.secs() / 86_400;
    Ok(incidents.iter().flat_map(|one| day(one.started_at).max(first)..=day(one.unusual_at)).collect())
}

/// Whether an incident ran in an hour (hours since 1970-01-01).
pub(in crate::web) fn runs_in(incident: &Incident, hour: i64) -> bool {
    let begin = Moment::from_secs(hour * 3_600);
    incident.started_at < begin.plus(Duration::from_hours(1)) && incident.unusual_at >= begin
}
