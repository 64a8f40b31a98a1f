//! What runs by itself. One file a job; each ends when it is told to stop and loses nothing if it is killed.
//!
//! To add a job: a file with a struct and `async fn run(self, stop: Stop)`, a lease if only one process may do it, a
//! line in `app.rs`, a line in the administrator's guide.

pub mod housekeeping;
pub mod leases;
pub mod listener;
pub mod mailbox;
pub mod outbox;
pub mod rereading;
pub mod schema;
pub mod stop;
pub mod whole;

pub use stop::Stop;
