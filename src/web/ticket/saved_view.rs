//! `POST /tickets/views`, `POST /tickets/views/{id}/removal`: searches to come back to.

use serde::Deserialize;

use super::query::Query;
use crate::{
    access::Reader,
    store::{StoreError, View, saved_view},
    web::{FilterGroup, FilterLink, Form, Path, See, SignedIn, Visit, WebError, WebResult, line::line},
};

/// Longest name, in characters.
const NAME: usize = 40;

/// The views of who looks, and what can be done about the search that is shown.
#[derive(Debug, Default)]
pub(super) struct Views {
    /// As filters; none if there is no view.
    pub(super) group: Option<FilterGroup>,
    /// The view that is shown, if it is one.
    pub(super) current: Option<(i64, String)>,
}

impl Views {
    pub(super) async fn load(visit: &Visit, view: &mut View, query: &Query) -> WebResult<Self> {
        let Some(account) = &visit.account else { return Ok(Self::default()) };
        let saved = saved_view::of(view, account.id).await?;
        let shown = query.text();
        let current = saved.iter().find(|one| one.query == shown).map(|one| (one.id, one.name.clone()));
        let links: Vec<_> = saved
            .into_iter()
            .map(|one| FilterLink {
                href: Query::read(&one.query).0.href(),
                current: one.query == shown,
                label: one.name,
                count: -1,
            })
            .collect();
        let group = (!links.is_empty()).then(|| FilterGroup { label: "Saved views".to_owned(), links });
        Ok(Self { group, current })
    }
}

/// A name for a search.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct Named {
    #[serde(default)]
    name: String,
    q: String,
}

/// Saves the search that is shown.
pub(in crate::web) async fn save(
    visit: Visit,
    _may: Reader,
    SignedIn(mine): SignedIn,
    Form(named): Form<Named>,
) -> WebResult<See> {
    let (query, _) = Query::read(&named.q);
    let text = query.text();
    let name = line(named.name.trim());
    if text.is_empty() || name.is_empty() || name.chars().count() > NAME {
        let words = format!("Give the view a name of at most {NAME} characters.");
        visit.tell("late", words).await?;
        return Ok(See::other(query.href()));
    }
    let mut work = visit.web.store.write().await?;
    match saved_view::save(&mut work, mine.id, &name, &text).await {
        Ok(()) => {
            work.commit().await?;
            visit.tell("done", format!("Saved as {name}; it stands among the filters.")).await?;
        }
        Err(StoreError::Conflict) => {
            drop(work);
            let words = format!("There are {} saved views already. Forget one first.", saved_view::MOST);
            visit.tell("late", words).await?;
        }
        Err(error) => return Err(error.into()),
    }
    Ok(See::other(query.href()))
}

/// Forgets one of my views. The tickets stay.
pub(in crate::web) async fn forget(
    visit: Visit,
    _may: Reader,
    SignedIn(mine): SignedIn,
    Path(id): Path<i64>,
    Form(_): Form<Vec<(String, String)>>,
) -> WebResult<See> {
    let mut work = visit.web.store.write().await?;
    if !saved_view::forget(&mut work, mine.id, id).await? {
        return Err(WebError::NotFound);
    }
    work.commit().await?;
    visit.tell("done", "The view is forgotten. Its tickets are where they were.").await?;
    Ok(See::other("/tickets"))
}
