//! `GET /mailboxes`: for readers, and for administrators without a word of any mail.

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;

use super::{
    condition,
    outbox::{self, OutboxRow},
};
use crate::{
    domain::{outgoing::OutboxState, time::Moment},
    store::mailbox::{self, Mailbox},
    web::{Chrome, FilterGroup, Page, Pager, SignedIn, Visit, WebError, WebResult, When, link::link},
};

/// A mailbox and how it is.
#[derive(Debug)]
struct MailboxRow {
    name: String,
    address: String,
    /// `imap.college.test, folder INBOX`.
    server: String,
    tone: &'static str,
    word: &'static str,
    error: String,
    advice: &'static str,
    on_server: i64,
    kept: i64,
    missing: i64,
    /// When that was counted.
    counted: Option<When>,
    contact: Option<When>,
    connected: Option<When>,
}

#[derive(Template)]
#[template(path = "mailboxes/list.html")]
pub(in crate::web) struct Health {
    page: Chrome,
    mailboxes: Vec<MailboxRow>,
    outbox: Vec<OutboxRow>,
    outbox_filters: Vec<FilterGroup>,
    pager: Pager,
    may_act: bool,
    /// Whether single mails are shown.
    reader: bool,
}

/// Which part of the outbox.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Asked {
    outbox: String,
    before: String,
}

/// The page.
pub(in crate::web) async fn show(visit: Visit, _: SignedIn, Query(asked): Query<Asked>) -> WebResult<Page<Health>> {
    let reader = visit.rights.reader().is_some();
    if !reader && visit.rights.administrator().is_none() {
        return Err(WebError::Forbidden);
    }
    let mut view = visit.web.store.read().await?;
    let state: Option<OutboxState> = asked.outbox.parse().ok();
    let before = asked.before.parse().unwrap_or(i64::MAX);
    let (outbox, next) =
        if reader { outbox::rows(&visit, &mut view, state, before).await? } else { (Vec::new(), None) };
    let page = |before: &str| link("/mailboxes", &[("outbox", &asked.outbox), ("before", before)]);
    Ok(Page::new(Health {
        mailboxes: mailbox::all(&mut view).await?.iter().map(|mailbox| row(&visit, mailbox)).collect(),
        outbox,
        outbox_filters: vec![outbox::filters(&mut view, state).await?],
        pager: Pager {
            newer: if before == i64::MAX { String::new() } else { page("") },
            older: next.map(|id| page(&id.to_string())).unwrap_or_default(),
            text: String::new(),
        },
        may_act: visit.rights.postmaster().is_some(),
        reader,
        page: visit.chrome(&mut view, "Mailboxes and outbox").await?,
    }))
}

fn row(visit: &Visit, mailbox: &Mailbox) -> MailboxRow {
    let condition = condition::of_mailbox(visit, mailbox);
    let when = |at: Option<i64>| at.map(|at| visit.when(Moment::from_millis(at)));
    MailboxRow {
        name: mailbox.name.clone(),
        address: mailbox.address.clone(),
        server: format!("{}, folder {}", mailbox.host, mailbox.folder),
        tone: condition.tone,
        word: condition.word,
        error: if condition.tone == "done" { String::new() } else { condition.text },
        advice: condition.advice,
        on_server: mailbox.on_server,
        kept: mailbox.kept_of_server,
        missing: (mailbox.on_server - mailbox.kept_of_server).max(0),
        counted: when(mailbox.checked_at),
        contact: when(mailbox.polled_at),
        connected: when(mailbox.connected_at),
    }
}
