//! Real mail with labels, where the folder is there: beside the repository, or where `POSTDESK_CORPUS` says.

mod label;
mod said;
mod table;

use std::path::{Path, PathBuf};

use label::{Label, group_of, kind_of};
use said::Said;
use table::Table;

/// What was reached on the bounces when this was written; nothing may fall below it, nor below what was promised:
/// recall 0.99, exact recipients 0.97, reason group 0.95. The labelling project calls warnings failures; a message that
/// says by itself that delivery is still tried is asked for a delay instead, and counts against us only in the line that takes
/// the labels as they stand.
const BOUNCES: &[(&str, f64)] = &[
    ("read as a delivery error", 1.0),
    ("recipients exact", 0.99),
    ("recipients exact, labels as they stand", 0.945),
    ("reason group", 0.97),
    ("reason group, first opinion only", 0.97),
    ("fine reason", 0.86),
    ("delay read as a delay", 1.0),
    ("status", 0.985),
    ("reply code", 0.965),
    ("no bounce: not read as one", 1.0),
    ("permanent where the address is dead", 1.0),
];

fn folder(name: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let corpus = std::env::var_os("POSTDESK_CORPUS").map_or(beside, PathBuf::from);
    let folder = corpus.join(name);
    if folder.join("labels.tsv").is_file() {
        return Some(folder);
    }
    eprintln!("not looked at: no corpus at {}", folder.display());
    None
}

/// Every label of a folder with what was said of its message.
fn read(name: &str) -> Option<Vec<(Label, Said)>> {
    let folder = folder(name)?;
    let labels = label::labels(&folder);
    let mut said = said::classified(&folder, &labels);
    let pair = |label: Label| {
        let said = said.remove(&label.path).unwrap_or_else(|| panic!("no line for {}", label.path));
        (label, said)
    };
    Some(labels.into_iter().map(pair).collect())
}

#[test]
fn d4_bounces_are_read_right() {
    let Some(read) = read("bounces-dev") else { return };
    let mut table = Table::default();
    for (label, said) in &read {
        table.kind(&label.class, &said.kind);
        let bounce = matches!(label.class.as_str(), "bounce" | "delay" | "dsn-delivered");
        if bounce {
            table.count("read as a delivery error", said.kind == "delivery_error");
            recipients(&mut table, label, said);
            reasons(&mut table, label, said);
        } else {
            table.count("no bounce: not read as one", said.kind != "delivery_error");
        }
    }
    table.print_and_hold("bounces-dev", BOUNCES);
}

/// Set equality over the failed recipients of a message. Where the label names none, none is known.
fn recipients(table: &mut Table, label: &Label, said: &Said) {
    let known = !label.recipients.is_empty() || label.class != "bounce";
    let wanted = if label.class == "bounce" { label.recipient_set() } else { Vec::new() };
    if !known {
        return;
    }
    let exact = said.failed() == wanted;
    table.count("recipients exact, labels as they stand", exact);
    if label.delay {
        let delayed = said.deliveries.iter().any(|d| d.action == "delayed");
        table.count("delay read as a delay", delayed);
        return;
    }
    table.count("recipients exact", exact);
    if !exact {
        table.wrong(format!("{}: {wanted:?}, read {:?} by {:?}", label.path, said.failed(), said.rules));
    }
}

/// A message's group is right if it is for each of its recipients.
fn reasons(table: &mut Table, label: &Label, said: &Said) {
    let (mut group, mut strict, mut fine, mut asked) = (true, true, true, false);
    for at in 0..label.recipients.len() {
        let (wanted, other) = label.reason(at);
        if wanted.is_empty() || wanted == "delivered" {
            continue;
        }
        asked = true;
        let found = said.of(label, at);
        let (read, of) = found.map_or(("nothing", ""), |d| (d.reason.as_str(), d.group.as_str()));
        let first = of == group_of(wanted);
        strict &= first;
        group &= first || of == group_of(other);
        fine &= read == wanted || read == other;
        if !(first || of == group_of(other)) {
            table.wrong(format!("{}: {wanted}, read {read} by {:?}", label.path, said.rules));
        }
        let Some(found) = found else { continue };
        if !label.status(at).is_empty() {
            table.count("status", found.status == label.status(at));
        }
        if !label.reply_code(at).is_empty() {
            table.count("reply code", found.reply_code == label.reply_code(at));
        }
        let dead = wanted == "userunknown" && found.action == "failed" && !found.status.starts_with('4');
        if dead {
            table.count("permanent where the address is dead", found.permanent);
        }
    }
    if asked {
        table.count("reason group", group);
        table.count("reason group, first opinion only", strict);
        table.count("fine reason", fine);
    }
}

/// Kinds of a folder's classes.
fn kinds(name: &str, right: impl Fn(&Label, &Said) -> Option<bool>, floor: f64) {
    let Some(read) = read(name) else { return };
    let mut table = Table::default();
    for (label, said) in &read {
        table.kind(&label.class, &said.kind);
        if let Some(right) = right(label, said) {
            table.count("kind", right);
            if !right {
                table.wrong(format!("{}: {}, read as {} by {:?}", label.path, label.class, said.kind, said.rules));
            }
        }
    }
    table.print_and_hold(name, &[("kind", floor)]);
}

#[test]
fn statistics_are_read_as_reports() {
    kinds("dmarc-tlsrpt-dev", |label, said| kind_of(&label.class).map(|kind| said.kind == kind), 1.0);
}

#[test]
fn feedback_is_no_bounce() {
    kinds("arf-dev", |_, said| Some(said.kind != "delivery_error"), 1.0);
}

#[test]
fn ordinary_mail_is_neither_a_complaint_nor_an_error() {
    let right = |label: &Label, said: &Said| {
        let ham = label.class.starts_with("ham");
        Some(said.kind != "delivery_error" && !(ham && said.kind == "complaint"))
    };
    kinds("controls-dev", right, 1.0);
}

#[test]
fn malformed_mail_is_read_all_the_same() {
    // A parser that broke would say so.
    kinds("malformed-dev", |_, said| Some(!said.rules.iter().any(|rule| rule == "reading.given-up")), 1.0);
}
