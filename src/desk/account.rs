//! What changes an account, alike from the web and from the shell.
//!
//! So that one person cannot become two, what would make somebody an authorised postmaster, or open such an account to
//! whoever knows a new password or lacks its second factor, waits until another authorised postmaster confirms it.

use std::time::Duration;

use crate::{
    access::{Administrator, Fresh},
    domain::{
        account::Account,
        confirmation::Waiting,
        event::{Actor, NewEvent, What},
        role::{Role, words},
        second_factor::Key,
        time::Moment,
    },
    store::{
        StoreResult, View, Work, account, confirmation, confirmation::NewConfirmation, second_factor, session, setting,
        ticket, token,
    },
};

/// The name under which the time of the first sign-in is kept.
const FIRST_SIGN_IN: &str = "first_sign_in";

/// Who changes an account, when and why.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    actor: Actor,
    asked_by: Option<i64>,
    reason: &'a str,
    now: Moment,
    /// Whether the last administrator must stay.
    keep_administrator: bool,
    /// Whether nothing waits for a confirmation: nobody has signed in yet.
    at_once: bool,
    /// How long a confirmed person gives no consents.
    waiting: Duration,
}

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It holds.
    Done,
    /// It, or its weighty part, waits for another authorised postmaster.
    Waits,
}

impl<'a> Change<'a> {
    /// By an administrator at the console, who typed their password for it.
    #[must_use]
    pub fn by(may: &Administrator, _fresh: &Fresh, reason: &'a str, now: Moment, waiting: Duration) -> Self {
        let (actor, asked_by) = (may.actor(), Some(may.account_id()));
        Self { actor, asked_by, reason, now, keep_administrator: true, at_once: false, waiting }
    }

    /// By somebody at the shell of the machine, which is the way back when no administrator is left. Before the first
    /// sign-in nothing waits for a confirmation.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn at_shell(
        view: &mut View,
        person: &Actor,
        reason: &'a str,
        now: Moment,
        waiting: Duration,
    ) -> StoreResult<Self> {
        let at_once = setting::get(view, FIRST_SIGN_IN).await?.is_none();
        let actor = person.clone();
        Ok(Self { actor, asked_by: None, reason: reason.trim(), now, keep_administrator: false, at_once, waiting })
    }

    fn note(&self, work: &mut Work, what: What, mut why: String) {
        if !self.reason.is_empty() {
            why.push_str(": ");
            why.push_str(self.reason);
        }
        work.event(NewEvent::new(self.now, self.actor.clone(), what, why));
    }

    /// Whether a new password or a lost second factor of this account waits: it is an authorised postmaster's, or will be.
    async fn waits(&self, view: &mut View, account: &Account) -> StoreResult<bool> {
        if self.at_once {
            return Ok(false);
        }
        let asked = confirmation::waiting(view, Some(account.id)).await?;
        Ok(account.has(Role::AuthorisedPostmaster) || asked.iter().any(|found| found.change == Waiting::Role))
    }

    /// Who sets a password, or is the first to know it, might be one person with the account's.
    async fn holds_key(&self, work: &mut Work, account: i64) -> StoreResult<()> {
        match self.asked_by {
            Some(holder) => confirmation::holds_key(work, account, holder).await,
            None => Ok(()),
        }
    }

    async fn ask(&self, work: &mut Work, account: &Account, change: Waiting, hash: &str) -> StoreResult<Outcome> {
        let new = NewConfirmation {
            account: account.id,
            change,
            password_hash: hash,
            asked_by: self.asked_by,
            asker: self.actor.name(),
            reason: self.reason,
            now: self.now,
        };
        confirmation::ask(work, &new).await?;
        self.note(work, What::ConfirmationAsked, format!("{} for {}", change.words(), account.login));
        Ok(Outcome::Waits)
    }
}

/// Notes a sign-in: from the first one on, what is done at the shell needs confirmations as well.
///
/// # Errors
/// When the database does not answer.
pub async fn signed_in(work: &mut Work, now: Moment) -> StoreResult<()> {
    setting::get_or_set(work, FIRST_SIGN_IN, &now.millis().to_string()).await.map(drop)
}

/// Sets the roles of an account. That of authorised postmaster is only asked for, unless the account has it.
///
/// # Errors
/// [`StoreError::Conflict`](crate::store::StoreError::Conflict) if the last administrator would go.
pub async fn set_roles(
    work: &mut Work,
    account: &Account,
    roles: &[Role],
    change: &Change<'_>,
) -> StoreResult<Outcome> {
    let wanted = roles.contains(&Role::AuthorisedPostmaster);
    let waits = wanted && !account.has(Role::AuthorisedPostmaster) && !change.at_once;
    let now: Vec<Role> = roles.iter().copied().filter(|role| !(waits && *role == Role::AuthorisedPostmaster)).collect();
    if !wanted {
        withdraw(work, account, change).await?;
    }
    if now != account.roles {
        account::set(work, account.id, &now, account.disabled, change.keep_administrator).await?;
        let why = format!("{}: {} instead of {}", account.login, words(&now), words(&account.roles));
        change.note(work, What::AccountChanged, why);
    }
    if waits { change.ask(work, account, Waiting::Role, "").await } else { Ok(Outcome::Done) }
}

