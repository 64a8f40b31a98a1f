//! The list and its small language.

use axum::http::StatusCode;

use super::{MAIL, act, arrives, desk};
use crate::domain::kind::Kind;

#[tokio::test]
async fn it_shows_what_is_owed_and_finds_words() {
    let desk = desk().await;
    arrives(&desk, b"From: x@x.test\n\nhello\n", Kind::Other).await;
    arrives(&desk, MAIL, Kind::Complaint).await;
    let mut pat = desk.signed_in("pat").await;
    let all = pat.get("/tickets").await;
    assert_eq!(all.status, StatusCode::OK);
    let (complaint, other) = (all.text.find("ticket-2").unwrap(), all.text.find("ticket-1").unwrap());
    assert!(complaint < other, "the unanswered complaint comes first");
    assert!(all.text.contains("Ann Neighbour") && all.text.contains("unanswered"));

    for (search, found) in [
        ("kind:complaint", vec![2]),
        ("from:ann@neighbour.test", vec![2]),
        ("from:neighbour.test", vec![2]),
        ("elephants", vec![2]),
        ("%23+1", vec![]),
        ("%231", vec![1]),
        ("state:closed", vec![]),
        ("owner:nobody", vec![1, 2]),
        ("owner:me", vec![]),
        ("unicorns", vec![]),
    ] {
        let page = pat.get(&format!("/tickets?fragment=rows&q={search}")).await;
        let has: Vec<i64> = [1, 2].into_iter().filter(|n| page.text.contains(&format!("id=\"ticket-{n}\""))).collect();
        assert_eq!(has, found, "{search}");
        assert!(!page.text.contains("<html"), "a fragment is no page");
    }
    let told = pat.get("/tickets?q=state:lost").await;
    assert!(told.text.contains("state:lost is not one of new"), "{}", told.text);
}

#[tokio::test]
async fn tags_can_be_found_by_link() {
    let desk = desk().await;
    arrives(&desk, MAIL, Kind::Complaint).await;
    let mut pat = desk.signed_in("pat").await;
    assert_eq!(act(&mut pat, 1, "tags", &[("add", " Feedback  Loop ")]).await.status, StatusCode::SEE_OTHER);
    let found = pat.get("/tickets?q=tag:%22feedback+loop%22").await;
    assert!(found.text.contains("id=\"ticket-1\"") && found.text.contains("All tags"));
    assert_eq!(act(&mut pat, 1, "tags", &[("remove", "feedback loop")]).await.status, StatusCode::SEE_OTHER);
    assert!(!pat.get("/tickets?q=tag:%22feedback+loop%22").await.text.contains("id=\"ticket-1\""));
}

#[tokio::test]
async fn pages_go_on_where_the_last_ended() {
    let desk = desk().await;
    for n in 0..60 {
        arrives(&desk, format!("From: x{n}@x.test\nMessage-ID: <{n}@x.test>\n\nhello {n}\n").as_bytes(), Kind::Other)
            .await;
    }
    let mut rea = desk.signed_in("rea").await;
    let first = rea.get("/tickets").await;
    let lines = |text: &str| text.matches("<tr role=\"row\" id=\"ticket-").count();
    assert_eq!(lines(&first.text), 50);
    let (_, rest) = first.text.split_once("rel=\"next\" href=\"").unwrap();
    let next = rest.split_once('"').unwrap().0;
    let second = rea.get(next).await;
    assert_eq!(lines(&second.text), 10);
    assert!(second.text.contains("id=\"ticket-51\"") && second.text.contains("rel=\"prev\""));
}
