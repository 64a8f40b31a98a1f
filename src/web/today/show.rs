//! `GET /`: three bands, now, health, since. Administrators who read no mail see health only.

use askama::Template;
use axum::{
    extract::Query,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::Deserialize;

use super::{
    change::{self, Change},
    duty::{self, DutyLine},
    health::{self, HealthLine},
    now::{self, Alert, Tile},
    owed::{self, Owed},
    since,
};
use crate::{
    domain::event::Event,
    store::{View, event, ledger, mailbox},
    web::{
        Chrome, Page, SignedIn, Visit, WebError, WebResult,
        chart::{self, Chart},
        delivery_error::incident,
        mailbox::{self as condition, Condition},
        ticket::TicketRow,
    },
};

/// Changes shown, and events looked through for them.
const CHANGES: usize = 15;
const EVENTS: i64 = 100;

#[derive(Template)]
#[template(path = "today/show.html", blocks = ["now"])]
struct Today {
    page: Chrome,
    /// The day in words.
    date: String,
    /// Whether mail is shown at all.
    reader: bool,
    duty: DutyLine,
    alerts: Vec<Alert>,
    tiles: Vec<Tile>,
    owed: Vec<TicketRow>,
    health: Vec<HealthLine>,
    errors_chart: Option<Chart>,
    since: &'static str,
    changes: Vec<Change>,
}

/// Which part.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Asked {
    fragment: String,
}

/// The page, or what is to be done now alone.
pub(in crate::web) async fn show(
    visit: Visit,
    SignedIn(account): SignedIn,
    Query(asked): Query<Asked>,
) -> WebResult<Response> {
    let reader = visit.rights.reader().is_some();
    if visit.rights.is_empty() {
        return Err(WebError::Forbidden);
    }
    let mut view = visit.web.store.read().await?;
    let boxes = mailbox::all(&mut view).await?;
    let boxes: Vec<(String, Condition)> =
        boxes.iter().map(|m| (m.name.clone(), condition::of_mailbox(&visit, m))).collect();
    let outbox = condition::of_outbox(&visit, &mut view).await?;
    let mut alerts = if reader { now::alerts(&visit, &mut view, &boxes, &outbox).await? } else { Vec::new() };
    if visit.rights.authorised_postmaster().is_some() {
        alerts.extend(now::confirmations(&mut view).await?);
    }
    let owed = if reader { owed::owed(&visit, &mut view).await? } else { Owed::default() };
    let mut shown = Today {
        date: Timestamp::from_millisecond(visit.now.millis())
            .unwrap_or_default()
            .to_zoned_datetime(visit.web.settings.time_zone.clone())
            .strftime("%A %-d %B %Y")
            .to_string(),
        reader,
        duty: duty::line(&visit, &mut view).await?,
        alerts,
        tiles: if reader { now::tiles(&visit, &mut view, &owed).await? } else { Vec::new() },
        owed: owed.rows,
        health: health::lines(boxes, outbox),
        errors_chart: None,
        since: "",
        changes: Vec::new(),
        page: visit.chrome(&mut view, "Today").await?,
    };
    if asked.fragment == "now" {
        return Ok(Page::new(shown.as_now()).into_response());
    }
    if reader {
        let today = visit.now.secs() / 86_400;
        let days = ledger::days(&mut view, today - chart::DAYS + 1).await?;
        let unusual = incident::days(&mut view, today).await?;
        shown.errors_chart = chart::of_days(&days, today, &unusual);
        let newest = event::last_id(&mut view).await?;
        let events = news(&visit, &mut view).await?;
        // The embedded database has one writer: no snapshot is held while it is waited for.
        drop(view);
        let base = since::since(&visit, account.id, newest).await?;
        shown.since = if base == 0 { "What happened last" } else { "Since you last looked" };
        let authorised = visit.rights.authorised_postmaster().is_some();
        let is_news = |what| change::is_news(what) || (authorised && change::is_news_for_authorised(what));
        let new = events.iter().filter(|event| event.id > base && is_news(event.what));
        shown.changes = new.take(CHANGES).map(|event| change::change(&visit, event)).collect();
    }
    Ok(Page::new(shown).into_response())
}

async fn news(visit: &Visit, view: &mut View) -> WebResult<Vec<Event>> {
    Ok(if visit.rights.authorised_postmaster().is_some() {
        event::newest(view, i64::MAX, EVENTS).await?
    } else {
        event::newest_without_quarantine(view, i64::MAX, EVENTS).await?
    })
}
