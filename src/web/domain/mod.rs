//! A page for each served domain: who sends in its name, what passes, what fails, since when, as others report it.

mod address;
mod csv;
mod figure;
mod graph;
mod list;
mod sender;
mod show;
mod tls;

#[cfg(test)]
mod tests;

pub(super) use self::{
    address::addresses,
    csv::csv,
    list::{Known, known, list},
    show::show,
};

use crate::{
    domain::address::fold,
    store::report::By,
    web::{Visit, WebError, WebResult, chart},
};

/// The served domain that a path names.
pub(super) fn served(visit: &Visit, name: &str) -> WebResult<String> {
    let name = fold(name);
    visit.web.settings.site.domains.iter().find(|domain| **domain == name).cloned().ok_or(WebError::NotFound)
}

/// Today, as reporters count days: in UTC.
pub(super) fn today(visit: &Visit) -> i64 {
    visit.now.secs() / 86_400
}

/// The days that pages show, of one domain.
pub(super) fn by<'d>(visit: &Visit, domain: &'d str) -> By<'d> {
    By { domain, from: today(visit) - chart::DAYS + 1 }
}

/// A day for programs: `2026-11-24`.
pub(super) fn day_of(number: i64) -> String {
    figure::day(number).iso
}
