//! `account add`.

use std::io::Read;

use anyhow::bail;

use super::{Add, password};
use crate::{
    cli::shell::{Shell, told},
    desk::{self, account::Outcome},
    domain::{
        account::{valid_email, valid_login, valid_name},
        address,
        role::{Role, words},
    },
    store::account::NewAccount,
};

/// Makes an account.
pub(super) async fn run(shell: &Shell, add: &Add, stdin: &mut impl Read) -> anyhow::Result<String> {
    let (login, name, email) = (address::fold(&add.login), add.name.trim(), address::fold(&add.email));
    if !valid_login(&login) {
        bail!("--login: write 1 to 64 small letters, digits, dots or dashes");
    }
    if !valid_name(name) {
        bail!("--name: write the person's name, 100 characters at most");
    }
    if !valid_email(&email) {
        bail!("--email: write a mail address, such as name@college.test");
    }
    let hash = password::hashed(shell, &password::read(stdin)?, &login, &email).await?;
    let mut roles = add.roles.clone();
    roles.sort_unstable();
    roles.dedup();
    let mut work = shell.store.write().await?;
    let now = shell.clock.now();
    let new = NewAccount { login: &login, name, email: &email, roles: &roles, password_hash: &hash, now };
    let change = shell.change(&mut work, "").await?;
    let Some((_, outcome)) = desk::account::add(&mut work, &new, &change).await? else {
        bail!("there is an account {login:?} already; to change it use postdesk account password or roles");
    };
    work.commit().await?;
    let made = format!("The account {login} is made: {}.\n", words(&roles));
    Ok(match outcome {
        Outcome::Done => made,
        Outcome::Waits => {
            roles.retain(|role| *role != Role::AuthorisedPostmaster);
            let now = format!("The account {login} is made: {} for now.\n", words(&roles));
            now + &told(outcome, &login, made)
        }
    })
}
