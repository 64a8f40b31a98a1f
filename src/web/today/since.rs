//! Where a person stood when they last looked at this page.

use std::time::Duration;

use crate::{
    domain::time::Moment,
    store::account,
    web::{Visit, WebResult},
};

/// Its place in the session: (event looked at before, when the page was last opened, both as numbers).
const KEY: &str = "today";
/// Opened again within this span, the page still tells what was new at the first opening.
const ONE_LOOK: Duration = Duration::from_mins(30);

/// The event after which things are new to this person; notes that they have now seen up to `newest`.
pub(super) async fn since(visit: &Visit, account: i64, newest: i64) -> WebResult<i64> {
    let kept: Option<(i64, i64)> = visit.session.get(KEY).await?;
    let base = match kept {
        Some((base, opened)) if visit.now.since(Moment::from_millis(opened)) < ONE_LOOK => base,
        _ => {
            let mut view = visit.web.store.read().await?;
            account::seen_event(&mut view, account).await?
        }
    };
    visit.session.insert(KEY, (base, visit.now.millis())).await?;
    let mut work = visit.web.store.write().await?;
    account::set_seen_event(&mut work, account, newest).await?;
    work.commit().await?;
    Ok(base)
}
