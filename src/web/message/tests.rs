//! Hostile mail is shown safely; what is not for everybody is not there for them.

use axum::http::{StatusCode, header};

use crate::{
    domain::{kind::Kind, message::Stage, role::Role},
    store::message,
    web::{
        RawSource,
        testing::Desk,
        testing::arriving::{keep, receive},
    },
};

const HOSTILE: &str = "From: \"<script>alert(1)</script>\" <eve@evil.test>\n\
To: postmaster@college.test\n\
Subject: =?utf-8?q?<img src=3Dx onerror=3Dalert(1)>_=E2=80=AEgpj.exe?=\n\
Message-ID: <hostile@evil.test>\n\
MIME-Version: 1.0\n\
Content-Type: multipart/mixed; boundary=b\n\
\n\
--b\n\
Content-Type: text/html\n\
\n\
<p>Hello</p><script>alert(2)</script><form action=\"https://evil.test/f\"><input name=p></form>\
<img src=\"https://evil.test/pixel.gif\"><a href=\"javascript:alert(3)\">one</a>\
<a href=\"data:text/html,x\">two</a><svg onload=alert(4)></svg><p style=\"background:url(//evil.test)\">styled</p>\n\
--b\n\
Content-Type: text/html; name=\"=?utf-8?q?..=2F..=2Fa=22=E2=80=AE.html?=\"\n\
Content-Disposition: attachment\n\
\n\
<script>alert(5)</script>\n\
--b--\n";

const NOTICE: &str = "From: MAILER-DAEMON@college.test\nTo: postmaster@college.test\n\
Subject: QUARANTINED secret subject\nX-Quarantine-ID: <q-1>\nMessage-ID: <q@college.test>\n\nheld\n";

async fn desk() -> Desk {
    let desk = Desk::new().await;
    desk.account("ann", &[Role::Reader]).await;
    desk.account("pat", &[Role::Postmaster]).await;
    desk.account("kim", &[Role::AuthorisedPostmaster]).await;
    desk.account("root", &[Role::Administrator]).await;
    desk
}

#[tokio::test]
async fn a_hostile_message_is_shown_safely() {
    let desk = desk().await;
    let id = receive(&desk, HOSTILE).await;
    let mut ann = desk.signed_in("ann").await;
    for path in ["/messages".to_owned(), format!("/messages/{id}"), format!("/messages/{id}?view=html")] {
        let page = ann.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        for bad in ["<script>alert", "<img src=x", "javascript:alert", "evil.test/f", "\u{202e}", "<svg onload"] {
            assert!(!page.text.contains(bad), "{path} has {bad}: {}", page.text);
        }
        assert!(page.text.contains("&#60;img src=x onerror"), "{}", page.text);
    }
    let page = ann.get(&format!("/messages/{id}?view=html")).await;
    assert!(page.text.contains(&format!(
        "<iframe class=\"mailbody\" sandbox referrerpolicy=\"no-referrer\" src=\"/messages/{id}/html\""
    )));
    let body = ann.get(&format!("/messages/{id}/html")).await;
    let policy = body.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with("sandbox; default-src 'none'"), "{policy}");
    assert!(body.text.contains("Hello"), "{}", body.text);
    for bad in ["alert", "<form", "<input", "pixel.gif", "javascript:", "data:text", "<svg", "style="] {
        assert!(!body.text.contains(bad), "{bad}: {}", body.text);
    }
}

