//! What is true in every snapshot.

use super::Invariant;

pub(super) const MESSAGES: &[Invariant] = &[
    (
        "a UID stands for a message that its mailbox does not have",
        "SELECT CAST(sighting.uid AS TEXT) FROM sighting
         LEFT JOIN message ON message.id = sighting.message_id AND message.mailbox_id = sighting.mailbox_id
         WHERE message.id IS NULL",
    ),
    (
        "a message stands under no UID",
        "SELECT CAST(id AS TEXT) FROM message WHERE NOT EXISTS (SELECT 1 FROM sighting WHERE message_id = message.id)",
    ),
    (
        "a UID above the cursor",
        "SELECT CAST(sighting.uid AS TEXT) FROM sighting
         JOIN mailbox ON mailbox.id = sighting.mailbox_id AND mailbox.uidvalidity = sighting.uidvalidity
         WHERE sighting.uid > mailbox.cursor_uid",
    ),
    (
        "a message without its bytes",
        "SELECT CAST(id AS TEXT) FROM message WHERE sha256 NOT IN (SELECT sha256 FROM blob)",
    ),
    (
        "bytes of no message",
        "SELECT CAST(size AS TEXT) || ' bytes' FROM blob WHERE sha256 NOT IN (SELECT sha256 FROM message)",
    ),
    (
        "an applied message without an outcome, a decision or a reading",
        "SELECT CAST(id AS TEXT) FROM message
         WHERE stage = 'applied' AND (outcome = 'none' OR acknowledgement = '' OR reading = '')",
    ),
    (
        "an outcome of a message that was not applied",
        "SELECT CAST(id AS TEXT) FROM message
         WHERE stage <> 'applied' AND (outcome <> 'none' OR acknowledgement <> '' OR ticket_id IS NOT NULL)",
    ),
    (
        "an outcome that does not fit its ticket",
        "SELECT outcome || ' ' || CAST(id AS TEXT) FROM message
         WHERE (outcome IN ('opened', 'joined', 'event') AND ticket_id IS NULL)
            OR (outcome IN ('ledger', 'filed') AND ticket_id IS NOT NULL)",
    ),
    (
        "an applied message without an identity",
        "SELECT CAST(id AS TEXT) FROM message WHERE stage = 'applied' AND outcome <> 'second_copy'
         AND id NOT IN (SELECT message_id FROM known_identity)",
    ),
    (
        "an identity of a message that was not applied",
        "SELECT CAST(message_id AS TEXT) FROM known_identity
         WHERE message_id NOT IN (SELECT id FROM message WHERE stage = 'applied')",
    ),
    (
        "an identity that leads to another ticket than its message",
        "SELECT CAST(message.id AS TEXT) FROM known_identity JOIN message ON message.id = known_identity.message_id
         WHERE outcome IN ('opened', 'joined') AND COALESCE(known_identity.ticket_id, -1) <> message.ticket_id",
    ),
];

