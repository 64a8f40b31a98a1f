use super::*;
use crate::{
    domain::{arrival::Correspondent, kind::Kind},
    reading,
};

fn site() -> Site {
    Site {
        mailboxes: vec!["abuse@college.test".to_owned()],
        domains: vec!["college.test".to_owned()],
        ..Site::default()
    }
}

fn facts() -> Facts {
    Facts {
        now: Moment::from_secs(1_800_000_000),
        internal_date: Some(Moment::from_secs(1_800_000_000 - 60)),
        max_age: Duration::from_hours(72),
        restored_at: None,
        enabled: true,
        writable: true,
    }
}

fn complaint() -> Reading {
    let mut reading = reading::read(b"From: Ann <ann@neighbour.test>\n\nhello\n", &site());
    reading.kind = Kind::Complaint;
    reading
}

fn decided(change: impl FnOnce(&mut Reading, &mut Facts)) -> (Decision, String) {
    let (mut reading, mut facts) = (complaint(), facts());
    change(&mut reading, &mut facts);
    let decision = decide(&reading, &site(), &facts);
    (decision.decision, decision.reason)
}

#[test]
fn the_table() {
    use Decision::{Never, Record, Send};
    let at = |address: &str| Correspondent { name: String::new(), address: address.to_owned() };
    let case = |want: Decision, reason: &str, change: &dyn Fn(&mut Reading, &mut Facts)| {
        assert_eq!(decided(|r, f| change(r, f)), (want, reason.to_owned()));
    };
    case(Send, "complaint", &|_, _| {});
    case(Send, "complaint", &|r, _| r.arrival.auto_submitted = Some("auto-generated".to_owned()));
    case(Send, "complaint", &|r, _| r.arrival.precedence = Some("bulk".to_owned()));
    case(Send, "complaint", &|r, _| r.arrival.from = at("postmaster@neighbour.test"));
    case(Send, "complaint", &|r, _| r.arrival.from = at("somebody@college.test"));
    case(Send, "contact point", &|r, _| r.kind = Kind::ContactPoint);
    case(Never, "null return path", &|r, _| r.arrival.return_path = Some(String::new()));
    case(Never, "delivery report", &|r, _| r.arrival.delivery_report = true);
    case(Never, "disposition notification", &|r, _| r.arrival.disposition_notification = true);
    case(Never, "automatic reply", &|r, _| r.arrival.auto_submitted = Some("auto-replied".to_owned()));
    case(Never, "our own address", &|r, _| r.arrival.from = at("Abuse@College.test"));
    case(Never, "our own address", &|r, _| r.arrival.reply_to = Some(at("abuse@college.test")));
    case(Never, "not a complaint", &|r, _| r.kind = Kind::Other);
    case(Record, "list mail", &|r, _| r.arrival.list = true);
    case(Record, "sender is called forged", &|r, _| r.arrival.authenticated = Authenticated::Forged);
    case(Record, "no-reply address", &|r, _| r.arrival.from = at("no-reply@neighbour.test"));
    case(Record, "feedback loop", &|r, _| r.arrival.feedback_loop = true);
    case(Record, "too old", &|_, f| f.internal_date = Some(Moment::from_secs(1_700_000_000)));
    case(Record, "reply address of another domain", &|r, _| r.arrival.reply_to = Some(at("ann@elsewhere.test")));
    case(Send, "complaint", &|r, _| {
        r.arrival.reply_to = Some(at("ann@elsewhere.test"));
        r.arrival.authenticated = Authenticated::Pass;
    });
    case(Record, "cannot be written to", &|_, f| f.writable = false);
    case(Record, "acknowledgements are switched off", &|_, f| f.enabled = false);
}
