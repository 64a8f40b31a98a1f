//! Accounts. Logins are folded; roles are a list of words.

use sqlx::FromRow;

use super::{StoreError, StoreResult, View, Work, clean, on_db, word};
use crate::domain::{account::Account, role::Role, time::Moment};

#[derive(FromRow)]
struct Row {
    id: i64,
    login: String,
    name: String,
    email: String,
    roles: String,
    disabled: bool,
    second_factor: bool,
    authorised_from: i64,
    created_at: i64,
}

const SELECT: &str = "SELECT id, login, name, email, roles, disabled, authorised_from, created_at,
     EXISTS (SELECT 1 FROM second_factor WHERE account_id = account.id) AS second_factor FROM account";

fn account(row: Row) -> StoreResult<Account> {
    Ok(Account {
        id: row.id,
        login: row.login,
        name: row.name,
        email: row.email,
        roles: row
            .roles
            .split(' ')
            .filter(|w| !w.is_empty())
            .map(|w| word(w, "account.roles"))
            .collect::<StoreResult<_>>()?,
        disabled: row.disabled,
        second_factor: row.second_factor,
        authorised_from: Moment::from_millis(row.authorised_from),
        created_at: Moment::from_millis(row.created_at),
    })
}

fn written(roles: &[Role]) -> String {
    roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(" ")
}

/// An account about to be made.
#[derive(Clone, Debug)]
pub struct NewAccount<'a> {
    /// Folded login.
    pub login: &'a str,
    /// The person's name.
    pub name: &'a str,
    /// Their address.
    pub email: &'a str,
    /// Roles.
    pub roles: &'a [Role],
    /// argon2id hash.
    pub password_hash: &'a str,
    /// When.
    pub now: Moment,
}

/// Makes an account; `None` if the login is taken.
///
/// # Errors
/// When the database does not answer.
pub async fn add(work: &mut Work, new: &NewAccount<'_>) -> StoreResult<Option<i64>> {
    Ok(on_db!(work, c => sqlx::query_scalar(
        "INSERT INTO account (login, name, email, roles, password_hash, created_at, password_changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (login) DO NOTHING RETURNING id",
    ).bind(clean(new.login)).bind(clean(new.name)).bind(clean(new.email)).bind(written(new.roles)).bind(new.password_hash)
        .bind(new.now.millis()).fetch_optional(c).await)?)
}

