use crate::{
    domain::{kind::Kind, reading::Reading, site::Site},
    reading::read,
};

const FIELDS: &str = "Feedback-Type: abuse\nUser-Agent: Desk/1.0\nVersion: 1\nSource-IP: 203.0.113.12 (mx.test)\nOriginal-Mail-From: <bad@college.test>\nOriginal-Rcpt-To: <ann@home.test>\nArrival-Date: Tue, 24 Nov 2026\n 09:00:00 +0000\nReported-Domain: college.test\nReported-URI: http://college.test/x\n";
const ORIGINAL: &str = "From: Bad <bad@college.test>\nSubject: Pills\nMessage-ID: <p1@college.test>\nDate: Tue, 24 Nov 2026 08:59:00 +0000\n\nBuy.\n";

fn report(outer: &str, machine: &str, fields: &str) -> String {
    format!(
        "From: Abuse desk <abuse@home.test>\nTo: abuse@college.test\nSubject: FW: Pills\nMessage-ID: <r1@home.test>\nContent-Type: {outer}; boundary=x\n\n--x\n\nThis is an email abuse report.\n--x\nContent-Type: {machine}\n\n{fields}\n--x\nContent-Type: message/rfc822\n\n{ORIGINAL}\n--x--\n"
    )
}

fn reading(mail: &str) -> Reading {
    let site = Site { domains: vec!["college.test".to_owned()], ..Site::default() };
    read(mail.as_bytes(), &site)
}

const PROPER: (&str, &str) = ("multipart/report; report-type=feedback-report", "message/feedback-report");

fn proper(fields: &str) -> Reading {
    reading(&report(PROPER.0, PROPER.1, fields))
}

#[test]
fn every_fact_is_taken_with_its_evidence() {
    let found = proper(FIELDS);
    let feedback = found.feedback.unwrap();
    assert!(feedback.conforming && !feedback.feedback_loop && !feedback.sealed);
    assert_eq!(feedback.source_ip.as_deref(), Some("203.0.113.12"));
    assert_eq!(feedback.mail_from.as_deref(), Some("bad@college.test"));
    assert_eq!(feedback.arrival.unwrap().rfc3339(), "2026-11-24T09:00:00Z");
    assert_eq!(feedback.uris, ["http://college.test/x"]);
    assert_eq!(feedback.message.subject.as_deref(), Some("Pills"));
    assert_eq!(found.matter, ["203.0.113.12", "p1@college.test"]);
    for rule in
        ["rfc5965.feedback-type", "reported.source", "reported.sender", "reported.recipient", "reported.subject"]
    {
        assert!(found.evidence.iter().any(|e| e.rule == rule), "{rule}");
    }
}

#[test]
fn what_breaks_the_standard_is_read_and_said_to() {
    let without = |name: &str| {
        FIELDS.lines().filter(|line| !line.starts_with(name)).flat_map(|line| [line, "\n"]).collect::<String>()
    };
    for mail in [
        report(PROPER.0, PROPER.1, &without("Version")),
        report(PROPER.0, PROPER.1, &without("User-Agent")),
        report(PROPER.0, PROPER.1, &without("Feedback-Type")),
        report(PROPER.0, PROPER.1, &format!("{FIELDS}Source-IP: 203.0.113.13\n")),
        report(PROPER.0, PROPER.1, &FIELDS.replace(": abuse", ": nonsense")),
        report("multipart/mixed", PROPER.1, FIELDS),
        report("multipart/report", PROPER.1, FIELDS),
        report(PROPER.0, "text/plain", FIELDS),
        report(PROPER.0, "application/octet-stream", FIELDS),
        report(PROPER.0, "message/delivery-status", FIELDS).replace("delivery-status", "x-feedback"),
        report(PROPER.0, PROPER.1, FIELDS).replace("message/rfc822", "application/octet-stream"),
    ] {
        let found = reading(&mail);
        let feedback = found.feedback.expect(&mail);
        assert_eq!((found.kind, feedback.conforming), (Kind::Complaint, false), "{mail}");
        assert_eq!(feedback.source_ip.as_deref(), Some("203.0.113.12"), "{mail}");
        assert_eq!(feedback.message.message_id.as_deref(), Some("p1@college.test"), "{mail}");
    }
}

#[test]
fn reports_passed_on_or_written_into_the_text() {
    let inner = report(PROPER.0, PROPER.1, FIELDS);
    let wrapped = reading(&format!(
        "From: ann@home.test\nSubject: Fwd: report\nContent-Type: multipart/mixed; boundary=o\n\n--o\n\nFor you.\n--o\nContent-Type: message/rfc822\n\n{inner}\n--o--\n"
    ));
    let feedback = wrapped.feedback.unwrap();
    assert_eq!((wrapped.kind, feedback.conforming), (Kind::Complaint, false));
    assert_eq!(feedback.message.message_id.as_deref(), Some("p1@college.test"));
    let text = reading(&format!("From: abuse@home.test\nSubject: report\n\nA report follows.\n\n{FIELDS}\n{ORIGINAL}"));
    let feedback = text.feedback.unwrap();
    assert_eq!((text.kind, feedback.conforming), (Kind::Complaint, false));
    assert_eq!(feedback.message.message_id.as_deref(), Some("p1@college.test"));
}

