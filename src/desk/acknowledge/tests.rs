use super::*;
use crate::{
    domain::{arrival::Correspondent, kind::Kind},
    reading,
};

fn site() -> Site {
    Site {
        mailboxes: vec!["abuse@college.test".to_owned()],
        domains: vec!["college.test".to_owned()],
        ..Site::default()
    }
}

fn facts() -> Facts {
    Facts {
        now: Moment::from_secs(1_800_000_000),
        internal_date: Some(Moment::from_secs(1_800_000_000 - 60)),
        max_age: Duration::from_hours(72),
        restored_at: None,
        enabled: true,
        writable: true,
    }
}

fn complaint() -> Reading {
    let mut reading = reading::read(b"From: Ann <ann@neighbour.test>\n\nhello\n", &site());
    reading.kind = Kind::Complaint;
    reading
}

fn decided(change: impl FnOnce(&mut Reading, &mut Facts)) -> (Decision, String) {
    let (mut reading, mut facts) = (complaint(), facts());
    change(&mut reading, &mut facts);
    let decision = decide(&reading, &site(), &facts);
    (decision.decision, decision.reason)
}

#[test]
fn the_table() {
    use Decision::{Never, Record, Send};
    let at = |address: &str| Correspondent { name: String::new(), address: address.to_owned() };
    let case = |want: Decision, reason: &str, change: &dyn Fn(&mut Reading, &mut Facts)| {
        assert_eq!(decided(|r, f| change(r, f)), (want, reason.to_owned()));
    };
    case(Send, "complaint", &|_, _| {});
    case(Send, "complaint", &|r, _| r.arrival.auto_submitted = Some("auto-generated".to_owned()));
    case(Send, "complaint", &|r, _| r.arrival.precedence = Some("bulk".to_owned()));
    case(Send, "complaint", &|r, _| r.arrival.from = at("postmaster@neighbour.test"));
    case(Send, "complaint", &|r, _| r.arrival.from = at("somebody@college.test"));
    case(Send, "contact point", &|r, _| r.kind = Kind::ContactPoint);
    case(Never, "null return path", &|r, _| r.arrival.return_path = Some(String::new()));
    case(Never, "delivery report", &|r, _| r.arrival.delivery_report = true);
    case(Never, "disposition notification", &|r, _| r.arrival.disposition_notification = true);
    case(Never, "automatic reply", &|r, _| r.arrival.auto_submitted = Some("auto-replied".to_owned()));
    case(Never, "our own address", &|r, _| r.arrival.from = at("Abuse@College.test"));
    case(Never, "our own address", &|r, _| r.arrival.reply_to = Some(at("abuse@college.test")));
    case(Never, "not a complaint", &|r, _| r.kind = Kind::Other);
    case(Record, "list mail", &|r, _| r.arrival.list = true);
    case(Record, "sender is called forged", &|r, _| r.arrival.authenticated = Authenticated::Forged);
    case(Record, "no-reply address", &|r, _| r.arrival.from = at("no-reply@neighbour.test"));
    case(Record, "feedback loop", &|r, _| r.arrival.feedback_loop = true);
    case(Record, "feedback loop", &|r, _| {
        let feedback = crate::domain::feedback::Feedback { feedback_loop: true, ..Default::default() };
        r.feedback = Some(feedback);
    });
    case(Record, "too old", &|_, f| f.internal_date = Some(Moment::from_secs(1_700_000_000)));
    case(Record, "reply address of another domain", &|r, _| r.arrival.reply_to = Some(at("ann@elsewhere.test")));
    case(Send, "complaint", &|r, _| {
        r.arrival.reply_to = Some(at("ann@elsewhere.test"));
        r.arrival.authenticated = Authenticated::Pass;
    });
    case(Record, "cannot be written to", &|_, f| f.writable = false);
    case(Record, "acknowledgements are switched off", &|_, f| f.enabled = false);
}

/// What is decided about a whole mail, as it comes from the wire.
fn of_mail(mail: &str) -> (Kind, Decision, String) {
    let site = Site { hostnames: vec!["mx.college.test".to_owned()], ..site() };
    let reading = reading::read(mail.as_bytes(), &site);
    let decided = decide(&reading, &site, &facts());
    (reading.kind, decided.decision, decided.reason)
}

