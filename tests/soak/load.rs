//! Mail in quantity: of ten, four complaints of people who never wrote before, four reports of mail that came back, and
//! two that are neither.

use std::collections::BTreeSet;

use crate::{
    journey::letter,
    world::{Imap, unique},
};

/// Messages in one APPEND.
const AT_ONCE: usize = 25;

/// What was put into a mailbox.
#[derive(Debug)]
pub(super) struct Load {
    address: String,
    imap: Imap,
    /// How many messages.
    pub(super) messages: i64,
    /// How many reports of mail that came back.
    pub(super) bounces: i64,
    /// Who complained, each once.
    pub(super) complainants: BTreeSet<String>,
}

impl Load {
    /// Into the mailbox of this address.
    pub(super) async fn new(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            imap: Imap::sign_in(address).await,
            messages: 0,
            bounces: 0,
            complainants: BTreeSet::new(),
        }
    }

    /// Puts in `count` more.
    pub(super) async fn add(&mut self, count: usize) {
        let letters: Vec<Vec<u8>> = (0..count).map(|n| self.letter(n)).collect();
        for some in letters.chunks(AT_ONCE) {
            self.imap.append_all("INBOX", some).await;
            self.messages += i64::try_from(some.len()).expect("a count");
        }
    }

    /// Puts in a flood of complaints: from one address, or each from another.
    pub(super) async fn flood(&mut self, count: usize, from_one: bool) {
        let one = format!("{}@example.test", unique("f"));
        let letters: Vec<Vec<u8>> = (0..count)
            .map(|_| {
                let from = if from_one { one.clone() } else { format!("{}@example.test", unique("f")) };
                letter::complaint(&from, &self.address, "Spam from your network").1
            })
            .collect();
        for some in letters.chunks(AT_ONCE) {
            self.imap.append_all("INBOX", some).await;
            self.messages += i64::try_from(some.len()).expect("a count");
        }
    }

    fn letter(&mut self, n: usize) -> Vec<u8> {
        let someone = format!("{}@example.test", unique("p"));
        match n % 10 {
            0..=3 => {
                let (_, mail) = letter::complaint(&someone, &self.address, "Spam from your network");
                self.complainants.insert(someone);
                mail
            }
            4..=7 => {
                self.bounces += 1;
                letter::bounce(&self.address, &someone)
            }
            _ => letter::answer(&someone, &self.address, "Another matter", None),
        }
    }
}
