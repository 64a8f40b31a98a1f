//! Kept mail is read again by the rules of now, at the shell and while the console runs.

use postdesk::{
    domain::{kind::Kind, ticket::State},
    store::{counter, message, ticket},
};

use super::{
    harness::{Console, seen},
    invariant, letter, on_both,
};
use crate::world::{Database, Imap, unique};

on_both!(a_new_partner_s_earlier_mail_becomes_a_contact_point_s, |database| {
    partner(database).await;
});

async fn partner(database: Database) {
    let mut console = Console::start(database).await;
    let mut imap = Imap::sign_in(&console.address).await;
    let cert = format!("{}@cert.example.test", unique("desk"));
    let notice = letter::answer(&cert, &console.address, "Hosts of yours", None);
    imap.append("INBOX", &notice).await;
    imap.append("INBOX", &letter::complaint("mia@example.test", &console.address, "Spam").1).await;
    let (number, id) = seen!(console, "both are there", v => {
        let all = message::list(&mut v, &message::Filter::default(), i64::MAX, 10).await.expect("a list");
        let ours = all.iter().find(|m| m.subject == "Hosts of yours" && m.kind == Kind::Other).and_then(|m| Some((m.ticket?, m.id)));
        let sent = counter::get(&mut v, "outbox.accepted").await.expect("a count");
        if all.len() == 2 && sent == 1 { ours } else { None }
    });
    // Nothing has changed since, so nothing differs.
    let said = console.command(&["reread"]).await;
    let words = String::from_utf8(said.stdout).expect("UTF-8");
    assert!(said.status.success() && words == "Done. 2 messages were read.\nNothing would change.\n", "{words}");

    let file = console.file("postdesk.toml");
    let text = std::fs::read_to_string(&file).expect("a configuration");
    std::fs::write(&file, format!("{text}\n[[partner]]\nname = \"CERT\"\naddresses = [\"{cert}\"]\n")).expect("a file");
    // The running console has the rules of before; it must not mix them in.
    let said = console.command(&["reread"]).await;
    let words = String::from_utf8(said.stdout).expect("UTF-8");
    assert!(words.contains("2 messages were read") && words.contains("1  Other → Contact point"), "{words}");
    assert!(words.contains("postdesk reread --change"), "{words}");
    let kind = async |console: &Console| {
        let mut v = console.store.read().await.expect("a view");
        let found = ticket::get(&mut v, number).await.expect("read").expect("a ticket");
        (found.kind, found.state)
    };
    assert_eq!(kind(&console).await, (Kind::Other, State::New), "nothing changes before it is ordered");
    let said = console.command(&["reread", "--change"]).await;
    let words = String::from_utf8(said.stdout).expect("UTF-8");
    assert!(words.contains("Done.") && words.contains("1  Other → Contact point, changed"), "{words}");
    assert_eq!(kind(&console).await, (Kind::ContactPoint, State::New));
    let again = console.command(&["reread", "--change"]).await;
    assert!(!again.status.success(), "there is nothing to change");
    assert!(String::from_utf8_lossy(&again.stderr).contains("run postdesk reread first"), "{again:?}");

    console.terminate().await;
    console.run();
    console.ready().await;
    let mut v = console.store.read().await.expect("a view");
    assert_eq!(counter::get(&mut v, "outbox.accepted").await.expect("a count"), 1, "nothing was sent for it");
    assert_eq!(message::get(&mut v, id).await.expect("read").expect("a message").kind, Kind::ContactPoint);
    drop(v);
    invariant::hold_at_rest(&console).await;
}
