//! Errors by the hour beside what the rhythm makes one expect.

use jiff::Timestamp;

use super::incident::runs_in;
use crate::{
    domain::surge::{Count, Rhythm, Whom, Window},
    store::surge::Incident,
    web::{
        Visit,
        chart::{self, Chart, Value},
    },
};

/// A chart of the hours from `first` to `last` (since 1970-01-01). The rhythm must know them.
pub(in crate::web) fn chart(
    visit: &Visit,
    counts: &[Count],
    rhythm: &Rhythm,
    incidents: &[Incident],
    (first, last): (i64, i64),
) -> Chart {
    let known = !rhythm.is_blind(Whom::All);
    let value = |hour: i64| Value {
        label: label(visit, hour),
        number: counts.iter().find(|count| count.at == hour).map_or(0, |count| count.all),
        expected: known.then(|| rhythm.expect(Whom::All, hour * 60, hour * 60 + 60, Window::Hour).mean),
        marked: incidents.iter().any(|incident| runs_in(incident, hour)),
    };
    let values: Vec<Value> = (first..=last).map(value).collect();
    let total: i64 = values.iter().map(|value| value.number).sum();
    let most = values.iter().map(|value| value.number).max().unwrap_or(0);
    let expected: f64 = values.iter().filter_map(|value| value.expected).sum();
    let hours = values.len();
    let usual =
        if known { format!(" The dashed line is what is usual here: {expected:.0} in all.") } else { String::new() };
    let description = format!("{total} delivery errors in {hours} hours, at most {most} in one.{usual}");
    chart::drawn("Delivery errors by hour", description, "Hour", &values)
}

fn label(visit: &Visit, hour: i64) -> String {
    let at = Timestamp::from_second(hour * 3_600).unwrap_or_default();
    at.to_zoned_datetime(visit.web.settings.time_zone.clone()).strftime("%-d %b %H:%M").to_string()
}
