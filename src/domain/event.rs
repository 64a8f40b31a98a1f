//! One timeline: every change is an event, written with it. Who, when, what, why.

use super::{text_enum::text_enum, time::Moment};

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in person (or their token).
    Account {
        /// Account id.
        id: i64,
        /// Name at the time.
        name: String,
    },
    /// One of our own jobs. Never an authorised postmaster.
    System(&'static str),
    /// Somebody outside, by address.
    Outside(String),
    /// A person at the shell of the machine.
    Shell(String),
}

impl Actor {
    /// The stored name of the sort of actor.
    #[must_use]
    pub const fn sort(&self) -> &'static str {
        match self {
            Self::Account { .. } => "account",
            Self::System(_) => "system",
            Self::Outside(_) => "outside",
            Self::Shell(_) => "shell",
        }
    }

    /// The name shown.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Account { name, .. } | Self::Outside(name) | Self::Shell(name) => name,
            Self::System(job) => job,
        }
    }

    /// The account, if a person acted through the console.
    #[must_use]
    pub const fn account_id(&self) -> Option<i64> {
        match self {
            Self::Account { id, .. } => Some(*id),
            _ => None,
        }
    }
}

text_enum! {
    /// What happened.
    What {
        TicketOpened = "ticket_opened",
        MessageReceived = "message_received",
        MessageJoined = "message_joined",
        SecondCopy = "second_copy",
        AcknowledgementDecided = "acknowledgement_decided",
        AcknowledgementQueued = "acknowledgement_queued",
        MailAccepted = "mail_accepted",
        MailDeferred = "mail_deferred",
        MailRefused = "mail_refused",
        MailUncertain = "mail_uncertain",
        MailUnwritable = "mail_unwritable",
        MailRetried = "mail_retried",
        MailDiscarded = "mail_discarded",
        ReplyQueued = "reply_queued",
        NoteAdded = "note_added",
        StateChanged = "state_changed",
        OwnerChanged = "owner_changed",
        PriorityChanged = "priority_changed",
        TagsChanged = "tags_changed",
        LinkAdded = "link_added",
        LinkRemoved = "link_removed",
        KindChanged = "kind_changed",
        ReadAgain = "read_again",
        Rereading = "rereading",
        DeliveryReported = "delivery_reported",
        AutomaticReplyReceived = "automatic_reply_received",
        ComplainantUnreachable = "complainant_unreachable",
        NotImported = "not_imported",
        ImportRetried = "import_retried",
        ImportDiscarded = "import_discarded",
        MailboxConnected = "mailbox_connected",
        MailboxFailed = "mailbox_failed",
        MailboxRenumbered = "mailbox_renumbered",
        MailboxMoveRefused = "mailbox_move_refused",
        AccountAdded = "account_added",
        AccountChanged = "account_changed",
        PasswordChanged = "password_changed",
        SignedIn = "signed_in",
        SignInRefused = "sign_in_refused",
        SessionEnded = "session_ended",
        TokenAdded = "token_added",
        TokenRevoked = "token_revoked",
        SecondFactorEnrolled = "second_factor_enrolled",
        SecondFactorRemoved = "second_factor_removed",
        RecoveryCodesMade = "recovery_codes_made",
        RecoveryCodeUsed = "recovery_code_used",
        ConfirmationAsked = "confirmation_asked",
        ConfirmationGiven = "confirmation_given",
        ConfirmationRefused = "confirmation_refused",
        TemplateChanged = "template_changed",
        ReviewDone = "review_done",
        ClockSetBack = "clock_set_back",
        DatabaseRestored = "database_restored",
    }
}

/// An event about to be written.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// When, by our clock.
    pub at: Moment,
    /// Who.
    pub actor: Actor,
    /// What.
    pub what: What,
    /// Why, or the detail in words; empty if the word says all. Never a secret, never a banned word (D14).
    pub why: String,
    /// The ticket it belongs to.
    pub ticket: Option<i64>,
    /// The message it belongs to.
    pub message: Option<i64>,
    /// The outgoing mail it belongs to.
    pub outbox: Option<i64>,
}

impl NewEvent {
    /// An event that belongs to nothing yet.
    #[must_use]
    pub fn new(at: Moment, actor: Actor, what: What, why: impl Into<String>) -> Self {
        Self { at, actor, what, why: why.into(), ticket: None, message: None, outbox: None }
    }

    /// The same event, of this ticket.
    #[must_use]
    pub fn ticket(mut self, id: i64) -> Self {
        self.ticket = Some(id);
        self
    }

    /// The same event, of this message.
    #[must_use]
    pub fn message(mut self, id: i64) -> Self {
        self.message = Some(id);
        self
    }

    /// The same event, of this outgoing mail.
    #[must_use]
    pub fn outbox(mut self, id: i64) -> Self {
        self.outbox = Some(id);
        self
    }
}

/// An event as stored. Order is by id, never by time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Row id; grows with the order of commits.
    pub id: i64,
    /// When, by our clock.
    pub at: Moment,
    /// `account`, `system`, `outside`, `shell`.
    pub actor_sort: String,
    /// Name shown.
    pub actor: String,
    /// What.
    pub what: What,
    /// Why, or the detail in words.
    pub why: String,
    /// Ticket it belongs to.
    pub ticket: Option<i64>,
    /// Message it belongs to.
    pub message: Option<i64>,
    /// Outgoing mail it belongs to.
    pub outbox: Option<i64>,
}
