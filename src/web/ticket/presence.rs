//! `POST /tickets/{n}/presence`: who else has this ticket open. A page says now and then that it is open; two people see
//! each other before they both reply.

use std::time::Duration;

use askama::Template;
use serde::Deserialize;

use super::seen;
use crate::{
    access::Postmaster,
    domain::time::Moment,
    store::{View, presence},
    web::{Chrome, Form, Page, Path, Visit, WebResult},
};

/// Who has said nothing for so long has left. A page speaks every ten seconds.
const LEFT: Duration = Duration::from_secs(35);

#[derive(Template)]
#[template(path = "tickets/presence.html")]
pub(in crate::web) struct Here {
    page: Chrome,
    here: Vec<String>,
}

/// What a page says of itself.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct PresenceForm {
    #[serde(default)]
    writing: bool,
}

/// Notes that the page is open; answers who else is here.
pub(in crate::web) async fn presence(
    visit: Visit,
    may: Postmaster,
    Path(n): Path<i64>,
    Form(form): Form<PresenceForm>,
) -> WebResult<Page<Here>> {
    let mut work = visit.web.store.write().await?;
    seen::ticket(&visit, &mut work, n).await?;
    presence::note(&mut work, n, may.account_id(), form.writing, visit.now).await?;
    let here = others(&mut work, n, may.account_id(), visit.now).await?;
    work.commit().await?;
    // Its notices need no more of a page than where the icons are.
    let page = Chrome { assets: visit.web.assets.root().to_owned(), ..Chrome::default() };
    Ok(Page::new(Here { page, here }))
}

/// Who else is here, in words.
pub(super) async fn others(view: &mut View, ticket: i64, but: i64, now: Moment) -> WebResult<Vec<String>> {
    let others = presence::others(view, ticket, but, now.minus(LEFT)).await?;
    let words = |other: presence::Present| {
        format!("{} {}.", other.name, if other.writing { "is writing here now" } else { "has this ticket open" })
    };
    Ok(others.into_iter().map(words).collect())
}
