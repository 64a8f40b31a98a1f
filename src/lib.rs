//! Postdesk, the postmaster's console: the map of the house.
//!
//! | room | what it is for | may import |
//! |---|---|---|
//! | [`domain`] | the words and rules of the job, pure | nothing of ours |
//! | [`config`] | the configuration, typed and checked at start | `domain` |
//! | [`clock`] | the only source of time and chance | `domain` |

pub mod clock;
pub mod config;
pub mod domain;
