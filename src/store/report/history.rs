//! What the rules on changes for the worse look at: the last days of a domain beside the weeks before.

use crate::{
    domain::report::{
        Sort,
        tls::POLICY_RESULTS,
        worse::{BEFORE, History, LATELY, Past, PolicyPast, Tally},
    },
    store::{StoreResult, View, clean, on_db},
};

/// Networks looked at, those with most failures first.
const NETWORKS: i64 = 2_000;
/// Newest reports whose policy is looked at.
const NEWEST: i64 = 2;

/// The spans before a day: the first day of the weeks before, and the first of the last days.
#[derive(Clone, Copy)]
struct Spans {
    before: i64,
    lately: i64,
}

/// The history of a domain as it stands on a day.
///
/// # Errors
/// When the database does not answer.
pub async fn history(view: &mut View, domain: &str, today: i64) -> StoreResult<History> {
    let lately = today - LATELY + 1;
    let spans = Spans { before: lately - BEFORE, lately };
    let dmarc_days: i64 = on_db!(view, c => sqlx::query_scalar(
        "SELECT COUNT(*) FROM report_day WHERE domain = $1 AND kind = 'dmarc' AND day >= $2 AND day < $3",
    ).bind(clean(domain)).bind(spans.before).bind(spans.lately).fetch_one(c).await)?;
    let sessions = sessions(view, domain, spans).await?;
    Ok(History {
        dmarc_days,
        senders: senders(view, domain, spans).await?,
        tls_policy: policy_trouble(view, domain, spans, &sessions).await?,
        tls: sessions,
        dmarc: policy(view, domain, Sort::Dmarc, spans).await?,
        sts: policy(view, domain, Sort::Tls, spans).await?,
    })
}

/// Six figures in the order of [`past`].
type Row = (i64, i64, i64, i64, i64, i64);

const fn past(about: String, name: String, row: Row) -> Past {
    let (before_days, before_passed, before_failed, days, passed, failed) = row;
    Past {
        about,
        name,
        before: Tally { days: before_days, passed: before_passed, failed: before_failed },
        lately: Tally { days, passed, failed },
    }
}

/// Network, name, and the six figures.
type SenderRow = (String, String, i64, i64, i64, i64, i64, i64);

async fn senders(view: &mut View, domain: &str, spans: Spans) -> StoreResult<Vec<Past>> {
    let rows: Vec<SenderRow> = on_db!(view, c => sqlx::query_as(
        "SELECT found.network, COALESCE(name, ''), before_days, before_passed, before_failed, days, passed, failed
         FROM (SELECT network, COUNT(DISTINCT CASE WHEN day < $3 THEN day END) AS before_days,
             CAST(SUM(CASE WHEN day < $3 AND verdict IN ('both', 'dkim', 'spf') THEN count ELSE 0 END) AS BIGINT) AS before_passed,
             CAST(SUM(CASE WHEN day < $3 AND NOT excused AND verdict NOT IN ('both', 'dkim', 'spf') THEN count ELSE 0 END)
                  AS BIGINT) AS before_failed,
             COUNT(DISTINCT CASE WHEN day >= $3 THEN day END) AS days,
             CAST(SUM(CASE WHEN day >= $3 AND verdict IN ('both', 'dkim', 'spf') THEN count ELSE 0 END) AS BIGINT) AS passed,
             CAST(SUM(CASE WHEN day >= $3 AND NOT excused AND verdict NOT IN ('both', 'dkim', 'spf') THEN count ELSE 0 END)
                  AS BIGINT) AS failed
             FROM report_row WHERE domain = $1 AND day >= $2 GROUP BY network) AS found
         LEFT JOIN report_sender ON report_sender.network = found.network AND domain = $1
         WHERE days > 0 ORDER BY failed DESC, passed DESC, found.network LIMIT $4",
    ).bind(clean(domain)).bind(spans.before).bind(spans.lately).bind(NETWORKS).fetch_all(c).await)?;
    let of = |row: SenderRow| past(row.0, row.1, (row.2, row.3, row.4, row.5, row.6, row.7));
    Ok(rows.into_iter().map(of).collect())
}

async fn sessions(view: &mut View, domain: &str, spans: Spans) -> StoreResult<Past> {
    let row: Row = on_db!(view, c => sqlx::query_as(
        "SELECT COUNT(CASE WHEN day < $3 THEN day END),
             CAST(COALESCE(SUM(CASE WHEN day < $3 THEN passed ELSE 0 END), 0) AS BIGINT),
             CAST(COALESCE(SUM(CASE WHEN day < $3 THEN failed ELSE 0 END), 0) AS BIGINT), COUNT(CASE WHEN day >= $3 THEN day END),
             CAST(COALESCE(SUM(CASE WHEN day >= $3 THEN passed ELSE 0 END), 0) AS BIGINT),
             CAST(COALESCE(SUM(CASE WHEN day >= $3 THEN failed ELSE 0 END), 0) AS BIGINT)
         FROM report_day WHERE domain = $1 AND kind = 'tls' AND day >= $2",
    ).bind(clean(domain)).bind(spans.before).bind(spans.lately).fetch_one(c).await)?;
    Ok(past(String::new(), String::new(), row))
}

/// The same sessions, failed only where the policy was at fault.
async fn policy_trouble(view: &mut View, domain: &str, spans: Spans, all: &Past) -> StoreResult<Past> {
    let (before, lately): (i64, i64) = on_db!(view, c => {
        let mut query = sqlx::QueryBuilder::new("SELECT CAST(COALESCE(SUM(CASE WHEN day < ");
        query.push_bind(spans.lately).push(" THEN count ELSE 0 END), 0) AS BIGINT), CAST(COALESCE(SUM(CASE WHEN day >= ");
        query.push_bind(spans.lately).push(" THEN count ELSE 0 END), 0) AS BIGINT) FROM report_tls WHERE domain = ");
        query.push_bind(clean(domain)).push(" AND day >= ").push_bind(spans.before).push(" AND result IN (");
        let mut results = query.separated(", ");
        for result in POLICY_RESULTS {
            results.push_bind(result);
        }
        query.push(")").build_query_as().fetch_one(c).await
    })?;
    let of = |tally: Tally, failed: i64| Tally { failed, passed: tally.passed + tally.failed - failed, ..tally };
    Ok(Past { before: of(all.before, before), lately: of(all.lately, lately), ..Past::default() })
}

async fn policy(view: &mut View, domain: &str, sort: Sort, spans: Spans) -> StoreResult<PolicyPast> {
    let before: Option<i64> = on_db!(view, c => sqlx::query_scalar(
        "SELECT strength FROM report WHERE domain = $1 AND about = domain AND kind = $2 AND day >= $3 AND day < $4
             AND strength IS NOT NULL GROUP BY strength ORDER BY COUNT(*) DESC, strength LIMIT 1",
    ).bind(clean(domain)).bind(sort.as_str()).bind(spans.before).bind(spans.lately).fetch_optional(c).await)?;
    let lately: Vec<(i64, String)> = on_db!(view, c => sqlx::query_as(
        "SELECT strength, policy FROM report WHERE domain = $1 AND about = domain AND kind = $2 AND day >= $3
             AND strength IS NOT NULL ORDER BY day DESC, id DESC LIMIT $4",
    ).bind(clean(domain)).bind(sort.as_str()).bind(spans.lately).bind(NEWEST).fetch_all(c).await)?;
    Ok(PolicyPast { before, lately })
}
