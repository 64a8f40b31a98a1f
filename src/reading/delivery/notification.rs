//! Amazon SES tells of deliveries by JSON in the text, sent on by its notification service.

use serde_json::Value;

use super::assess::{Found, assess};
use crate::{
    domain::{
        delivery::{Action, Delivery},
        evidence::Evidence,
        kind::Kind,
    },
    reading::finding::{Case, Finding},
};

/// Recipients taken from one notification.
const RECIPIENTS: usize = 100;

pub(super) fn read(case: &Case<'_>) -> Option<Finding> {
    let text = case.text.trim_start();
    if !text.starts_with('{') {
        return None;
    }
    // Sendmail breaks lines that are too long for it with `!`, in the middle of the JSON.
    let value = first_value(text).or_else(|| first_value(&text.replace("!\n ", "")))?;
    let sort = string(&value, "notificationType").or_else(|| string(&value, "eventType"))?;
    let kind = match sort.as_str() {
        "Bounce" | "Delivery" | "DeliveryDelay" => Kind::DeliveryError,
        "Complaint" => Kind::Complaint,
        _ => return None,
    };
    let mut finding = Finding::new(kind, Evidence::new("ses.notification", "text", &sort));
    finding.deliveries = match sort.as_str() {
        "Bounce" => bounced(value.get("bounce")?),
        "Delivery" => delivered(value.get("delivery")?),
        _ => Vec::new(),
    };
    if let Some(mail) = value.get("mail") {
        finding.returned_sender = string(mail, "source");
        finding.enclosed_ids = string(mail, "messageId").into_iter().collect();
    }
    Some(finding)
}

/// Words of the notification service follow the JSON: only the first value is read.
fn first_value(text: &str) -> Option<Value> {
    serde_json::Deserializer::from_str(text).into_iter().next()?.ok()
}

fn bounced(bounce: &Value) -> Vec<Delivery> {
    let remote = string(bounce, "reportingMTA").map(|m| m.trim_start_matches("dsn;").trim().to_owned());
    let list = bounce.get("bouncedRecipients").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .take(RECIPIENTS)
        .filter_map(|one| {
            let assessed = assess(Found {
                recipient: string(one, "emailAddress")?,
                action: string(one, "action").and_then(|a| a.parse().ok()).or(Some(Action::Failed)),
                status: string(one, "status"),
                diagnostic: string(one, "diagnosticCode").map(|d| d.trim_start_matches("smtp;").trim().to_owned()),
                remote_mta: remote.clone(),
                ..Found::default()
            });
            Some(assessed.delivery)
        })
        .collect()
}

fn delivered(delivery: &Value) -> Vec<Delivery> {
    let list = delivery.get("recipients").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .take(RECIPIENTS)
        .filter_map(Value::as_str)
        .map(|recipient| {
            assess(Found {
                recipient: recipient.to_owned(),
                action: Some(Action::Delivered),
                diagnostic: string(delivery, "smtpResponse"),
                remote_mta: string(delivery, "reportingMTA"),
                ..Found::default()
            })
            .delivery
        })
        .collect()
}

fn string(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).map(|t| t.chars().take(2_000).collect())
}
