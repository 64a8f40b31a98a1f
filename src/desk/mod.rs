//! What to do about a message: decisions are pure, applied in one transaction.

pub mod acknowledge;
