//! Sign-in delays, kept in the database so that neither a dropped cookie nor a restart takes them away.

use std::time::Duration;

use super::{StoreResult, View, Work, clean, on_db};
use crate::domain::time::Moment;

/// Failures that are free before delays begin.
const FREE: i64 = 4;
/// The first delay; it doubles with each further failure.
const FIRST: Duration = Duration::from_secs(2);
/// The longest delay.
const LONGEST: Duration = Duration::from_mins(15);
/// Failures this old are forgotten.
const FORGOTTEN: Duration = Duration::from_hours(24);

/// How long the `n`-th failure in a row makes the next try wait.
#[must_use]
pub fn delay(failures: i64) -> Duration {
    // Far beyond the longest delay the number itself says nothing any more.
    let over = u32::try_from(failures.saturating_sub(FREE).clamp(0, 32)).unwrap_or(32);
    if over == 0 { Duration::ZERO } else { FIRST.saturating_mul(2u32.saturating_pow(over - 1)).min(LONGEST) }
}

/// Until when a name (`account anna`, `address 192.0.2.1`) has to wait.
///
/// # Errors
/// When the database does not answer.
pub async fn until(view: &mut View, name: &str) -> StoreResult<Option<Moment>> {
    let until: Option<i64> = on_db!(view, c => sqlx::query_scalar("SELECT until_at FROM throttle WHERE name = $1")
        .bind(clean(name)).fetch_optional(c).await)?;
    Ok(until.map(Moment::from_millis))
}

/// Notes a failure.
///
/// # Errors
/// When the database does not answer.
pub async fn failed(work: &mut Work, name: &str, now: Moment) -> StoreResult<()> {
    let failures: i64 = on_db!(work, c => sqlx::query_scalar(
        "INSERT INTO throttle (name, failures, last_at, until_at) VALUES ($1, 1, $2, 0)
         ON CONFLICT (name) DO UPDATE SET
             failures = CASE WHEN throttle.last_at < $3 THEN 1 ELSE throttle.failures + 1 END, last_at = excluded.last_at
         RETURNING failures",
    ).bind(clean(name)).bind(now.millis()).bind(now.minus(FORGOTTEN).millis()).fetch_one(c).await)?;
    on_db!(work, c => sqlx::query("UPDATE throttle SET until_at = $2 WHERE name = $1")
        .bind(clean(name)).bind(now.plus(delay(failures)).millis()).execute(c).await.map(drop))?;
    Ok(())
}

/// A good sign-in clears the name.
///
/// # Errors
/// When the database does not answer.
pub async fn clear(work: &mut Work, name: &str) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("DELETE FROM throttle WHERE name = $1").bind(clean(name)).execute(c).await.map(drop))?;
    Ok(())
}

/// How often a name failed.
///
/// # Errors
/// When the database does not answer.
pub async fn failures(view: &mut View, name: &str) -> StoreResult<i64> {
    let failures: Option<i64> = on_db!(view, c => sqlx::query_scalar("SELECT failures FROM throttle WHERE name = $1")
        .bind(clean(name)).fetch_optional(c).await)?;
    Ok(failures.unwrap_or(0))
}

/// Takes so many failures back: those that a good sign-in explains, and no others. The next one makes the name wait for
/// all that are left.
///
/// # Errors
/// When the database does not answer.
pub async fn forgive(work: &mut Work, name: &str, explained: i64) -> StoreResult<()> {
    on_db!(work, c => sqlx::query(
        "UPDATE throttle SET failures = CASE WHEN failures > $2 THEN failures - $2 ELSE 0 END, until_at = 0
         WHERE name = $1",
    ).bind(clean(name)).bind(explained).execute(c).await.map(drop))?;
    Ok(())
}

/// Removes what is forgotten.
///
/// # Errors
/// When the database does not answer.
pub async fn purge(work: &mut Work, now: Moment) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("DELETE FROM throttle WHERE last_at < $1").bind(now.minus(FORGOTTEN).millis())
        .execute(c).await.map(drop))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_and_end_at_a_quarter_of_an_hour() {
        assert_eq!(delay(FREE), Duration::ZERO);
        assert_eq!(delay(FREE + 1), FIRST);
        assert_eq!(delay(FREE + 3), FIRST * 4);
        assert_eq!(delay(i64::MAX), LONGEST);
    }
}
