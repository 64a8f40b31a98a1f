//! Tokens from the shell, on a scratch database.

use super::{Add, Command, Numbered, Owned, act};
use crate::{
    cli::account::tests::{add, shell},
    domain::token::hashed,
    store::token,
};

#[tokio::test]
async fn a_token_is_shown_once_and_ends() {
    let shell = shell().await;
    add(&shell, "ada", "correct horse battery").await.unwrap();
    let new = || Add { login: "ada".into(), name: "watch".into(), expires: 30, may_release: false };
    let printed = act(&shell, Command::Add(new())).await.unwrap();
    let mut view = shell.store.read().await.unwrap();
    let kept = token::by_hash(&mut view, &hashed(printed.trim()), shell.clock.now()).await.unwrap().unwrap();
    assert_eq!(
        (kept.name.as_str(), kept.may_release, kept.expires_at - kept.created_at),
        ("watch", false, 2_592_000_000)
    );
    drop(view);
    let listed = act(&shell, Command::List(Owned { login: Some("ada".into()) })).await.unwrap();
    assert!(listed.contains("watch") && !listed.contains(printed.trim()), "{listed}");
    act(&shell, Command::Revoke(Numbered { id: kept.id })).await.unwrap();
    assert!(act(&shell, Command::Revoke(Numbered { id: kept.id })).await.is_err());
    assert!(act(&shell, Command::List(Owned { login: None })).await.unwrap().starts_with("No token holds"));
    let unknown = Add { login: "ben".into(), ..new() };
    assert!(act(&shell, Command::Add(unknown)).await.unwrap_err().to_string().contains("no account"));
}
