//! Figures for Prometheus. No address, no quarantine figure: the door is open to whoever reaches it.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use prometheus_client::{
    encoding::text::encode,
    metrics::{family::Family, gauge::Gauge},
    registry::{Registry, Unit},
};

use super::{Web, WebError, WebResult};
use crate::{
    domain::{kind::Kind, message::Stage, outgoing::OutboxState, ticket::State as TicketState, time::Moment},
    store::{View, counter, mailbox, outbox},
};

type Gauges = Family<[(&'static str, String); 1], Gauge>;

/// `GET /metrics`, in the `OpenMetrics` text format.
pub(super) async fn metrics(State(web): State<Web>) -> WebResult<Response> {
    let mut registry = Registry::with_prefix("postdesk");
    let mut view = web.store.read().await?;
    messages(&mut registry, &mut view).await?;
    work(&mut registry, &mut view).await?;
    health(&mut registry, &mut view, web.clock.now()).await?;
    let mut text = String::new();
    encode(&mut text, &registry).map_err(WebError::unexpected)?;
    let kind = [(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")];
    Ok((kind, text).into_response())
}

fn set(family: &Gauges, label: &'static str, value: &str, figure: i64) {
    family.get_or_create(&[(label, value.to_owned())]).set(figure);
}

async fn messages(registry: &mut Registry, view: &mut View) -> WebResult<()> {
    let kinds = Gauges::default();
    for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::QuarantineNotice) {
        set(&kinds, "kind", kind.as_str(), counter::get(view, &format!("message.kind.{kind}")).await?);
    }
    registry.register("messages", "Messages kept and read, by kind", kinds);
    // Without the stage `applied`: its difference to the kinds would be the number of quarantine notices.
    let stages = Gauges::default();
    for stage in Stage::ALL.iter().filter(|stage| **stage != Stage::Applied) {
        set(&stages, "stage", stage.as_str(), counter::get(view, &format!("message.stage.{stage}")).await?);
    }
    registry.register("messages_unapplied", "Messages kept and not applied, by stage", stages);
    Ok(())
}

async fn work(registry: &mut Registry, view: &mut View) -> WebResult<()> {
    let tickets = Gauges::default();
    for state in TicketState::ALL {
        set(&tickets, "state", state.as_str(), counter::get(view, &format!("ticket.{state}")).await?);
    }
    registry.register("tickets", "Tickets, by state", tickets);
    let mails = Gauges::default();
    for state in OutboxState::ALL {
        set(&mails, "state", state.as_str(), counter::get(view, &format!("outbox.{state}")).await?);
    }
    registry.register("outbox", "Outgoing mails, by state", mails);
    let errors: Gauge = Gauge::default();
    errors.set(counter::get(view, "ledger.errors").await?);
    registry.register("delivery_errors", "Delivery errors noted in the ledger", errors);
    Ok(())
}

async fn health(registry: &mut Registry, view: &mut View, now: Moment) -> WebResult<()> {
    let seconds = |since: Moment| i64::try_from(now.since(since).as_secs()).unwrap_or(i64::MAX);
    let (lag, missing) = (Gauges::default(), Gauges::default());
    for mailbox in mailbox::all(view).await?.into_iter().filter(|mailbox| mailbox.configured) {
        if let Some(polled) = mailbox.polled_at {
            set(&lag, "mailbox", &mailbox.name, seconds(Moment::from_millis(polled)));
        }
        set(&missing, "mailbox", &mailbox.name, (mailbox.on_server - mailbox.kept_of_server).max(0));
    }
    registry.register_with_unit("mailbox_lag", "Time since the mailbox's server last answered", Unit::Seconds, lag);
    registry.register("mailbox_missing", "Messages on the server that are not kept, at the last count", missing);
    let age: Gauge = Gauge::default();
    age.set(outbox::next_due(view).await?.map_or(0, seconds));
    registry.register_with_unit(
        "outbox_age",
        "Time for which the oldest outgoing mail has been due",
        Unit::Seconds,
        age,
    );
    Ok(())
}
