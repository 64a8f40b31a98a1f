//! What is to be said of the present, from the ledger's counts.

use std::time::Duration;

use jiff::tz::TimeZone;

use crate::{
    domain::{
        surge::{
            CALM, Look, MEMORY_HOURS, NEW_RHYTHM_HOURS, Recent, Rhythm, Span, Thresholds, Window, looks, most_unusual,
        },
        time::Moment,
    },
    store::{self, StoreResult, View, surge::Incident},
};

/// Minutes between the looks into the last day: what a console that stood still did not look at.
const STEP: i64 = 10;
/// Minutes of a day.
const DAY: i64 = 1_440;
/// How far back errors are held against the rhythm: a day of windows, the longest of which is a day.
const RECENT: i64 = 2 * DAY;

/// The present, with the rhythm it is held against.
#[derive(Clone, Debug)]
pub struct Watch {
    /// What is usual.
    pub rhythm: Rhythm,
    /// The looks that end now.
    pub looks: Vec<Look>,
    /// The incident that runs.
    pub running: Option<Incident>,
    /// The incidents of the weeks that the rhythm is learned from.
    pub incidents: Vec<Incident>,
    recent: Recent,
    /// Minute at which the windows end.
    end: i64,
    /// Minute up to which errors belong to the incident before.
    told: i64,
}

/// What is usual here, as known at `now`; and the incidents since then.
///
/// # Errors
/// When the database does not answer.
pub async fn rhythm(view: &mut View, zone: &TimeZone, now: Moment) -> StoreResult<(Rhythm, Vec<Incident>)> {
    let hour = now.secs() / 3_600;
    let first = hour - MEMORY_HOURS;
    let counts = store::ledger::hours(view, first).await?;
    let since = store::ledger::watched_since(view, first).await?.unwrap_or(hour);
    let memory = Duration::from_hours(u64::try_from(MEMORY_HOURS + NEW_RHYTHM_HOURS).unwrap_or(0));
    let incidents = store::surge::since(view, now.minus(memory)).await?;
    let span = |one: &Incident| Span {
        from: one.started_at.secs() / 3_600,
        to: if one.ended_at.is_some() { one.unusual_at.secs() / 3_600 + 1 } else { i64::MAX },
    };
    let spans: Vec<Span> = incidents.iter().map(span).collect();
    Ok((Rhythm::learn(&counts, since, hour, &spans, zone), incidents))
}

/// Looks at the present.
///
/// # Errors
/// When the database does not answer.
pub async fn watch(view: &mut View, zone: &TimeZone, now: Moment) -> StoreResult<Watch> {
    let (rhythm, incidents) = rhythm(view, zone, now).await?;
    let end = now.secs() / 60 + 1;
    let recent = Recent::new(&store::ledger::minutes(view, end - RECENT).await?);
    let told = incidents.iter().map(|one| one.unusual_at.secs() / 60 + 1).max().unwrap_or(0);
    let looks = looks(&rhythm, &recent, end).collect();
    let running = store::surge::running(view).await?;
    Ok(Watch { rhythm, looks, running, incidents, recent, end, told })
}

impl Watch {
    /// The most unusual look that is worth an alarm: now, or in the last day, if nobody looked then. What was told of an
    /// incident before is not told again.
    #[must_use]
    pub fn alarm(&self, thresholds: &Thresholds) -> Option<Look> {
        let past = (1..=DAY / STEP).map(|step| self.end - step * STEP);
        let all = past.flat_map(|end| looks(&self.rhythm, &self.recent, end));
        let fresh = |look: &Look| look.end - look.window.minutes() >= self.told && look.alarms(thresholds);
        // The present goes first: an alarm now is told as it stands now.
        most_unusual(self.looks.iter().copied().filter(fresh)).or_else(|| most_unusual(all.filter(fresh)))
    }

    /// Whether the rate is unusual still. A whole day counts only after the last unusual moment: it would hold an incident
    /// up for itself.
    #[must_use]
    pub fn goes_on(&self, incident: &Incident, thresholds: &Thresholds) -> bool {
        self.looks.iter().any(|look| goes_on(look, incident, thresholds))
    }

    /// The last moment since the incident was unusual at which it was so, should nobody have looked; `None` if a day was
    /// normal.
    #[must_use]
    pub fn last_unusual(&self, incident: &Incident, thresholds: &Thresholds) -> Option<Moment> {
        let after = incident.unusual_at.secs() / 60 + 1;
        let first = after.max(self.end - DAY);
        let unusual = |end: &i64| {
            looks(&self.rhythm, &self.recent, *end)
                .any(|look| look.end - look.window.minutes() >= after && goes_on(&look, incident, thresholds))
        };
        let last = (0..=(self.end - first) / STEP).map(|step| self.end - step * STEP).find(unusual);
        last.map(|end| Moment::from_secs(end * 60 - 60)).filter(|at| *at > incident.unusual_at)
    }

    /// Whether so much time has passed that the incident may be over.
    #[must_use]
    pub fn may_be_over(&self, incident: &Incident, now: Moment) -> bool {
        now.since(incident.unusual_at) >= CALM
    }
}

fn goes_on(look: &Look, incident: &Incident, thresholds: &Thresholds) -> bool {
    let after = look.begins_at() > incident.unusual_at;
    (look.window != Window::Day || after) && look.goes_on(thresholds)
}
