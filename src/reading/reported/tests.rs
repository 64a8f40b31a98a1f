use super::*;

#[test]
fn addresses_however_they_are_written() {
    let read = |text: &str| address::all(text).map(|ip| ip.to_string()).collect::<Vec<_>>();
    for text in [
        "203.0.113.12",
        "[203.0.113.12]",
        "203.0.113.12:25",
        "IP:203.0.113.12",
        "203[.]0[.]113[.]12",
        "203.0.113.12/32",
        "from 203.0.113.12.",
        "::ffff:203.0.113.12",
        "203.0.113.12 (host.college.test)",
    ] {
        assert_eq!(read(text), ["203.0.113.12"], "{text}");
    }
    assert_eq!(read("IPv6:2001:db8::7 and std::vec and 1.2 and ::"), ["2001:db8::7"]);
    assert_eq!(addresses("10.0.0.1 192.168.1.1 127.0.0.1 0.9.8.7 fe80::1").count(), 0);
}

#[test]
fn links_however_they_are_written() {
    let read = |text: &str| link::links(text).collect::<Vec<_>>();
    assert_eq!(
        read("see <http://a.example/x>, and hxxps://b[.]example/y."),
        ["http://a.example/x", "https://b.example/y"]
    );
    assert_eq!(read("URL:http://a.example/x (HTTP://B.example)"), ["http://a.example/x", "http://B.example"]);
    assert_eq!(read("a:b http:// https://nodots hxxp://"), Vec::<String>::new());
}

#[test]
fn quoted_headers_are_made_whole() {
    let text = "See:\n\n> Return-Path: <a@b.test>\n> Received: from x (x.test [203.0.113.12])\n> by mx.home.test with SMTP;\n>  Tue, 24 Nov 2026 09:00:00 +0000\n> From: Bad <bad@college.test>\n> Subject: Pills\n> Message-ID: <p1@college.test>\n>\n> Buy: now\n";
    let original = Original::quoted(text).unwrap();
    assert_eq!(original.source.as_deref(), Some("203.0.113.12"));
    assert_eq!(original.message_id.as_deref(), Some("p1@college.test"));
    assert_eq!(original.from.as_deref(), Some("bad@college.test"));
    assert_eq!(original.subject.as_deref(), Some("Pills"));
    assert!(Original::quoted("Subject: of my talk: mail\nFrom: here\n").is_none());
}

#[test]
fn what_is_first_holds_and_lists_are_bounded() {
    let mut reported = Reported::new("text", "abuse");
    reported.source(Some("203.0.113.12 (a.test)"), "Source-IP");
    reported.source(Some("203.0.113.13"), "text");
    for n in 0..100 {
        reported.uri(&format!("http://a.example/{n}"), "text");
    }
    reported.uri("http://a.example/0", "text");
    assert_eq!(reported.feedback.source_ip.as_deref(), Some("203.0.113.12"));
    assert_eq!(reported.feedback.uris.len(), REPEATED);
    assert_eq!(reported.matter(), ["203.0.113.12"]);
    assert!(reported.evidence.len() <= SHOWN);
}

#[test]
fn nothing_of_a_sealed_report_is_kept() {
    let mut reported = Reported::new("xarf-4", "csam");
    reported.feedback.sealed = true;
    reported.source(Some("203.0.113.12"), "source_identifier");
    reported.uri("http://a.example/x", "url");
    reported.subject(Some("x"), "subject");
    let finding = reported.into_finding(Kind::Complaint, Evidence::new("xarf.json", "part 2", "csam"));
    let feedback = finding.feedback.unwrap();
    assert!(feedback.uris.is_empty() && feedback.message.subject.is_none());
    assert_eq!(finding.evidence.len(), 2);
}
