//! Tickets as a browser sees them.

mod acknowledging;
mod acting;
mod listing;
mod picking;
mod replying;
mod secrecy;

use std::time::Duration;

use crate::{
    desk::text,
    domain::{kind::Kind, message::Stage, reading::Reading, role::Role},
    reading,
    store::{self, blob::Packed},
    web::testing::{Answer, Browser, Desk, arriving},
};

/// A mail as it comes.
pub(super) const MAIL: &[u8] = b"From: Ann Neighbour <Ann@neighbour.test>\r\nTo: postmaster@college.test\r\n\
Subject: Spam from your network\r\nMessage-ID: <one@neighbour.test>\r\nReferences: <zero@neighbour.test>\r\n\
Date: Tue, 24 Nov 2026 11:59:00 +0000\r\n\r\nPlease stop the elephants.\r\n\r\n> one\r\n> two\r\n> three\r\n> four\r\n";

/// A desk with its texts, its mailbox, and people: pat the postmaster, quinn the authorised one, rea the reader.
async fn desk() -> Desk {
    let desk = Desk::new().await;
    let mut work = desk.web.store.write().await.unwrap();
    for (name, body) in text::SEEDS {
        store::template::save(&mut work, name, 0, body, "installed", desk.clock.now()).await.unwrap();
    }
    let (host, user, folder) = ("imap.college.test", "postmaster", "INBOX");
    store::mailbox::configure(&mut work, host, user, folder, "postmaster", "postmaster@college.test").await.unwrap();
    work.commit().await.unwrap();
    desk.account("pat", &[Role::Postmaster]).await;
    desk.account("quinn", &[Role::AuthorisedPostmaster]).await;
    desk.account("rea", &[Role::Reader]).await;
    desk
}

/// A mail arrives and is read as `kind`; gives the message.
async fn arrives(desk: &Desk, mail: &[u8], kind: Kind) -> i64 {
    let now = desk.clock.now();
    let packed = Packed::new(mail).unwrap();
    let reading = Reading { kind, ..reading::read(mail, &desk.web.head.site) };
    let mut work = desk.web.store.write().await.unwrap();
    let id = store::message::keep(&mut work, 1, &packed, packed.size, now, Stage::Kept, now).await.unwrap().id();
    work.commit().await.unwrap();
    arriving::apply(desk, id, &reading).await;
    desk.clock.turn_by(Duration::from_mins(1));
    id
}

/// Opens the ticket's page and sends a form of it, with the version that the page has.
async fn act(browser: &mut Browser<'_>, number: i64, noun: &str, fields: &[(&str, &str)]) -> Answer {
    let page = browser.get(&format!("/tickets/{number}")).await;
    act_as_seen(browser, &page, number, noun, fields).await
}

/// Sends a form of a page that was opened before.
async fn act_as_seen(
    browser: &mut Browser<'_>,
    page: &Answer,
    number: i64,
    noun: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let (csrf, version) = (page.csrf(), version(page));
    let mut all = vec![("csrf", csrf.as_str()), ("version", version.as_str())];
    all.extend_from_slice(fields);
    browser.post(&format!("/tickets/{number}/{noun}"), &all).await
}

fn version(page: &Answer) -> String {
    let (_, rest) = page.text.split_once("name=\"version\" value=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}
