//! SIGKILL at random while mail arrives: every message is kept once, every acknowledgement has one Message-ID.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use postdesk::store::counter;

use super::{asked, chance, load::Load};
use crate::{
    journey::{
        harness::{Console, Wishes},
        invariant, on_both,
    },
    world::{Database, Relay, until},
};

/// Messages that arrive between two kills.
const EACH: usize = 100;
/// Kills in the short form.
const FEW: u64 = 6;
/// How long what is left may take in the end.
const REST: Duration = Duration::from_mins(10);

/// What the kills hit.
#[derive(Debug, Default)]
struct Hit {
    /// Messages were kept and not applied.
    between: u64,
    /// Mail was in hand of the sender.
    in_hand: u64,
    /// Applied messages at the last kill.
    applied: i64,
}

on_both!(killed_at_random_while_mail_arrives, |database| {
    killed(asked("POSTDESK_SOAK_KILLS").unwrap_or(FEW), database).await;
});

async fn killed(kills: u64, database: Database) {
    let relay = Relay::start(&[]).await;
    let more = "[acknowledge]\nper_hour = 1000000\n";
    // Nothing may depend on a lease's end: whoever goes on knows that the dead process is dead.
    let wishes = Wishes { relay: Some(relay.port), lease_seconds: 600, more, ..Wishes::default() };
    let mut console = Console::prepare(database, wishes).await;
    let mut load = Load::new(&console.address).await;
    let mut hit = Hit::default();
    for n in 1..=kills {
        // Half of them wait when it starts, half come while it works. A start takes a tenth of a second, the work less
        // than another: most kills fall into the middle of it.
        load.add(EACH / 2).await;
        console.run();
        tokio::join!(load.add(EACH / 2), chance::pass(chance::span(50, 600)));
        console.kill().await;
        note(&console, &mut hit).await;
        invariant::hold_always(&console.database).await;
        if n % 20 == 0 {
            eprintln!("{}: {n} kills, {} messages, {hit:?}", console.store.engine(), load.messages);
        }
    }
    console.run();
    console.ready().await;
    until("everything is done", REST, async || {
        let mut view = console.store.read().await.expect("a view");
        let applied = counter::get(&mut view, "message.stage.applied").await.expect("a count");
        drop(view);
        applied == load.messages && invariant::is_at_rest(&console.database).await
    })
    .await;
    console.terminate().await;
    invariant::hold_at_rest(&console).await;
    let copies = each_heard_once(&console, &load, &relay).await;
    eprintln!(
        "{}: {kills} kills during {} messages: all kept and applied once, {} acknowledgements with one Message-ID each \
         ({copies} of them arrived once more); {} kills between keeping and applying, {} with mail in hand",
        console.store.engine(),
        load.messages,
        load.complainants.len(),
        hit.between,
        hit.in_hand,
    );
}

async fn note(console: &Console, hit: &mut Hit) {
    let mut view = console.store.read().await.expect("a view");
    let kept = counter::get(&mut view, "message.stage.kept").await.expect("a count");
    let sending = counter::get(&mut view, "outbox.sending").await.expect("a count");
    hit.between += u64::from(kept > 0);
    hit.in_hand += u64::from(sending > 0);
    hit.applied = counter::get(&mut view, "message.stage.applied").await.expect("a count");
}

/// The complainants' side and the sums; gives how many copies came beyond the first.
async fn each_heard_once(console: &Console, load: &Load, relay: &Relay) -> usize {
    let mut view = console.store.read().await.expect("a view");
    let count = async |view: &mut postdesk::store::View, name: &str| counter::get(view, name).await.expect("a count");
    assert_eq!(count(&mut view, "message.stage.applied").await, load.messages, "every message, once");
    assert_eq!(count(&mut view, "ledger.errors").await, load.bounces);
    let due = i64::try_from(load.complainants.len()).expect("a count");
    assert_eq!((count(&mut view, "outbox.accepted").await, count(&mut view, "ticket.acknowledged").await), (due, due));
    let given = relay.given();
    let mut ids: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for one in &given {
        ids.entry(&one.to).or_default().insert(one.message_id().expect("a Message-ID"));
    }
    let heard: BTreeSet<String> = ids.keys().map(|to| (*to).to_owned()).collect();
    assert_eq!(heard, load.complainants, "everybody who complained, and nobody else");
    let twice: Vec<_> = ids.iter().filter(|(_, ids)| ids.len() != 1).collect();
    assert!(twice.is_empty(), "more than one Message-ID: {twice:?}");
    given.len() - heard.len()
}