pub(super) const TICKETS: &[Invariant] = &[
    (
        "a ticket that not exactly one message opened",
        "SELECT CAST(number AS TEXT) FROM ticket LEFT JOIN
         (SELECT ticket_id, COUNT(*) AS n FROM message WHERE outcome = 'opened' GROUP BY ticket_id) AS opened
         ON opened.ticket_id = number
         WHERE COALESCE(n, 0) <> 1 AND NOT (COALESCE(n, 0) = 0 AND EXISTS
             (SELECT 1 FROM event WHERE event.ticket_id = number AND what = 'ticket_opened' AND actor_sort = 'account'))
           AND NOT (COALESCE(n, 0) = 0 AND kind = 'delivery_error' AND (
             number IN (SELECT ticket_id FROM surge) OR EXISTS (SELECT 1 FROM event WHERE event.ticket_id = number
                 AND what = 'ticket_opened' AND actor_sort = 'system' AND message_id IN
                 (SELECT id FROM message WHERE outcome = 'ledger'))))",
    ),
    (
        "a pair's ticket that is not about its sender",
        "SELECT recipient || ' ' || sender FROM ledger_pair JOIN ticket ON number = ticket_id WHERE sender <> reporter",
    ),
    (
        "a ticket without exactly one opening event",
        "SELECT CAST(number AS TEXT) FROM ticket LEFT JOIN
         (SELECT ticket_id, COUNT(*) AS n FROM event WHERE what = 'ticket_opened' GROUP BY ticket_id) AS opening
         ON opening.ticket_id = number WHERE COALESCE(n, 0) <> 1",
    ),
    (
        "a ticket that miscounts its messages",
        "SELECT CAST(number AS TEXT) FROM ticket LEFT JOIN
         (SELECT ticket_id, COUNT(*) AS n FROM message WHERE outcome IN ('opened', 'joined') GROUP BY ticket_id) AS its
         ON its.ticket_id = number WHERE COALESCE(n, 0) <> messages",
    ),
    (
        "a message whose arrival is not on its ticket's timeline once",
        "SELECT CAST(message.id AS TEXT) FROM message LEFT JOIN
         (SELECT message_id, ticket_id, COUNT(*) AS n FROM event WHERE what IN ('message_received', 'message_joined')
          GROUP BY message_id, ticket_id) AS arrival
         ON arrival.message_id = message.id AND arrival.ticket_id = message.ticket_id
         WHERE outcome IN ('opened', 'joined') AND COALESCE(n, 0) <> 1",
    ),
    (
        "a complaint without exactly one decision on the timeline",
        "SELECT CAST(message.id AS TEXT) FROM message LEFT JOIN
         (SELECT message_id, COUNT(*) AS n FROM event WHERE what = 'acknowledgement_decided' GROUP BY message_id) AS decided
         ON decided.message_id = message.id
         WHERE kind IN ('complaint', 'contact_point') AND outcome IN ('opened', 'joined') AND COALESCE(n, 0) <> 1",
    ),
    (
        "a ticket whose reporter has an answer and which is still new",
        "SELECT CAST(number AS TEXT) FROM ticket
         WHERE state = 'new' AND EXISTS (SELECT 1 FROM outbox WHERE ticket_id = number AND outbox.state = 'accepted')",
    ),
    (
        "an event of something that is not there",
        "SELECT what || ' ' || CAST(id AS TEXT) FROM event
         WHERE (ticket_id IS NOT NULL AND ticket_id NOT IN (SELECT number FROM ticket))
            OR (message_id IS NOT NULL AND message_id NOT IN (SELECT id FROM message))
            OR (outbox_id IS NOT NULL AND outbox_id NOT IN (SELECT id FROM outbox))",
    ),
];

/// A row that could not be written as a mail is no mail: `cannot be written to` is its answer.
pub(super) const OUTGOING: &[Invariant] = &[
    (
        "an acknowledgement is due and not written exactly once",
        "SELECT CAST(message.id AS TEXT) FROM message LEFT JOIN
         (SELECT answers_id, COUNT(*) AS n FROM outbox WHERE purpose = 'acknowledgement' GROUP BY answers_id) AS its
         ON its.answers_id = message.id WHERE acknowledgement = 'send' AND COALESCE(n, 0) <> 1",
    ),
    (
        "an acknowledgement that nothing asked for",
        "SELECT CAST(outbox.id AS TEXT) FROM outbox LEFT JOIN message ON message.id = answers_id
         WHERE purpose = 'acknowledgement' AND answer <> 'cannot be written to'
           AND COALESCE(acknowledgement, '') <> 'send'",
    ),
    (
        "a mail without a ticket, a Message-ID or a text",
        "SELECT CAST(id AS TEXT) FROM outbox
         WHERE answer <> 'cannot be written to' AND (ticket_id IS NULL OR mail_id = '' OR LENGTH(body) = 0)",
    ),
    (
        "two mails under one Message-ID",
        "SELECT mail_id FROM outbox WHERE mail_id <> '' GROUP BY mail_id HAVING COUNT(*) > 1",
    ),
    (
        "a mail in nobody's hand, or one in hand that is not being sent",
        "SELECT CAST(id AS TEXT) FROM outbox WHERE (state = 'sending') <> (claimed_by <> '')",
    ),
    (
        "an acknowledgement that is not on the timeline once",
        "SELECT CAST(outbox.id AS TEXT) FROM outbox LEFT JOIN
         (SELECT outbox_id, COUNT(*) AS n FROM event WHERE what = 'acknowledgement_queued' GROUP BY outbox_id) AS queued
         ON queued.outbox_id = outbox.id
         WHERE purpose = 'acknowledgement' AND answer <> 'cannot be written to' AND COALESCE(n, 0) <> 1",
    ),
    (
        "an acceptance that is not on the timeline once, or is there and not true",
        "SELECT CAST(outbox.id AS TEXT) FROM outbox LEFT JOIN
         (SELECT outbox_id, COUNT(*) AS n FROM event WHERE what = 'mail_accepted' GROUP BY outbox_id) AS accepted
         ON accepted.outbox_id = outbox.id
         WHERE COALESCE(n, 0) <> CASE WHEN state = 'accepted' THEN 1 ELSE 0 END",
    ),
    (
        "more places in the hours' caps than mails",
        "SELECT CAST(taken AS TEXT) FROM
         (SELECT COALESCE(SUM(count), 0) AS taken FROM acknowledged WHERE scope = 'hour') AS hours
         WHERE taken > (SELECT COUNT(*) FROM outbox WHERE purpose = 'acknowledgement')",
    ),
];

