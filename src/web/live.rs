//! One stream of changes for a browser: ids only, replayed from `Last-Event-ID`, ended when the right to it ends.

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeSet, HashMap},
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    extract::Query,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response, Sse, sse::Event},
};
use futures_util::stream;
use serde::Deserialize;
use tokio::sync::watch;

use super::{Visit, WebError, WebResult};
use crate::store::event;

/// How often a silent stream shows that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// Events told in one go.
const TOLD: i64 = 500;
/// Further back than this it is cheaper to look at everything again.
const REPLAYED: i64 = 2_000;

/// How many streams each account has open.
#[derive(Clone, Debug, Default)]
pub(super) struct Listeners(Arc<Mutex<HashMap<i64, usize>>>);

/// One open stream's place; given back when it ends.
#[derive(Debug)]
struct Place {
    listeners: Listeners,
    account: i64,
}

impl Listeners {
    fn take(&self, account: i64, most: usize) -> Option<Place> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let streams = open.entry(account).or_default();
        if *streams >= most {
            return None;
        }
        *streams += 1;
        Some(Place { listeners: self.clone(), account })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.listeners.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(streams) = open.get_mut(&self.account) {
            *streams -= 1;
            if *streams == 0 {
                open.remove(&self.account);
            }
        }
    }
}

/// Where to begin, for a browser that cannot send the header.
#[derive(Debug, Deserialize)]
pub(super) struct From {
    #[serde(default)]
    after: Option<i64>,
}

/// `GET /live`. 204, which tells a browser to stop asking, for who may not listen.
pub(super) async fn listen(visit: Visit, headers: HeaderMap, Query(from): Query<From>) -> WebResult<Response> {
    let Some(reader) = visit.rights.reader() else { return Ok(StatusCode::NO_CONTENT.into_response()) };
    let most = visit.web.settings.limits.streams_per_account;
    let place =
        visit.web.listeners.take(reader.account_id(), most).ok_or(WebError::Throttled(Duration::from_secs(10)))?;
    let told = headers.get("last-event-id").and_then(|value| value.to_str().ok()).and_then(|id| id.parse().ok());
    let listener = Listener {
        heard: visit.web.store.wake().hear_events(),
        closing: visit.web.closing(),
        last: told.or(from.after),
        begun: false,
        visit,
        _place: place,
    };
    let changes = stream::unfold(listener, Listener::next);
    // The library says `no-cache` of a stream, which lets a cache keep it.
    let headers = [
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, Sse::new(changes)).into_response())
}

struct Listener {
    visit: Visit,
    heard: watch::Receiver<i64>,
    closing: watch::Receiver<bool>,
    /// The last event the browser knows of.
    last: Option<i64>,
    begun: bool,
    _place: Place,
}

impl Listener {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        let event = self.wait().await?;
        Some((Ok(event), self))
    }

    /// The next thing to say; `None` when the stream has to end.
    async fn wait(&mut self) -> Option<Event> {
        if !std::mem::replace(&mut self.begun, true) {
            return self.begin().await;
        }
        loop {
            let newest = *self.heard.borrow_and_update();
            if *self.closing.borrow_and_update() {
                return None;
            }
            if let Some(change) = self.changes(newest).await? {
                return Some(change);
            }
            let clock = self.visit.web.clock.clone();
            tokio::select! {
                heard = self.heard.changed() => heard.ok()?,
                closing = self.closing.changed() => closing.ok()?,
                () = clock.sleep(HEARTBEAT) => {
                    self.visit.still().await.ok()??;
                    return Some(Event::default().comment("here"));
                }
            }
        }
    }

    /// Where the browser stands: replay goes on from there, or, if that is unknown or too far back, all may have changed.
    async fn begin(&mut self) -> Option<Event> {
        let mut view = self.visit.web.store.read().await.ok()?;
        let newest = event::last_id(&mut view).await.ok()?;
        match self.last {
            Some(last) if last <= newest && newest - last <= REPLAYED => Some(Event::default().comment("here")),
            _ => {
                self.last = Some(newest);
                Some(Event::default().event("resync").id(newest.to_string()).data("{}"))
            }
        }
    }

    /// What changed since the last event; the outer `None` when the right to hear of it has ended.
    async fn changes(&mut self, newest: i64) -> Option<Option<Event>> {
        let last = self.last.unwrap_or(0);
        // The account, its roles and the session are looked at before every send.
        let rights = self.visit.still().await.ok()??;
        rights.reader()?;
        let mut view = self.visit.web.store.read().await.ok()?;
        let events = if rights.authorised_postmaster().is_some() {
            event::after(&mut view, last, TOLD).await
        } else {
            event::after_without_quarantine(&mut view, last, TOLD).await
        };
        let events = events.ok()?;
        let Some(to) = events.last().map(|event| event.id) else {
            self.last = Some(last.max(newest));
            return Some(None);
        };
        self.last = Some(to);
        let tickets: BTreeSet<i64> = events.iter().filter_map(|event| event.ticket).collect();
        let messages: BTreeSet<i64> = events.iter().filter_map(|event| event.message).collect();
        let data = serde_json::json!({ "id": to, "tickets": tickets, "messages": messages });
        Some(Some(Event::default().event("change").id(to.to_string()).data(data.to_string())))
    }
}
