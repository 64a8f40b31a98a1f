//! Jobs by themselves, where a whole console would not come into the state that a test is about.

mod leases;
mod outbox;