#[test]
fn a_bounce_of_a_report_is_a_bounce() {
    let inner = report(PROPER.0, PROPER.1, FIELDS);
    let bounce = reading(&format!(
        "From: MAILER-DAEMON@home.test\nReturn-Path: <>\nSubject: Undelivered Mail Returned to Sender\nContent-Type: multipart/report; report-type=delivery-status; boundary=o\n\n--o\n\nSorry.\n--o\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.home.test\n\nFinal-Recipient: rfc822; abuse@far.test\nAction: failed\nStatus: 5.1.1\n\n--o\nContent-Type: message/rfc822\n\n{inner}\n--o--\n"
    ));
    assert_eq!(bounce.kind, Kind::DeliveryError);
}

#[test]
fn statistics_are_no_complaints() {
    let not_spam = proper(&FIELDS.replace(": abuse", ": not-spam"));
    assert_eq!((not_spam.kind, not_spam.feedback.unwrap().conforming), (Kind::Report, true));
    let failed = proper(&format!("{}Auth-Failure: dmarc\n", FIELDS.replace(": abuse", ": auth-failure")));
    assert_eq!((failed.kind, failed.report.unwrap().report_type.as_str()), (Kind::Report, "dmarc-failure"));
    assert!(failed.feedback.unwrap().conforming);
    assert!(!proper(&FIELDS.replace(": abuse", ": auth-failure")).feedback.unwrap().conforming);
}

#[test]
fn robots_of_loops_are_known() {
    let robot = |mail: &str| reading(mail).feedback.unwrap().feedback_loop;
    let plain = report(PROPER.0, PROPER.1, FIELDS);
    assert!(!robot(&plain));
    assert!(robot(&plain.replace("Desk/1.0", "ReturnPathFBL/1.0")));
    assert!(robot(&plain.replace("Desk/1.0", "BigMail-FBL/2.4")));
    assert!(robot(&plain.replace("From: Abuse desk", "From: Home's feedback loop")));
    assert!(robot(&plain.replace("abuse@home.test", "feedbackloop@home.test")));
    assert!(robot(&plain.replace("abuse@home.test", "robot@fbl.home.test")));
    assert!(robot(&plain.replace("Message-ID: <p1", "CFBL-Feedback-ID: 4711\nMessage-ID: <p1")));
}

#[test]
fn talk_about_reports_is_none() {
    for text in [
        "Feedback-Type: abuse",
        "Our reports have a field Feedback-Type: abuse and User-Agent: x.",
        "> Feedback-Type: abuse\n> User-Agent: x\n> Version: 1",
    ] {
        let found = reading(&format!("From: ann@home.test\nSubject: a question\n\n{text}\n"));
        assert!(found.feedback.is_none(), "{text}");
    }
}

/// A small generator of numbers: the same ones at every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(bound.max(1)).unwrap()).unwrap()
    }
}

#[test]
fn hurt_reports_break_no_parser_and_keep_their_bounds() {
    let seeds = [
        report(PROPER.0, PROPER.1, FIELDS),
        format!("From: a@home.test\nX-XARF: PLAIN\nContent-Type: text/plain\n\nReport-Type: x\nSource: 203.0.113.12\n{FIELDS}"),
        "{\"xarf_version\":\"4.0.0\",\"source_identifier\":\"203.0.113.12\",\"type\":\"csam\",\"url\":\"http://a.test\"}".to_owned(),
        format!("From: a@home.test\nTo: abuse@college.test\nSubject: spam from 203.0.113.12\n\nIhr Server verschickt Späm.\n> {FIELDS}\n{ORIGINAL}"),
    ];
    let bits = [
        "\n",
        "\r",
        ":",
        "<",
        ">",
        "=",
        "\0",
        "é",
        "--x",
        "[.]",
        "hxxp://",
        "\"",
        "\t",
        "203.0.113.12",
        "Feedback-Type:",
    ];
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for seed in &seeds {
        for _ in 0..400 {
            let mut bytes = seed.clone().into_bytes();
            for _ in 0..=numbers.below(6) {
                let at = numbers.below(bytes.len());
                match numbers.below(4) {
                    0 => drop(bytes.splice(at..at, bits[numbers.below(bits.len())].bytes())),
                    1 => drop(bytes.drain(at..(at + numbers.below(40)).min(bytes.len()))),
                    2 => bytes[at] = u8::try_from(numbers.below(256)).unwrap(),
                    _ => bytes.truncate(at + 1),
                }
            }
            let found = read(&bytes, &Site::default());
            let mail = String::from_utf8_lossy(&bytes);
            assert!(found.evidence.iter().all(|e| e.rule != "reading.given-up"), "{mail}");
            let Some(feedback) = found.feedback else { continue };
            let lists = [&feedback.rcpt_to, &feedback.domains, &feedback.uris];
            assert!(lists.iter().all(|list| list.len() <= 20), "{mail}");
            assert!(feedback.source_ip.is_none_or(|ip| ip.parse::<std::net::IpAddr>().is_ok()), "{mail}");
            assert!(!feedback.sealed || (found.text.is_empty() && feedback.uris.is_empty()), "{mail}");
        }
    }
}
