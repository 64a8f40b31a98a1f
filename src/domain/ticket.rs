//! The ticket and its states: new → acknowledged → investigating → closed.

use super::{kind::Kind, text_enum::text_enum, time::Moment};

text_enum! {
    /// Where a ticket stands.
    State { New = "new", Acknowledged = "acknowledged", Investigating = "investigating", Closed = "closed" }
}

text_enum! {
    /// How much it presses.
    Priority { Low = "low", Normal = "normal", High = "high", Urgent = "urgent" }
}

text_enum! {
    /// How one ticket stands to another.
    LinkKind { Related = "related", DuplicateOf = "duplicate_of", Claims = "claims" }
}

text_enum! {
    /// How the matter reached us.
    Channel { Mail = "mail", Telephone = "telephone", Letter = "letter", InPerson = "in_person" }
}

/// What may move a ticket from one state to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The server's 2xx for our acknowledgement was stored, or a person's reply was.
    Answered,
    /// A person declares it acknowledged by another way, with the reason.
    DeclareAcknowledged(String),
    /// A person begins to work on it.
    Investigate,
    /// A person closes it; from `new` and `acknowledged` only with a reason.
    Close(String),
    /// A person opens it again, with the reason.
    Reopen(String),
    /// A reply from outside arrived. Automatic replies and bounces are no replies.
    ReplyReceived,
}

/// Why a step is refused. The words are shown to the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not from this state.
    #[error("a ticket that is {from} cannot become {to}")]
    NotFrom {
        /// Present state.
        from: State,
        /// Wanted state.
        to: State,
    },
    /// A reason in words is wanted.
    #[error("say why in a few words")]
    ReasonMissing,
}

impl State {
    /// The state after a step, or why it may not be taken. `Ok(None)` if the step changes nothing.
    ///
    /// # Errors
    /// [`Refused`] with words for the person.
    pub fn after(self, step: &Step) -> Result<Option<Self>, Refused> {
        let need = |reason: &str| if reason.trim().is_empty() { Err(Refused::ReasonMissing) } else { Ok(()) };
        match (self, step) {
            (Self::New, Step::Answered) => Ok(Some(Self::Acknowledged)),
            (Self::New, Step::DeclareAcknowledged(reason)) => need(reason).map(|()| Some(Self::Acknowledged)),
            (Self::New | Self::Acknowledged, Step::Close(reason)) => need(reason).map(|()| Some(Self::Closed)),
            (Self::Investigating, Step::Close(_)) => Ok(Some(Self::Closed)),
            (Self::Closed, Step::Reopen(reason)) => need(reason).map(|()| Some(Self::Investigating)),
            (Self::New | Self::Acknowledged, Step::Investigate) | (Self::Closed, Step::ReplyReceived) => {
                Ok(Some(Self::Investigating))
            }
            (_, Step::Answered | Step::ReplyReceived) => Ok(None),
            (from, Step::DeclareAcknowledged(_)) => Err(Refused::NotFrom { from, to: Self::Acknowledged }),
            (from, Step::Investigate | Step::Reopen(_)) => Err(Refused::NotFrom { from, to: Self::Investigating }),
            (from, Step::Close(_)) => Err(Refused::NotFrom { from, to: Self::Closed }),
        }
    }

    /// The mark shown beside the word, so that colour is never alone.
    #[must_use]
    pub const fn mark(self) -> &'static str {
        match self {
            Self::New => "○",
            Self::Acknowledged => "◐",
            Self::Investigating => "◑",
            Self::Closed => "●",
        }
    }
}

/// Where a ticket stands in the list of what is owed: unacknowledged complaints first, the closed last. Within a rank
/// the oldest comes first. Ranks from [`CLOSED_RANK`] on are closed.
#[must_use]
pub const fn rank(kind: Kind, state: State, priority: Priority) -> i64 {
    let owed = match state {
        State::New if kind.is_acknowledged() => 0,
        State::New => 10,
        State::Acknowledged => 20,
        State::Investigating => 30,
        State::Closed => CLOSED_RANK,
    };
    let press = match priority {
        Priority::Urgent => 0,
        Priority::High => 1,
        Priority::Normal => 2,
        Priority::Low => 3,
    };
    owed + press
}

/// The first rank of closed tickets.
pub const CLOSED_RANK: i64 = 90;

/// A ticket as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The number people quote.
    pub number: i64,
    /// What it is about.
    pub kind: Kind,
    /// Where it stands.
    pub state: State,
    /// One line.
    pub subject: String,
    /// How much it presses.
    pub priority: Priority,
    /// Owner's account id.
    pub owner: Option<i64>,
    /// Owner's name.
    pub owner_name: Option<String>,
    /// Who brought it: address, folded; empty if unknown.
    pub reporter: String,
    /// The reporter's display name.
    pub reporter_name: String,
    /// How it reached us.
    pub channel: Channel,
    /// When it was opened.
    pub opened_at: Moment,
    /// Latest event.
    pub updated_at: Moment,
    /// When the reporter first had an answer.
    pub acknowledged_at: Option<Moment>,
    /// When it was closed last.
    pub closed_at: Option<Moment>,
    /// Whether mail to the reporter failed for good.
    pub unreachable: bool,
    /// Messages in it.
    pub messages: i64,
    /// Grows with every change; a form carries the one it was made from.
    pub version: i64,
}