/// One account.
///
/// # Errors
/// When the database does not answer.
pub async fn get(view: &mut View, id: i64) -> StoreResult<Option<Account>> {
    let row: Option<Row> = on_db!(view, c => {
        let mut query = sqlx::QueryBuilder::new(SELECT);
        query.push(" WHERE id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?;
    row.map(account).transpose()
}

/// One account by folded login.
///
/// # Errors
/// When the database does not answer.
pub async fn by_login(view: &mut View, login: &str) -> StoreResult<Option<Account>> {
    let row: Option<Row> = on_db!(view, c => {
        let mut query = sqlx::QueryBuilder::new(SELECT);
        query.push(" WHERE login = ").push_bind(clean(login));
        query.build_query_as().fetch_optional(c).await
    })?;
    row.map(account).transpose()
}

/// All accounts by name.
///
/// # Errors
/// When the database does not answer.
pub async fn all(view: &mut View) -> StoreResult<Vec<Account>> {
    let rows: Vec<Row> = on_db!(view, c => {
        let mut query = sqlx::QueryBuilder::new(SELECT);
        query.push(" ORDER BY disabled, name, id LIMIT 1000");
        query.build_query_as().fetch_all(c).await
    })?;
    rows.into_iter().map(account).collect()
}

/// Whether there is any account.
///
/// # Errors
/// When the database does not answer.
pub async fn any(view: &mut View) -> StoreResult<bool> {
    let found: Option<i64> =
        on_db!(view, c => sqlx::query_scalar("SELECT id FROM account LIMIT 1").fetch_optional(c).await)?;
    Ok(found.is_some())
}

/// The stored hash of an account's password.
///
/// # Errors
/// When the database does not answer.
pub async fn password_hash(view: &mut View, id: i64) -> StoreResult<Option<String>> {
    Ok(
        on_db!(view, c => sqlx::query_scalar("SELECT password_hash FROM account WHERE id = $1").bind(id).fetch_optional(c).await)?,
    )
}

/// Stores a new hash. `changed` is false when only its parameters were renewed.
///
/// # Errors
/// When the database does not answer.
pub async fn set_password_hash(work: &mut Work, id: i64, hash: &str, changed: bool, now: Moment) -> StoreResult<()> {
    on_db!(work, c => sqlx::query(
        "UPDATE account SET password_hash = $2, password_changed_at = CASE WHEN $3 THEN $4 ELSE password_changed_at END
         WHERE id = $1",
    ).bind(id).bind(hash).bind(changed).bind(now.millis()).execute(c).await.map(drop))?;
    Ok(())
}

/// When the password was last changed.
///
/// # Errors
/// When the database does not answer.
pub async fn password_changed(view: &mut View, id: i64) -> StoreResult<Option<Moment>> {
    let at: Option<i64> = on_db!(view, c => sqlx::query_scalar("SELECT password_changed_at FROM account WHERE id = $1")
        .bind(id).fetch_optional(c).await)?;
    Ok(at.map(Moment::from_millis))
}

/// Sets from when on an authorised postmaster gives consents and releases. It never becomes earlier.
///
/// # Errors
/// When the database does not answer.
pub async fn set_authorised_from(work: &mut Work, id: i64, from: Moment) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("UPDATE account SET authorised_from = $2 WHERE id = $1 AND authorised_from < $2")
        .bind(id).bind(from.millis()).execute(c).await.map(drop))?;
    Ok(())
}

/// Enabled authorised postmasters, by id.
///
/// # Errors
/// When the database does not answer.
pub async fn authorised(view: &mut View) -> StoreResult<Vec<i64>> {
    Ok(on_db!(view, c => sqlx::query_scalar(
        "SELECT id FROM account WHERE NOT disabled AND (' ' || roles || ' ') LIKE '% authorised_postmaster %' ORDER BY id",
    ).fetch_all(c).await)?)
}

/// Sets roles and whether the account is disabled.
///
/// With `keep_administrator`, the change is refused when no enabled administrator would be left; rows are compared
/// inside one statement, so that two such changes cannot both pass.
///
/// # Errors
/// [`StoreError::Conflict`] if the last administrator would go.
pub async fn set(
    work: &mut Work,
    id: i64,
    roles: &[Role],
    disabled: bool,
    keep_administrator: bool,
) -> StoreResult<()> {
    // The administrators' rows are locked in order first, so that two such changes wait for each other.
    on_db!(work, c => sqlx::query("UPDATE account SET version = version + 1 WHERE roles LIKE '%administrator%'")
        .execute(c).await.map(drop))?;
    let stays = !disabled && roles.contains(&Role::Administrator);
    let done = on_db!(work, c => sqlx::query(
        "UPDATE account SET roles = $2, disabled = $3 WHERE id = $1
         AND ($4 OR EXISTS (SELECT 1 FROM account AS other WHERE other.id <> $1 AND NOT other.disabled
                            AND (' ' || other.roles || ' ') LIKE '% administrator %')
              OR NOT (' ' || roles || ' ') LIKE '% administrator %')",
    ).bind(id).bind(written(roles)).bind(disabled).bind(stays || !keep_administrator).execute(c).await
        .map(|done| done.rows_affected()))?;
    if done == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}

/// The last event this account has looked at on Today, and moves it on.
///
/// # Errors
/// When the database does not answer.
pub async fn seen_event(view: &mut View, id: i64) -> StoreResult<i64> {
    let seen: Option<i64> = on_db!(view, c => sqlx::query_scalar("SELECT seen_event FROM account WHERE id = $1")
        .bind(id).fetch_optional(c).await)?;
    Ok(seen.unwrap_or(0))
}

/// Notes the last event this account has looked at.
///
/// # Errors
/// When the database does not answer.
pub async fn set_seen_event(work: &mut Work, id: i64, event: i64) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("UPDATE account SET seen_event = $2 WHERE id = $1 AND seen_event < $2")
        .bind(id).bind(event).execute(c).await.map(drop))?;
    Ok(())
}
