//! Postdesk, the postmaster's console: the map of the house.
//!
//! | room | what it is for | may import |
//! |---|---|---|
//! | [`domain`] | the words and rules of the job, pure | nothing of ours |
//! | [`reading`] | what a message is, pure | `domain` |
//! | [`desk`] | what to do about it | `store`, `domain`, types of `reading` |
//! | [`cli`] | the command line, one file a command | `desk`, `store`, `reading` |
//! | [`clock`] | the only source of time and chance | `domain` |

pub mod cli;
pub mod clock;
pub mod desk;
pub mod domain;
pub mod reading;
