//! What another authorised postmaster confirms or refuses.

use std::time::Duration;

use crate::{
    access::{AuthorisedPostmaster, Consent, Fresh},
    domain::{
        account::Account,
        confirmation::{Confirmation, Waiting},
        event::{Actor, NewEvent, What},
        role::Role,
        time::Moment,
    },
    store::{StoreError, Work, account, confirmation, second_factor, session},
};

/// Why nothing was confirmed. The words are for the person.
#[derive(Debug, thiserror::Error)]
pub enum NotConfirmed {
    /// It was decided or withdrawn, or asked for anew.
    #[error("this does not wait any more; look at the list again")]
    Gone,
    /// It could make one person two.
    #[error(
        "somebody else has to confirm this: it is about your own account or one that you made or whose password you set, \
         or you asked for it"
    )]
    NotByYou,
    /// Somebody at the console can.
    #[error("another authorised postmaster can confirm this at the console, under Confirmations")]
    OthersCan,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Confirms. The person whose account it is gives no consents and releases for the time of `waiting`.
///
/// # Errors
/// When it does not wait, or not for this person.
pub async fn confirm(
    work: &mut Work,
    id: i64,
    may: &Consent,
    reason: &str,
    now: Moment,
    waiting: Duration,
) -> Result<Confirmation, NotConfirmed> {
    let found = confirmation::get(work, id).await?.ok_or(NotConfirmed::Gone)?;
    if confirmation::circle(work, found.account, found.asked_by).await?.contains(&may.account_id()) {
        return Err(NotConfirmed::NotByYou);
    }
    apply(work, &found, &may.actor(), reason, now, waiting).await?;
    Ok(found)
}

/// Confirms at the shell all that waits for an account: only if nobody is left who could at the console.
///
/// # Errors
/// When nothing waits, or somebody else can.
pub async fn confirm_at_shell(
    work: &mut Work,
    account: &Account,
    person: &Actor,
    reason: &str,
    now: Moment,
    waiting: Duration,
) -> Result<Vec<Confirmation>, NotConfirmed> {
    let all = confirmation::waiting(work, Some(account.id)).await?;
    if all.is_empty() {
        return Err(NotConfirmed::Gone);
    }
    let authorised = account::authorised(work).await?;
    for found in &all {
        let circle = confirmation::circle(work, found.account, found.asked_by).await?;
        if authorised.iter().any(|id| !circle.contains(id)) {
            return Err(NotConfirmed::OthersCan);
        }
    }
    for found in &all {
        apply(work, found, person, reason, now, waiting).await?;
    }
    Ok(all)
}

/// Refuses, or takes back one's own wish. Any authorised postmaster may, also the one whose account it is.
///
/// # Errors
/// When it does not wait any more.
pub async fn refuse(
    work: &mut Work,
    id: i64,
    may: &AuthorisedPostmaster,
    _fresh: &Fresh,
    reason: &str,
    now: Moment,
) -> Result<Confirmation, NotConfirmed> {
    let found = confirmation::get(work, id).await?.ok_or(NotConfirmed::Gone)?;
    confirmation::take(work, id).await?.ok_or(NotConfirmed::Gone)?;
    work.event(NewEvent::new(now, may.actor(), What::ConfirmationRefused, words(&found, reason)));
    Ok(found)
}

fn words(found: &Confirmation, reason: &str) -> String {
    let why = format!("{} for {}, asked by {}", found.change.words(), found.login, found.asker);
    if reason.is_empty() { why } else { format!("{why}: {reason}") }
}

async fn apply(
    work: &mut Work,
    found: &Confirmation,
    actor: &Actor,
    reason: &str,
    now: Moment,
    waiting: Duration,
) -> Result<(), NotConfirmed> {
    // Of two who confirm at once, one takes it.
    let hash = confirmation::take(work, found.id).await?.ok_or(NotConfirmed::Gone)?;
    let account = account::get(work, found.account).await?.ok_or(NotConfirmed::Gone)?;
    match found.change {
        Waiting::Role => {
            let mut roles = account.roles.clone();
            roles.push(Role::AuthorisedPostmaster);
            roles.sort_unstable();
            roles.dedup();
            account::set(work, account.id, &roles, account.disabled, false).await?;
        }
        Waiting::Password => account::set_password_hash(work, account.id, &hash, true, now).await?,
        Waiting::SecondFactor => second_factor::remove(work, account.id).await.map(drop)?,
    }
    if let (Some(holder), Waiting::Password | Waiting::SecondFactor) = (found.asked_by, found.change) {
        confirmation::holds_key(work, account.id, holder).await?;
    }
    // The person signs in again, with what holds now.
    session::end_all(work, account.id, None).await?;
    account::set_authorised_from(work, account.id, now.plus(waiting)).await?;
    work.event(NewEvent::new(now, actor.clone(), What::ConfirmationGiven, words(found, reason)));
    Ok(())
}
