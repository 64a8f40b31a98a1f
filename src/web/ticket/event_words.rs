//! What an event says on a timeline.

use crate::domain::event::{Event, What};

/// Sort of entry, and a verb with its object.
pub(super) fn words(what: What) -> (&'static str, &'static str) {
    match what {
        What::TicketOpened => ("step", "opened the ticket"),
        What::MessageReceived => ("message", "wrote"),
        What::MessageJoined => ("message", "wrote to this ticket"),
        What::SecondCopy => ("step", "set a second copy aside"),
        What::AcknowledgementDecided => ("step", "decided about the acknowledgement"),
        What::AcknowledgementQueued => ("acknowledgement", "wrote the acknowledgement"),
        What::MailAccepted => ("step", "handed our mail over"),
        What::MailDeferred => ("warning", "could not hand our mail over yet"),
        What::MailRefused => ("warning", "could not hand our mail over"),
        What::MailUncertain => ("warning", "does not know whether our mail left"),
        What::MailUnwritable => ("warning", "could not write the mail"),
        What::MailRetried => ("step", "sends our mail again"),
        What::MailDiscarded => ("step", "discarded our mail"),
        What::ReplyQueued => ("reply", "replied"),
        What::NoteAdded => ("note", "wrote a note"),
        What::StateChanged => ("step", "changed the state"),
        What::OwnerChanged => ("step", "changed the owner"),
        What::PriorityChanged => ("step", "changed the priority"),
        What::TagsChanged => ("step", "changed the tags"),
        What::LinkAdded => ("step", "linked a ticket"),
        What::LinkRemoved => ("step", "took a link back"),
        What::KindChanged => ("step", "changed the kind"),
        What::ReadAgain => ("step", "read a message again"),
        What::DeliveryReported => ("warning", "reported on the delivery of our mail"),
        What::AutomaticReplyReceived => ("message", "answered automatically"),
        What::ComplainantUnreachable => ("warning", "found that the reporter cannot be reached"),
        _ => ("step", "noted something"),
    }
}

/// Who did it, as people say it.
pub(super) fn actor(event: &Event) -> String {
    if event.actor_sort == "system" { "Postdesk".to_owned() } else { event.actor.clone() }
}
