//! A kept message: where it came from, where it stands.

use super::text_enum::text_enum;

text_enum! {
    /// Where a kept message stands in the console.
    Stage {
        /// Bytes are kept, nothing was read yet.
        Kept = "kept",
        /// Read, decided and applied.
        Applied = "applied",
        /// Could not be handled; listed with its reason.
        NotImported = "not_imported",
        /// A person discarded it from the list.
        Discarded = "discarded",
        /// Over the size limit; only its headers are kept.
        TooLarge = "too_large",
    }
}

text_enum! {
    /// What became of a message.
    Outcome {
        /// Nothing yet.
        None = "none",
        /// It opened a ticket.
        Opened = "opened",
        /// It joined a ticket.
        Joined = "joined",
        /// It went to the ledger of delivery errors.
        Ledger = "ledger",
        /// It became an event on our own ticket.
        Event = "event",
        /// It was filed: kept and listed, nothing to do.
        Filed = "filed",
        /// A second copy of mail known from another mailbox.
        SecondCopy = "second_copy",
    }
}

text_enum! {
    /// What is still owed to the IMAP server for one sighting of a message.
    ServerDue {
        /// Nothing, or done.
        Done = "done",
        /// Mark seen or move, as the mailbox says.
        Due = "due",
        /// The server refused; it is tried again later.
        Refused = "refused",
    }
}
