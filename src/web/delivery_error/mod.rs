//! The ledger of delivery errors (D4): by recipient, by sender, line by line. No ticket each.

mod list;
mod row;

#[cfg(test)]
mod tests;

pub(super) use self::list::list;
