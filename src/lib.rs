//! Postdesk, the postmaster's console: the map of the house.
//!
//! | room | what it is for | may import |
//! |---|---|---|
//! | [`domain`] | the words and rules of the job, pure | nothing of ours |
//! | [`clock`] | the only source of time and chance | `domain` |
//! | [`config`] | the configuration, typed and checked at start | `domain` |
//! | [`access`] | capabilities, made from an account's stored roles | `domain` |
//! | [`password`] | argon2id off the async threads, and what a password must be | `domain`, `clock` |
//! | [`reading`] | what is this message? bytes → reading, pure | `domain` |
//! | [`mail`] | IMAP, SMTP, composing, HTML made inert: bytes and servers | `domain`, `clock` |
//! | [`store`] | the database, both of them; the only room that says sqlx | `domain` |
//! | [`desk`] | what to do about what arrived, and the acts of people | `domain`, `store`, `access`, `reading` |
//! | [`jobs`] | what runs by itself: mailboxes, outbox, housekeeping | everything but `web` and `cli` |
//! | [`web`] | pages, live stream, API, health; the only room that says axum | `domain`, `store`, `desk`, `access`, `clock`, `config`, `password`, `log`, `mail::sanitise` |
//! | [`log`] | what is written about the program's own work, and a tally of it | nothing of ours |
//! | [`app`] | wires it all together, for `serve` and for the tests | everything |
//! | [`cli`] | the command line, one file a command | `app`, `config`, `desk`, `mail`, `store` |
//!
//! Guard tests (`tests/guard`) hold the imports. A mail's way through the house: [`jobs::mailbox`] fetches and keeps it,
//! [`reading::read`] reads it, [`desk::decide`] decides, [`desk::apply`] writes ticket, ledger, timeline and outgoing mail
//! in one transaction, [`jobs::outbox`] sends.
//!
//! To add
//! - a **kind of message**: a word in [`domain::kind`], a recogniser in [`reading`] (its docs say how), where it goes in
//!   [`desk::decide`], and whether it is acknowledged in [`desk::acknowledge`];
//! - a **job**: see [`jobs`];
//! - a **page**: see [`web`];
//! - a **statement**: see [`store`]; both databases and the contract suite (`tests/store`);
//! - a **setting**: its section in [`config`], a line in `postdesk.example.toml` and in `docs/configuration.md`;
//! - an **event**: a word in [`domain::event`], its words in `web/ticket/event_words.rs` and `web/today/change.rs`.

pub mod access;
pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod desk;
pub mod domain;
pub mod jobs;
pub mod log;
pub mod mail;
pub mod password;
pub mod reading;
pub mod store;
#[cfg(test)]
mod testing;
pub mod web;
