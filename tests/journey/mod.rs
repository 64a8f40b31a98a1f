//! The true `postdesk` against real servers: mail comes by SMTP and IMAP, what it does is seen from outside.

mod acknowledgement;
#[cfg(feature = "test-doors")]
mod crash;
#[cfg(feature = "test-doors")]
mod cut;
#[cfg(feature = "test-doors")]
mod database_gone;
#[cfg(feature = "test-doors")]
mod deadly;
#[cfg(feature = "test-doors")]
mod disk_full;
#[cfg(feature = "test-doors")]
mod flood;
pub(crate) mod harness;
mod hostile;
#[cfg(feature = "test-doors")]
mod injection;
pub(crate) mod invariant;
pub(crate) mod letter;
mod limits;
#[cfg(feature = "test-doors")]
mod loops;
mod not_imported;
mod observed;
#[cfg(feature = "test-doors")]
mod outdated;
pub(crate) mod peer;
mod processes;
mod relay;
mod reply;
mod reread;
mod restore;
#[cfg(feature = "test-doors")]
mod retry;
#[cfg(feature = "test-doors")]
mod robot;
mod server_side;
mod signing_in;
#[cfg(feature = "test-doors")]
mod stop_points;
#[cfg(feature = "test-doors")]
mod surge;
#[cfg(feature = "test-doors")]
mod surprise;
#[cfg(feature = "test-doors")]
mod turned_clock;
mod upgrade;
pub(crate) mod visitor;
mod xoauth2;

/// One body as two tests, on either database.
macro_rules! on_both {
    ($name:ident, |$database:ident| $body:block) => {
        mod $name {
            use super::*;

            async fn body($database: $crate::world::Database) $body

            #[tokio::test]
            async fn sqlite() {
                body($crate::world::Database::sqlite().await).await;
            }

            #[tokio::test]
            async fn postgres() {
                body($crate::world::Database::postgres().await).await;
            }
        }
    };
}
pub(crate) use on_both;
