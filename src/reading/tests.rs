//! What messages are, on letters made up for it.

use super::*;
use crate::domain::{arrival::Authenticated, delivery::Action, kind::Kind, site::Partner};

mod hostile;
mod hostile_mail;

macro_rules! letter {
    ($name:literal) => {
        include_bytes!(concat!("../../tests/fixtures/mail/", $name)).as_slice()
    };
}

fn site() -> Site {
    Site {
        domains: vec!["college.test".to_owned()],
        hostnames: vec!["mail.college.test".to_owned()],
        mailboxes: vec!["postmaster@college.test".to_owned(), "abuse@college.test".to_owned()],
        partners: vec![Partner {
            name: "Regional CERT".to_owned(),
            domains: vec!["cert.test".to_owned()],
            ..Partner::default()
        }],
        ..Site::default()
    }
}

fn read(bytes: &[u8]) -> Reading {
    super::read(bytes, &site())
}

#[test]
fn complaints() {
    let full = read(letter!("complaint-with-headers.eml"));
    assert_eq!(full.kind, Kind::Complaint);
    assert_eq!(full.matter, ["203.0.113.12", "spam-77@lab12.college.test"]);
    assert_eq!(full.arrival.return_path.as_deref(), Some("ann@neighbour.test"));
    assert_eq!(read(letter!("complaint-short.eml")).kind, Kind::Complaint);
    let german = read(letter!("complaint-german.eml"));
    assert_eq!(german.kind, Kind::Complaint);
    assert_eq!(german.arrival.from.name, "Jörg Nachbar");
    assert!(german.evidence.iter().all(|e| !e.rule.is_empty() && !e.place.is_empty()));
}

#[test]
fn a_ticket_system_is_no_robot() {
    let reading = read(letter!("complaint-ticket-system.eml"));
    assert_eq!(reading.kind, Kind::Complaint);
    assert_eq!(reading.arrival.auto_submitted.as_deref(), Some("auto-generated"));
    assert_eq!(reading.matter, ["203.0.113.12"]);
}

#[test]
fn assistance_partners_and_newsletters() {
    assert_eq!(read(letter!("assistance.eml")).kind, Kind::Assistance);
    let partner = read(letter!("contact-point.eml"));
    assert_eq!((partner.kind, partner.arrival.partner.as_deref()), (Kind::ContactPoint, Some("Regional CERT")));
    // Without a configuration nothing is a contact point.
    assert_ne!(super::read(letter!("contact-point.eml"), &Site::default()).kind, Kind::ContactPoint);
    assert_eq!(read(letter!("newsletter.eml")).kind, Kind::Newsletter);
}

#[test]
fn a_delay_is_no_failure() {
    let reading = read(letter!("delay.eml"));
    assert_eq!(reading.kind, Kind::DeliveryError);
    assert_eq!(reading.deliveries.len(), 1);
    assert_eq!(reading.deliveries[0].action, Action::Delayed);
    assert!(!reading.deliveries[0].permanent);
    assert_eq!(reading.returned_sender.as_deref(), Some("bob@college.test"));
    assert_eq!(reading.arrival.enclosed_ids, ["ours-1@college.test", "ticket-17"]);
}

#[test]
fn a_mail_with_a_bounce_attached_is_no_bounce() {
    let reading = read(letter!("mail-with-mail-attached.eml"));
    assert_ne!(reading.kind, Kind::DeliveryError);
    assert!(reading.deliveries.is_empty());
    assert_eq!(reading.attachments.len(), 1);
    assert!(reading.text.contains("explain it to me"));
}

#[test]
fn a_postmaster_who_writes_a_letter_is_no_mail_system() {
    let letter = "Return-Path: <postmaster@far.test>\nFrom: Paul <postmaster@far.test>\nTo: postmaster@college.test\n\
                  Subject: your relay\n\nHello,\n\nsince Monday mail from your relay was rejected by ours: user unknown \
                  in many cases.\nkate@far.test asked me to write. Can you have a look?\n\nPaul\n";
    assert_ne!(read(letter.as_bytes()).kind, Kind::DeliveryError);
}

#[test]
fn a_report_passed_on_by_a_person_is_no_report() {
    let letter = "From: Ann <ann@college.test>\nTo: postmaster@college.test\nSubject: Fwd: Undelivered Mail Returned to Sender\n\n\
                  What does this mean?\n\n> This is the mail system at host relay.college.test.\n> \
                  I'm sorry to have to inform you that your message could not\n> be delivered to one or more recipients.\n\
                  > <kate@far.test>: host mx.far.test said: 550 5.1.1 unknown\n";
    assert_ne!(read(letter.as_bytes()).kind, Kind::DeliveryError);
}

