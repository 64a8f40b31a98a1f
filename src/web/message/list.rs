//! `GET /messages`: all kept mail by mailbox, kind and outcome, newest first.

use askama::Template;
use axum::{
    extract::Query,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::standing;
use crate::{
    access::{Reader, Rights},
    domain::{kind::Kind, message::Outcome},
    store::{
        View, counter, mailbox,
        mailbox::Mailbox,
        message::{self, Filter, Message},
    },
    web::{
        Chrome, FilterGroup, FilterLink, Page, Pager, Visit, WebResult, When,
        line::{line, line_or},
        link::link,
    },
};

/// Lines of a page.
const LINES: i64 = 50;

/// One line of the list.
#[derive(Debug)]
struct MessageRow {
    id: i64,
    subject: String,
    who: String,
    address: String,
    mailbox: String,
    kind: &'static str,
    kind_label: &'static str,
    outcome: &'static str,
    /// `done`, `waiting`, `late` or `quiet`.
    tone: &'static str,
    /// 0 for none.
    ticket: i64,
    /// Whether `Make a ticket` stands here.
    can_ticket: bool,
    received: When,
}

#[derive(Template)]
#[template(path = "messages/list.html", blocks = ["rows"])]
struct MessageList {
    page: Chrome,
    total: i64,
    /// Whether the way to `Read again` is shown.
    may_reread: bool,
    filters: Vec<FilterGroup>,
    rows: Vec<MessageRow>,
    pager: Pager,
    here: String,
}

/// What is asked for. Words we do not know are no filter.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Asked {
    mailbox: String,
    kind: String,
    outcome: String,
    before: String,
    fragment: String,
}

impl Asked {
    /// What is asked for; a word that is no filter for this person is forgotten, so that no link of the page repeats it.
    fn filter(&mut self, quarantine: bool) -> Filter {
        let kind = self.kind.parse().ok().filter(|kind| quarantine || *kind != Kind::QuarantineNotice);
        self.kind = kind.map(|kind: Kind| kind.to_string()).unwrap_or_default();
        Filter {
            mailbox: self.mailbox.parse().ok(),
            kind,
            outcome: self.outcome.parse().ok(),
            quarantine,
            ..Filter::default()
        }
    }

    /// This view with one thing changed, from its beginning.
    fn with(&self, name: &str, value: &str) -> String {
        let pick = |own: &str, old: &str| if own == name { value.to_owned() } else { old.to_owned() };
        let pairs = [
            ("mailbox", pick("mailbox", &self.mailbox)),
            ("kind", pick("kind", &self.kind)),
            ("outcome", pick("outcome", &self.outcome)),
            (name, if ["mailbox", "kind", "outcome"].contains(&name) { String::new() } else { value.to_owned() }),
        ];
        link("/messages", &pairs.each_ref().map(|(name, value)| (*name, value.as_str())))
    }
}

/// The list, or its lines alone.
pub(in crate::web) async fn list(visit: Visit, _: Reader, Query(mut asked): Query<Asked>) -> WebResult<Response> {
    let mut view = visit.web.store.read().await?;
    let quarantine = visit.rights.authorised_postmaster().is_some();
    let filter = asked.filter(quarantine);
    let before = asked.before.parse().unwrap_or(i64::MAX);
    let mut found = message::list(&mut view, &filter, before, LINES + 1).await?;
    let more = found.len() > usize::try_from(LINES).unwrap_or(usize::MAX);
    found.truncate(usize::try_from(LINES).unwrap_or(usize::MAX));
    let older = match found.last() {
        Some(last) if more => asked.with("before", &last.id.to_string()),
        _ => String::new(),
    };
    let newer = if before == i64::MAX { String::new() } else { asked.with("before", "") };
    let shown = MessageList {
        may_reread: quarantine,
        total: total(&mut view, &filter).await?,
        filters: filters(&mailbox::all(&mut view).await?, &asked, &filter),
        rows: found.iter().map(|message| row(&visit, message)).collect(),
        pager: Pager { newer, older, text: String::new() },
        here: asked.with("fragment", "rows"),
        page: visit.chrome(&mut view, "Messages").await?,
    };
    if asked.fragment == "rows" {
        return Ok(Page::new(shown.as_rows()).into_response());
    }
    Ok(Page::new(shown).into_response())
}

fn row(visit: &Visit, message: &Message) -> MessageRow {
    let (outcome, tone) = standing::standing(message.stage, message.outcome);
    MessageRow {
        id: message.id,
        subject: line_or(&message.subject, "(no subject)"),
        who: line_or(if message.from_name.is_empty() { &message.from_address } else { &message.from_name }, "(nobody)"),
        address: line(&message.from_address),
        mailbox: message.mailbox_name.clone(),
        kind: message.kind.as_str(),
        kind_label: message.kind.words(),
        outcome,
        tone,
        ticket: message.ticket.unwrap_or(0),
        can_ticket: can_ticket(&visit.rights, message),
        received: visit.when(message.internal_date),
    }
}

/// Whether this person can make a ticket of a message: it was read, and has none.
pub(super) fn can_ticket(rights: &Rights, message: &Message) -> bool {
    rights.postmaster().is_some() && message.ticket.is_none() && message.stage == crate::domain::message::Stage::Applied
}

/// How many a view shows where that is kept; -1 where it would have to be counted, or would tell of quarantine notices.
async fn total(view: &mut View, filter: &Filter) -> WebResult<i64> {
    Ok(match filter {
        Filter { mailbox: None, kind: None, outcome: None, .. } => {
            let kinds = counter::all(view, "message.kind.").await?;
            let read: i64 =
                kinds.iter().filter(|(kind, _)| filter.quarantine || kind != "quarantine_notice").map(|(_, n)| n).sum();
            let stages = counter::all(view, "message.stage.").await?;
            read + stages.iter().filter(|(stage, _)| stage != "applied").map(|(_, n)| n).sum::<i64>()
        }
        Filter { mailbox: None, kind: Some(kind), outcome: None, quarantine, .. }
            if *kind != Kind::Other && (*quarantine || *kind != Kind::QuarantineNotice) =>
        {
            counter::get(view, &format!("message.kind.{kind}")).await?
        }
        _ => -1,
    })
}

fn filters(mailboxes: &[Mailbox], asked: &Asked, filter: &Filter) -> Vec<FilterGroup> {
    let link = |name: &str, value: &str, label: &str, current: bool| FilterLink {
        href: asked.with(name, value),
        label: label.to_owned(),
        count: -1,
        current,
    };
    let mut boxes = vec![link("mailbox", "", "All mailboxes", filter.mailbox.is_none())];
    boxes.extend(mailboxes.iter().map(|m| link("mailbox", &m.id.to_string(), &m.name, filter.mailbox == Some(m.id))));
    let mut kinds = vec![link("kind", "", "All kinds", filter.kind.is_none())];
    let visible = Kind::ALL.iter().filter(|kind| filter.quarantine || **kind != Kind::QuarantineNotice);
    kinds.extend(visible.map(|kind| link("kind", kind.as_str(), kind.words(), filter.kind == Some(*kind))));
    let mut outcomes = vec![link("outcome", "", "All outcomes", filter.outcome.is_none())];
    outcomes.extend(
        Outcome::ALL.iter().map(|o| link("outcome", o.as_str(), standing::words(*o), filter.outcome == Some(*o))),
    );
    let group = |label: &str, links| FilterGroup { label: label.to_owned(), links };
    let mut groups = vec![group("Kind", kinds), group("Outcome", outcomes)];
    if mailboxes.len() > 1 {
        groups.insert(0, group("Mailbox", boxes));
    }
    groups
}
