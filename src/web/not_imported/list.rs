//! `GET /not-imported`.

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;

use crate::{
    access::Reader,
    domain::message::Stage,
    store::{
        View,
        message::{self, Filter, Message},
        sighting,
    },
    web::{
        Chrome, Page, Pager, Visit, WebResult, When,
        line::{line, line_or, size},
        link::link,
    },
};

/// Lines of a page.
const LINES: usize = 50;

/// A message that could not be handled.
#[derive(Debug)]
struct NotImportedRow {
    id: i64,
    subject: String,
    who: String,
    mailbox: String,
    uid: i64,
    size: String,
    received: When,
    reason: String,
    advice: &'static str,
    /// Only its header is kept; the whole comes from the server.
    too_large: bool,
    raw: String,
    discard: String,
    dialog_id: String,
}

#[derive(Template)]
#[template(path = "not_imported/list.html")]
pub(in crate::web) struct NotImported {
    page: Chrome,
    total: i64,
    rows: Vec<NotImportedRow>,
    pager: Pager,
    may_act: bool,
}

/// Where the page before ended.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Asked {
    before: String,
}

/// The list, newest first.
pub(in crate::web) async fn list(visit: Visit, _: Reader, Query(asked): Query<Asked>) -> WebResult<Page<NotImported>> {
    let mut view = visit.web.store.read().await?;
    let before = asked.before.parse().unwrap_or(i64::MAX);
    let quarantine = visit.rights.authorised_postmaster().is_some();
    let found = stuck(&mut view, quarantine, before).await?;
    let older = match found.get(LINES - 1) {
        Some(last) if found.len() > LINES => link("/not-imported", &[("before", &last.id.to_string())]),
        _ => String::new(),
    };
    let newer = if before == i64::MAX { String::new() } else { "/not-imported".to_owned() };
    let mut rows = Vec::new();
    for message in found.iter().take(LINES) {
        let uid = sighting::of_message(&mut view, message.id).await?.map_or(0, |(_, uid)| uid);
        rows.push(row(&visit, message, uid));
    }
    let [failed, large] = visit.stuck(&mut view).await?;
    let total = failed + large;
    Ok(Page::new(NotImported {
        total,
        rows,
        pager: Pager { newer, older, text: String::new() },
        may_act: visit.rights.postmaster().is_some(),
        page: visit.chrome(&mut view, "Not imported").await?,
    }))
}

/// Both stages in one order.
async fn stuck(view: &mut View, quarantine: bool, before: i64) -> WebResult<Vec<Message>> {
    let limit = i64::try_from(LINES + 1).unwrap_or(i64::MAX);
    let mut found = Vec::new();
    for stage in [Stage::NotImported, Stage::TooLarge] {
        let filter = Filter { stage: Some(stage), quarantine, ..Filter::default() };
        found.extend(message::list(view, &filter, before, limit).await?);
    }
    found.sort_unstable_by_key(|message| std::cmp::Reverse(message.id));
    found.truncate(LINES + 1);
    Ok(found)
}

fn row(visit: &Visit, message: &Message, uid: i64) -> NotImportedRow {
    let too_large = message.stage == Stage::TooLarge;
    let id = message.id;
    NotImportedRow {
        id,
        subject: line_or(&message.subject, "(no subject)"),
        who: line_or(&message.from_address, "an unknown sender"),
        mailbox: message.mailbox_name.clone(),
        uid,
        size: size(u64::try_from(message.size).unwrap_or(0)),
        received: visit.when(message.internal_date),
        reason: line_or(&message.trouble, if too_large { "Too large." } else { "It could not be handled." }),
        advice: if too_large {
            "Only its header is kept; the server still has it, untouched. Fetch it to read it, or discard it here."
        } else {
            "Its bytes are kept. Try again; if that does not help, read the raw message and discard it here."
        },
        too_large,
        raw: format!("/messages/{id}/raw"),
        discard: format!("/not-imported/{id}/discard"),
        dialog_id: format!("discard-{id}"),
    }
}

/// What a person is told of a message: its subject, shortened.
pub(super) fn named(message: &Message) -> String {
    line(&message.subject).chars().take(80).collect()
}
