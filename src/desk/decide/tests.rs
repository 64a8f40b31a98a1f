//! The decision as a table: what arrived, what was known, where it goes.

use super::*;
use crate::domain::{
    delivery::{Acts, Delivery, Reason},
    site::Site,
};

fn reading(kind: Kind) -> Reading {
    Reading { kind, ..crate::reading::read(b"From: jane@example.net\r\n\r\nwords\r\n", &Site::default()) }
}

fn returned_mail(action: Action, permanent: bool) -> Reading {
    let delivery = Delivery {
        recipient: "gone@example.net".into(),
        original_recipient: None,
        action,
        status: None,
        reply_code: None,
        reason: Reason::UserUnknown,
        group: Reason::UserUnknown.group(),
        permanent,
        acts: Acts::Sender,
        diagnostic: None,
        remote_mta: None,
    };
    Reading { deliveries: vec![delivery], ..reading(Kind::DeliveryError) }
}

fn send() -> Acknowledgement {
    Acknowledgement::new(Decision::Send, "complaint")
}

fn goes(reading: &Reading, context: &Context) -> (Destination, Decision) {
    let plan = decide(reading, context, send());
    (plan.destination, plan.acknowledgement.decision)
}

#[test]
fn d9_a_complaint_opens_a_ticket_and_is_acknowledged() {
    let open = Destination::Open { priority: Priority::Normal, claims: None };
    assert_eq!(goes(&reading(Kind::Complaint), &Context::default()), (open, Decision::Send));
}

#[test]
fn d9_what_joins_a_ticket_is_not_acknowledged_again() {
    let ours = Context { ours: Some(7), ..Context::default() };
    let same = Context { same_matter: Some(7), ..Context::default() };
    for (context, reopened) in [(ours, true), (same, false)] {
        let (destination, decision) = goes(&reading(Kind::Complaint), &context);
        assert!(
            matches!(destination, Destination::Join { ticket: 7, reopens, .. } if reopens == reopened),
            "{context:?}"
        );
        assert_eq!(decision, Decision::Never);
    }
}

#[test]
fn d11_a_contact_points_mail_is_raised_in_priority() {
    let (destination, _) = goes(&reading(Kind::ContactPoint), &Context::default());
    assert_eq!(destination, Destination::Open { priority: Priority::High, claims: None });
}

#[test]
fn a_number_in_the_subject_is_believed_of_those_who_take_part_only() {
    let claimed = |takes_part| Context { claimed: Some(Claim { ticket: 7, takes_part }), ..Context::default() };
    let (destination, _) = goes(&reading(Kind::Other), &claimed(true));
    assert!(matches!(destination, Destination::Join { ticket: 7, reopens: true, .. }));
    let (destination, _) = goes(&reading(Kind::Other), &claimed(false));
    assert_eq!(destination, Destination::Open { priority: Priority::Normal, claims: Some(7) });
}

#[test]
fn a_number_in_the_subject_is_not_believed_of_a_sender_that_is_called_forged() {
    let claimed = Context { claimed: Some(Claim { ticket: 7, takes_part: true }), ..Context::default() };
    let mut forged = reading(Kind::Other);
    forged.arrival.authenticated = Authenticated::Forged;
    assert_eq!(goes(&forged, &claimed).0, Destination::Open { priority: Priority::Normal, claims: Some(7) });
}

#[test]
fn d4_an_error_goes_to_the_ledger_and_opens_no_ticket() {
    let none = Context::default();
    assert_eq!(goes(&returned_mail(Action::Failed, true), &none).0, Destination::Ledger);
    assert_eq!(goes(&returned_mail(Action::Delayed, false), &none).0, Destination::File);
}

#[test]
fn what_comes_back_of_our_own_mail_is_an_event_and_no_reply() {
    let ours = Context { ours: Some(7), ..Context::default() };
    let event = |unreachable| Destination::Event { ticket: 7, unreachable };
    assert_eq!(goes(&returned_mail(Action::Failed, true), &ours).0, event(true));
    assert_eq!(goes(&returned_mail(Action::Failed, false), &ours).0, event(false));
    assert_eq!(goes(&returned_mail(Action::Delayed, false), &ours).0, event(false));
    assert_eq!(goes(&reading(Kind::AutomaticReply), &ours).0, event(false));
    assert_eq!(goes(&reading(Kind::AutomaticReply), &Context::default()).0, Destination::File);
}

#[test]
fn known_mail_is_a_second_copy_whatever_it_is() {
    for kind in Kind::ALL {
        let known = Context { twin: Some(Some(7)), ours: Some(3), ..Context::default() };
        let wanted = (Destination::SecondCopy { ticket: Some(7) }, Decision::Never);
        assert_eq!(goes(&reading(*kind), &known), wanted, "{kind}");
    }
}

#[test]
fn only_four_kinds_open_tickets() {
    for kind in Kind::ALL.iter().filter(|kind| !kind.opens_ticket()) {
        assert_eq!(goes(&reading(*kind), &Context::default()).0, Destination::File, "{kind}");
    }
}
