//! The outbox with what it has in its name and does not know of.

use std::{sync::Arc, time::Duration};

use postdesk::{
    clock::Clock,
    domain::{outgoing::OutboxState, secret::Secret},
    jobs::{Stop, leases::Leases, outbox::Outbox},
    mail::{
        outbox::{Patience, Relay as Line, Smarthost},
        tls::Tls,
    },
    store::{Store, outbox},
};

use crate::{
    journey::on_both,
    store::outbox::new_outbound,
    world::{Relay, until},
};

const NAME: &str = "1-cafe";
const PATIENCE: Duration = Duration::from_secs(30);

fn sender(store: &Store, port: u16) -> Outbox {
    let relay = Line::new(Smarthost {
        host: "127.0.0.1".into(),
        port,
        tls: Tls::None,
        ca_file: None,
        user: None,
        secret: Secret::default(),
        hello: "desk.college.test".into(),
        patience: Patience::default(),
    });
    let time_to_live = Duration::from_mins(10);
    Outbox {
        leases: Leases { store: store.clone(), clock: Clock::machine(), owner: NAME.into(), time_to_live },
        relay: Arc::new(relay.expect("a relay")),
        relay_name: "the relay".into(),
    }
}

// The commit of a claim was done, and the database's answer to it was lost: nobody sends the mail, and to all others it
// is in good hands. Its own process finds it, once nothing else is in its hands.
on_both!(what_was_claimed_without_its_knowing_is_sent, |database| {
    let store = database.open().await;
    let relay = Relay::start(&[]).await;
    let id = {
        let now = Clock::machine().now();
        let mut w = store.write().await.expect("a work");
        let give_up_at = now.plus(Duration::from_hours(1));
        let new = outbox::NewOutbound { now, give_up_at, ..new_outbound("mia@example.org", now) };
        let id = outbox::reserve(&mut w, &new).await.expect("reserved");
        outbox::fill(&mut w, id, "1.mac@college.test", b"Message-ID: <1.mac@college.test>\r\n\r\nHello\r\n")
            .await
            .expect("filled");
        assert_eq!(outbox::claim(&mut w, NAME, now, 10).await.expect("claimed"), [id]);
        w.commit().await.expect("a commit");
        id
    };
    let (stopper, stop) = Stop::pair();
    let running = tokio::spawn(sender(&store, relay.port).run(stop));
    until("it is accepted", PATIENCE, async || {
        let mut v = store.read().await.expect("a view");
        outbox::get(&mut v, id).await.expect("read").expect("a mail").state == OutboxState::Accepted
    })
    .await;
    stopper.say();
    running.await.expect("it ends well");
    assert_eq!(relay.given().len(), 1, "once: {:?}", relay.given());
    store.close().await;
});
