use crate::{
    domain::{kind::Kind, reading::Reading, site::Site},
    reading::read,
};

fn with_json(json: &str) -> Reading {
    let mail = format!(
        "From: r@cert.test\nSubject: report\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nSee the report.\n--x\nContent-Type: application/json; name=xarf.json\n\n{json}\n--x--\n"
    );
    read(mail.as_bytes(), &Site::default())
}

const FOUR: &str = r#"{"xarf_version":"4.0.0","report_id":"1","timestamp":"2026-11-24T09:00:00Z","reporter":{"org":"CERT"},"source_identifier":"203.0.113.12","category":"messaging","type":"spam","smtp_from":"bad@college.test","smtp_to":["trap@home.test","b"],"subject":"Pills","message_id":"<p1@college.test>","evidence":[{"payload":"QUJD"}]}"#;

#[test]
fn version_4() {
    let reading = with_json(FOUR);
    let feedback = reading.feedback.unwrap();
    assert_eq!((reading.kind, feedback.form.as_str(), feedback.conforming), (Kind::Complaint, "xarf-4", true));
    assert_eq!(feedback.mail_from.as_deref(), Some("bad@college.test"));
    assert_eq!(feedback.rcpt_to, ["trap@home.test"]);
    assert_eq!(feedback.arrival.unwrap().rfc3339(), "2026-11-24T09:00:00Z");
    assert_eq!(reading.matter, ["203.0.113.12", "p1@college.test"]);
    let loose = with_json(&FOUR.replace(r#""report_id":"1","#, "")).feedback.unwrap();
    assert!(!loose.conforming);
    // The file by itself, and one without a type of its own.
    assert_eq!(read(FOUR.as_bytes(), &Site::default()).kind, Kind::Complaint);
    let content = with_json(&FOUR.replace("203.0.113.12", "http://college.test/~bad/"));
    assert_eq!(content.feedback.unwrap().uris, ["http://college.test/~bad/"]);
}

#[test]
fn version_3() {
    let json = r#"{"Version":"3","ReporterInfo":{"ReporterOrg":"CERT"},"Report":{"ReportClass":"Activity","ReportType":"Spam","Date":"2026-11-24T09:00:00Z","SourceIp":"203.0.113.12","SmtpMailFromAddress":"bad@college.test","SmtpMessageSubject":"Pills"}}"#;
    let reading = with_json(json);
    let feedback = reading.feedback.unwrap();
    assert_eq!(
        (feedback.form.as_str(), feedback.feedback_type.as_str(), feedback.conforming),
        ("xarf-3", "spam", true)
    );
    assert_eq!(feedback.message.subject.as_deref(), Some("Pills"));
    assert!(!with_json(&json.replace(r#""Version":"3","#, "")).feedback.unwrap().conforming);
}

#[test]
fn yaml() {
    let report = "---\nReported-From: abuse@cert.test\nCategory: abuse\nReport-Type: login-attack\nReport-ID: 1@cert.test\nVersion: 0.2\nService: ssh\nSource: \"203.0.113.12\"\nSource-Type: ip-address\nDate: Tue, 24 Nov 2026 09:00:00 +0000\n";
    let mail = |mark: &str| {
        format!(
            "From: abuse@cert.test\nSubject: abuse report\n{mark}Auto-Submitted: auto-generated\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nDear abuse team.\n--x\nContent-Type: text/plain; name=report.txt\n\n{report}\n--x--\n"
        )
    };
    for (mark, conforming) in [("X-XARF: PLAIN\n", true), ("X-ARF: YES\n", true), ("", false)] {
        let reading = read(mail(mark).as_bytes(), &Site::default());
        let feedback = reading.feedback.unwrap();
        assert_eq!((reading.kind, feedback.form.as_str()), (Kind::Complaint, "x-arf-0.2"));
        assert_eq!((feedback.feedback_type.as_str(), feedback.conforming), ("login-attack", conforming));
        assert_eq!(reading.matter, ["203.0.113.12"]);
    }
}

#[test]
fn what_is_no_report_is_none() {
    for json in ["{}", "{\"Report\":{}}", "{\"xarf_version\":null}", "[1]", "{", r#"{"version":"4"}"#] {
        assert_ne!(with_json(json).kind, Kind::Complaint, "{json}");
    }
}

#[test]
fn a_long_value_costs_nothing() {
    let list = "[],".repeat(1 << 20);
    let reading = with_json(&FOUR.replace("\"Pills\"", &format!("[{list}1]")));
    assert_eq!(reading.feedback.unwrap().message.subject, None);
}

#[test]
fn reports_about_the_abuse_of_children_are_sealed_by_their_type() {
    for name in ["csam", "csem", "CSAM", "child_abuse", "child-sexual-abuse-material"] {
        let reading = with_json(&FOUR.replace("\"spam\"", &format!("\"{name}\"")).replace("messaging", "content"));
        let feedback = reading.feedback.unwrap();
        assert!(feedback.sealed, "{name}");
        assert!(reading.text.is_empty() && reading.attachments.is_empty(), "{name}");
        assert!(feedback.message.subject.is_none() && feedback.source_ip.is_some());
    }
    assert!(!with_json(FOUR).feedback.unwrap().sealed);
}
