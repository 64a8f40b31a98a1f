//! What a test needs around it: the running servers, a database of its own, patience with a limit.

mod cluster;
mod database;
mod directory;
mod dovecot;
mod dump;
mod imap;
mod proxy;
mod relay;
mod small_disk;
mod smtp;
mod until;

pub(crate) use cluster::Cluster;
pub(crate) use database::Database;
pub(crate) use directory::Directory;
pub(crate) use dovecot::Dovecot;
pub(crate) use dump::postgres_tool;
pub(crate) use imap::{Imap, Mail};
pub(crate) use proxy::{Fault, Proxy, Rule, When};
pub(crate) use relay::{Given, Mood, Relay};
pub(crate) use small_disk::SmallDisk;
pub(crate) use smtp::{deliver, deliver_all};
pub(crate) use until::{until, until_some};

use std::{collections::HashMap, sync::OnceLock};

use postdesk::domain::time::Moment;

/// The variable that holds the path of the world's `ready.env`.
const WORLD: &str = "POSTDESK_TEST_WORLD";

/// Noon of a quiet Tuesday, for tests that are handed their time.
pub(crate) fn noon() -> Moment {
    Moment::from_secs(1_795_521_600)
}

/// One address of the running servers. A test that needs one fails without the world; it is never left out silently.
pub(crate) fn address(key: &str) -> &'static str {
    static READY: OnceLock<HashMap<String, String>> = OnceLock::new();
    let ready = READY.get_or_init(|| {
        let path = std::env::var(WORLD).unwrap_or_else(|_| {
            panic!("{WORLD} is not set: start the servers with `cargo run --example world -- --postgres` and set it to their ready.env, or run ./test, which does both")
        });
        let text = std::fs::read_to_string(&path)
            .unwrap_or_else(|e| panic!("{WORLD} names {path}, which cannot be read ({e}): are the servers running?"));
        text.lines().filter_map(|line| line.split_once('=')).map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
    });
    ready.get(key).unwrap_or_else(|| panic!("the world's ready.env has no {key}: start it with --postgres"))
}

/// A word that no other test uses: letters and digits.
pub(crate) fn unique(prefix: &str) -> String {
    let bytes: [u8; 8] = postdesk::clock::Clock::machine().unguessable().expect("random bytes");
    bytes.iter().fold(prefix.to_owned(), |word, byte| format!("{word}{byte:02x}"))
}
