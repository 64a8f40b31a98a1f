//! Tables of the rules that need no database.

use super::{ActError, state, tag};
use crate::domain::ticket::{self, State};

#[test]
fn what_a_person_may_do_next() {
    use State::{Acknowledged, Closed, Investigating, New};
    for (from, wanted) in [
        (New, vec![(Acknowledged, true), (Investigating, false), (Closed, true)]),
        (Acknowledged, vec![(Investigating, false), (Closed, true)]),
        (Investigating, vec![(Closed, false)]),
        (Closed, vec![(Investigating, true)]),
    ] {
        assert_eq!(state::steps(from), wanted, "{from}");
    }
}

#[test]
fn tags_have_one_form() {
    for (typed, kept) in
        [("  ARF ", "arf"), ("Feedback\t Loop", "feedback loop"), ("E\u{301}te", "\u{e9}te"), ("a:b", "a:b")]
    {
        assert_eq!(tag::folded(typed).unwrap(), kept);
    }
    for wrong in ["", " \n ", "say \"x\"", &"ü".repeat(41)] {
        assert!(matches!(tag::folded(wrong), Err(ActError::Refused { field: "add", .. })), "{wrong:?}");
    }
}

#[test]
fn a_refusal_is_a_sentence_at_its_field() {
    let refusal = |refused| match ActError::from(refused) {
        ActError::Refused { field, words } => (field, words),
        other => panic!("{other}"),
    };
    assert_eq!(refusal(ticket::Refused::ReasonMissing), ("reason", "Say why in a few words.".to_owned()));
    let (field, words) = refusal(ticket::Refused::NotFrom { from: State::Closed, to: State::Acknowledged });
    assert_eq!((field, words.as_str()), ("", "A ticket that is closed cannot become acknowledged."));
}
