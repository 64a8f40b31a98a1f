//! What changed, in words.

use crate::{
    domain::event::{Event, What},
    web::{Visit, When, line::line},
};

/// Something that changed.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) actor: String,
    pub(super) what: String,
    pub(super) href: String,
    pub(super) label: String,
    pub(super) at: When,
}

/// An event as the page shows it.
pub(super) fn change(visit: &Visit, event: &Event) -> Change {
    let (href, label) = match (event.ticket, event.message) {
        (Some(ticket), _) => (format!("/tickets/{ticket}"), format!("#{ticket}")),
        (None, Some(message)) => (format!("/messages/{message}"), "the message".to_owned()),
        (None, None) => (String::new(), String::new()),
    };
    // An outside address is shown in full; of reasons only the beginning, the rest is on the ticket.
    let why: String = event.why.chars().take(120).collect();
    let why = line(&why);
    let words = words(event.what);
    Change {
        actor: if event.actor_sort == "system" { "Postdesk".to_owned() } else { line(&event.actor) },
        what: if why.is_empty() { words.to_owned() } else { format!("{words}: {why}") },
        href,
        label,
        at: visit.when(event.at),
    }
}

const fn words(what: What) -> &'static str {
    match what {
        What::TicketOpened => "opened a ticket",
        What::MessageReceived => "wrote",
        What::MessageJoined => "wrote again",
        What::SecondCopy => "noted a second copy",
        What::AcknowledgementDecided => "decided on the acknowledgement",
        What::AcknowledgementQueued => "wrote the acknowledgement",
        What::MailAccepted => "handed a mail over",
        What::MailDeferred => "could not hand a mail over yet",
        What::MailRefused => "met a refusal",
        What::MailUncertain => "does not know whether a mail left",
        What::MailUnwritable => "cannot write to an address",
        What::MailRetried => "sent a mail again",
        What::MailDiscarded => "discarded a mail",
        What::ReplyQueued => "replied",
        What::NoteAdded => "wrote a note",
        What::StateChanged => "changed the state",
        What::OwnerChanged => "changed the owner",
        What::PriorityChanged => "changed the priority",
        What::TagsChanged => "changed the tags",
        What::LinkAdded => "linked a ticket",
        What::LinkRemoved => "removed a link",
        What::KindChanged => "changed the kind",
        What::ReadAgain => "read a message again",
        What::Rereading => "reads kept messages again",
        What::DeliveryReported => "reported on a delivery",
        What::AutomaticReplyReceived => "replied automatically",
        What::ComplainantUnreachable => "cannot reach the reporter",
        What::NotImported => "could not import a message",
        What::ImportRetried => "tried an import again",
        What::ImportDiscarded => "discarded a message",
        What::MailboxConnected => "reached a mailbox",
        What::MailboxFailed => "lost a mailbox",
        What::MailboxRenumbered => "found a mailbox numbered anew",
        What::MailboxMoveRefused => "could not mark mail on the server",
        What::AccountAdded => "added an account",
        What::AccountChanged => "changed an account",
        What::PasswordChanged => "changed a password",
        What::SignedIn => "signed in",
        What::SignInRefused => "was refused at sign-in",
        What::SessionEnded => "ended a session",
        What::TokenAdded => "made a token",
        What::TokenRevoked => "revoked a token",
        What::SecondFactorEnrolled => "set up a second factor",
        What::SecondFactorRemoved => "removed a second factor",
        What::RecoveryCodesMade => "made recovery codes",
        What::RecoveryCodeUsed => "used a recovery code",
        What::ConfirmationAsked => "asked for a confirmation",
        What::ConfirmationGiven => "confirmed",
        What::ConfirmationRefused => "refused or withdrew",
        What::TemplateChanged => "changed a mail text",
        What::ReviewDone => "reviewed the mail",
        What::DatabaseRestored => "went back to a copy of the database",
        What::ClockSetBack => "noticed that the clock was set back",
    }
}

/// Whether an event is news on this page. Sign-ins are on the pages of accounts, and what a machine does with every mail
/// is on its ticket.
pub(super) const fn is_news(what: What) -> bool {
    !matches!(
        what,
        What::SignedIn
            | What::SignInRefused
            | What::SessionEnded
            | What::TokenAdded
            | What::TokenRevoked
            | What::AccountAdded
            | What::AccountChanged
            | What::PasswordChanged
            | What::SecondFactorEnrolled
            | What::SecondFactorRemoved
            | What::RecoveryCodesMade
            | What::RecoveryCodeUsed
            | What::ConfirmationAsked
            | What::ConfirmationGiven
            | What::ConfirmationRefused
            | What::AcknowledgementDecided
            | What::AcknowledgementQueued
            | What::MailAccepted
            | What::MessageReceived
            | What::SecondCopy
    )
}

/// Whether an event is news for authorised postmasters: who is about to become one of them, or to get into such an
/// account.
pub(super) const fn is_news_for_authorised(what: What) -> bool {
    matches!(what, What::ConfirmationAsked | What::ConfirmationGiven | What::ConfirmationRefused)
}
