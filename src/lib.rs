//! Postdesk, the postmaster's console: the map of the house.
//!
//! | room | what it is for | may import |
//! |---|---|---|
//! | [`domain`] | the words and rules of the job, pure | nothing of ours |
//! | [`clock`] | the only source of time and chance | `domain` |
//! | [`mail`] | bytes and mail servers: IMAP, SMTP, OAuth tokens, hostile HTML | `domain`, `clock` |

pub mod clock;
pub mod domain;
pub mod mail;
