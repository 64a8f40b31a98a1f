//! Holds the rules to their samples: each form and each server has one, and each is read as it says.

use std::{collections::HashSet, fmt::Write, path::Path};

use super::*;
use crate::{
    domain::{kind::Kind, site::Site},
    reading::read,
};

/// One sample: the rule that must fire, what must be read, the mail.
struct Sample {
    title: String,
    rule: String,
    /// Action, recipient, reason.
    wanted: Vec<String>,
    mail: String,
}

fn samples() -> Vec<Sample> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/delivery");
    let mut samples = Vec::new();
    for entry in std::fs::read_dir(folder).expect("fixtures") {
        let path = entry.expect("fixture").path();
        if path.extension().is_none_or(|e| e != "txt") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("fixture");
        let file = path.file_name().expect("a name").to_string_lossy().into_owned();
        samples.extend(text.split("=== ").skip(1).map(|piece| sample(&file, piece)));
    }
    samples
}

fn sample(file: &str, piece: &str) -> Sample {
    let (title, mail) = piece.split_once('\n').unwrap_or((piece, ""));
    let fields: Vec<&str> = title.split(" | ").map(str::trim).collect();
    let title = format!("{file}: {title}");
    match fields.as_slice() {
        [rule, host, words, reason] if mail.trim().is_empty() => Sample {
            title,
            rule: (*rule).to_owned(),
            wanted: vec![format!("failed kate@far.test {reason}")],
            mail: report(host, words),
        },
        [rule, wanted @ ..] => {
            let wanted = wanted.iter().map(|w| (*w).to_owned()).collect();
            Sample { title, rule: (*rule).to_owned(), wanted, mail: mail.to_owned() }
        }
        [] => panic!("{title}: no rule named"),
    }
}

/// A report (RFC 3464) with these words of a host that refused.
fn report(host: &str, words: &str) -> String {
    format!(
        "Return-Path: <>\nFrom: MAILER-DAEMON@relay.college.test\nTo: ann@college.test\nSubject: Undelivered\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\n\
         It went wrong.\n--b\nContent-Type: message/delivery-status; charset=utf-8\n\nReporting-MTA: dns; relay.college.test\n\n\
         Final-Recipient: rfc822; kate@far.test\nAction: failed\nRemote-MTA: dns; {host}\n\
         Diagnostic-Code: smtp; {words}\n\n--b--\n"
    )
}

#[test]
fn every_file_can_be_read() {
    parse::all(FILES).expect("rules");
}

#[test]
fn every_file_of_the_folder_is_compiled_in() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/reading/delivery/rules");
    let paths = std::fs::read_dir(folder).expect("rules").map(|e| e.expect("rule").path());
    let texts = paths.filter(|path| path.extension().is_some_and(|e| e == "txt"));
    let files: Vec<_> = texts.filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned())).collect();
    assert!(files.len() > 20, "the folder of rules is empty");
    for file in files {
        assert!(FILES.iter().any(|(name, _)| *name == file), "{file} is not in FILES");
    }
}

#[test]
fn every_sample_is_read_as_it_says() {
    let mut wrong = String::new();
    for sample in samples() {
        let reading = read(sample.mail.as_bytes(), &Site::default());
        let found: Vec<_> =
            reading.deliveries.iter().map(|d| format!("{} {} {}", d.action, d.recipient, d.reason)).collect();
        let fired = reading.evidence.iter().any(|e| e.rule == sample.rule || sample.rule == "prose");
        if reading.kind != Kind::DeliveryError || !fired || found != sample.wanted {
            let rules: Vec<_> = reading.evidence.iter().map(|e| format!("{} ({})", e.rule, e.excerpt)).collect();
            let _ = writeln!(wrong, "{}\n  {} {found:?}\n  {rules:?}", sample.title, reading.kind);
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_rule_has_a_sample() {
    let named: HashSet<String> = samples().into_iter().map(|s| s.rule).collect();
    let rules = RULES.as_ref().expect("rules");
    let forms = rules.forms.iter().map(|f| format!("prose.{}", f.name));
    let servers = rules.servers.iter().map(|s| format!("reason.{}", s.name));
    let bare: Vec<_> = forms.chain(servers).filter(|rule| !named.contains(rule)).collect();
    assert!(bare.is_empty(), "without a sample: {bare:?}");
}

#[test]
fn mistakes_in_a_file_are_told_with_their_line() {
    let told = |text| parse::all(&[("x.txt", text)]).expect_err("a mistake");
    assert!(told("subject = a").contains("x.txt, line 1"));
    assert!(told("[form a]\nreason = b").contains("line 2: `reason`"));
    assert!(told("[reasons]\nsize = b").contains("line 2"));
    assert!(told("[form a]\n[form a]").contains("there already"));
    assert!(told("[shape]").contains("README.md"));
}
