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
    assert!(second.text.contains("id=\"ticket-51\"") && second.text.contains("First page"));
}

#[tokio::test]
async fn a_search_is_saved_under_a_name_and_forgotten() {
    let desk = desk().await;
    arrives(&desk, MAIL, Kind::Complaint).await;
    let (mut pat, mut rea) = (desk.signed_in("pat").await, desk.signed_in("rea").await);
    let at = "/tickets?q=elephants%20state:any";
    for (name, answer) in [
        (" ", "Give the view a name of at most 40 characters."),
        (&*"x".repeat(41), "Give the view a name of at most 40 characters."),
        ("Large <b>animals</b>", "Saved as Large &#60;b&#62;animals"),
    ] {
        let saved = pat.fill(at, "/tickets/views", &[("name", name), ("q", "elephants state:any")]).await;
        assert_eq!((saved.status, saved.place()), (StatusCode::SEE_OTHER, "/tickets?q=state:any%20elephants"));
        let page = pat.get(saved.place()).await.text;
        assert!(page.contains(answer), "{page}");
    }
    let page = pat.get("/tickets").await.text;
    assert!(page.contains("<a href=\"/tickets?q=state:any%20elephants\">Large &#60;b&#62;animals"), "{page}");
    assert!(!rea.get("/tickets").await.text.contains("Large"), "everybody has their own");
    let shown = pat.get(at).await.text;
    assert!(shown.contains("Forget the view Large") && !shown.contains("Save this search"), "{shown}");
    let path = shown.split_once("action=\"/tickets/views/").unwrap().1.split_once('"').unwrap().0.to_owned();
    let path = format!("/tickets/views/{path}");
    assert_eq!(rea.fill("/tickets", &path, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(pat.fill(at, &path, &[]).await.status, StatusCode::SEE_OTHER);
    assert!(!pat.get("/tickets").await.text.contains("Large"));
}
