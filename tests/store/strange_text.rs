//! U+0000 and friends in every text that comes from mail, or from a form.

use postdesk::{
    domain::{
        acknowledgement::{Acknowledgement, Decision},
        arrival::Correspondent,
        event::{Actor, NewEvent, What},
        evidence::Evidence,
        kind::Kind,
        message::{Outcome, Stage},
        outgoing::OutboxState,
        reading::Attachment,
    },
    store::{account, event, ledger, message, outbox, search, session, setting, template, throttle, ticket, token},
};

use super::{letter, on_both, view, work};
use crate::world::noon;

/// What a hostile header may hold after decoding.
const STRANGE: &str = "a\0b\u{202e}\u{1f4a9}'\"\\%_<script>";
/// The same as it is kept and sought.
const KEPT: &str = "a\u{fffd}b\u{202e}\u{1f4a9}'\"\\%_<script>";

on_both!(in_a_message, |store| {
    let mailbox = letter::mailbox(&store).await;
    let id = letter::kept(&store, mailbox, b"\0\0\xff\xfe").await;
    work!(store, w => message::restage(&mut w, id, Stage::Kept, Stage::NotImported, STRANGE));
    let mut reading = letter::reading(Kind::Other, STRANGE);
    reading.arrival.from = Correspondent { name: STRANGE.into(), address: STRANGE.into() };
    reading.arrival.message_id = Some(STRANGE.into());
    reading.arrival.references = vec![STRANGE.into()];
    reading.attachments =
        vec![Attachment { name: STRANGE.into(), media_type: STRANGE.into(), ..Attachment::default() }];
    reading.evidence = vec![Evidence::new("rule", STRANGE, STRANGE)];
    let acknowledgement = Acknowledgement::new(Decision::Record, STRANGE);
    let applied = message::Applied {
        reading: &reading,
        outcome: Outcome::Filed,
        ticket: None,
        acknowledgement: &acknowledgement,
    };
    work!(store, w => message::apply(&mut w, id, Stage::NotImported, &applied));
    work!(store, w => message::set_acknowledgement(&mut w, id, &acknowledgement));
    let found = view!(store, v => message::get(&mut v, id)).expect("a message");
    assert_eq!(
        (found.from_name.as_str(), found.from_address.as_str(), found.subject.as_str(), found.message_id.as_str()),
        (KEPT, KEPT, KEPT, KEPT)
    );
    assert_eq!(found.acknowledgement.expect("a decision").reason, KEPT);
    assert_eq!(view!(store, v => message::reading(&mut v, id)), Some(reading), "the reading itself is kept as it was");
});

on_both!(in_a_ticket, |store| {
    let new =
        ticket::NewTicket { reporter: STRANGE, reporter_name: STRANGE, ..letter::new_ticket(Kind::Complaint, STRANGE) };
    let number = work!(store, w => ticket::open(&mut w, &new));
    let found = view!(store, v => ticket::get(&mut v, number)).expect("a ticket");
    assert_eq!((found.subject.as_str(), found.reporter.as_str(), found.reporter_name.as_str()), (KEPT, KEPT, KEPT));
    assert!(view!(store, v => ticket::takes_part(&mut v, number, STRANGE)), "the reporter takes part");
    assert!(!view!(store, v => ticket::takes_part(&mut v, number, "\0")));
    work!(store, w => ticket::add_participant(&mut w, number, "\0"));
    assert_eq!(view!(store, v => ticket::participants(&mut v, number)).len(), 2);
    let about = [STRANGE.to_owned()];
    work!(store, w => ticket::note_matter(&mut w, STRANGE, &about, number, noon()));
    assert_eq!(view!(store, v => ticket::of_matter(&mut v, STRANGE, &about, noon())), Some(number));
    work!(store, w => ticket::set_tags(&mut w, number, &[STRANGE.to_owned(), KEPT.to_owned()]));
    assert_eq!(view!(store, v => ticket::tags(&mut v, number)), [KEPT]);
    for filter in [
        ticket::Filter { reporter: Some(STRANGE.into()), ..ticket::Filter::default() },
        ticket::Filter { tag: Some(STRANGE.into()), ..ticket::Filter::default() },
    ] {
        assert_eq!(view!(store, v => ticket::list(&mut v, &filter, None, 10)).len(), 1, "{filter:?}");
    }
});