/// Disables or enables an account. Sessions and tokens of a disabled one end at once, its tickets become unowned, and
/// what waits for it is withdrawn.
///
/// # Errors
/// [`StoreError::Conflict`](crate::store::StoreError::Conflict) if the last administrator would go.
pub async fn set_disabled(work: &mut Work, account: &Account, disabled: bool, change: &Change<'_>) -> StoreResult<()> {
    account::set(work, account.id, &account.roles, disabled, change.keep_administrator).await?;
    if disabled {
        session::end_all(work, account.id, None).await?;
        ticket::disown(work, account.id).await?;
        token::revoke_all(work, account.id, change.now).await?;
        withdraw(work, account, change).await?;
    } else if account.disabled && account.has(Role::AuthorisedPostmaster) && !change.at_once {
        // Who comes back is looked at by colleagues for as long as who is new.
        account::set_authorised_from(work, account.id, change.now.plus(change.waiting)).await?;
    }
    let state = if disabled { "disabled" } else { "enabled" };
    change.note(work, What::AccountChanged, format!("{} {state}", account.login));
    Ok(())
}

/// Stores a new password's hash and ends all sessions of the account; or asks, if it is an authorised postmaster's.
///
/// # Errors
/// When the database does not answer.
pub async fn set_password(work: &mut Work, account: &Account, hash: &str, change: &Change<'_>) -> StoreResult<Outcome> {
    if change.waits(work, account).await? {
        return change.ask(work, account, Waiting::Password, hash).await;
    }
    account::set_password_hash(work, account.id, hash, true, change.now).await?;
    session::end_all(work, account.id, None).await?;
    change.holds_key(work, account.id).await?;
    change.note(work, What::PasswordChanged, format!("of {}; all their sessions ended", account.login));
    Ok(Outcome::Done)
}

/// Takes a second factor away and ends all sessions of the account; or asks, if it is an authorised postmaster's.
///
/// # Errors
/// When the database does not answer.
pub async fn reset_second_factor(work: &mut Work, account: &Account, change: &Change<'_>) -> StoreResult<Outcome> {
    if change.waits(work, account).await? {
        return change.ask(work, account, Waiting::SecondFactor, "").await;
    }
    second_factor::remove(work, account.id).await?;
    session::end_all(work, account.id, None).await?;
    change.holds_key(work, account.id).await?;
    change.note(work, What::SecondFactorRemoved, format!("of {}; all their sessions ended", account.login));
    Ok(Outcome::Done)
}

/// Sets up a second factor for somebody else, who has none; `false` if they have one, or if whoever knows its key could
/// be a second authorised postmaster by it.
///
/// # Errors
/// When the database does not answer.
pub async fn enrol_second_factor(
    work: &mut Work,
    account: &Account,
    key: &Key,
    change: &Change<'_>,
) -> StoreResult<bool> {
    if change.waits(work, account).await? || !second_factor::enrol(work, account.id, key, 0, change.now).await? {
        return Ok(false);
    }
    session::end_all(work, account.id, None).await?;
    change.holds_key(work, account.id).await?;
    change.note(work, What::SecondFactorEnrolled, format!("of {}; all their sessions ended", account.login));
    Ok(true)
}

/// Ends all sessions of an account; its person signs in again.
///
/// # Errors
/// When the database does not answer.
pub async fn end_sessions(work: &mut Work, account: &Account, change: &Change<'_>) -> StoreResult<()> {
    session::end_all(work, account.id, None).await?;
    change.note(work, What::SessionEnded, format!("all of {}", account.login));
    Ok(())
}

/// Revokes one token of an account; `false` if it has none such that holds.
///
/// # Errors
/// When the database does not answer.
pub async fn revoke_token(work: &mut Work, account: &Account, id: i64, change: &Change<'_>) -> StoreResult<bool> {
    let done = token::revoke(work, id, Some(account.id), change.now).await?;
    if done {
        change.note(work, What::TokenRevoked, format!("token {id} of {}", account.login));
    }
    Ok(done)
}

/// Takes back what waits for an account.
async fn withdraw(work: &mut Work, account: &Account, change: &Change<'_>) -> StoreResult<()> {
    for found in confirmation::waiting(work, Some(account.id)).await? {
        if confirmation::take(work, found.id).await?.is_some() {
            change.note(work, What::ConfirmationRefused, format!("{} for {}", found.change.words(), account.login));
        }
    }
    Ok(())
}

/// Makes an account, or `None` if the login is taken. The role of authorised postmaster is only asked for.
///
/// # Errors
/// When the database does not answer.
pub async fn add(
    work: &mut Work,
    new: &account::NewAccount<'_>,
    change: &Change<'_>,
) -> StoreResult<Option<(i64, Outcome)>> {
    let waits = new.roles.contains(&Role::AuthorisedPostmaster) && !change.at_once;
    let roles: Vec<Role> =
        new.roles.iter().copied().filter(|role| !(waits && *role == Role::AuthorisedPostmaster)).collect();
    let held = account::NewAccount { roles: &roles, ..new.clone() };
    let Some(id) = account::add(work, &held).await? else { return Ok(None) };
    change.holds_key(work, id).await?;
    change.note(work, What::AccountAdded, format!("{} ({}): {}", new.login, new.name, words(&roles)));
    if !waits {
        return Ok(Some((id, Outcome::Done)));
    }
    let Some(made) = account::get(work, id).await? else { return Ok(None) };
    Ok(Some((id, change.ask(work, &made, Waiting::Role, "").await?)))
}
