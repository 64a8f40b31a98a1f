//! `GET /tickets/new` and `POST /tickets`: a ticket made by hand.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{again::done, show::priorities};
use crate::{
    access::Postmaster,
    desk::act::{self, ActError, ByHand},
    domain::{
        kind::Kind,
        ticket::{Channel, Priority},
    },
    web::{Choice, Chrome, Errors, Form, Page, Visit, WebError, WebResult},
};

/// The fields, as typed.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct TicketForm {
    channel: String,
    kind: String,
    subject: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    address: String,
    #[serde(default)]
    text: String,
    priority: String,
}

#[derive(Template)]
#[template(path = "tickets/new.html")]
struct TicketNew {
    page: Chrome,
    channels: Vec<Choice>,
    kinds: Vec<Choice>,
    priorities: Vec<Choice>,
    fields: TicketForm,
    errors: Errors,
}

/// The empty form.
pub(in crate::web) async fn form(visit: Visit, _may: Postmaster) -> WebResult<Response> {
    page(&visit, TicketForm::default(), Errors::default(), StatusCode::OK).await
}

/// Opens the ticket.
pub(in crate::web) async fn open(visit: Visit, may: Postmaster, Form(form): Form<TicketForm>) -> WebResult<Response> {
    let mut errors = Errors::default();
    let channel = form.channel.parse::<Channel>().map_err(|_| errors.add("channel", "Choose how it came."));
    let kind = form.kind.parse::<Kind>().map_err(|_| errors.add("kind", "Choose a kind."));
    let priority = form.priority.parse::<Priority>().map_err(|_| errors.add("priority", "Choose a priority."));
    let (Ok(channel), Ok(kind), Ok(priority)) = (channel, kind, priority) else {
        return page(&visit, form, errors, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let typed = ByHand {
        channel,
        kind,
        subject: &form.subject,
        name: &form.name,
        address: &form.address,
        text: &form.text,
        priority,
    };
    let mut work = visit.web.store.write().await?;
    match act::by_hand(&mut work, &may, &visit.web.head, &typed, visit.now).await {
        Ok(number) => {
            work.commit().await?;
            done(&visit, number, format!("Ticket #{number} is open. Nothing has been sent.")).await
        }
        Err(ActError::Refused { field, words }) => {
            drop(work);
            page(&visit, form, Errors::one(field, words), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(ActError::Store(error)) => Err(error.into()),
        Err(error @ (ActError::Conflict | ActError::Gone)) => Err(WebError::unexpected(error)),
    }
}

async fn page(visit: &Visit, fields: TicketForm, errors: Errors, status: StatusCode) -> WebResult<Response> {
    let mut view = visit.web.store.read().await?;
    let view = TicketNew {
        page: visit.chrome(&mut view, "New ticket").await?,
        channels: channels(&fields.channel),
        kinds: kinds(&fields.kind),
        priorities: priorities(fields.priority.parse().unwrap_or(Priority::Normal)),
        fields,
        errors,
    };
    Ok(Page::new(view).status(status).into_response())
}

fn channels(chosen: &str) -> Vec<Choice> {
    let words = |channel: Channel| match channel {
        Channel::Mail => "We write first, by mail",
        Channel::Telephone => "Telephone call",
        Channel::Letter => "Letter",
        Channel::InPerson => "In person",
    };
    let order = [Channel::Telephone, Channel::Letter, Channel::InPerson, Channel::Mail];
    let choice = |channel: Channel| Choice {
        value: channel.to_string(),
        label: words(channel).to_owned(),
        selected: channel.as_str() == chosen,
    };
    order.into_iter().map(choice).collect()
}

fn kinds(chosen: &str) -> Vec<Choice> {
    let choice = |kind: &Kind| Choice {
        value: kind.to_string(),
        label: kind.words().to_owned(),
        selected: kind.as_str() == chosen,
    };
    Kind::ALL.iter().filter(|kind| kind.opens_ticket()).map(choice).collect()
}
