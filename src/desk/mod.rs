//! What to do about what arrived, and what people do about it.
//!
//! `decide` is pure: a reading and what is already known become a plan. `apply` carries the plan out in one store
//! transaction. The acts of people (`act`) are domain rule, store write and event in one transaction as well; page, API
//! and command line call the same function.

pub mod account;
pub mod acknowledge;
pub mod act;
pub mod apply;
pub mod confirmation;
pub mod decide;
pub mod letterhead;
pub mod open;
pub mod outcome;
pub mod reread;
pub mod resend;
pub mod restore;
pub mod retry;
pub mod review;
pub mod second_factor;
pub mod subject_token;
pub mod text;
