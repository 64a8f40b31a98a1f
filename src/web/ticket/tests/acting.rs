//! States, owners, links, notes, and two people at once.

use axum::http::StatusCode;

use super::{MAIL, act, act_as_seen, arrives, desk};
use crate::domain::kind::Kind;

#[tokio::test]
async fn a_ticket_goes_through_its_states() {
    let desk = desk().await;
    arrives(&desk, MAIL, Kind::Complaint).await;
    let mut pat = desk.signed_in("pat").await;
    let page = pat.get("/tickets/1").await;
    assert!(page.text.contains("Please stop the elephants.") && page.text.contains("4 quoted lines"), "{}", page.text);

    let refused = act(&mut pat, 1, "state", &[("state", "closed"), ("reason", " ")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("Say why in a few words.") && refused.text.contains("#to-closed-reason"));

    let done = act(&mut pat, 1, "state", &[("state", "investigating")]).await;
    assert_eq!((done.status, done.place()), (StatusCode::SEE_OTHER, "/tickets/1"));
    assert!(pat.get("/tickets/1").await.text.contains("The ticket is now investigating."));
    let wrong = act(&mut pat, 1, "state", &[("state", "acknowledged"), ("reason", "by telephone")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("A ticket that is investigating cannot become acknowledged."));
    act(&mut pat, 1, "state", &[("state", "closed")]).await;
    act(&mut pat, 1, "state", &[("state", "investigating"), ("reason", "it goes on")]).await;
    let page = pat.get("/tickets/1").await;
    assert!(page.text.contains("closed → investigating: it goes on"), "{}", page.text);
}

#[tokio::test]
async fn a_reader_reads_and_does_not_act() {
    let desk = desk().await;
    arrives(&desk, MAIL, Kind::Complaint).await;
    let mut rea = desk.signed_in("rea").await;
    let page = rea.get("/tickets/1").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text.contains("/tickets/1/"), "no form of an act");
    let csrf = page.csrf();
    for noun in ["state", "owner", "priority", "tags", "links", "notes", "reply", "reply/preview", "acknowledgement"] {
        let refused = rea.post(&format!("/tickets/1/{noun}"), &[("csrf", &csrf), ("version", "1")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{noun}");
    }
    assert_eq!(rea.get("/tickets/new").await.status, StatusCode::FORBIDDEN);
    assert_eq!(desk.browser().get("/tickets/1").await.place(), "/sign-in?next=/tickets/1");
}

#[tokio::test]
async fn who_was_first_is_told_and_typed_text_is_kept() {
    let desk = desk().await;
    arrives(&desk, MAIL, Kind::Complaint).await;
    let (mut pat, mut quinn) = (desk.signed_in("pat").await, desk.signed_in("quinn").await);
    let seen = pat.get("/tickets/1").await;
    act(&mut quinn, 1, "priority", &[("priority", "urgent")]).await;
    let words = "A long answer that nobody wants to type twice.";
    let typed = [("to", "ann@neighbour.test"), ("subject", "Re: it"), ("body", words)];
    for noun in ["reply/preview", "reply"] {
        let late = act_as_seen(&mut pat, &seen, 1, noun, &typed).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{noun}");
        assert!(late.text.contains(words) && late.text.contains("quinn changed the priority (normal → urgent)"));
    }
    let late = act_as_seen(&mut pat, &seen, 1, "state", &[("state", "closed"), ("reason", "a <dull> reason")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text.contains("a &#60;dull&#62; reason"), "{}", late.text);
    // A note overwrites nothing, so it comes through.
    let noted = act_as_seen(&mut pat, &seen, 1, "notes", &[("note", "I looked.")]).await;
    assert_eq!(noted.status, StatusCode::SEE_OTHER);
    assert!(pat.get("/tickets/1").await.text.contains("I looked."));
}

#[tokio::test]
async fn only_who_can_act_may_own() {
    let desk = desk().await;
    arrives(&desk, MAIL, Kind::Complaint).await;
    let mut pat = desk.signed_in("pat").await;
    let page = pat.get("/tickets/1").await;
    assert!(page.text.contains("<option value=\"1\">pat") && !page.text.contains(">rea</option>"));
    act(&mut pat, 1, "owner", &[("owner", "1")]).await;
    assert!(pat.get("/tickets/1").await.text.contains("The owner is now pat."));
    for wrong in ["3", "99", "x"] {
        let refused = act(&mut pat, 1, "owner", &[("owner", wrong)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    act(&mut pat, 1, "owner", &[("owner", "")]).await;
    assert!(pat.get("/tickets/1").await.text.contains("pat → nobody"));
}

#[tokio::test]
async fn tickets_are_linked_to_others_that_exist() {
    let desk = desk().await;
    arrives(&desk, MAIL, Kind::Complaint).await;
    arrives(&desk, b"From: x@x.test\nSubject: Other\n\nhello\n", Kind::Other).await;
    let mut pat = desk.signed_in("pat").await;
    for wrong in ["1", "9", "", "x"] {
        let refused = act(&mut pat, 1, "links", &[("kind", "related"), ("number", wrong)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong:?}");
    }
    act(&mut pat, 1, "links", &[("kind", "duplicate_of"), ("number", "#2")]).await;
    assert!(pat.get("/tickets/1").await.text.contains("duplicate of"));
    let other = pat.get("/tickets/2").await;
    assert!(other.text.contains("has the duplicate") && other.text.contains("value=\"duplicate_of.from.1\""));
    act(&mut pat, 2, "links", &[("remove", "duplicate_of.from.1")]).await;
    assert!(!pat.get("/tickets/2").await.text.contains("has the duplicate"));
}

#[tokio::test]
async fn owner_priority_and_tags_can_be_taken_back() {
    let desk = desk().await;
    arrives(&desk, MAIL, Kind::Complaint).await;
    let (mut pat, mut quinn) = (desk.signed_in("pat").await, desk.signed_in("quinn").await);
    let undo = |page: &str| {
        let form =
            page.split_once("class=\"btns\" method=\"post\" action=\"").unwrap().1.split_once("</form>").unwrap().0;
        let value = |name: &str| {
            let field =
                form.split_once(&format!("name=\"{name}\" value=\"")).map(|(_, rest)| rest.split_once('"').unwrap().0);
            field.unwrap_or_default().to_owned()
        };
        assert!(form.contains(">Undo</button>"), "{form}");
        (
            form.split_once('"').unwrap().0.to_owned(),
            value("csrf"),
            value("version"),
            ["owner", "priority", "remove"].map(value),
        )
    };
    act(&mut pat, 1, "priority", &[("priority", "urgent")]).await;
    let page = pat.get("/tickets/1").await.text;
    let (path, csrf, version, [_, before, _]) = undo(&page);
    assert_eq!((path.as_str(), before.as_str()), ("/tickets/1/priority", "normal"));
    let back = pat.post(&path, &[("csrf", &csrf), ("version", &version), ("priority", &before)]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.text);
    assert!(pat.get("/tickets/1").await.text.contains("The priority is now normal."));
    assert!(!pat.get("/tickets/1").await.text.contains(">Undo</button>"), "it is offered once");

    act(&mut pat, 1, "owner", &[("owner", "1")]).await;
    let (path, csrf, version, [before, ..]) = undo(&pat.get("/tickets/1").await.text);
    assert_eq!((path.as_str(), before.as_str()), ("/tickets/1/owner", ""));
    // Somebody else was there in between: what they did is not undone with it.
    act(&mut quinn, 1, "tags", &[("add", "arf")]).await;
    let late = pat.post(&path, &[("csrf", &csrf), ("version", &version), ("owner", "")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);

    let (path, csrf, version, [.., tag]) = undo(&quinn.get("/tickets/1").await.text);
    assert_eq!((path.as_str(), tag.as_str()), ("/tickets/1/tags", "arf"));
    let back = quinn.post(&path, &[("csrf", &csrf), ("version", &version), ("remove", &tag)]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.text);
    assert!(quinn.get("/tickets/1").await.text.contains("The tag arf is removed."));
}