#[tokio::test]
async fn attachments_are_files_without_a_type() {
    let desk = desk().await;
    let id = receive(&desk, HOSTILE).await;
    let mut ann = desk.signed_in("ann").await;
    let page = ann.get(&format!("/messages/{id}")).await;
    let (_, rest) = page.text.split_once(&format!("/messages/{id}/attachments/")).unwrap();
    let part = rest.split_once('"').unwrap().0;
    let file = ann.get(&format!("/messages/{id}/attachments/{part}")).await;
    assert_eq!(file.headers[header::CONTENT_TYPE], "application/octet-stream");
    assert_eq!(file.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert_eq!(file.headers[header::CACHE_CONTROL], "no-store");
    let name = file.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert!(name.starts_with("attachment; filename=\"a_.html\""), "{name}");
    assert!(file.text.contains("alert(5)"));
    assert_eq!(ann.get(&format!("/messages/{id}/attachments/0")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ann.get(&format!("/messages/{id}/attachments/99")).await.status, StatusCode::NOT_FOUND);
    let raw = ann.get(&format!("/messages/{id}/raw")).await;
    assert_eq!(raw.headers[header::CONTENT_TYPE], "message/rfc822");
    assert!(raw.headers[header::CONTENT_DISPOSITION].to_str().unwrap().starts_with("attachment"));
    assert_eq!(raw.text, HOSTILE.replace('\n', "\r\n"));
}

#[tokio::test]
async fn d12_quarantine_notices_are_for_authorised_postmasters_only() {
    let desk = desk().await;
    let id = receive(&desk, NOTICE).await;
    let mut view = desk.web.store.read().await.unwrap();
    assert_eq!(message::get(&mut view, id).await.unwrap().unwrap().kind, Kind::QuarantineNotice);
    drop(view);
    for login in ["ann", "pat"] {
        let mut browser = desk.signed_in(login).await;
        let never = browser.get("/messages/99999").await;
        for path in ["", "/raw", "/html", "/attachments/1"] {
            let refused = browser.get(&format!("/messages/{id}{path}")).await;
            assert_eq!((refused.status, &refused.text), (never.status, &never.text), "{login} {path}");
        }
        for path in ["/messages", "/messages?kind=quarantine_notice", "/messages?outcome=filed", "/", "/not-imported"] {
            let page = browser.get(path).await;
            assert!(!page.text.contains("secret subject") && !page.text.contains("quarantine"), "{login} {path}");
        }
        assert!(browser.get("/messages").await.text.contains("<span class=\"count\">0</span>"));
    }
    let mut pat = desk.signed_in("pat").await;
    let refused = pat.fill("/mailboxes", &format!("/messages/{id}/ticket"), &[]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let mut kim = desk.signed_in("kim").await;
    assert!(kim.get("/messages").await.text.contains("secret subject"));
    assert_eq!(kim.get(&format!("/messages/{id}")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_administrator_reads_no_mail() {
    let desk = desk().await;
    let id = receive(&desk, HOSTILE).await;
    let mut root = desk.signed_in("root").await;
    for path in [
        "/messages".to_owned(),
        format!("/messages/{id}"),
        format!("/messages/{id}/raw"),
        "/not-imported".into(),
        "/delivery-errors".into(),
    ] {
        assert_eq!(root.get(&path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn a_filed_message_becomes_a_ticket_by_hand() {
    let desk = desk().await;
    let id = receive(&desk, "From: list@news.test\nList-Id: <n.news.test>\nList-Unsubscribe: <mailto:u@news.test>\nPrecedence: bulk\nSubject: News\nMessage-ID: <n@news.test>\n\nhello\n").await;
    let mut ann = desk.signed_in("ann").await;
    let page = ann.get(&format!("/messages/{id}")).await;
    assert!(!page.text.contains("Make a ticket") && !page.text.contains("Change the kind"), "{}", page.text);
    let refused = ann.fill("/account", &format!("/messages/{id}/ticket"), &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let mut pat = desk.signed_in("pat").await;
    let path = format!("/messages/{id}");
    let wrong = pat.fill(&path, &format!("{path}/kind"), &[("kind", "nonsense"), ("reason", "x")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let wrong = pat.fill(&path, &format!("{path}/kind"), &[("kind", "quarantine_notice"), ("reason", "x")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let made = pat.fill(&path, &format!("{path}/ticket"), &[]).await;
    assert_eq!((made.status, made.place()), (StatusCode::SEE_OTHER, "/tickets/1"));
    let done = pat.fill(&path, &format!("{path}/kind"), &[("kind", "complaint"), ("reason", "it complains")]).await;
    assert_eq!((done.status, done.place()), (StatusCode::SEE_OTHER, path.as_str()), "{}", done.text);
    assert!(pat.get(&path).await.text.contains("Nothing was sent."));
}

#[tokio::test]
async fn the_raw_message_that_was_too_large_comes_from_its_server() {
    let mut desk = desk().await;
    let id = keep(&desk, b"Subject: huge\r\n\r\n", Some(50_000_000), Stage::TooLarge).await;
    let refused = desk.signed_in("ann").await.get(&format!("/messages/{id}/raw")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    desk.raw_source(RawSource::new(move |sighted| {
        assert_eq!((sighted.uidvalidity, sighted.uid), (7, 100 + id));
        Box::pin(async {
            let pieces = [b"Subject: huge\r\n".to_vec(), b"\r\nall of it".to_vec()].map(Ok::<_, String>);
            Ok(Box::pin(futures_util::stream::iter(pieces)) as crate::web::Pieces)
        })
    }));
    let mut ann = desk.signed_in("ann").await;
    assert_eq!(ann.get(&format!("/messages/{id}/raw")).await.text, "Subject: huge\r\n\r\nall of it");
    assert!(ann.get("/not-imported").await.text.contains("Fetch anyway"));
    assert!(ann.get(&format!("/messages/{id}")).await.text.contains("Only the header is kept"));
}

/// A report in a hotline's form, and one in XARF's.
const SEALED: [&str; 2] = [
    "From: hotline@hotline.test\nTo: abuse@college.test\nSubject: CSAM report 4711\nMessage-ID: <s1@hotline.test>\n\
     Content-Type: multipart/mixed; boundary=b\n\n--b\n\nunspeakable words at http://college.test/x on 203.0.113.12\n--b\n\
     Content-Type: text/html\n\n<p>unspeakable</p><img src=cid:p>\n--b\nContent-Type: image/png; name=unspeakable.png\n\
     Content-ID: <p>\n\nPNG\n--b--\n",
    "From: hotline@hotline.test\nTo: abuse@college.test\nSubject: report 4712\nMessage-ID: <s2@hotline.test>\n\
     Content-Type: multipart/mixed; boundary=b\n\n--b\n\nunspeakable words\n--b\nContent-Type: application/json; \
     name=unspeakable.json\n\n{\"xarf_version\":\"4.0.0\",\"category\":\"content\",\"type\":\"csam\",\
     \"source_identifier\":\"203.0.113.12\",\"url\":\"http://college.test/unspeakable\"}\n--b--\n",
];

#[tokio::test]
async fn d9_a_report_about_the_abuse_of_children_is_shown_to_nobody_and_goes_to_named_accounts() {
    let desk = desk().await;
    for raw in SEALED {
        let id = receive(&desk, raw).await;
        let mut view = desk.web.store.read().await.unwrap();
        let number = message::get(&mut view, id).await.unwrap().unwrap().ticket.unwrap();
        let ticket = crate::store::ticket::get(&mut view, number).await.unwrap().unwrap();
        assert_eq!((ticket.priority.as_str(), ticket.owner_name.as_deref()), ("urgent", Some("kim")));
        drop(view);
        for login in ["ann", "pat", "kim"] {
            let mut browser = desk.signed_in(login).await;
            for path in [format!("/messages/{id}"), format!("/messages/{id}?view=html"), format!("/tickets/{number}")] {
                let page = browser.get(&path).await;
                assert_eq!(page.status, StatusCode::OK, "{path}");
                assert!(page.text.contains("concerns the sexual abuse of children"), "{path}: {}", page.text);
                assert!(!page.text.contains("unspeakable") && !page.text.contains("/attachments/"), "{path}");
            }
            for path in ["/html", "/attachments/1", "/attachments/2", "/attachments/3"] {
                let refused = browser.get(&format!("/messages/{id}{path}")).await;
                assert_eq!(refused.status, StatusCode::NOT_FOUND, "{login} {path}");
            }
            let raw = browser.get(&format!("/messages/{id}/raw")).await;
            let wanted = if login == "kim" { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!((raw.status, raw.text.contains("unspeakable")), (wanted, login == "kim"), "{login}");
            let search = browser.get("/tickets?q=unspeakable&state=any").await;
            assert!(!search.text.contains(&format!("/tickets/{number}\"")), "{login}");
        }
    }
}
