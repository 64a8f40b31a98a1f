//! What changes an account, alike from the web and from the shell.

use crate::{
    domain::{
        account::Account,
        event::{Actor, NewEvent, What},
        role::{Role, words},
        time::Moment,
    },
    store::{StoreResult, Work, account, session, ticket, token},
};

/// Who changes an account, when and why.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    /// Who.
    pub actor: Actor,
    /// Why, in their words; may be empty from the shell.
    pub reason: &'a str,
    /// When.
    pub now: Moment,
    /// Whether the last administrator must stay: from the web, not from the shell.
    pub keep_administrator: bool,
}

impl Change<'_> {
    fn note(&self, work: &mut Work, what: What, mut why: String) {
        if !self.reason.is_empty() {
            why.push_str(": ");
            why.push_str(self.reason);
        }
        work.event(NewEvent::new(self.now, self.actor.clone(), what, why));
    }
}

/// Sets the roles of an account.
///
/// # Errors
/// [`StoreError::Conflict`](crate::store::StoreError::Conflict) if the last administrator would go.
pub async fn set_roles(work: &mut Work, account: &Account, roles: &[Role], change: &Change<'_>) -> StoreResult<()> {
    account::set(work, account.id, roles, account.disabled, change.keep_administrator).await?;
    let why = format!("{}: {} instead of {}", account.login, words(roles), words(&account.roles));
    change.note(work, What::AccountChanged, why);
    Ok(())
}

/// Disables or enables an account. Sessions and tokens of a disabled one end at once, its tickets become unowned.
///
/// # Errors
/// [`StoreError::Conflict`](crate::store::StoreError::Conflict) if the last administrator would go.
pub async fn set_disabled(work: &mut Work, account: &Account, disabled: bool, change: &Change<'_>) -> StoreResult<()> {
    account::set(work, account.id, &account.roles, disabled, change.keep_administrator).await?;
    if disabled {
        session::end_all(work, account.id, None).await?;
        ticket::disown(work, account.id).await?;
        for token in token::list(work, Some(account.id)).await? {
            token::revoke(work, token.id, Some(account.id), change.now).await?;
        }
    }
    let state = if disabled { "disabled" } else { "enabled" };
    change.note(work, What::AccountChanged, format!("{} {state}", account.login));
    Ok(())
}

/// Stores a new password's hash and ends all sessions of the account.
///
/// # Errors
/// When the database does not answer.
pub async fn set_password(work: &mut Work, account: &Account, hash: &str, change: &Change<'_>) -> StoreResult<()> {
    account::set_password_hash(work, account.id, hash, true, change.now).await?;
    session::end_all(work, account.id, None).await?;
    change.note(work, What::PasswordChanged, format!("of {}; all their sessions ended", account.login));
    Ok(())
}

/// Makes an account, or `None` if the login is taken.
///
/// # Errors
/// When the database does not answer.
pub async fn add(work: &mut Work, new: &account::NewAccount<'_>, actor: Actor) -> StoreResult<Option<i64>> {
    let id = account::add(work, new).await?;
    if id.is_some() {
        let why = format!("{} ({}): {}", new.login, new.name, words(new.roles));
        work.event(NewEvent::new(new.now, actor, What::AccountAdded, why));
    }
    Ok(id)
}
