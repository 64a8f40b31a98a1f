//! `POST /tickets/changes`: one act on the tickets that were picked in the list. Each is a change of its own, by the same
//! rules as on its page; what is refused for one does not stop the others.

use axum::response::{IntoResponse, Response};

use super::seen;
use crate::{
    access::Postmaster,
    desk::act::{self, ActError},
    domain::ticket::{Priority, State},
    store,
    web::{Form, See, Visit, WebError, WebResult, link::link},
};

/// The most tickets that one form changes: two pages of the list.
const MOST: usize = 100;
/// The most refusals that are told one by one.
const TOLD: usize = 5;

/// What is to be done with each.
enum Wanted {
    Take,
    Priority(Priority),
    Close(String),
}

/// Changes the picked tickets and goes back to the list.
pub(in crate::web) async fn changes(
    visit: Visit,
    may: Postmaster,
    Form(fields): Form<Vec<(String, String)>>,
) -> WebResult<Response> {
    let of = |name: &str| fields.iter().find(|field| field.0 == name).map_or("", |field| field.1.as_str());
    let picked: Vec<(i64, i64)> =
        fields.iter().filter(|field| field.0 == "pick").filter_map(|field| picked(&field.1)).take(MOST).collect();
    let wanted = match of("act") {
        "take" => Wanted::Take,
        "priority" => Wanted::Priority(
            of("priority").parse().map_err(|known| WebError::Invalid(format!("A priority is {known}.")))?,
        ),
        "close" => Wanted::Close(of("reason").to_owned()),
        _ => return Err(WebError::Invalid("Choose what to do with the tickets.".into())),
    };
    let mut done = 0;
    let mut refused = Vec::new();
    for at in &picked {
        match change(&visit, &may, *at, &wanted).await {
            Ok(()) => done += 1,
            Err(ActError::Store(error)) => return Err(error.into()),
            Err(error) => refused.push(format!("#{}: {}", at.0, words(&error))),
        }
    }
    let (kind, text) = told(&wanted, done, &refused);
    visit.tell(kind, text).await?;
    Ok(See::other(link("/tickets", &[("q", of("q")), ("after", of("after"))])).into_response())
}

/// `12.3`: ticket 12 as version 3 was seen.
fn picked(value: &str) -> Option<(i64, i64)> {
    let (number, version) = value.split_once('.')?;
    Some((number.parse().ok()?, version.parse().ok()?))
}

async fn change(visit: &Visit, may: &Postmaster, at: (i64, i64), wanted: &Wanted) -> Result<(), ActError> {
    let mut work = visit.web.store.write().await?;
    let ticket = store::ticket::get(&mut work, at.0).await?;
    if !ticket.is_some_and(|ticket| seen::may_see(visit, &ticket)) {
        return Err(ActError::Gone);
    }
    match wanted {
        Wanted::Take => act::assign(&mut work, may, at, Some(may.account_id()), visit.now).await.map(drop),
        Wanted::Priority(priority) => act::set_priority(&mut work, may, at, *priority, visit.now).await,
        Wanted::Close(reason) => {
            act::change_state(&mut work, may, at, State::Closed, reason, visit.now).await.map(drop)
        }
    }?;
    Ok(work.commit().await?)
}

fn words(error: &ActError) -> String {
    match error {
        ActError::Conflict => "somebody else changed it after this list was shown; look at it again.".to_owned(),
        ActError::Gone => "there is no such ticket.".to_owned(),
        ActError::Refused { words, .. } => words.clone(),
        ActError::Store(_) => "it could not be changed.".to_owned(),
    }
}

fn told(wanted: &Wanted, done: usize, refused: &[String]) -> (&'static str, String) {
    if done == 0 && refused.is_empty() {
        return (
            "waiting",
            "No ticket was picked. Tick the boxes of some, then choose what to do with them.".to_owned(),
        );
    }
    let tickets = if done == 1 { "1 ticket is".to_owned() } else { format!("{done} tickets are") };
    let did = match wanted {
        _ if done == 0 => "Nothing was changed.".to_owned(),
        Wanted::Take => format!("{tickets} yours now."),
        Wanted::Priority(priority) => format!("{tickets} of {priority} priority now."),
        Wanted::Close(_) => format!("{tickets} closed now."),
    };
    if refused.is_empty() {
        return ("done", did);
    }
    let more = refused.len().saturating_sub(TOLD);
    let tail = if more > 0 { format!(" And {more} more were not changed.") } else { String::new() };
    let told = refused.iter().take(TOLD).map(String::as_str).collect::<Vec<_>>().join(" ");
    ("waiting", format!("{did} Not changed: {told}{tail}"))
}
