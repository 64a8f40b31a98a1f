//! The state machine: new → acknowledged → investigating → closed, as the contract has it.

use postdesk::domain::{
    kind::Kind,
    ticket::{CLOSED_RANK, Priority, Refused, State, Step, rank},
};
use proptest::prelude::*;

fn words() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), Just("  \t".to_owned()), Just("answered by telephone".to_owned())]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Answered),
        Just(Step::Investigate),
        Just(Step::ReplyReceived),
        words().prop_map(Step::DeclareAcknowledged),
        words().prop_map(Step::Close),
        words().prop_map(Step::Reopen),
    ]
}

/// Written anew from the contract: which state may follow which, and which step takes it there.
fn allowed(from: State, step: &Step, to: State) -> bool {
    let said = |why: &String| !why.trim().is_empty();
    match (from, to) {
        (State::New, State::Acknowledged) => match step {
            Step::Answered => true,
            Step::DeclareAcknowledged(why) => said(why),
            _ => false,
        },
        (State::New | State::Acknowledged, State::Investigating) => *step == Step::Investigate,
        (State::New | State::Acknowledged, State::Closed) => matches!(step, Step::Close(why) if said(why)),
        (State::Investigating, State::Closed) => matches!(step, Step::Close(_)),
        (State::Closed, State::Investigating) => match step {
            Step::ReplyReceived => true,
            Step::Reopen(why) => said(why),
            _ => false,
        },
        _ => false,
    }
}

proptest! {
    #[test]
    fn no_sequence_of_steps_leaves_the_contract(steps in prop::collection::vec(step(), 0..40)) {
        let (mut state, mut was_closed) = (State::New, false);
        for step in &steps {
            match state.after(step) {
                Ok(Some(next)) => {
                    prop_assert!(allowed(state, step, next), "{} -> {} by {:?}", state, next, step);
                    prop_assert!(!(was_closed && next == State::Acknowledged), "no second acknowledgement");
                    was_closed |= next == State::Closed;
                    state = next;
                }
                // What happens by itself is never an error, it only may change nothing.
                Ok(None) => prop_assert!(matches!(step, Step::Answered | Step::ReplyReceived)),
                Err(Refused::NotFrom { from, to }) => {
                    prop_assert_eq!(from, state);
                    prop_assert!(!allowed(state, step, to));
                }
                Err(Refused::ReasonMissing) => {
                    let reason = match step {
                        Step::DeclareAcknowledged(why) | Step::Close(why) | Step::Reopen(why) => why.trim(),
                        _ => "a step without a reason",
                    };
                    prop_assert_eq!(reason, "");
                }
            }
            // The same question has the same answer: a refused step has changed nothing.
            prop_assert_eq!(state.after(step), state.after(step));
        }
    }

    #[test]
    fn whatever_the_contract_allows_is_possible(from in prop::sample::select(State::ALL), to in prop::sample::select(State::ALL), step in step()) {
        if allowed(from, &step, to) {
            prop_assert_eq!(from.after(&step), Ok(Some(to)));
        }
    }

    #[test]
    fn closed_ones_stand_last_and_urgent_ones_first(
        kind in prop::sample::select(Kind::ALL),
        state in prop::sample::select(State::ALL),
        priority in prop::sample::select(Priority::ALL),
    ) {
        let here = rank(kind, state, priority);
        prop_assert_eq!(here >= CLOSED_RANK, state == State::Closed);
        prop_assert!(rank(kind, state, Priority::Urgent) <= here && here <= rank(kind, state, Priority::Low));
        prop_assert!(rank(Kind::Complaint, State::New, Priority::Urgent) <= here, "an unacknowledged complaint is owed first");
    }
}
