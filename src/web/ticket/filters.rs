//! Filters as links, with counts from the kept ones.

use std::collections::HashMap;

use super::query::{Owner, Query};
use crate::{
    domain::{kind::Kind, ticket::State},
    store::{StoreResult, View, counter},
    web::{FilterGroup, FilterLink},
};

/// How many tickets there are by state and kind, quarantine left out for who may not see it.
#[derive(Debug)]
pub(super) struct Counts {
    kept: HashMap<String, i64>,
    quarantine: bool,
}

impl Counts {
    pub(super) async fn load(view: &mut View, quarantine: bool) -> StoreResult<Self> {
        Ok(Self { kept: counter::all(view, "ticket.").await?.into_iter().collect(), quarantine })
    }

    fn of(&self, state: State, kind: Option<Kind>) -> i64 {
        let get = |name: String| self.kept.get(&name).copied().unwrap_or(0);
        match kind {
            Some(kind) => get(format!("{state}.{kind}")),
            None if self.quarantine => get(state.to_string()),
            None => get(state.to_string()) - get(format!("{state}.{}", Kind::QuarantineNotice)),
        }
    }

    /// How many a search shows; -1 if only counting would tell.
    pub(super) fn total(&self, query: &Query) -> i64 {
        if !query.is_counted() {
            return -1;
        }
        let shown = |state: &&State| match query.state {
            Some(wanted) => **state == wanted,
            None => query.any_state || **state != State::Closed,
        };
        State::ALL.iter().filter(shown).map(|state| self.of(*state, query.kind)).sum()
    }
}

/// The filters beside a search: each link changes one of its parts.
pub(super) fn groups(query: &Query, counts: &Counts) -> Vec<FilterGroup> {
    let link = |label: &str, other: Query| FilterLink {
        href: other.href(),
        label: label.to_owned(),
        count: counts.total(&other),
        current: other == *query,
    };
    let state = |state| Query { state, any_state: false, ..query.clone() };
    let mut states = vec![link("Open", state(None))];
    states.extend(State::ALL.iter().map(|one| link(&capital(one.as_str()), state(Some(*one)))));

    let kind = |kind| Query { kind, ..query.clone() };
    let shown = |kind: &&Kind| kind.opens_ticket() || (**kind == Kind::QuarantineNotice && counts.quarantine);
    let mut kinds = vec![link("All kinds", kind(None))];
    kinds.extend(Kind::ALL.iter().filter(shown).map(|one| link(one.words(), kind(Some(*one)))));

    let owner = |owner| Query { owner, ..query.clone() };
    let mut owners = vec![link("Anybody’s", owner(Owner::Anybody))];
    owners.push(link("Mine", owner(Owner::Me)));
    owners.push(link("Nobody’s", owner(Owner::Nobody)));
    if let Owner::Login(login) = &query.owner {
        owners.push(link(login, query.clone()));
    }
    let group = |label: &str, links| FilterGroup { label: label.to_owned(), links };
    let mut groups = vec![group("State", states), group("Kind", kinds), group("Owner", owners)];
    if !query.tag.is_empty() {
        let every = link("All tags", Query { tag: String::new(), ..query.clone() });
        groups.push(group("Tag", vec![every, link(&query.tag, query.clone())]));
    }
    groups
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
