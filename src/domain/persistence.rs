//! Who persists with a wrong address may be told (D5): from when on.

/// Errors of one sender at one address of ours that make a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Persistence {
    /// So many errors at least.
    pub errors: i64,
    /// On so many days (of UTC) at least.
    pub days: i64,
    /// Within so many days; no second ticket until the first is closed for as long.
    pub within_days: i64,
}

impl Default for Persistence {
    fn default() -> Self {
        Self { errors: 5, days: 3, within_days: 30 }
    }
}

impl Persistence {
    /// Whether so many errors on so many days are enough.
    #[must_use]
    pub const fn is_reached(&self, errors: i64, days: i64) -> bool {
        errors >= self.errors && days >= self.days
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d5_both_numbers_must_be_reached() {
        let usual = Persistence::default();
        assert!(usual.is_reached(5, 3) && usual.is_reached(90, 30));
        assert!(!usual.is_reached(4, 4), "too few");
        assert!(!usual.is_reached(50, 2), "a bad day, and the next");
    }
}
