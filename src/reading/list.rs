//! List mail and newsletters, by their marks in the header.

use super::{
    finding::{Case, Finding},
    letter::Fields,
};
use crate::domain::{evidence::Evidence, kind::Kind};

/// Fields that only list software and mass mailers write.
const LIST_FIELDS: &[&str] = &[
    "list-id",
    "list-post",
    "list-archive",
    "list-subscribe",
    "mailing-list",
    "x-mailing-list",
    "x-mailman-version",
    "x-list-id",
    "x-listname",
    "x-csa-complaints",
    "x-campaign",
    "x-campaignid",
    "x-mailchimp-id",
    "x-ml-name",
];

/// Whether the mail came through a list.
pub(super) fn through_list(header: Fields<'_>) -> bool {
    mark(header).is_some()
}

fn mark(header: Fields<'_>) -> Option<&'static str> {
    if let Some(name) = LIST_FIELDS.iter().find(|name| header.has(name)) {
        return Some(name);
    }
    // People's mail clients never write `list`; `bulk` is written by ticket systems on hand-written mail, too.
    let precedence = header.keyword("precedence");
    match precedence.as_deref() {
        Some("list") => Some("precedence"),
        Some("bulk" | "junk") if header.has("list-unsubscribe") => Some("list-unsubscribe"),
        _ if header.has("list-unsubscribe") && !header.has("in-reply-to") => Some("list-unsubscribe"),
        _ => None,
    }
}

pub(super) fn recognise(case: &Case<'_>) -> Option<Finding> {
    let header = case.letter.header();
    let name = mark(header)?;
    let value = header.text(name).unwrap_or_default();
    Some(Finding::new(Kind::Newsletter, Evidence::new("list.header-field", name, &value)))
}