#[test]
fn line_ends_make_no_difference() {
    for bytes in [letter!("complaint-with-headers.eml"), letter!("delay.eml"), letter!("mail-with-mail-attached.eml")] {
        let plain = read(bytes);
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        for line_end in ["\r\n", "\r", "\r\r\n"] {
            let other = read(text.replace('\n', line_end).as_bytes());
            assert_eq!(other.kind, plain.kind);
            assert_eq!(other.deliveries, plain.deliveries);
            assert_eq!(other.arrival, plain.arrival);
            assert_eq!(other.matter, plain.matter);
            assert_eq!(other.text.trim_end(), plain.text.trim_end());
            assert_eq!(other.identity, plain.identity);
        }
    }
}

#[test]
fn identity_is_blind_to_trace_fields_only() {
    let one = b"Received: a\nFrom: a@b.test\nSubject: s\n\nbody\n";
    let other = b"Received: b\nDelivered-To: x\nFrom: a@b.test\nSubject: s\n\nbody\n";
    let changed = b"Received: a\nFrom: a@b.test\nSubject: s\n\nbody 2\n";
    assert_eq!(read(one).identity, read(other).identity);
    assert_ne!(read(one).identity, read(changed).identity);
}

#[test]
fn authentication_results_are_believed_only_from_our_own_host_above_foreign_hops() {
    let verdict = |head: &str| {
        let letter = format!("{head}From: Ann <ann@neighbour.test>\n\nx\n");
        read(letter.as_bytes()).arrival.authenticated
    };
    let ours = "Authentication-Results: mail.college.test; dkim=pass; dmarc=pass (p=none) header.from=neighbour.test\n";
    let hop = "Received: from evil.test by relay.evil.test; Tue, 24 Nov 2026 09:00:00 +0000\n";
    let own_hop = "Received: from relay.evil.test by mail.college.test; Tue, 24 Nov 2026 09:00:00 +0000\n";
    assert_eq!(verdict(ours), Authenticated::Pass);
    assert_eq!(verdict(&format!("{own_hop}{ours}{hop}")), Authenticated::Pass);
    assert_eq!(verdict(&format!("{own_hop}{hop}{ours}")), Authenticated::Unknown);
    assert_eq!(verdict(&ours.replace("mail.college.test", "mail.evil.test")), Authenticated::Unknown);
    assert_eq!(verdict(&ours.replace("dmarc=pass", "dmarc=fail")), Authenticated::Forged);
    assert_eq!(verdict(&ours.replace("header.from=neighbour.test", "header.from=evil.test")), Authenticated::Unknown);
}

#[test]
fn bodies_images_and_attachments() {
    let letter = b"From: a@b.test\nContent-Type: multipart/related; boundary=R\n\n--R\nContent-Type: multipart/alternative; boundary=A\n\n--A\nContent-Type: text/plain\n\nplain\n--A\nContent-Type: text/html\n\n<p>rich <img src=cid:i1></p>\n--A--\n--R\nContent-Type: image/png\nContent-ID: <i1>\nContent-Transfer-Encoding: base64\n\niVBORw0K\n--R\nContent-Type: application/pdf; name=\"=?utf-8?q?a=2Epdf?=\"\nContent-Disposition: attachment; filename*=utf-8''%C3%A4.pdf\n\nPDF\n--R--\n";
    let read = Letter::new(letter, crate::domain::site::Limits::default());
    assert_eq!(read.text(), "plain");
    assert!(read.html().unwrap().contains("rich"));
    let (media_type, bytes) = read.inline_image("i1").unwrap();
    assert_eq!((media_type.as_str(), bytes.as_ref()), ("image/png", b"\x89PNG\r\n".as_slice()));
    let listed = read.attachments();
    let pdf = listed.iter().find(|a| a.media_type == "application/pdf").unwrap();
    assert_eq!(pdf.name, "ä.pdf");
    assert_eq!(read.attachment(pdf.part).unwrap().2.as_ref(), b"PDF");
}

#[test]
fn reports_in_prose() {
    let exim = read(letter!("exim.eml"));
    assert_eq!(exim.kind, Kind::DeliveryError);
    let of = |address: &str| exim.deliveries.iter().find(|d| d.recipient == address).unwrap();
    let eve = of("eve@far.test");
    assert_eq!((eve.status.as_deref(), eve.reply_code, eve.reason.as_str()), (Some("5.1.1"), Some(550), "userunknown"));
    assert_eq!(of("mallory@far.test").group.as_str(), "full");
    assert_eq!(exim.returned_sender.as_deref(), Some("bob@college.test"));
    assert_eq!(exim.arrival.enclosed_ids, ["ours-2@college.test"]);
    let qmail = read(letter!("qmail.eml"));
    assert_eq!(qmail.deliveries.len(), 1);
    assert_eq!((qmail.deliveries[0].recipient.as_str(), qmail.deliveries[0].permanent), ("eve@far.test", true));
}

