//! `GET /messages/{m}`: what exactly was received. Plain text first; nothing opens by itself.

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;

use super::{
    facts::{self, DeliveryFact},
    found::{bytes, found, is_partial},
    list::can_ticket,
    standing,
};
use crate::{
    access::{Reader, Rights},
    desk::open::{self, Opened},
    domain::{kind::Kind, message::Stage, reading::Attachment},
    store::{View, message, message::Message, sighting, ticket},
    web::{
        Choice, Chrome, Errors, Page, Path, TextPart, Visit, WebResult, When,
        evidence::{Reason, question, reasons},
        line::{line, line_or, size, visible},
        quoted,
    },
};

/// The ticket a message belongs to.
#[derive(Debug)]
struct TicketOf {
    number: i64,
    subject: String,
    state: &'static str,
}

/// An attachment by name, type and size.
#[derive(Debug)]
struct AttachmentFact {
    name: String,
    media: String,
    size: String,
    /// That no scanner looked.
    finding: &'static str,
    tone: &'static str,
    href: String,
}

#[derive(Template)]
#[template(path = "messages/show.html")]
#[expect(clippy::struct_excessive_bools, reason = "what the page shows or leaves out, each by itself")]
pub(in crate::web) struct MessageShow {
    page: Chrome,
    id: i64,
    subject: String,
    kind: &'static str,
    kind_label: &'static str,
    outcome: &'static str,
    received: When,
    mailbox: String,
    size: String,
    may_act: bool,
    can_ticket: bool,
    /// Only its header is kept.
    partial: bool,
    errors: Errors,
    ticket: Option<TicketOf>,
    letterhead: Vec<(&'static str, String)>,
    has_html: bool,
    show_html: bool,
    text: Vec<TextPart>,
    text_note: String,
    attachments: Vec<AttachmentFact>,
    deliveries: Vec<DeliveryFact>,
    headers: Vec<(String, String)>,
    headers_note: String,
    facts: Vec<(String, String)>,
    question: &'static str,
    reading: Vec<Reason>,
    change_action: String,
    kinds: Vec<Choice>,
}

/// Which form of the text.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Asked {
    view: String,
}

/// The page.
pub(in crate::web) async fn show(
    visit: Visit,
    _: Reader,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
) -> WebResult<Page<MessageShow>> {
    shown(&visit, id, asked.view == "html", Errors::default()).await
}

/// The page, with the mistakes of a form that was sent from it.
pub(super) async fn shown(visit: &Visit, id: i64, as_html: bool, errors: Errors) -> WebResult<Page<MessageShow>> {
    let place = visit.web.place().await?;
    let mut view = visit.web.store.read().await?;
    let message = found(&mut view, &visit.rights, id).await?;
    let kept = bytes(&mut view, &message).await?;
    let partial = is_partial(&message, &kept);
    let limits = visit.web.settings.site.limits;
    let opened = place.work(move || open::open(&kept, limits)).await?;
    let broken = opened.is_none();
    let opened = opened.unwrap_or_default();
    let reading = message::reading(&mut view, id).await?;
    let seen = sighting::of_message(&mut view, id).await?;
    let title = line_or(&message.subject, "(no subject)");
    let applied = message.stage == Stage::Applied;
    Ok(Page::new(MessageShow {
        page: visit.chrome(&mut view, title.clone()).await?,
        id,
        subject: title,
        kind: message.kind.as_str(),
        kind_label: message.kind.words(),
        outcome: standing::standing(message.stage, message.outcome).0,
        received: visit.when(message.internal_date),
        mailbox: message.mailbox_name.clone(),
        size: size(u64::try_from(message.size).unwrap_or(0)),
        may_act: applied && visit.rights.postmaster().is_some(),
        can_ticket: can_ticket(&visit.rights, &message),
        partial,
        errors,
        ticket: ticket_of(&mut view, &visit.rights, &message).await?,
        letterhead: reading.as_ref().map(|reading| facts::letterhead(visit, reading)).unwrap_or_default(),
        has_html: opened.html,
        show_html: as_html && opened.html,
        text_note: note(&opened, broken, partial),
        attachments: attachments(id, &opened.attachments),
        deliveries: reading.as_ref().map(facts::deliveries).unwrap_or_default(),
        headers_note: if opened.fields.len() >= 500 {
            "More fields are in the raw message.".into()
        } else {
            String::new()
        },
        headers: opened.fields.iter().map(|(name, value)| (line(name), visible(value))).collect(),
        facts: facts::facts(visit, &message, reading.as_ref(), seen).0,
        question: question(message.kind),
        reading: reading.as_ref().map(|reading| reasons(&reading.evidence)).unwrap_or_default(),
        change_action: format!("/messages/{id}/kind"),
        kinds: kinds(&visit.rights, message.kind),
        text: quoted::parts(&visible(&opened.text)),
    }))
}

fn note(opened: &Opened, broken: bool, partial: bool) -> String {
    let mut notes = Vec::new();
    if broken {
        notes.push("This message could not be taken apart. Download the raw message to see it.");
    }
    if partial {
        notes.push("Only the header is kept: the message is over the size limit. The server still has it.");
    }
    if opened.from_html {
        notes.push("Made from the HTML form.");
    }
    if opened.cut {
        notes.push("The text is cut; the rest is in the raw message.");
    }
    notes.join(" ")
}

async fn ticket_of(view: &mut View, rights: &Rights, message: &Message) -> WebResult<Option<TicketOf>> {
    let Some(number) = message.ticket else { return Ok(None) };
    let ticket = ticket::get(view, number).await?;
    let ticket = ticket.filter(|t| t.kind != Kind::QuarantineNotice || rights.authorised_postmaster().is_some());
    Ok(ticket.map(|t| TicketOf { number, subject: line(&t.subject), state: t.state.as_str() }))
}

fn attachments(id: i64, attachments: &[Attachment]) -> Vec<AttachmentFact> {
    let fact = |one: &Attachment| AttachmentFact {
        name: line_or(&one.name, "(without a name)"),
        media: line(&one.media_type),
        size: size(one.size),
        finding: "not scanned",
        tone: "waiting",
        href: format!("/messages/{id}/attachments/{}", one.part),
    };
    attachments.iter().map(fact).collect()
}

/// What a message can be called by hand. Only who sees quarantine notices can make one.
pub(super) fn kinds(rights: &Rights, present: Kind) -> Vec<Choice> {
    let may = |kind: &&Kind| **kind != Kind::QuarantineNotice || rights.authorised_postmaster().is_some();
    let choice = |kind: &Kind| Choice {
        value: kind.as_str().to_owned(),
        label: kind.words().to_owned(),
        selected: *kind == present,
    };
    Kind::ALL.iter().filter(may).map(choice).collect()
}
