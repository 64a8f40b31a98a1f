//! Where the two databases need different words. Everything else is one text.

use super::{StoreResult, View, work::Link};

/// Key of the advisory lock that keeps event ids in the order of commits.
const EVENT_LOCK: i64 = 0x706f_7374_6465_736b;

/// `PostgreSQL` gives ids before the commit, so a reader could skip a late one; `SQLite` has one writer anyway.
pub(super) async fn lock_events(view: &mut View) -> StoreResult<()> {
    if let Link::Postgres(link) = view.link() {
        sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(EVENT_LOCK).execute(&mut **link).await?;
    }
    Ok(())
}

/// Tells other processes; delivered by `PostgreSQL` at the commit.
pub(super) async fn notify(view: &mut View, event: i64, outbox: bool, ledger: bool) -> StoreResult<()> {
    if let Link::Postgres(link) = view.link() {
        let payload = format!("{event} {} {}", i32::from(outbox), i32::from(ledger));
        sqlx::query("SELECT pg_notify('postdesk', $1)").bind(payload).execute(&mut **link).await?;
    }
    Ok(())
}

/// The text that locks a lease's row against a change of owner until the commit.
pub(super) fn lease_fence(view: &mut View) -> &'static str {
    match view.link() {
        Link::Sqlite(_) => "SELECT fence FROM lease WHERE name = $1 AND owner = $2",
        Link::Postgres(_) => "SELECT fence FROM lease WHERE name = $1 AND owner = $2 FOR SHARE",
    }
}

/// Milliseconds by which leases are measured: the server's own on `PostgreSQL`, so that two machines' clocks cannot
/// disagree about them; ours on `SQLite`, where there is one machine.
pub(super) async fn lease_now(view: &mut View, ours: i64) -> StoreResult<i64> {
    match view.link() {
        Link::Sqlite(_) => Ok(ours),
        Link::Postgres(link) => {
            Ok(sqlx::query_scalar("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)")
                .fetch_one(&mut **link)
                .await?)
        }
    }
}

/// The text that claims due outgoing mail: binds now, claimer, limit. An array on `PostgreSQL`: the sub-select of an IN
/// may be run again for each row, and then claims more than its limit.
pub(super) fn claim_outbox(view: &mut View) -> &'static str {
    match view.link() {
        Link::Sqlite(_) => {
            "UPDATE outbox SET state = 'sending', claimed_by = $2, claimed_at = $1, attempts = attempts + 1
             WHERE id IN (SELECT id FROM outbox WHERE state = 'queued' AND due_at <= $1 ORDER BY due_at, id LIMIT $3)
               AND state = 'queued' RETURNING id"
        }
        Link::Postgres(_) => {
            "UPDATE outbox SET state = 'sending', claimed_by = $2, claimed_at = $1, attempts = attempts + 1
             WHERE id = ANY (ARRAY(SELECT id FROM outbox WHERE state = 'queued' AND due_at <= $1 ORDER BY due_at, id LIMIT $3
                                   FOR UPDATE SKIP LOCKED))
               AND state = 'queued' RETURNING id"
        }
    }
}

/// Key of the advisory lock under which places of acknowledgements are taken.
const ACKNOWLEDGED_LOCK: i64 = 0x706f_7374_6465_736c;

/// One work at a time. `SQLite` has one writer anyway.
pub(super) async fn lock_acknowledged(view: &mut View) -> StoreResult<()> {
    if let Link::Postgres(link) = view.link() {
        sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(ACKNOWLEDGED_LOCK).execute(&mut **link).await?;
    }
    Ok(())
}

/// Key of the advisory lock under which figures of reports are added.
const REPORT_LOCK: i64 = 0x706f_7374_6465_736d;

/// One work at a time. `SQLite` has one writer anyway.
pub(super) async fn lock_reports(view: &mut View) -> StoreResult<()> {
    if let Link::Postgres(link) = view.link() {
        sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(REPORT_LOCK).execute(&mut **link).await?;
    }
    Ok(())
}

/// Second key of the advisory lock by which a process shows that it lives.
const LIFE: i32 = 0x706f_7374;

/// The text by which a dedicated session shows that its owner lives: binds the owner.
pub(super) const LIVE: &str = "SELECT pg_advisory_lock(hashtext($1), 1886352244)";

/// Ends the leases of owners whose session is gone, so that nobody waits for their time to run out. On `SQLite` the
/// file lock has told that already.
pub(super) async fn bury(view: &mut View, now: i64) -> StoreResult<()> {
    if let Link::Postgres(link) = view.link() {
        sqlx::query(
            "UPDATE lease SET expires_at = 0 WHERE expires_at > $1 AND NOT EXISTS (
                 SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                 AND classid = CAST(hashtext(owner) AS BIGINT) & 4294967295 AND objid = $2)",
        )
        .bind(now)
        .bind(i64::from(LIFE))
        .execute(&mut **link)
        .await?;
    }
    Ok(())
}

/// Which database this is, so that one made from a dump is not taken for the one that was dumped: system, database and
/// table have other numbers. `None` where a copy carries its own mark (`SQLite`).
pub(super) async fn identity(view: &mut View) -> StoreResult<Option<String>> {
    let Link::Postgres(link) = view.link() else { return Ok(None) };
    Ok(sqlx::query_scalar(
        "SELECT CASE WHEN has_function_privilege('pg_control_system()', 'execute')
                     THEN (SELECT CAST(system_identifier AS TEXT) FROM pg_control_system()) ELSE '-' END
             || ' ' || (SELECT CAST(oid AS TEXT) FROM pg_database WHERE datname = current_database())
             || ' ' || CAST(CAST('setting' AS regclass) AS oid)",
    )
    .fetch_one(&mut **link)
    .await?)
}

/// Leaves out the next `gap` numbers of a table.
pub(super) async fn skip_numbers(view: &mut View, table: &str, column: &str, gap: i64) -> StoreResult<()> {
    match view.link() {
        Link::Sqlite(link) => {
            sqlx::query("INSERT INTO sqlite_sequence (name, seq) SELECT $1, 0 WHERE $1 NOT IN (SELECT name FROM sqlite_sequence)")
                .bind(table)
                .execute(&mut **link)
                .await?;
            sqlx::query("UPDATE sqlite_sequence SET seq = seq + $2 WHERE name = $1")
                .bind(table)
                .bind(gap)
                .execute(&mut **link)
                .await?;
        }
        Link::Postgres(link) => {
            sqlx::query(
                "SELECT setval(CAST(pg_get_serial_sequence($1, $2) AS regclass),
                     nextval(CAST(pg_get_serial_sequence($1, $2) AS regclass)) + $3)",
            )
            .bind(table)
            .bind(column)
            .bind(gap)
            .execute(&mut **link)
            .await?;
        }
    }
    Ok(())
}
