//! Accounts from the shell, on a scratch database.

use std::{ops::Deref, time::Duration};

use super::{Add, Command, Named, Password, Roles, SecondFactor, act};
use crate::{
    cli::shell::Shell,
    clock::Clock,
    domain::{
        event::{Actor, What},
        role::Role,
        second_factor::Key,
        secret::Secret,
    },
    password::{Passwords, Verdict},
    store::{Store, account, event, second_factor},
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
    let waiting = Duration::from_hours(24);
    Scratched(Shell { store, clock: Clock::machine(), actor, waiting }, scratch)
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

async fn make(shell: &Shell, login: &str, role: Role) -> String {
    let add = Add {
        login: login.into(),
        name: login.into(),
        email: format!("{login}@college.test"),
        roles: vec![role],
        password_stdin: true,
    };
    act(shell, Command::Add(add), &mut &b"correct horse battery"[..]).await.unwrap()
}

/// Somebody has signed in: from now on one person cannot become two at the shell either.
async fn somebody_signs_in(shell: &Shell) {
    let mut work = shell.store.write().await.unwrap();
    crate::desk::account::signed_in(&mut work, shell.clock.now()).await.unwrap();
    work.commit().await.unwrap();
}

async fn stored(shell: &Shell, login: &str) -> crate::domain::account::Account {
    let mut view = shell.store.read().await.unwrap();
    account::by_login(&mut view, login).await.unwrap().unwrap()
}

fn factor(reset: Option<&str>, enrol: Option<&str>) -> Command {
    Command::SecondFactor(SecondFactor {
        reset: reset.map(Into::into),
        enrol: enrol.map(Into::into),
        reason: "telephone lost".into(),
    })
}

#[tokio::test]
async fn before_the_first_sign_in_the_shell_needs_no_confirmation() {
    let shell = shell().await;
    assert!(make(&shell, "ada", Role::AuthorisedPostmaster).await.contains("authorised postmaster."));
    let ada = stored(&shell, "ada").await;
    assert!(ada.has(Role::AuthorisedPostmaster) && ada.authorised_from.millis() == 0);
    let none = &mut std::io::empty();
    let printed = act(&shell, factor(None, Some("ada")), none).await.unwrap();
    let key = Key::written(&Secret::new(printed)).unwrap();
    let mut view = shell.store.read().await.unwrap();
    assert_eq!(second_factor::get(&mut view, ada.id).await.unwrap().unwrap().key, key);
    drop(view);
    assert!(
        act(&shell, factor(None, Some("ada")), none).await.unwrap_err().to_string().contains("has a second factor")
    );
    act(&shell, factor(Some("ada"), None), none).await.unwrap();
    assert!(!stored(&shell, "ada").await.second_factor);
    assert!(act(&shell, factor(Some("ada"), None), none).await.unwrap_err().to_string().contains("no second factor"));
    let mut view = shell.store.read().await.unwrap();
    let last = &event::newest(&mut view, i64::MAX, 1).await.unwrap()[0];
    assert_eq!((last.what, last.actor_sort.as_str()), (What::SecondFactorRemoved, "shell"));
    assert!(last.why.ends_with("telephone lost"), "{}", last.why);
}

#[tokio::test]
async fn later_the_shell_confirms_only_if_nobody_else_is_left() {
    let shell = shell().await;
    let none = &mut std::io::empty();
    make(&shell, "ada", Role::AuthorisedPostmaster).await;
    act(&shell, factor(None, Some("ada")), none).await.unwrap();
    somebody_signs_in(&shell).await;
    assert!(make(&shell, "ben", Role::AuthorisedPostmaster).await.contains("account confirm --login ben"));
    assert!(stored(&shell, "ben").await.roles.is_empty());
    let confirm = |login: &str| Command::Confirm(Named { login: login.into(), reason: "ada has left".into() });
    let refused = act(&shell, confirm("ben"), none).await.unwrap_err().to_string();
    assert!(refused.contains("at the console"), "{refused}");
    assert!(act(&shell, factor(None, Some("ben")), none).await.is_err(), "whoever knows the key would be ben");

    // Of the only one, everything waits for the shell.
    for command in
        [Command::Password(Password { login: "ada".into(), password_stdin: true }), factor(Some("ada"), None)]
    {
        let said = act(&shell, command, &mut &b"another long password"[..]).await.unwrap();
        assert!(said.contains("another authorised postmaster"), "{said}");
    }
    assert!(stored(&shell, "ada").await.second_factor);
    let said = act(&shell, confirm("ada"), none).await.unwrap();
    assert_eq!(said, "Confirmed for ada: a new password, the removal of the second factor.\n");
    let ada = stored(&shell, "ada").await;
    assert!(!ada.second_factor && ada.authorised_from > shell.clock.now().plus(Duration::from_hours(23)));
    act(&shell, Command::Disable(Named { login: "ada".into(), reason: String::new() }), none).await.unwrap();
    act(&shell, confirm("ben"), none).await.unwrap();
    assert!(stored(&shell, "ben").await.has(Role::AuthorisedPostmaster));
    assert!(act(&shell, confirm("ben"), none).await.unwrap_err().to_string().contains("does not wait"));
    let mut view = shell.store.read().await.unwrap();
    let last = &event::newest(&mut view, i64::MAX, 1).await.unwrap()[0];
    assert_eq!((last.what, last.actor_sort.as_str()), (What::ConfirmationGiven, "shell"));
}
