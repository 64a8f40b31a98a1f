//! A person's own second factor: set up, used, replaced, taken away. Each is an event.

use crate::{
    access::Fresh,
    domain::{
        account::Account,
        event::{Actor, NewEvent, What},
        recovery_code::hashed,
        second_factor::Key,
        secret::Secret,
        time::Moment,
    },
    store::{StoreResult, Work, second_factor, session},
};

/// What a code at sign-in was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Used {
    /// The authenticator's.
    Step,
    /// A recovery code; so many are left.
    RecoveryCode(i64),
}

fn actor(account: &Account) -> Actor {
    Actor::Account { id: account.id, name: account.name.clone() }
}

fn note(work: &mut Work, account: &Account, what: What, why: impl Into<String>, now: Moment) {
    work.event(NewEvent::new(now, actor(account), what, why));
}

/// Uses up a code, of the authenticator or for recovery; `None` if it is wrong or was used before.
///
/// # Errors
/// When the database does not answer.
pub async fn use_code(work: &mut Work, account: &Account, typed: &Secret, now: Moment) -> StoreResult<Option<Used>> {
    let Some(factor) = second_factor::get(work, account.id).await? else { return Ok(None) };
    if let Some(step) = factor.key.step_of(typed.expose(), now) {
        return Ok(second_factor::use_step(work, account.id, step).await?.then_some(Used::Step));
    }
    if !second_factor::use_recovery_code(work, account.id, &hashed(typed.expose()), now).await? {
        return Ok(None);
    }
    let left = second_factor::recovery_codes_left(work, account.id).await?;
    note(work, account, What::RecoveryCodeUsed, format!("{left} left"), now);
    Ok(Some(Used::RecoveryCode(left)))
}

/// A second factor about to be set up.
#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    /// What the authenticator holds.
    pub key: &'a Key,
    /// The step of a code that shows that it does.
    pub step: i64,
    /// Recovery codes.
    pub codes: &'a [Secret],
    /// The session that stays; all others of the account end.
    pub but: Option<&'a str>,
}

/// Sets up the first second factor; `false` if another was first.
///
/// # Errors
/// When the database does not answer.
pub async fn enrol(work: &mut Work, account: &Account, new: New<'_>, now: Moment) -> StoreResult<bool> {
    if !second_factor::enrol(work, account.id, new.key, new.step, now).await? {
        return Ok(false);
    }
    set_codes(work, account.id, new.codes).await?;
    session::end_all(work, account.id, new.but).await?;
    note(work, account, What::SecondFactorEnrolled, "their own", now);
    Ok(true)
}

/// Sets up or replaces one's own second factor, for who typed their password for it.
///
/// # Errors
/// When the database does not answer.
pub async fn replace(
    work: &mut Work,
    account: &Account,
    _fresh: &Fresh,
    new: New<'_>,
    now: Moment,
) -> StoreResult<bool> {
    second_factor::remove(work, account.id).await?;
    enrol(work, account, new, now).await
}

/// Takes one's own second factor away.
///
/// # Errors
/// When the database does not answer.
pub async fn remove(work: &mut Work, account: &Account, _fresh: &Fresh, now: Moment) -> StoreResult<()> {
    if second_factor::remove(work, account.id).await? {
        note(work, account, What::SecondFactorRemoved, "their own", now);
    }
    Ok(())
}

/// Makes a new set of recovery codes; the old ones end.
///
/// # Errors
/// When the database does not answer.
pub async fn renew_codes(
    work: &mut Work,
    account: &Account,
    _fresh: &Fresh,
    codes: &[Secret],
    now: Moment,
) -> StoreResult<()> {
    set_codes(work, account.id, codes).await?;
    note(work, account, What::RecoveryCodesMade, "the earlier ones have ended", now);
    Ok(())
}

async fn set_codes(work: &mut Work, account: i64, codes: &[Secret]) -> StoreResult<()> {
    let hashes: Vec<String> = codes.iter().map(|code| hashed(code.expose())).collect();
    second_factor::set_recovery_codes(work, account, &hashes).await
}
