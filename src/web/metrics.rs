//! Figures for Prometheus. No address, no quarantine figure: the door is open to whoever reaches it.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::{Registry, Unit},
};

use super::{Web, WebError, WebResult};
use crate::{
    domain::{kind::Kind, message::Stage, outgoing::OutboxState, ticket::State as TicketState, time::Moment},
    log,
    store::{View, counter, lease, mailbox, outbox, quarantine_notice},
};

type Gauges = Family<[(&'static str, String); 1], Gauge>;
type Counters = Family<[(&'static str, String); 1], Counter>;

/// Jobs that are counted, from their first trouble on and before.
const JOBS: [&str; 6] = ["mailbox", "outbox", "housekeeping", "leases", "listener", "whole"];

/// `GET /metrics`, in the `OpenMetrics` text format.
pub(super) async fn metrics(State(web): State<Web>) -> WebResult<Response> {
    let mut registry = Registry::with_prefix("postdesk");
    let mut view = web.store.read().await?;
    messages(&mut registry, &mut view).await?;
    work(&mut registry, &mut view).await?;
    health(&mut registry, &mut view, web.clock.now()).await?;
    troubles(&mut registry);
    let mut text = String::new();
    encode(&mut text, &registry).map_err(WebError::unexpected)?;
    let kind = [(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")];
    Ok((kind, text).into_response())
}

fn set(family: &Gauges, label: &'static str, value: &str, figure: i64) {
    family.get_or_create(&[(label, value.to_owned())]).set(figure);
}

/// Counts that begin alike, asked for at once.
struct Counts(Vec<(String, i64)>);

impl Counts {
    fn of(&self, name: &str) -> i64 {
        self.0.iter().find(|(found, _)| found == name).map_or(0, |(_, count)| *count)
    }
}

async fn messages(registry: &mut Registry, view: &mut View) -> WebResult<()> {
    let counts = Counts(counter::all(view, "message.").await?);
    let kinds = Gauges::default();
    for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::QuarantineNotice) {
        set(&kinds, "kind", kind.as_str(), counts.of(&format!("kind.{kind}")));
    }
    registry.register("messages", "Messages kept and read, by kind", kinds);
    // Without the stage `applied`: its difference to the kinds would be the number of quarantine notices.
    let stages = Gauges::default();
    let [failed, large] = quarantine_notice::stuck(view).await?;
    for stage in Stage::ALL.iter().filter(|stage| **stage != Stage::Applied) {
        let hidden = match stage {
            Stage::NotImported => failed,
            Stage::TooLarge => large,
            _ => 0,
        };
        set(&stages, "stage", stage.as_str(), counts.of(&format!("stage.{stage}")) - hidden);
    }
    registry.register("messages_unapplied", "Messages kept and not applied, by stage", stages);
    Ok(())
}

async fn work(registry: &mut Registry, view: &mut View) -> WebResult<()> {
    let counts = Counts(counter::all(view, "ticket.").await?);
    let tickets = Gauges::default();
    for state in TicketState::ALL {
        let held = counts.of(&format!("{state}.{}", Kind::QuarantineNotice));
        set(&tickets, "state", state.as_str(), counts.of(state.as_str()) - held);
    }
    registry.register("tickets", "Tickets, by state", tickets);
    let counts = Counts(counter::all(view, "outbox.").await?);
    let mails = Gauges::default();
    for state in OutboxState::ALL {
        set(&mails, "state", state.as_str(), counts.of(state.as_str()));
    }
    registry.register("outbox", "Outgoing mails, by state", mails);
    let errors: Gauge = Gauge::default();
    errors.set(counter::get(view, "ledger.errors").await?);
    registry.register("delivery_errors", "Delivery errors noted in the ledger", errors);
    Ok(())
}

async fn health(registry: &mut Registry, view: &mut View, now: Moment) -> WebResult<()> {
    let seconds = |since: Moment| i64::try_from(now.since(since).as_secs()).unwrap_or(i64::MAX);
    let (lag, missing, failing) = (Gauges::default(), Gauges::default(), Gauges::default());
    let mailboxes = mailbox::all(view).await?;
    for mailbox in mailboxes.iter().filter(|mailbox| mailbox.configured) {
        set(&failing, "mailbox", &mailbox.name, i64::from(!mailbox.trouble.is_empty()));
        if let Some(polled) = mailbox.polled_at {
            set(&lag, "mailbox", &mailbox.name, seconds(Moment::from_millis(polled)));
        }
        set(&missing, "mailbox", &mailbox.name, (mailbox.on_server - mailbox.kept_of_server).max(0));
    }
    registry.register_with_unit("mailbox_lag", "Time since the mailbox's server last answered", Unit::Seconds, lag);
    registry.register("mailbox_missing", "Messages on the server that are not kept, at the last count", missing);
    registry.register("mailbox_failing", "Whether the mailbox's session is in trouble", failing);
    let changes = Counters::default();
    for (name, fence) in lease::fences(view).await? {
        let known = mailboxes.iter().find(|mailbox| name == format!("mailbox {}", mailbox.id));
        let name = known.map_or(name, |mailbox| format!("mailbox {}", mailbox.name));
        changes.get_or_create(&[("lease", name)]).inc_by(u64::try_from(fence).unwrap_or_default());
    }
    registry.register("lease_changes", "How often a lease has changed its owner: starts and take-overs", changes);
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

/// What went wrong in this process since it started: warnings and errors of the log, by job and by level.
fn troubles(registry: &mut Registry) {
    let (jobs, levels) = (Counters::default(), Counters::default());
    for job in JOBS {
        drop(jobs.get_or_create(&[("job", job.to_owned())]));
    }
    for level in ["warn", "error"] {
        drop(levels.get_or_create(&[("level", level.to_owned())]));
    }
    for count in log::counts() {
        levels.get_or_create(&[("level", count.level.as_str().to_ascii_lowercase())]).inc_by(count.entries);
        let job = count.part.strip_prefix("postdesk::jobs::").and_then(|path| path.split("::").next());
        if let Some(job) = job.filter(|job| JOBS.contains(job)) {
            jobs.get_or_create(&[("job", job.to_owned())]).inc_by(count.entries);
        }
    }
    registry.register("job_failures", "Times a job could not do its work, since this process started", jobs);
    registry.register("log_entries", "Warnings and errors in the log, since this process started", levels);
}