on_both!(in_the_timeline, |store| {
    let mut w = store.write().await.expect("a work");
    w.event(NewEvent::new(noon(), Actor::Outside(STRANGE.into()), What::MessageReceived, STRANGE));
    w.commit().await.expect("a commit");
    let found = view!(store, v => event::after(&mut v, 0, 10));
    assert_eq!((found[0].actor.as_str(), found[0].why.as_str()), (KEPT, KEPT));
});

on_both!(in_outgoing_mail, |store| {
    let new = outbox::NewOutbound {
        subject: STRANGE,
        envelope_from: Some(STRANGE),
        ..crate::store::outbox::new_outbound(STRANGE, noon())
    };
    let id = work!(store, w => outbox::reserve(&mut w, &new));
    let refused =
        outbox::Settled { state: OutboxState::Refused, due_at: noon(), answer: STRANGE, relay: STRANGE, now: noon() };
    work!(store, w => outbox::settle(&mut w, id, OutboxState::Queued, &refused));
    let found = view!(store, v => outbox::get(&mut v, id)).expect("a mail");
    assert_eq!(
        (found.to.as_str(), found.subject.as_str(), found.answer.as_str(), found.relay.as_str()),
        (KEPT, KEPT, KEPT, KEPT)
    );
    assert_eq!(found.envelope_from.as_deref(), Some(KEPT));
});

on_both!(in_the_ledger, |store| {
    let mut delivery = crate::store::ledger::delivery(STRANGE, postdesk::domain::delivery::Reason::Undefined);
    delivery.status = Some(STRANGE.into());
    delivery.diagnostic = Some(STRANGE.into());
    work!(store, w => ledger::add(&mut w, &crate::store::ledger::new(&delivery, STRANGE, 1, noon())));
    let folded = postdesk::domain::address::fold(STRANGE);
    for filter in [
        ledger::Filter { recipient: Some(folded.clone()), ..ledger::Filter::default() },
        ledger::Filter { sender: Some(folded.clone()), ..ledger::Filter::default() },
    ] {
        let found = view!(store, v => ledger::list(&mut v, &filter, None, 10));
        assert_eq!(
            (found[0].status.as_str(), found[0].diagnostic.as_str(), found[0].recipient.as_str()),
            (KEPT, KEPT, KEPT.trim_end_matches('>'))
        );
    }
    let after = Some((9, STRANGE.to_owned()));
    assert_eq!(view!(store, v => ledger::totals(&mut v, "sender", after, 10)).len(), 1);
});

on_both!(in_what_people_type, |store| {
    let new = account::NewAccount {
        login: STRANGE,
        name: STRANGE,
        email: STRANGE,
        roles: &[],
        password_hash: "$",
        now: noon(),
    };
    let id = work!(store, w => account::add(&mut w, &new)).expect("a free login");
    let found = view!(store, v => account::by_login(&mut v, STRANGE)).expect("an account");
    assert_eq!((found.login.as_str(), found.name.as_str(), found.email.as_str()), (KEPT, KEPT, KEPT));
    work!(store, w => throttle::failed(&mut w, STRANGE, noon()));
    assert!(view!(store, v => throttle::until(&mut v, STRANGE)).is_some());
    work!(store, w => throttle::clear(&mut w, STRANGE));
    work!(store, w => token::add(&mut w, id, STRANGE, "hash", false, noon(), noon()));
    assert!(view!(store, v => token::by_hash(&mut v, STRANGE, noon())).is_none());
    work!(store, w => template::save(&mut w, STRANGE, 0, STRANGE, STRANGE, noon()));
    assert_eq!(view!(store, v => template::get(&mut v, STRANGE)).expect("a text").body, KEPT);
    work!(store, w => setting::set(&mut w, "name", STRANGE));
    assert_eq!(view!(store, v => setting::get(&mut v, "name")).as_deref(), Some(KEPT));
    let number = letter::ticket(&store, Kind::Other, "x").await;
    work!(store, w => search::index(&mut w, 1, number, &search::fold(STRANGE)));
    assert_eq!(view!(store, v => search::find(&mut v, STRANGE, 10)), [number]);
    let browser = session::Session {
        id: "id".into(),
        number: 1,
        account_id: Some(id),
        data: STRANGE.into(),
        user_agent: STRANGE.into(),
        address: STRANGE.into(),
        created_at: 0,
        seen_at: 0,
        expires_at: noon().millis() + 1,
    };
    work!(store, w => session::save(&mut w, &browser));
    assert_eq!(view!(store, v => session::load(&mut v, "id", noon())).expect("a session").user_agent, KEPT);
    assert!(view!(store, v => session::load(&mut v, STRANGE, noon())).is_none(), "a made-up cookie");
});
