//! Postdesk, the postmaster's console: the map of the house.
//!
//! | room | what it is for | may import |
//! |---|---|---|
//! | [`domain`] | the words and rules of the job, pure | nothing of ours |
//! | [`cli`] | the command line, one file a command | `config`, `desk` or `store`, `mail` |
//! | [`config`] | the configuration, typed and checked at start | `domain` |
//! | [`access`] | capabilities, made from an account's stored roles | `domain` |
//! | [`password`] | argon2id off the async threads, and what a password must be | `domain`, `clock` |
//! | [`web`] | pages, live stream, API; the only room that says axum | `access`, `store`, `desk`, `config` |
//! | [`clock`] | the only source of time and chance | `domain` |

pub mod access;
pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
pub mod password;
pub mod store;
pub mod web;
