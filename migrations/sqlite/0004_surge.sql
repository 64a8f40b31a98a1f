-- The ledger's rhythm, who persists with a wrong address, and surges. What is there already is counted at the next start
-- of serve, by the program: addresses are folded there and not by a database.

ALTER TABLE ledger ADD COLUMN recipient_domain TEXT NOT NULL DEFAULT '';
ALTER TABLE ledger ADD COLUMN known BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE ledger SET recipient_domain = substr(recipient, length(rtrim(recipient, replace(recipient, '@', ''))) + 1) WHERE recipient LIKE '%@%';
CREATE INDEX ledger_domain ON ledger (recipient_domain, last_at, id);
CREATE INDEX ledger_reason ON ledger (reason, last_at, id);
CREATE INDEX ledger_reason_group ON ledger (reason_group, last_at, id);

-- Errors by the hour (hours since 1970-01-01), of which about known addresses: what the rhythm is learned from.
CREATE TABLE ledger_hour (
    hour INTEGER PRIMARY KEY,
    count INTEGER NOT NULL,
    known INTEGER NOT NULL
);

-- The same by the minute, for the last days.
CREATE TABLE ledger_minute (
    minute INTEGER PRIMARY KEY,
    count INTEGER NOT NULL,
    known INTEGER NOT NULL
);

-- A sender and an address of ours that failed, and the ticket that this made.
CREATE TABLE ledger_pair (
    recipient TEXT NOT NULL,
    sender TEXT NOT NULL,
    count INTEGER NOT NULL,
    ticket_id INTEGER REFERENCES ticket (number),
    PRIMARY KEY (recipient, sender)
);
CREATE INDEX ledger_pair_ticket ON ledger_pair (ticket_id);

CREATE TABLE ledger_pair_day (
    recipient TEXT NOT NULL,
    sender TEXT NOT NULL,
    day INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (recipient, sender, day)
);
CREATE INDEX ledger_pair_day_day ON ledger_pair_day (day);

-- An incident: at its height so many errors in that window, so many expected, this probable. One runs at a time.
CREATE TABLE surge (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket_id INTEGER NOT NULL REFERENCES ticket (number),
    time_window TEXT NOT NULL,
    whom TEXT NOT NULL,
    seen INTEGER NOT NULL,
    expected REAL NOT NULL,
    probability REAL NOT NULL,
    started_at INTEGER NOT NULL,
    unusual_at INTEGER NOT NULL,
    told_at INTEGER NOT NULL,
    told_seen INTEGER NOT NULL,
    ended_at INTEGER,
    running BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX surge_running ON surge (running) WHERE running;
CREATE INDEX surge_ticket ON surge (ticket_id);
CREATE INDEX surge_started ON surge (started_at);
