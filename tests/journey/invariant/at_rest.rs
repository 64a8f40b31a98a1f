//! What is true when everything that arrived is done.

use super::Invariant;

pub(super) const NOTHING_WAITS: &[Invariant] = &[
    ("a message is kept and not applied", "SELECT CAST(id AS TEXT) FROM message WHERE stage = 'kept'"),
    ("a message could not be imported", "SELECT trouble FROM message WHERE stage = 'not_imported'"),
    (
        "a mail waits in the outbox or nobody knows of it",
        "SELECT state || ': ' || answer FROM outbox WHERE state IN ('queued', 'sending', 'uncertain')",
    ),
    (
        "the server was not told of a message",
        "SELECT CAST(sighting.uid AS TEXT) FROM sighting
         JOIN mailbox ON mailbox.id = sighting.mailbox_id AND mailbox.uidvalidity = sighting.uidvalidity
         WHERE due <> 'done'",
    ),
];
