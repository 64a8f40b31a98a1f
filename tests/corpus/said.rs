//! What the command line says of the messages of a folder.

use std::{collections::HashMap, path::Path, process::Command};

use super::label::Label;

/// One recipient, as read.
pub(super) struct Delivery {
    pub(super) recipient: String,
    pub(super) action: String,
    pub(super) status: String,
    pub(super) reply_code: String,
    pub(super) reason: String,
    pub(super) group: String,
    pub(super) permanent: bool,
}

/// One message, as read.
pub(super) struct Said {
    pub(super) kind: String,
    pub(super) deliveries: Vec<Delivery>,
    pub(super) rules: Vec<String>,
}

impl Said {
    /// Failed recipients as a set.
    pub(super) fn failed(&self) -> Vec<String> {
        let failed = self.deliveries.iter().filter(|d| d.action == "failed");
        let mut failed: Vec<_> = failed.map(|d| d.recipient.clone()).collect();
        failed.sort();
        failed.dedup();
        failed
    }

    /// What was read of the recipient that a label names in this place: by address, else by place.
    pub(super) fn of<'s>(&'s self, label: &Label, at: usize) -> Option<&'s Delivery> {
        let who = label.recipients.get(at)?;
        let before = label.recipients.iter().take(at).filter(|r| *r == who).count();
        let mut same = self.deliveries.iter().filter(|d| d.recipient == *who);
        let placed = || self.deliveries.get(at).filter(|_| self.deliveries.len() == label.recipients.len());
        let first = self.deliveries.iter().find(|d| d.recipient == *who);
        same.nth(before).or(first).or_else(placed)
    }
}

/// Every message of a folder, by its path within it.
pub(super) fn classified(folder: &Path, labels: &[Label]) -> HashMap<String, Said> {
    // A walk leaves bare JSON out, for it may be somebody's labels; a file that is named is read.
    let named = labels.iter().map(|l| &l.path).filter(|path| Path::new(path).extension().is_some_and(|e| e == "json"));
    let mut line = Command::new(env!("CARGO_BIN_EXE_postdesk"));
    line.arg("classify").arg(folder).args(named.map(|path| folder.join(path)));
    let output = line.output().expect("postdesk");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.lines()
        .map(|line| {
            let value: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let path = Path::new(value["path"].as_str().expect("a path"));
            let path = path.strip_prefix(folder).expect("within the folder").display().to_string();
            (path, said(&value))
        })
        .collect()
}

fn said(value: &serde_json::Value) -> Said {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let list = |name: &str| value[name].as_array().expect("a list").iter();
    Said {
        kind: text(&value["kind"]),
        deliveries: list("deliveries")
            .map(|d| Delivery {
                recipient: text(&d["recipient"]).to_lowercase(),
                action: text(&d["action"]),
                status: text(&d["status"]),
                reply_code: d["reply_code"].as_u64().map(|c| c.to_string()).unwrap_or_default(),
                reason: text(&d["reason"]),
                group: text(&d["group"]),
                permanent: d["permanent"].as_bool().unwrap_or_default(),
            })
            .collect(),
        rules: list("evidence").map(|e| text(&e["rule"])).collect(),
    }
}
