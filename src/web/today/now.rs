//! What waits, by kind and by clock, as numbers that are links; and what is broken.

use super::owed::Owed;
use crate::{
    desk::apply,
    domain::{kind::Kind, ticket::State},
    store::{self, View, confirmation, counter},
    web::{Visit, WebResult, delivery_error::incident, link::link, mailbox::Condition},
};

/// Something that is broken, and where to mend it.
#[derive(Debug)]
pub(super) struct Alert {
    /// `late` or `waiting`.
    pub(super) kind: &'static str,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) href: String,
    pub(super) label: &'static str,
}

/// A number that is a link.
#[derive(Debug)]
pub(super) struct Tile {
    pub(super) href: String,
    pub(super) label: String,
    pub(super) count: i64,
    pub(super) tone: &'static str,
    /// `2 late`, else empty.
    pub(super) text: String,
}

/// What waits by kind: nobody has begun to work on it. And what is being worked on.
pub(super) async fn tiles(visit: &Visit, view: &mut View, owed: &Owed) -> WebResult<Vec<Tile>> {
    let authorised = visit.rights.authorised_postmaster().is_some();
    let counts = counter::all(view, "ticket.").await?;
    let of = |state: State, kind: Kind| {
        let name = format!("{state}.{kind}");
        counts.iter().find(|(found, _)| *found == name).map_or(0, |(_, count)| *count)
    };
    let mut tiles = Vec::new();
    let mut working = 0;
    for kind in Kind::ALL.iter().copied().filter(|kind| authorised || *kind != Kind::QuarantineNotice) {
        working += of(State::Investigating, kind);
        let count = of(State::New, kind) + of(State::Acknowledged, kind);
        // Kinds that open tickets by themselves always have their place; others only when there is one.
        if count == 0 && !kind.opens_ticket() {
            continue;
        }
        let late = owed.late.iter().filter(|found| **found == kind).count();
        tiles.push(Tile {
            href: link("/tickets", &[("q", &format!("kind:{kind}"))]),
            label: kind.words().to_owned(),
            count,
            tone: if late > 0 { "late" } else { "waiting" },
            text: if late > 0 { format!("{late} late") } else { String::new() },
        });
    }
    tiles.push(Tile {
        href: link("/tickets", &[("q", "state:investigating")]),
        label: "Being worked on".into(),
        count: working,
        tone: "quiet",
        text: String::new(),
    });
    Ok(tiles)
}

/// What waits for the confirmation of an authorised postmaster.
pub(super) async fn confirmations(view: &mut View) -> WebResult<Option<Alert>> {
    let waiting = confirmation::waiting(view, None).await?;
    let Some(first) = waiting.first() else { return Ok(None) };
    let others = waiting.len() - 1;
    let more = if others == 0 { String::new() } else { format!(" And {others} more.") };
    Ok(Some(Alert {
        kind: "waiting",
        title: format!("Waits for a confirmation: {} for {}.", first.change.words(), first.name),
        text: format!("Asked by {}.{more}", first.asker),
        href: "/confirmations".to_owned(),
        label: "Look at it",
    }))
}

/// What is broken.
pub(super) async fn alerts(
    visit: &Visit,
    view: &mut View,
    mailboxes: &[(String, Condition)],
    outbox: &Condition,
) -> WebResult<Vec<Alert>> {
    let bad = |name: &str, condition: &Condition| Alert {
        kind: "late",
        title: format!("{name}: {}.", condition.word),
        text: condition.text.clone(),
        href: "/mailboxes".to_owned(),
        label: "Look at it",
    };
    let mut alerts: Vec<Alert> = mailboxes
        .iter()
        .filter(|(_, condition)| condition.tone == "late")
        .map(|(name, condition)| bad(name, condition))
        .collect();
    if outbox.tone == "late" {
        alerts.push(bad("Outbox", outbox));
    }
    alerts.extend(surge(visit, view).await?);
    alerts.extend(held_back(visit, view).await?);
    let [stuck, large] = visit.stuck(view).await?;
    if stuck + large > 0 {
        alerts.push(Alert {
            kind: "waiting",
            title: format!("{} not imported.", stuck + large),
            text: format!("{stuck} could not be handled, {large} too large."),
            href: "/not-imported".to_owned(),
            label: "Look at the list",
        });
    }
    Ok(alerts)
}

/// A surge of delivery errors that runs.
async fn surge(visit: &Visit, view: &mut View) -> WebResult<Option<Alert>> {
    let running = store::surge::running(view).await?;
    Ok(running.map(|incident| Alert {
        kind: "late",
        title: "Unusually many delivery errors.".into(),
        text: incident::words(visit, &incident),
        href: format!("/tickets/{}", incident.ticket),
        label: "Look at the ticket",
    }))
}

/// What the caps keep from leaving: a flood, or a robot that answers every mail.
async fn held_back(visit: &Visit, view: &mut View) -> WebResult<Option<Alert>> {
    let caps = apply::caps(view, visit.now).await?;
    if caps.waiting + caps.held == 0 {
        return Ok(None);
    }
    let mut words = Vec::new();
    if caps.waiting > 0 {
        let until = visit.when(caps.until).relative;
        words.push(format!("{} wait for a later hour, the last leaves {until}.", caps.waiting));
    }
    if caps.held > 0 {
        let held = caps.held;
        words.push(format!("{held} of today are not sent: their tickets say why, and can be answered there."));
    }
    Ok(Some(Alert {
        kind: "waiting",
        title: "Caps hold acknowledgements back.".into(),
        text: words.join(" "),
        href: "/tickets?q=state:new".to_owned(),
        label: "Look at new tickets",
    }))
}
