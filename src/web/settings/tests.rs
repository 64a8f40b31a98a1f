//! Editing mail texts.

use axum::http::StatusCode;

use crate::{domain::role::Role, store::template, web::testing::Desk};

#[tokio::test]
async fn a_text_is_saved_once_and_every_version_kept() {
    let desk = Desk::new().await;
    desk.account("ada", &[Role::Administrator]).await;
    let mut work = desk.web.store.write().await.unwrap();
    template::save(&mut work, "acknowledgement.en", 0, "Hello {{ticket}}\n", "postdesk", desk.clock.now())
        .await
        .unwrap();
    work.commit().await.unwrap();
    let mut ada = desk.signed_in("ada").await;
    assert!(ada.get("/settings/templates").await.text.contains("Acknowledgement, English"));
    let page = "/settings/templates/acknowledgement.en";
    assert!(ada.get(page).await.text.contains("Hello #1042"));

    let wrong = ada.fill(page, page, &[("version", "1"), ("body", "Hi {{nobody}}"), ("reason", "x")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("Hi {{nobody}}"), "{}", wrong.text);

    let fields = [("version", "1"), ("body", "Hi\r\n{{ticket}}\r\n"), ("reason", "Shorter")];
    assert_eq!(ada.fill(page, page, &fields).await.status, StatusCode::SEE_OTHER);
    let again = ada.fill(page, page, &fields).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.text.contains("Somebody saved another version"));

    let mut view = desk.web.store.read().await.unwrap();
    let kept = template::history(&mut view, "acknowledgement.en").await.unwrap();
    assert_eq!(kept.iter().map(|t| t.body.as_str()).collect::<Vec<_>>(), ["Hi\n{{ticket}}\n", "Hello {{ticket}}\n"]);
    assert_eq!(ada.get("/settings/templates/nothing").await.status, StatusCode::NOT_FOUND);
}
