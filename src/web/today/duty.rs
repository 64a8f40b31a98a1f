//! The daily review of the mailbox (D3): whether it was done today, and the button that notes it.

use jiff::Timestamp;

use crate::{
    access::Postmaster,
    desk::review as act,
    domain::{kind::Kind, ticket::State, time::Moment},
    store::{View, counter, duty},
    web::{Form, See, Visit, WebResult, When, chart},
};

/// The line about the duty.
#[derive(Debug)]
pub(super) struct DutyLine {
    /// Whether it was done today.
    pub(super) done: bool,
    /// Who did it, or who did it last.
    pub(super) text: String,
    pub(super) at: Option<When>,
    /// Whether this person can do it now.
    pub(super) may: bool,
}

/// A day of the site's calendar, in days since 1970-01-01.
pub(super) fn day(visit: &Visit, moment: Moment) -> i64 {
    let at = Timestamp::from_millisecond(moment.millis()).unwrap_or_default();
    chart::day(at.to_zoned_datetime(visit.web.settings.time_zone.clone()).date())
}

/// How the duty stands.
pub(super) async fn line(visit: &Visit, view: &mut View) -> WebResult<DutyLine> {
    let last = duty::last(view).await?;
    let today = day(visit, visit.now);
    let done = last.as_ref().is_some_and(|review| review.day == today);
    let text = match &last {
        Some(review) if done => format!("The mail was reviewed today by {}", review.by),
        Some(review) => format!("The mail has not been reviewed today; last by {}", review.by),
        None => "The mail has not been reviewed today".to_owned(),
    };
    let at = last.map(|review| visit.when(review.at));
    Ok(DutyLine { done, text, at, may: !done && visit.rights.postmaster().is_some() })
}

/// `POST /duty/review`.
pub(in crate::web) async fn review(
    visit: Visit,
    may: Postmaster,
    Form(_): Form<Vec<(String, String)>>,
) -> WebResult<See> {
    let mut work = visit.web.store.write().await?;
    // Everybody reads how many waited, so those of quarantine are left out (D12).
    let held = [State::New, State::Acknowledged].map(|state| format!("ticket.{state}.{}", Kind::QuarantineNotice));
    let names = ["ticket.new", "ticket.acknowledged", &held[0], &held[1]];
    let [new, acknowledged, held_new, held_acknowledged] = counter::several(&mut work, names).await?;
    let waiting = new + acknowledged - held_new - held_acknowledged;
    let first = act::review(&mut work, &may, day(&visit, visit.now), waiting, visit.now).await?;
    work.commit().await?;
    let words =
        if first { "Noted: you have reviewed the mail today." } else { "Somebody has noted today's review already." };
    visit.tell(if first { "done" } else { "info" }, words).await?;
    Ok(See::other("/"))
}
