//! The contract of the store: every function on both databases, with the same assertions.

mod account;
mod acknowledged;
mod batch;
mod blob;
mod confirmation;
mod counter;
mod duty;
mod event;
mod lease;
mod ledger;
mod letter;
mod mailbox;
mod message;
mod migration;
pub(crate) mod outbox;
mod presence;
mod quarantine_notice;
mod report;
mod rereading;
mod saved_view;
mod search;
mod second_factor;
mod session;
mod setting;
mod sighting;
mod strange_text;
mod surge;
mod template;
mod throttle;
mod ticket;
mod ticket_list;
mod token;
mod transaction;
mod turn;

/// One body as two tests: on a fresh `SQLite` file and on a fresh `PostgreSQL` database.
macro_rules! on_both {
    ($name:ident, |$store:ident| $body:block) => {
        mod $name {
            use super::*;

            async fn body($store: postdesk::store::Store) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let database = $crate::world::Database::sqlite().await;
                let store = database.open().await;
                body(store.clone()).await;
                store.close().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let database = $crate::world::Database::postgres().await;
                let store = database.open().await;
                body(store.clone()).await;
                store.close().await;
            }
        }
    };
}
pub(crate) use on_both;

/// One expression inside a committed work.
macro_rules! work {
    ($store:expr, $w:ident => $body:expr) => {{
        let mut $w = $store.write().await.expect("a work");
        let found = $body.await.expect("a write");
        $w.commit().await.expect("a commit");
        found
    }};
}
pub(crate) use work;

/// One expression inside a view.
macro_rules! view {
    ($store:expr, $v:ident => $body:expr) => {{
        let mut $v = $store.read().await.expect("a view");
        $body.await.expect("a read")
    }};
}
pub(crate) use view;
