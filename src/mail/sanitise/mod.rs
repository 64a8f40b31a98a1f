//! Hostile HTML made inert.
