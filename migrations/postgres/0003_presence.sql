-- Who has a ticket open, so that two people see each other before they both reply.

CREATE TABLE presence (
    ticket_id BIGINT NOT NULL REFERENCES ticket (number),
    account_id BIGINT NOT NULL REFERENCES account (id),
    writing BOOLEAN NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, account_id)
);
