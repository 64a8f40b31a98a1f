//! The ledger of delivery errors (D4): by recipient, by sender, line by line. No ticket each.

pub(super) mod hours;
pub(super) mod incident;
mod list;
mod row;
mod watched;

#[cfg(test)]
mod tests;

pub(super) use self::list::list;
