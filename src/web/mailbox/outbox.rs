//! Lines of the outbox.

use std::collections::BTreeSet;

use crate::{
    desk::resend,
    domain::{
        kind::Kind,
        outgoing::{OutboxState, Purpose},
    },
    store::{
        View, counter,
        outbox::{self, Outbound},
        ticket,
    },
    web::{FilterGroup, FilterLink, Visit, WebResult, When, line::line, link::link},
};

/// Lines of a page.
const LINES: usize = 50;
/// What a person looks for first: what may or may not have left, then what was refused, then what waits.
const OPEN: [OutboxState; 4] =
    [OutboxState::Uncertain, OutboxState::Refused, OutboxState::Sending, OutboxState::Queued];

/// An outgoing mail.
#[derive(Debug)]
pub(super) struct OutboxRow {
    pub(super) id: i64,
    pub(super) what: &'static str,
    pub(super) subject: String,
    pub(super) to: String,
    /// 0 for none.
    pub(super) ticket: i64,
    /// `waiting`, `late` or `done`, with its word.
    pub(super) tone: &'static str,
    pub(super) word: &'static str,
    pub(super) answer: String,
    pub(super) next: Option<When>,
    pub(super) can_act: bool,
    /// Unique on the page, and where the forms post.
    pub(super) retry_id: String,
    pub(super) retry: String,
    pub(super) retry_label: &'static str,
    /// What may happen if it is sent again.
    pub(super) retry_consequence: &'static str,
    pub(super) discard_id: String,
    pub(super) discard: String,
}

/// Lines of one state, or of everything that has not certainly left; and the id that the next page begins below.
pub(super) async fn rows(
    visit: &Visit,
    view: &mut View,
    state: Option<OutboxState>,
    before: i64,
) -> WebResult<(Vec<OutboxRow>, Option<i64>)> {
    let limit = i64::try_from(LINES + 1).unwrap_or(i64::MAX);
    let mut found = Vec::new();
    let mut next = None;
    if let Some(state) = state {
        found = outbox::list(view, Some(state), before, limit).await?;
        next = found.get(LINES - 1).filter(|_| found.len() > LINES).map(|last| last.id);
        found.truncate(LINES);
    } else {
        for state in OPEN {
            found.extend(outbox::list(view, Some(state), i64::MAX, limit).await?);
        }
    }
    let hidden = hidden(visit, view, &found).await?;
    let shown = found.iter().filter(|mail| mail.ticket.is_none_or(|ticket| !hidden.contains(&ticket)));
    Ok((shown.map(|mail| row(visit, mail)).collect(), next))
}

/// Tickets of quarantine notices are for authorised postmasters only (D12), and so is mail about them.
async fn hidden(visit: &Visit, view: &mut View, found: &[Outbound]) -> WebResult<BTreeSet<i64>> {
    if visit.rights.authorised_postmaster().is_some() {
        return Ok(BTreeSet::new());
    }
    let mut hidden = BTreeSet::new();
    let numbers: BTreeSet<i64> = found.iter().filter_map(|mail| mail.ticket).collect();
    for number in numbers {
        if ticket::get(view, number).await?.is_none_or(|ticket| ticket.kind == Kind::QuarantineNotice) {
            hidden.insert(number);
        }
    }
    Ok(hidden)
}

/// Whether this person may know of a mail.
pub(super) async fn may_see(visit: &Visit, view: &mut View, mail: &Outbound) -> WebResult<bool> {
    Ok(hidden(visit, view, std::slice::from_ref(mail)).await?.is_empty())
}

fn row(visit: &Visit, mail: &Outbound) -> OutboxRow {
    let (tone, word) = words(mail.state);
    let (retry_label, retry_consequence) = match mail.state {
        OutboxState::Uncertain => (
            "Send again",
            "It may have arrived already. Sent again, it may arrive twice, both times under the same Message-ID.",
        ),
        OutboxState::Queued => ("Try now", "It is tried at once instead of at its time."),
        _ => ("Try again", "The mail server refused it. It is handed over once more as it is."),
    };
    let id = mail.id;
    OutboxRow {
        id,
        what: match mail.purpose {
            Purpose::Acknowledgement => "Acknowledgement",
            Purpose::Reply => "Reply",
            Purpose::First => "First mail",
        },
        subject: line(&mail.subject),
        to: line(&mail.to),
        ticket: mail.ticket.unwrap_or(0),
        tone,
        word,
        answer: if mail.state == OutboxState::Accepted {
            line(&format!("accepted by {}", mail.relay))
        } else {
            line(&mail.answer)
        },
        next: (mail.state == OutboxState::Queued).then(|| visit.when(mail.due_at)),
        can_act: resend::is_open(mail.state),
        retry_id: format!("retry-{id}"),
        retry: format!("/outbox/{id}/retry"),
        retry_label,
        retry_consequence,
        discard_id: format!("discard-{id}"),
        discard: format!("/outbox/{id}/discard"),
    }
}

const fn words(state: OutboxState) -> (&'static str, &'static str) {
    match state {
        OutboxState::Queued => ("waiting", "queued"),
        OutboxState::Sending => ("waiting", "sending"),
        OutboxState::Accepted => ("done", "accepted"),
        OutboxState::Refused => ("late", "refused"),
        OutboxState::Uncertain => ("late", "uncertain"),
        OutboxState::Discarded => ("waiting", "discarded"),
    }
}

/// States as links, with their counts.
pub(super) async fn filters(view: &mut View, present: Option<OutboxState>) -> WebResult<FilterGroup> {
    let mut links = vec![FilterLink {
        href: "/mailboxes".into(),
        label: "Not certainly sent".into(),
        count: -1,
        current: present.is_none(),
    }];
    for state in OPEN.into_iter().chain([OutboxState::Accepted, OutboxState::Discarded]) {
        let word = words(state).1;
        let mut chars = word.chars();
        links.push(FilterLink {
            href: link("/mailboxes", &[("outbox", state.as_str())]),
            label: chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect()),
            count: counter::get(view, &format!("outbox.{state}")).await?,
            current: present == Some(state),
        });
    }
    Ok(FilterGroup { label: "State".into(), links })
}