pub(super) const SUMS: &[Invariant] = &[
    (
        "a kept count is wrong",
        "WITH real AS (
             SELECT 'message.stage.' || stage AS name, COUNT(*) AS n FROM message GROUP BY stage
             UNION ALL SELECT 'message.kind.' || kind, COUNT(*) FROM message WHERE stage = 'applied' GROUP BY kind
             UNION ALL SELECT 'message.outcome.' || outcome, COUNT(*) FROM message WHERE stage = 'applied' GROUP BY outcome
             UNION ALL SELECT 'ticket.' || state, COUNT(*) FROM ticket GROUP BY state
             UNION ALL SELECT 'ticket.' || state || '.' || kind, COUNT(*) FROM ticket GROUP BY state, kind
             UNION ALL SELECT 'outbox.' || state, COUNT(*) FROM outbox GROUP BY state
             UNION ALL SELECT 'ledger.errors', CAST(COALESCE(SUM(count), 0) AS BIGINT) FROM ledger)
         SELECT counter.name || ' is ' || CAST(value AS TEXT) || ', not ' || CAST(COALESCE(n, 0) AS TEXT)
         FROM counter LEFT JOIN real ON real.name = counter.name
         WHERE value <> COALESCE(n, 0) AND (counter.name LIKE 'message.%' OR counter.name LIKE 'ticket.%'
             OR counter.name LIKE 'outbox.%' OR counter.name = 'ledger.errors')
         UNION ALL
         SELECT name || ' is not counted' FROM real WHERE n > 0 AND name NOT IN (SELECT name FROM counter)",
    ),
    (
        "a sum of the ledger is wrong",
        "WITH real AS (
             SELECT 'recipient' AS side, recipient AS address, SUM(count) AS n, COUNT(*) AS lines FROM ledger GROUP BY recipient
             UNION ALL SELECT 'sender', sender, SUM(count), COUNT(*) FROM ledger GROUP BY sender)
         SELECT ledger_total.address FROM ledger_total
         LEFT JOIN real ON real.side = ledger_total.side AND real.address = ledger_total.address
         WHERE COALESCE(n, 0) <> ledger_total.count OR COALESCE(lines, 0) <> others
         UNION ALL
         SELECT real.address FROM real
         LEFT JOIN ledger_total ON ledger_total.side = real.side AND ledger_total.address = real.address
         WHERE ledger_total.address IS NULL
         UNION ALL
         SELECT 'the hours' WHERE (SELECT COALESCE(SUM(count), 0) FROM ledger) <> (SELECT COALESCE(SUM(count), 0) FROM ledger_hour)
         UNION ALL
         SELECT 'the days' WHERE (SELECT COALESCE(SUM(count), 0) FROM ledger) <> (SELECT COALESCE(SUM(count), 0) FROM ledger_day)",
    ),
];
