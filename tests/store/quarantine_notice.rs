use postdesk::{
    domain::{
        kind::Kind,
        message::{Outcome, Stage},
    },
    store::{message, quarantine_notice},
};

use super::{letter, on_both, view, work};

on_both!(what_joined_the_ticket_of_one_is_not_for_everybody, |store| {
    let mailbox = letter::mailbox(&store).await;
    let plain = letter::applied(&store, mailbox, b"plain", Kind::Other, Outcome::Filed).await;
    let answer = letter::applied(&store, mailbox, b"answer", Kind::Other, Outcome::Filed).await;
    let notice = letter::applied(&store, mailbox, b"notice", Kind::QuarantineNotice, Outcome::Filed).await;
    let open = letter::ticket(&store, Kind::Other, "Hello").await;
    let held = letter::ticket(&store, Kind::QuarantineNotice, "Held").await;
    work!(store, w => message::set_ticket(&mut w, plain, open, Outcome::Filed, Outcome::Opened));
    work!(store, w => message::set_ticket(&mut w, notice, held, Outcome::Filed, Outcome::Opened));
    work!(store, w => message::set_ticket(&mut w, answer, held, Outcome::Filed, Outcome::Joined));
    let shown = async |filter: message::Filter| {
        view!(store, v => message::list(&mut v, &filter, i64::MAX, 10)).iter().map(|m| m.id).collect::<Vec<_>>()
    };
    assert_eq!(shown(message::Filter::default()).await, [plain]);
    assert_eq!(
        shown(message::Filter { quarantine: true, ..message::Filter::default() }).await,
        [notice, answer, plain]
    );
    assert_eq!(view!(store, v => quarantine_notice::joined(&mut v, None)), 1);
    assert_eq!(view!(store, v => quarantine_notice::joined(&mut v, Some(Kind::Other))), 1);
    assert_eq!(view!(store, v => quarantine_notice::joined(&mut v, Some(Kind::Complaint))), 0);
});

on_both!(those_that_were_not_imported_can_be_left_out_of_a_count, |store| {
    let mailbox = letter::mailbox(&store).await;
    for (bytes, stage, kind) in [
        (b"one", Stage::NotImported, Kind::QuarantineNotice),
        (b"two", Stage::NotImported, Kind::QuarantineNotice),
        (b"ten", Stage::TooLarge, Kind::QuarantineNotice),
        (b"six", Stage::NotImported, Kind::Other),
        (b"not", Stage::Discarded, Kind::QuarantineNotice),
    ] {
        let id = letter::kept(&store, mailbox, bytes).await;
        let reading = letter::reading(kind, "Held");
        work!(store, w => message::describe(&mut w, id, &reading, "no room"));
        work!(store, w => message::restage(&mut w, id, Stage::Kept, stage, "no room"));
    }
    assert_eq!(view!(store, v => quarantine_notice::stuck(&mut v)), [2, 1]);
});
