//! Accounts from the shell, on a scratch database.

use std::ops::Deref;

use super::{Add, Command, Named, Password, Roles, act};
use crate::{
    cli::shell::Shell,
    clock::Clock,
    domain::{
        event::{Actor, What},
        role::Role,
        secret::Secret,
    },
    password::{Passwords, Verdict},
    store::{Store, account, event},
    testing::Scratch,
};

/// A shell, and the directory of its database.
pub(in crate::cli) struct Scratched(Shell, #[expect(dead_code, reason = "held until the end, then removed")] Scratch);

impl Deref for Scratched {
    type Target = Shell;

    fn deref(&self) -> &Shell {
        &self.0
    }
}

pub(in crate::cli) async fn shell() -> Scratched {
    let scratch = Scratch::new();
    let store = Store::open(&scratch.database()).await.unwrap();
    store.migrate().await.unwrap();
    let actor = Actor::Shell("root".into());
    Scratched(Shell { store, clock: Clock::machine(), actor }, scratch)
}

pub(in crate::cli) async fn add(shell: &Shell, login: &str, password: &str) -> anyhow::Result<String> {
    let add = Add {
        login: login.into(),
        name: "Ada Byron".into(),
        email: "ada@college.test".into(),
        roles: vec![Role::Administrator, Role::Postmaster, Role::Postmaster],
        password_stdin: true,
    };
    act(shell, Command::Add(add), &mut password.as_bytes()).await
}

#[tokio::test]
async fn an_account_is_made_once_and_recorded() {
    let shell = shell().await;
    assert_eq!(
        add(&shell, "Ada", "correct horse battery\r\nmore\n").await.unwrap(),
        "The account ada is made: postmaster, administrator.\n"
    );
    assert!(add(&shell, "ada", "correct horse battery").await.unwrap_err().to_string().contains("already"));
    assert!(add(&shell, "ben", "short").await.unwrap_err().to_string().contains("at least 12"));
    assert!(add(&shell, "ben", "").await.unwrap_err().to_string().contains("standard input"));
    assert!(add(&shell, "Ben Okri", "correct horse battery").await.unwrap_err().to_string().contains("--login"));

    let mut view = shell.store.read().await.unwrap();
    let ada = account::by_login(&mut view, "ada").await.unwrap().unwrap();
    let hash = account::password_hash(&mut view, ada.id).await.unwrap();
    let verdict = Passwords::new(Clock::machine()).unwrap();
    let verdict = verdict.verify(hash.as_deref(), &Secret::new("correct horse battery".into())).await.unwrap();
    assert_eq!(verdict, Verdict::Right { rehash: None });
    let recorded = &event::newest(&mut view, i64::MAX, 1).await.unwrap()[0];
    assert_eq!((recorded.what, recorded.actor_sort.as_str()), (What::AccountAdded, "shell"));
}

#[tokio::test]
async fn an_account_is_changed() {
    let shell = shell().await;
    add(&shell, "ada", "correct horse battery").await.unwrap();
    let named = || Named { login: "ada".into(), reason: "on leave".into() };
    let none = &mut std::io::empty();
    act(&shell, Command::Disable(named()), none).await.unwrap();
    assert!(act(&shell, Command::List, none).await.unwrap().contains("disabled"));
    act(&shell, Command::Enable(named()), none).await.unwrap();
    let roles = Roles { login: "ada".into(), roles: vec![Role::Reader], reason: String::new() };
    act(&shell, Command::Roles(roles), none).await.unwrap();
    let password = Password { login: "ada".into(), password_stdin: true };
    act(&shell, Command::Password(password), &mut &b"another long password\n"[..]).await.unwrap();
    let unknown = Named { login: "ben".into(), reason: String::new() };
    assert!(act(&shell, Command::Enable(unknown), none).await.unwrap_err().to_string().contains("account list"));

    let mut view = shell.store.read().await.unwrap();
    let ada = account::by_login(&mut view, "ada").await.unwrap().unwrap();
    assert_eq!((ada.disabled, ada.roles), (false, vec![Role::Reader]));
    let why: Vec<_> = event::newest(&mut view, i64::MAX, 9).await.unwrap().into_iter().map(|event| event.why).collect();
    assert_eq!(why[3], "ada disabled: on leave");
}
