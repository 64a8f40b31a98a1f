//! A lease is given up in time, also when the database says nothing at all.

use std::time::Duration;

use postdesk::{clock::Clock, jobs::leases::Leases, store::lease};

use crate::world::{Cluster, Database, unique};

const LIFE: Duration = Duration::from_secs(2);
/// More than a life and a look; less than any time-out of the database's own connections would be.
const SOON: Duration = Duration::from_secs(4);

fn leases(store: &postdesk::store::Store) -> Leases {
    Leases { store: store.clone(), clock: Clock::machine(), owner: unique("p"), time_to_live: LIFE }
}

/// The database stands still with its connections open. Whoever holds a lease cannot know whether it still does, so it
/// stops when the lease's time is over: another may have it from then on.
#[tokio::test]
async fn it_is_given_up_when_the_database_falls_silent() {
    let cluster = Cluster::start().await;
    let store = Database::of(&cluster).open().await;
    let ours = leases(&store);
    let held = ours.take("mailbox 1").await.expect("an answer").expect("a free lease");
    // Renewed as long as the database answers.
    assert!(tokio::time::timeout(LIFE * 2, ours.keep(&held)).await.is_err(), "it is kept");
    cluster.signal_all("STOP").await;
    let given_up = tokio::time::timeout(SOON, ours.keep(&held)).await;
    cluster.signal_all("CONT").await;
    assert!(given_up.is_ok(), "it is still held after {SOON:?} of silence");
    // And another may take it then; what comes late of the first is refused.
    let theirs = leases(&store);
    let taken = crate::world::until_some("another has it", Duration::from_secs(20), async || {
        theirs.take("mailbox 1").await.expect("an answer")
    })
    .await;
    assert!(taken.fence > held.fence, "{taken:?}");
    let mut work = store.write().await.expect("a work");
    assert!(lease::fence(&mut work, &held).await.is_err(), "a late write");
}
