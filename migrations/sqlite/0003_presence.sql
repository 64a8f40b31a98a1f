-- Who has a ticket open, so that two people see each other before they both reply.

CREATE TABLE presence (
    ticket_id INTEGER NOT NULL REFERENCES ticket (number),
    account_id INTEGER NOT NULL REFERENCES account (id),
    writing BOOLEAN NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (ticket_id, account_id)
);