fn feedback_report(from: &str, agent: &str, feedback_type: &str) -> String {
    format!(
        "From: {from}\nTo: abuse@college.test\nSubject: FW: Pills\nAuto-Submitted: auto-generated\nContent-Type: multipart/report; report-type=feedback-report; boundary=x\n\n--x\n\nThis is an email abuse report.\n--x\nContent-Type: message/feedback-report\n\nFeedback-Type: {feedback_type}\nUser-Agent: {agent}\nVersion: 1\nSource-IP: 203.0.113.12\n\n--x\nContent-Type: message/rfc822\n\nFrom: bad@college.test\nSubject: Pills\n\nBuy.\n--x--\n"
    )
}

#[test]
fn d9_no_report_that_expects_an_answer_is_silenced_by_a_robots_marks() {
    let text = "We received spam from 203.0.113.12, a host of yours. Please investigate.";
    let whom = ["postmaster@house.test", "abuse@house.test", "ann@house.test", "root@house.test", "cert@house.test"];
    let marks = [
        "",
        "Precedence: bulk",
        "Precedence: junk",
        "Auto-Submitted: auto-generated",
        "Auto-Submitted: auto-generated (ticket)\nPrecedence: bulk\nX-RT-Loop-Prevention: house.test",
        "X-Auto-Response-Suppress: All",
    ];
    let subjects = [
        "Abuse report: 203.0.113.12",
        "[Fail2Ban] ssh: banned 203.0.113.12",
        "[SpamCop (203.0.113.12) id:1] Pills",
        "spam from your server",
    ];
    for from in whom {
        for mark in marks {
            for subject in subjects {
                let head = format!("From: {from}\nTo: abuse@college.test\nSubject: {subject}\n{mark}");
                let mail = format!("{}\n\n{text}\n", head.trim_end());
                assert_eq!(of_mail(&mail), (Kind::Complaint, Decision::Send, "complaint".to_owned()), "{mail}");
            }
        }
    }
    let desk = feedback_report("abuse@house.test", "AbuseDesk/2.0", "abuse");
    assert_eq!(of_mail(&desk), (Kind::Complaint, Decision::Send, "complaint".to_owned()));
    let xarf = "From: abuse@house.test\nTo: abuse@college.test\nSubject: report\nX-XARF: PLAIN\nAuto-Submitted: auto-generated\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nHello.\n--x\nContent-Type: text/plain; name=report.txt\n\nReported-From: abuse@house.test\nReport-Type: login-attack\nReport-ID: 1\nSource: 203.0.113.12\nSource-Type: ip-address\nDate: Tue, 24 Nov 2026 09:00:00 +0000\n--x--\n";
    assert_eq!(of_mail(xarf), (Kind::Complaint, Decision::Send, "complaint".to_owned()));
}

#[test]
fn d9_no_loop_list_bounce_or_forged_sender_is_written_to() {
    let plain = |head: &str| {
        format!(
            "From: ann@house.test\nTo: abuse@college.test\nSubject: Abuse report: 203.0.113.12\n{head}\n\nWe received spam from 203.0.113.12, from your server.\n"
        )
    };
    let quoted = plain("List-Id: <x.house.test>") + "\nReceived: from a (a.test [203.0.113.12]) by mx.house.test; x\n";
    let forged = "Received: from a by mx.college.test; x\nAuthentication-Results: mx.college.test; dmarc=fail header.from=house.test\n";
    for (mail, decision, reason) in [
        (feedback_report("abuse@house.test", "ReturnPathFBL/2.0", "abuse"), Decision::Record, "feedback loop"),
        (feedback_report("feedbackloop@house.test", "x", "abuse"), Decision::Record, "feedback loop"),
        (feedback_report("abuse@house.test", "x", "not-spam"), Decision::Never, "not a complaint"),
        (feedback_report("abuse@house.test", "x", "auth-failure"), Decision::Never, "not a complaint"),
        (plain("Return-Path: <>"), Decision::Never, "null return path"),
        (plain("Auto-Submitted: auto-replied"), Decision::Never, "automatic reply"),
        (plain("X: y").replace("ann@", "no-reply@"), Decision::Record, "no-reply address"),
        (quoted, Decision::Record, "list mail"),
        (format!("{forged}{}", plain("X: y")), Decision::Record, "sender is called forged"),
    ] {
        let (_, decided, why) = of_mail(&mail);
        assert_eq!((decided, why.as_str()), (decision, reason), "{mail}");
    }
}
