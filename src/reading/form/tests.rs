//! Each row of each form has a sample that it recognises, and each sample is of the form it names.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{
    super::{arrival, finding::Case, letter::Letter, read},
    table::{Form, Table},
    *,
};
use crate::domain::{kind::Kind, site::Site};

const REPORTER_SAMPLES: &str = include_str!("samples/reporters.txt");
const FILTER_SAMPLES: &str = include_str!("samples/filters.txt");

/// Samples as mail, by the form they name, in the order of the table's rows.
fn samples(file: &str) -> Vec<(&str, String)> {
    let mut samples: Vec<(&str, String)> = Vec::new();
    let blocks = file.split("\n[").skip(1);
    for block in blocks {
        let (name, rest) = block.split_once("]\n").expect("a name in brackets");
        let (head, text) = rest.split_once("\n\n").expect("an empty line");
        let (mut fields, mut parts) = (String::new(), String::new());
        for line in head.lines() {
            let (field, value) = line.split_once(": ").expect("a field");
            match field {
                "enclosed" => write!(parts, "--x\nContent-Type: message/rfc822\n\nFrom: bad@college.test\nSubject: Pills\n{value}: ann@home.test\n\nBuy.\n").unwrap(),
                "file" => write!(parts, "--x\nContent-Type: text/csv; name=\"{value}\"\n\na,b\n").unwrap(),
                _ => writeln!(fields, "{field}: {value}").unwrap(),
            }
        }
        let head = format!("{fields}Auto-Submitted: auto-generated\nContent-Type: multipart/mixed; boundary=x");
        let charset = "Content-Type: text/plain; charset=utf-8";
        samples.push((name, format!("{head}\n\n--x\n{charset}\n\n{text}\n{parts}--x--\n")));
    }
    samples
}

fn with<T>(mail: &str, ask: impl FnOnce(&Case<'_>) -> T) -> T {
    let site = Site::default();
    let letter = Letter::new(mail.as_bytes(), site.limits);
    let text = letter.text();
    let arrival = arrival::read(&letter, &site, &mut Vec::new());
    ask(&Case::new(&letter, arrival, &text, mail.as_bytes(), &site))
}

fn rows_are_proved(table: &Table, file: &str) {
    let mut by_form: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, mail) in samples(file) {
        by_form.entry(name).or_default().push(mail);
    }
    for form in &table.forms {
        let mails = by_form.remove(form.name.as_str()).unwrap_or_default();
        assert!(!form.rows.is_empty() && !form.says.is_empty(), "{}: says nothing, or has no row", form.name);
        for (number, row) in form.rows.iter().enumerate() {
            let alone = Form { name: form.name.clone(), rows: vec![row.clone()], ..Form::default() };
            let proved = mails.iter().any(|mail| with(mail, |case| alone.of(case).is_some()));
            assert!(proved, "{}: row {} has no sample: {row:?}", form.name, number + 1);
        }
        for mail in mails {
            assert!(with(&mail, |case| form.of(case).is_some()), "{}: not of this form: {mail}", form.name);
        }
    }
    assert!(by_form.is_empty(), "samples of no form: {:?}", by_form.keys());
}

#[test]
fn every_form_is_proved_by_its_samples() {
    rows_are_proved(&REPORTERS, REPORTER_SAMPLES);
    rows_are_proved(&FILTERS, FILTER_SAMPLES);
}

#[test]
fn every_line_of_a_table_is_understood() {
    for (table, text) in [(&REPORTERS, include_str!("reporters.txt")), (&FILTERS, include_str!("filters.txt"))] {
        let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let words = ["form", "says", "type", "loop", "sealed", "hosted", "when", "unless"];
        let strange: Vec<_> = lines().filter(|line| !words.contains(&line.split(' ').next().unwrap())).collect();
        assert!(strange.is_empty(), "{strange:?}");
        let whens = lines().filter(|line| line.starts_with("when "));
        for when in whens.clone() {
            assert!(table::row(&when[5..]).is_some(), "not understood: {when}");
            assert_eq!(when, when.to_lowercase());
        }
        assert_eq!(table.forms.iter().map(|form| form.rows.len()).sum::<usize>(), whens.count());
        let unless = lines().filter(|line| line.starts_with("unless "));
        assert_eq!(table.forms.iter().map(|form| form.unless.len()).sum::<usize>(), unless.count());
        let sealed = table.forms.iter().filter(|form| form.sealed);
        assert!(sealed.flat_map(|form| form.rows.iter().flatten()).all(|c| !format!("{c:?}").contains("Text")));
    }
}

#[test]
fn reporters_samples_are_read_as_complaints_or_statistics() {
    for (name, mail) in samples(REPORTER_SAMPLES) {
        let reading = read(mail.as_bytes(), &Site::default());
        let feedback = reading.feedback.clone().unwrap_or_default();
        let kind = if feedback.feedback_type == "auth-failure" { Kind::Report } else { Kind::Complaint };
        assert_eq!(reading.kind, kind, "{name}: {mail} {:?}", reading.evidence);
        let form = REPORTERS.forms.iter().find(|form| form.name == name).unwrap();
        assert_eq!(feedback.sealed, form.sealed, "{name}: {mail}");
        assert!(!form.feedback_loop || feedback.feedback_loop, "{name}");
    }
}

#[test]
fn filters_samples_are_read_as_notices_where_the_filter_is_ours() {
    for (name, mail) in samples(FILTER_SAMPLES) {
        assert_eq!(read(mail.as_bytes(), &Site::default()).kind, Kind::QuarantineNotice, "{name}: {mail}");
    }
    let elsewhere = Site { domains: vec!["college.test".to_owned()], ..Site::default() };
    let mail = "From: quarantine@bait.test\nSubject: You have messages in quarantine\n\nClick here.\n";
    assert_ne!(read(mail.as_bytes(), &elsewhere).kind, Kind::QuarantineNotice);
    let question = "From: ann@college.test\nSubject: Re: spam quarantine summary\n\nWhere is my mail?\n";
    assert_ne!(read(question.as_bytes(), &elsewhere).kind, Kind::QuarantineNotice);
}

#[test]
fn an_answer_about_our_own_report_is_no_report() {
    for subject in [
        "House: Your takedown request for 203.0.113.12 was denied",
        "Your abuse report #12 was closed",
        "Re: Your abuse complaint",
    ] {
        let mail = format!("From: desk@house.test\nSubject: {subject}\n\nWe are done with it.\n");
        let reading = read(mail.as_bytes(), &Site::default());
        assert!(!reading.evidence.iter().any(|e| e.rule.starts_with("form.")), "{subject}: {:?}", reading.evidence);
    }
}

#[test]
fn a_machines_answer_to_a_report_is_no_report() {
    for head in ["Auto-Submitted: auto-replied", "X-Autoreply: yes", "X-Apple-Action: VACATION"] {
        let mail = format!("From: ann@home.test\nSubject: Re: Abuse report 203.0.113.12\n{head}\n\nI am away.\n");
        assert_eq!(read(mail.as_bytes(), &Site::default()).kind, Kind::AutomaticReply, "{head}");
    }
    let list = "From: ann@home.test\nSubject: abuse report of the month\nList-Id: <x.test>\n\nNumbers.\n";
    assert_eq!(read(list.as_bytes(), &Site::default()).kind, Kind::Newsletter);
}
