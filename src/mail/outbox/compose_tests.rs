use super::*;
use crate::domain::time::Moment;

fn mail() -> Outgoing {
    Outgoing {
        from_name: "College postmaster".into(),
        from_address: "postmaster@college.test".into(),
        to_name: "Ümit".into(),
        to_address: "someone@example.test".into(),
        subject: "Your complaint [college.test #7]".into(),
        text: "Thank you.\nWe look into it.\n".into(),
        message_id: "7.mac@college.test".into(),
        date: Moment::from_secs(1_795_521_600),
        in_reply_to: Some("a@example.test".into()),
        references: vec!["first@example.test".into()],
        automatic: true,
    }
}

fn written(mail: &Outgoing) -> String {
    let bytes = compose(mail).expect("written");
    assert!(bytes.is_ascii());
    let text = String::from_utf8(bytes).expect("ASCII");
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "only CRLF: {text:?}");
    let (header, _) = text.split_once("\r\n\r\n").expect("a header");
    assert!(header.lines().all(|line| line.len() < 998));
    text
}

#[test]
fn an_acknowledgement() {
    let text = written(&mail());
    for field in [
        "Date: Tue, 24 Nov 2026 12:00:00 +0000\r\n",
        "From: \"College postmaster\" <postmaster@college.test>\r\n",
        "<someone@example.test>\r\n",
        "Subject: Your complaint [college.test #7]\r\n",
        "Message-ID: <7.mac@college.test>\r\n",
        "In-Reply-To: <a@example.test>\r\n",
        "References: <first@example.test>\r\n <a@example.test>\r\n",
        "Auto-Submitted: auto-replied\r\n",
        "MIME-Version: 1.0\r\n",
        "Content-Type: text/plain; charset=utf-8\r\n",
        "Content-Transfer-Encoding: 7bit\r\n",
    ] {
        assert!(text.contains(field), "{field:?} in\n{text}");
    }
    assert!(text.ends_with("\r\n\r\nThank you.\r\nWe look into it.\r\n"), "{text:?}");
    assert_eq!(text, written(&mail()), "the same mail is the same bytes");
}

#[test]
fn a_person_is_no_machine() {
    let text = written(&Outgoing { automatic: false, in_reply_to: None, references: Vec::new(), ..mail() });
    assert!(!text.contains("Auto-Submitted") && !text.contains("In-Reply-To") && !text.contains("References"));
}

#[test]
fn no_field_can_be_smuggled_in() {
    let evil = "x\r\nBcc: victim@example.test\r\n\r\nbody\u{2028}\u{85}\0";
    let text = written(&Outgoing {
        subject: evil.into(),
        to_name: evil.into(),
        from_name: format!("\"{evil}"),
        in_reply_to: Some(evil.into()),
        references: vec![evil.into(), "a b@c".into(), "ok@x>\r\nBcc: <y@z".into(), "ü@x".into(), "good@x".into()],
        ..mail()
    });
    let (header, _) = text.split_once("\r\n\r\n").expect("a header");
    assert!(!header.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{header}");
    assert!(header.contains("References: <good@x>\r\n") || header.ends_with("References: <good@x>"), "{header}");
    assert!(!header.contains("In-Reply-To"));
    for address in [evil, "a@b.test\r\nBcc: c@d.test", "a@b.test>\r\nRCPT TO:<c@d.test", "\"a\r\nb\"@c.test"] {
        assert!(matches!(
            compose(&Outgoing { to_address: address.into(), ..mail() }),
            Err(ComposeError::Address(words)) if !words.contains('\n')
        ));
    }
    assert_eq!(compose(&Outgoing { message_id: evil.into(), ..mail() }), Err(ComposeError::MessageId));
}

#[test]
fn other_languages_and_long_lines_are_encoded() {
    let long = "word ".repeat(1_000);
    let text = written(&Outgoing {
        subject: "Störung – bitte ändern".into(),
        text: format!("Grüße\r\nmit\rallen\nZeilen\u{7}\n{long}\n.\n.dot\nFrom here\n\n\n"),
        ..mail()
    });
    let parsed = mail_parser::MessageParser::default().parse(text.as_bytes()).expect("mail");
    assert_eq!(parsed.subject(), Some("Störung – bitte ändern"));
    assert_eq!(parsed.to().and_then(|to| to.first()).and_then(|to| to.name()), Some("Ümit"));
    let body = parsed.body_text(0).expect("text").replace("\r\n", "\n");
    assert_eq!(body.trim_end(), format!("Grüße\nmit\nallen\nZeilen\n{long}\n.\n.dot\nFrom here").trim_end());
    assert!(text.lines().all(|line| line.len() <= 998));
}

#[test]
fn a_text_in_ascii_may_be_long_too() {
    for text in ["x".repeat(5_000), "y".repeat(990), String::new(), ".\n".into(), "a\n".repeat(1_000)] {
        let mail = Outgoing { text: text.clone(), ..mail() };
        let bytes = written(&mail);
        let parsed = mail_parser::MessageParser::default().parse(bytes.as_bytes()).expect("mail");
        assert_eq!(parsed.body_text(0).expect("text").replace("\r\n", "\n").trim_end(), text.trim_end());
    }
}

#[test]
fn long_references_keep_the_first_and_the_latest() {
    let all: Vec<String> = (0..500).map(|n| format!("{n}@x.test")).collect();
    let kept = references(&all, Some("7@x.test"));
    assert_eq!((kept.len(), kept[0], kept[19]), (20, "0@x.test", "7@x.test"));
    assert_eq!(kept[18], "499@x.test");
    assert_eq!(references(&[], Some("a@b")), ["a@b"]);
    assert!(valid_id(&"a".repeat(300)).is_none());
}

#[test]
fn what_can_be_written_to() {
    for good in ["a@b.test", "postmaster@college.test", "a+b=c@sub.example.test", "\"a b\"@example.test"] {
        assert!(writable(good), "{good}");
    }
    for bad in ["", "postmaster", "a..b@x.test", "a.@x.test", "a@", "@x.test", "a@b@c.test ü", "ü@x.test", "a\n@x.test"]
    {
        assert!(!writable(bad), "{bad}");
    }
    assert!(!writable(&format!("{}@x.test", "a".repeat(65))));
}
