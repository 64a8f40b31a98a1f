//! The pages of domains.

use axum::http::{StatusCode, header};

use crate::{
    domain::role::Role,
    web::testing::{Desk, arriving::receive},
};

/// A report of yesterday. Newlines stand between elements, as mail wants lines.
fn dmarc(id: &str, rows: &[(&str, u32, &str, &str)]) -> String {
    let begin = 1_795_521_600 / 86_400 * 86_400 - 86_400;
    let record = |(source, count, word, other): &(&str, u32, &str, &str)| {
        format!(
            "<record><row><source_ip>{source}</source_ip><count>{count}</count><policy_evaluated>\
             <disposition>{}</disposition><dkim>{word}</dkim><spf>{word}</spf></policy_evaluated></row>\n<identifiers>\
             <header_from>college.test</header_from></identifiers><auth_results><dkim><domain>{other}</domain>\
             <result>pass</result></dkim></auth_results></record>\n",
            if *word == "pass" { "none" } else { "reject" }
        )
    };
    let records: String = rows.iter().map(record).collect();
    format!(
        "From: dmarc@bigmail.test\nSubject: Report {id}\nMessage-ID: <{id}@bigmail.test>\nMIME-Version: 1.0\n\
         Content-Type: application/xml\n\n<feedback><report_metadata><org_name>Big &lt;b&gt; Mail</org_name>\
         <email>d@bigmail.test</email>\n<report_id>{id}</report_id><date_range><begin>{begin}</begin>\
         <end>{}</end></date_range>\n</report_metadata><policy_published><domain>college.test</domain><p>reject</p>\
         </policy_published>\n{records}</feedback>\n",
        begin + 86_399
    )
}

async fn desk() -> Desk {
    let desk = Desk::new().await;
    desk.account("ann", &[Role::Reader]).await;
    receive(
        &desk,
        &dmarc(
            "r1",
            &[
                ("192.0.2.7", 1_200, "pass", "college.test"),
                ("198.51.100.9", 30, "fail", "=mailer.test"),
                ("2001:db8::5", 3, "fail", "college.test"),
            ],
        ),
    )
    .await;
    desk
}

#[tokio::test]
async fn the_pages_say_who_sends_and_what_fails() {
    let desk = desk().await;
    let mut ann = desk.signed_in("ann").await;
    let list = ann.get("/domains").await;
    assert_eq!(list.status, StatusCode::OK);
    assert!(list.text.contains("href=\"/domains/college.test\"") && list.text.contains("1,233"), "{}", list.text);
    assert!(list.text.contains("97.3 %") && list.text.contains(">reject<"));
    let page = ann.get("/domains/college.test").await.text;
    for words in [
        "192.0.2.0/24",
        "=mailer.test",
        "2001:db8::/48",
        "passes for another domain only",
        "1,233 mails in 30 days; 33 of them failed (2.6 %).",
        "Big &#60;b&#62; Mail",
        "unverified",
        "23 Nov 2026",
        "p=reject",
        "<time datetime=\"2026-11-23\">",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let failing = ann.get("/domains/college.test?show=failing").await.text;
    assert!(!failing.contains("title=\"192.0.2.0/24\"") && failing.contains("title=\"2001:db8::/48\""));
    let passing = ann.get("/domains/college.test?show=passing").await.text;
    assert!(passing.contains("title=\"192.0.2.0/24\"") && !passing.contains("title=\"2001:db8::/48\""));
    let one = ann.get("/domains/college.test/addresses?network=198.51.100.0%2F24").await.text;
    assert!(one.contains("198.51.100.9") && one.contains("refused") && !one.contains("192.0.2.7"), "{one}");
    for path in ["/domains/stranger.test", "/domains/stranger.test/addresses", "/domains/x/addresses.csv"] {
        assert_eq!(ann.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let csv = ann.get("/domains/COLLEGE.test/addresses.csv").await;
    assert!(
        csv.headers[header::CONTENT_DISPOSITION].to_str().unwrap().starts_with("attachment; filename=\"college.test")
    );
    assert_eq!(csv.text.lines().count(), 4);
    assert!(csv.text.contains("\"'=mailer.test: pass\"") && csv.text.contains("\"1200\""), "{}", csv.text);
}

#[tokio::test]
async fn a_domain_without_reports_says_how_to_get_some() {
    let desk = Desk::new().await;
    desk.account("ann", &[Role::Reader]).await;
    let mut ann = desk.signed_in("ann").await;
    assert!(ann.get("/domains").await.text.contains("no report yet"));
    let page = ann.get("/domains/college.test").await.text;
    assert!(page.contains("_dmarc.college.test TXT") && page.contains("rua=mailto:postmaster@college.test"), "{page}");
}

#[tokio::test]
async fn senders_go_on_page_by_page() {
    let desk = Desk::new().await;
    desk.account("ann", &[Role::Reader]).await;
    let sources: Vec<String> = (0..60).map(|n| format!("10.0.{n}.1")).collect();
    let rows: Vec<_> = sources.iter().map(|source| (source.as_str(), 5, "fail", "x.test")).collect();
    receive(&desk, &dmarc("r1", &rows)).await;
    let mut ann = desk.signed_in("ann").await;
    let first = ann.get("/domains/college.test").await.text;
    let next = first.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
    let second = ann.get(&next).await.text;
    let listed = |page: &str| page.matches("id=\"sender-").count();
    assert_eq!((listed(&first), listed(&second)), (50, 10), "{next}");
}

#[tokio::test]
async fn the_message_says_whether_its_figures_count() {
    let desk = desk().await;
    let mut ann = desk.signed_in("ann").await;
    assert!(ann.get("/messages/1").await.text.contains("in the figures of college.test"));
    let other = receive(&desk, &dmarc("r2", &[]).replace("college.test", "stranger.test")).await;
    let page = ann.get(&format!("/messages/{other}")).await.text;
    assert!(page.contains("no: stranger.test is not served here") && page.contains("no record"), "{page}");
}

#[tokio::test]
async fn an_administrator_sees_no_reports() {
    let desk = desk().await;
    desk.account("ada", &[Role::Administrator]).await;
    let mut ada = desk.signed_in("ada").await;
    assert_eq!(ada.get("/domains").await.status, StatusCode::FORBIDDEN);
    assert_eq!(ada.get("/domains/college.test").await.status, StatusCode::FORBIDDEN);
}
