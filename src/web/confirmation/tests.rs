//! Confirmations as authorised postmasters see them.