#[test]
fn a_report_that_somebody_passes_on_is_a_question() {
    let reading = read(letter!("forwarded-report.eml"));
    assert_eq!(reading.kind, Kind::Assistance);
    assert!(!reading.arrival.delivery_report);
}

#[test]
fn feedback_reports() {
    let reading = read(letter!("arf.eml"));
    assert_eq!(reading.kind, Kind::Complaint);
    let feedback = reading.feedback.unwrap();
    assert!(feedback.conforming);
    assert_eq!(feedback.rcpt_to, ["ann@provider.test"]);
    assert_eq!(reading.matter, ["203.0.113.12", "spam-78@lab12.college.test"]);
    let text = String::from_utf8(letter!("arf.eml").to_vec()).unwrap();
    let not_spam = read(text.replace("Feedback-Type: abuse", "Feedback-Type: not-spam").as_bytes());
    assert_eq!(not_spam.kind, Kind::Report);
    let mislabelled = read(text.replace("message/feedback-report", "text/plain").as_bytes());
    assert_eq!(mislabelled.kind, Kind::Complaint);
    assert!(!mislabelled.feedback.unwrap().conforming);
}

#[test]
fn xarf() {
    let letter = b"From: r@cert.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nhello\n--x\nContent-Type: application/json; name=xarf.json\n\n{\"xarf_version\":\"4.0.0\",\"report_id\":\"1\",\"reporter\":{},\"source_identifier\":\"203.0.113.12\",\"category\":\"connection\",\"type\":\"port_scan\"}\n--x--\n";
    let reading = read(letter);
    assert_eq!(reading.kind, Kind::Complaint);
    assert_eq!(reading.matter, ["203.0.113.12"]);
}

#[test]
fn automatic_answers() {
    let kind = |head: &str| read(format!("From: a@b.test\n{head}\n\nI am away.\n").as_bytes()).kind;
    assert_eq!(kind("Auto-Submitted: auto-replied (vacation)\nSubject: x"), Kind::AutomaticReply);
    assert_eq!(kind("Subject: Out of Office: hello"), Kind::AutomaticReply);
    assert_eq!(kind("X-Apple-Action: VACATION\nSubject: x"), Kind::AutomaticReply);
    assert_eq!(kind("Auto-Submitted: auto-generated\nSubject: x"), Kind::Other);
    assert_eq!(kind("Precedence: bulk\nSubject: x"), Kind::Other);
    assert_eq!(kind("Subject: Vacation rota of the lab"), Kind::Other);
    assert_eq!(kind("Subject: Abwesend bis Montag\nIn-Reply-To: <1@college.test>"), Kind::AutomaticReply);
}

#[test]
fn statistics() {
    let xml = b"<?xml version=\"1.0\"?><feedback><report_metadata><org_name>Provider</org_name><email>d@provider.test</email><report_id>7</report_id><date_range><begin>1700000000</begin><end>1700086399</end></date_range></report_metadata><policy_published><domain>college.test</domain><p>none</p><sp>none</sp><pct>100</pct></policy_published>\
        <record><row><source_ip>192.0.2.1</source_ip><count>3</count><policy_evaluated><disposition>none</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row><identifiers><header_from>college.test</header_from></identifiers><auth_results><spf><domain>college.test</domain><result>fail</result></spf></auth_results></record></feedback>";
    let report = read(xml).report.unwrap();
    assert_eq!((report.report_type.as_str(), report.records, report.conforming), ("dmarc", 1, true));
    let json = b"{\"organization-name\":\"P\",\"date-range\":{\"start-datetime\":\"2026-11-23T00:00:00Z\",\"end-datetime\":\"2026-11-23T23:59:59Z\"},\"report-id\":\"1\",\"policies\":[{\"policy\":{\"policy-domain\":\"college.test\"}}]}";
    assert_eq!(read(json).report.unwrap().domain.as_deref(), Some("college.test"));
}

#[test]
fn complaints_in_peoples_own_words() {
    let kind = |text: &str| {
        read(format!("From: a@b.test\nTo: postmaster@college.test\nSubject: hello\n\n{text}\n").as_bytes()).kind
    };
    for text in [
        "I am getting unwanted mail from pills@college.test, make it stop.",
        "Someone at your university is sending me threatening messages.",
        "We see spam from one of your hosts since this morning.",
        "Jemand aus Ihrem Haus belästigt mich mit E-Mails.",
        "Your server is sending spam to our users.",
    ] {
        assert_eq!(kind(text), Kind::Complaint, "{text}");
    }
    for text in [
        "Is your spam filter down? I miss a mail from my aunt.",
        "Could you send me the minutes of the meeting?",
        "Thank you for your help with the junk mail folder.",
    ] {
        assert_ne!(kind(text), Kind::Complaint, "{text}");
    }
}
