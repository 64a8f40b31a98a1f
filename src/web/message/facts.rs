//! What was found in a message, as plain facts.

use std::fmt::Write;

use crate::{
    domain::{
        acknowledgement::Decision,
        arrival::{Authenticated, Correspondent},
        delivery::{Action, Acts, Delivery},
        reading::Reading,
        report::{Report, served},
    },
    store::message::Message,
    web::{Visit, line::line},
};

/// What a delivery report says about one recipient.
#[derive(Debug)]
pub(super) struct DeliveryFact {
    pub(super) recipient: String,
    pub(super) reason: &'static str,
    pub(super) tone: &'static str,
    /// `failed for good · 5.1.1 · reply 550 · the remote server must act`.
    pub(super) status: String,
    pub(super) diagnostic: String,
}

/// The reports of deliveries.
pub(super) fn deliveries(reading: &Reading) -> Vec<DeliveryFact> {
    reading.deliveries.iter().take(200).map(delivery).collect()
}

fn delivery(delivery: &Delivery) -> DeliveryFact {
    let mut status = match (delivery.action, delivery.permanent) {
        (Action::Failed, true) => "failed for good".to_owned(),
        (Action::Failed, false) => "failed for now".to_owned(),
        (action, _) => action.to_string(),
    };
    if let Some(code) = &delivery.status {
        let _ = write!(status, " · {}", line(code));
    }
    if let Some(code) = delivery.reply_code {
        let _ = write!(status, " · reply {code}");
    }
    if let Some(mta) = &delivery.remote_mta {
        let _ = write!(status, " · by {}", line(mta));
    }
    status.push_str(match delivery.acts {
        Acts::Sender => " · the sender must act",
        Acts::Remote => " · the other side must act",
        Acts::Us => " · we must act",
        Acts::Nobody => "",
    });
    let failed = delivery.action == Action::Failed;
    DeliveryFact {
        recipient: line(&delivery.recipient),
        reason: if failed || delivery.action == Action::Delayed { delivery.group.words() } else { "" },
        tone: if failed { "late" } else { "waiting" },
        status,
        diagnostic: delivery.diagnostic.as_deref().map(line).unwrap_or_default(),
    }
}

/// From, To and so on, as decoded.
pub(super) fn letterhead(visit: &Visit, reading: &Reading) -> Vec<(&'static str, String)> {
    let arrival = &reading.arrival;
    let mut head = vec![("From", written(&arrival.from))];
    if let Some(reply_to) = arrival.reply_to.as_ref().filter(|r| r.address != arrival.from.address) {
        head.push(("Reply to", written(reply_to)));
    }
    let to: Vec<String> = arrival.recipients.iter().take(20).map(written).collect();
    let more = arrival.recipients.len().saturating_sub(to.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    head.push(("To", format!("{}{more}", to.join(", "))));
    if let Some(date) = arrival.date {
        head.push(("Date", visit.when(date).exact));
    }
    head.retain(|(_, value)| !value.trim().is_empty());
    head
}

fn written(who: &Correspondent) -> String {
    match (who.name.as_str(), who.address.as_str()) {
        ("", address) => line(address),
        (name, "") => line(name),
        (name, address) => format!("{} <{}>", line(name), line(address)),
    }
}

/// Everything else that is known.
pub(super) fn facts(visit: &Visit, message: &Message, reading: Option<&Reading>, seen: Option<(i64, i64)>) -> Facts {
    let mut facts = Facts(Vec::new());
    if let Some(acknowledgement) = &message.acknowledgement {
        let decision = match acknowledgement.decision {
            Decision::Send => "Sent at once",
            Decision::Record => "Not by itself",
            Decision::Never => "Never",
        };
        facts.add("Acknowledgement", format!("{decision}: {}", line(&acknowledgement.reason)));
    }
    facts.add("Trouble", line(&message.trouble));
    if let Some(reading) = reading {
        said(&mut facts, visit, reading);
    }
    facts.add("Received", visit.when(message.internal_date).exact);
    facts.add("Kept", visit.when(message.kept_at).exact);
    facts.add("Message-ID", line(&message.message_id));
    if let Some((uidvalidity, uid)) = seen {
        facts.add("On the server", format!("UID {uid}, UIDVALIDITY {uidvalidity}"));
    }
    facts.add(
        "SHA-256",
        message.sha256.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        }),
    );
    facts
}

/// Where the figures of a report went.
fn counted(report: &Report, domains: &[String]) -> String {
    let about = report.domain.as_deref().unwrap_or_default();
    match served(about, domains) {
        Some(domain) if report.records > 0 => format!("in the figures of {domain} (see Domains)"),
        Some(_) => "no: its figures could not be read".to_owned(),
        None if about.is_empty() => "no: it names no domain".to_owned(),
        None => format!("no: {} is not served here", line(about)),
    }
}

/// Facts: label and value.
#[derive(Debug)]
pub(super) struct Facts(pub(super) Vec<(String, String)>);

impl Facts {
    fn add(&mut self, label: &str, value: impl Into<String>) {
        let value = value.into();
        if !value.trim().is_empty() {
            self.0.push((label.to_owned(), value));
        }
    }
}

fn said(facts: &mut Facts, visit: &Visit, reading: &Reading) {
    let arrival = &reading.arrival;
    if let Some(path) = &arrival.return_path {
        facts.add("Return path", if path.is_empty() { "<> (nobody)".to_owned() } else { line(path) });
    }
    match arrival.authenticated {
        Authenticated::Pass => facts.add("Sender", "proved by DMARC"),
        Authenticated::Forged => facts.add("Sender", "called forged: DMARC failed"),
        Authenticated::Unknown => facts.add("Sender", "not checked"),
    }
    facts.add("Partner", arrival.partner.as_deref().map(line).unwrap_or_default());
    if let Some(sender) = &reading.returned_sender {
        facts.add("Returned message of", line(sender));
    }
    if let Some(feedback) = &reading.feedback {
        facts.add("Feedback", line(&feedback.feedback_type));
        if feedback.sealed {
            facts.add("Not shown", "It concerns the sexual abuse of children");
        }
        if feedback.feedback_loop {
            facts.add("Sent by", "a feedback loop's robot: nobody reads an answer");
        }
        facts.add("Source address", feedback.source_ip.as_deref().map(line).unwrap_or_default());
        facts.add("Reported sender", feedback.mail_from.as_deref().map(line).unwrap_or_default());
        facts.add("Reported recipient", line(&feedback.rcpt_to.join(", ")));
        facts.add("Reported domain", line(&feedback.domains.join(", ")));
        facts.add("Reported links", line(&feedback.uris.join(", ")));
        let message = &feedback.message;
        facts.add("Reported message", message.message_id.as_deref().map(line).unwrap_or_default());
        facts.add("Reported From", message.from.as_deref().map(line).unwrap_or_default());
        facts.add("Reported subject", message.subject.as_deref().map(line).unwrap_or_default());
        facts.add("Arrived there", feedback.arrival.map(|at| visit.when(at).exact).unwrap_or_default());
    }
    if let Some(report) = &reading.report {
        facts.add("Statistic", line(&report.report_type));
        facts.add("Reporter", report.organisation.as_deref().map(line).unwrap_or_default());
        facts.add("About", report.domain.as_deref().map(line).unwrap_or_default());
        facts.add("Rows", report.records.to_string());
        facts.add("Form", if report.conforming { "as the standard wants it" } else { "not as the standard wants it" });
        facts.add("Counted", counted(report, &visit.web.settings.site.domains));
    }
}
