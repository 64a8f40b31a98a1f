-- Times are unix milliseconds. JSON is TEXT. Text enums are their fixed words.

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE account (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    roles TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    disabled BOOLEAN NOT NULL DEFAULT FALSE,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    password_changed_at INTEGER NOT NULL,
    seen_event INTEGER NOT NULL DEFAULT 0
);

-- id is the SHA-256 of the cookie's value; the value itself is never stored.
CREATE TABLE session (
    id TEXT PRIMARY KEY,
    number INTEGER NOT NULL UNIQUE,
    account_id INTEGER REFERENCES account (id) ON DELETE CASCADE,
    data TEXT NOT NULL,
    user_agent TEXT NOT NULL DEFAULT '',
    address TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_expiry ON session (expires_at);

CREATE TABLE token (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    may_release BOOLEAN NOT NULL DEFAULT FALSE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    used_at INTEGER
);
CREATE INDEX token_account ON token (account_id);

-- Sign-in delays by account and by address. A row is forgotten when it is old.
CREATE TABLE throttle (
    name TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL
);

-- All mail bytes, compressed.
CREATE TABLE blob (
    sha256 BLOB PRIMARY KEY,
    size INTEGER NOT NULL,
    body BLOB NOT NULL
);

-- A mailbox is (host, user, folder); its name and address may change.
CREATE TABLE mailbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    host TEXT NOT NULL,
    user_name TEXT NOT NULL,
    folder TEXT NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    configured BOOLEAN NOT NULL DEFAULT TRUE,
    uidvalidity INTEGER NOT NULL DEFAULT 0,
    cursor_uid INTEGER NOT NULL DEFAULT 0,
    on_server INTEGER NOT NULL DEFAULT 0,
    kept_of_server INTEGER NOT NULL DEFAULT 0,
    checked_at INTEGER,
    connected_at INTEGER,
    polled_at INTEGER,
    trouble TEXT NOT NULL DEFAULT '',
    trouble_at INTEGER,
    move_trouble TEXT NOT NULL DEFAULT '',
    refresh_token TEXT NOT NULL DEFAULT '',
    UNIQUE (host, user_name, folder)
);

-- One owner at a time; the fence grows with each new owner and stands in every write made under the lease.
CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    fence INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);

CREATE TABLE ticket (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    sort_rank INTEGER NOT NULL,
    subject TEXT NOT NULL,
    priority TEXT NOT NULL,
    owner_id INTEGER REFERENCES account (id),
    reporter TEXT NOT NULL,
    reporter_name TEXT NOT NULL,
    channel TEXT NOT NULL,
    mailbox_id INTEGER REFERENCES mailbox (id),
    opened_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    acknowledged_at INTEGER,
    closed_at INTEGER,
    unreachable BOOLEAN NOT NULL DEFAULT FALSE,
    messages INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX ticket_owed ON ticket (sort_rank, opened_at, number);
CREATE INDEX ticket_state ON ticket (state, sort_rank, opened_at, number);
CREATE INDEX ticket_kind ON ticket (kind, sort_rank, opened_at, number);
CREATE INDEX ticket_owner ON ticket (owner_id, sort_rank, opened_at, number);
CREATE INDEX ticket_reporter ON ticket (reporter, number);

CREATE TABLE ticket_tag (
    ticket_id INTEGER NOT NULL REFERENCES ticket (number),
    tag TEXT NOT NULL,
    PRIMARY KEY (ticket_id, tag)
);
CREATE INDEX ticket_tag_name ON ticket_tag (tag, ticket_id);

CREATE TABLE ticket_link (
    from_id INTEGER NOT NULL REFERENCES ticket (number),
    to_id INTEGER NOT NULL REFERENCES ticket (number),
    kind TEXT NOT NULL,
    PRIMARY KEY (from_id, to_id, kind)
);
CREATE INDEX ticket_link_to ON ticket_link (to_id);

-- Addresses that take part in a ticket, folded.
CREATE TABLE participant (
    ticket_id INTEGER NOT NULL REFERENCES ticket (number),
    address TEXT NOT NULL,
    PRIMARY KEY (ticket_id, address)
);

-- What a ticket is about (source address, reported Message-ID), to join reports of one matter.
CREATE TABLE matter (
    reporter TEXT NOT NULL,
    about TEXT NOT NULL,
    ticket_id INTEGER NOT NULL REFERENCES ticket (number),
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (reporter, about)
);

CREATE TABLE message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mailbox_id INTEGER NOT NULL REFERENCES mailbox (id),
    sha256 BLOB NOT NULL,
    size INTEGER NOT NULL,
    internal_date INTEGER NOT NULL,
    kept_at INTEGER NOT NULL,
    stage TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT 'other',
    outcome TEXT NOT NULL DEFAULT 'none',
    from_name TEXT NOT NULL DEFAULT '',
    from_address TEXT NOT NULL DEFAULT '',
    subject TEXT NOT NULL DEFAULT '',
    message_id TEXT NOT NULL DEFAULT '',
    sent_at INTEGER,
    ticket_id INTEGER REFERENCES ticket (number),
    acknowledgement TEXT NOT NULL DEFAULT '',
    acknowledgement_reason TEXT NOT NULL DEFAULT '',
    reading TEXT NOT NULL DEFAULT '',
    trouble TEXT NOT NULL DEFAULT '',
    attempts INTEGER NOT NULL DEFAULT 0,
    UNIQUE (mailbox_id, sha256)
);
CREATE INDEX message_stage ON message (stage, id);
CREATE INDEX message_kind ON message (kind, id);
CREATE INDEX message_outcome ON message (outcome, id);
CREATE INDEX message_ticket ON message (ticket_id, id);

-- Where the server showed a message: every UID that was kept, the first and any further one.
CREATE TABLE sighting (
    mailbox_id INTEGER NOT NULL REFERENCES mailbox (id),
    uidvalidity INTEGER NOT NULL,
    uid INTEGER NOT NULL,
    message_id INTEGER NOT NULL REFERENCES message (id),
    due TEXT NOT NULL,
    due_at INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (mailbox_id, uidvalidity, uid)
);
CREATE INDEX sighting_message ON sighting (message_id);
CREATE INDEX sighting_due ON sighting (mailbox_id, uidvalidity, uid) WHERE due <> 'done';

-- The same mail in two mailboxes has one identity and makes one ticket.
CREATE TABLE known_identity (
    identity BLOB PRIMARY KEY,
    message_id INTEGER NOT NULL,
    ticket_id INTEGER
);

CREATE TABLE event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor_sort TEXT NOT NULL,
    actor TEXT NOT NULL,
    account_id INTEGER,
    what TEXT NOT NULL,
    why TEXT NOT NULL,
    ticket_id INTEGER,
    message_id INTEGER,
    outbox_id INTEGER
);
CREATE INDEX event_ticket ON event (ticket_id, id);
CREATE INDEX event_message ON event (message_id, id);
CREATE INDEX event_what ON event (what, id);

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    purpose TEXT NOT NULL,
    state TEXT NOT NULL,
    ticket_id INTEGER REFERENCES ticket (number),
    answers_id INTEGER REFERENCES message (id),
    mail_id TEXT NOT NULL DEFAULT '',
    to_address TEXT NOT NULL,
    subject TEXT NOT NULL,
    null_sender BOOLEAN NOT NULL,
    sender TEXT NOT NULL DEFAULT '',
    body BLOB NOT NULL,
    author_id INTEGER REFERENCES account (id),
    created_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    give_up_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    claimed_by TEXT NOT NULL DEFAULT '',
    claimed_at INTEGER,
    answer TEXT NOT NULL DEFAULT '',
    relay TEXT NOT NULL DEFAULT '',
    settled_at INTEGER
);
CREATE INDEX outbox_due ON outbox (state, due_at, id);
CREATE INDEX outbox_ticket ON outbox (ticket_id, id);

-- How many acknowledgements one address had on one day, and how many left in one hour.
CREATE TABLE acknowledged (
    scope TEXT NOT NULL,
    bucket INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (scope, bucket)
);

-- Delivery errors by (recipient, sender, reason), with counts.
CREATE TABLE ledger (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    recipient TEXT NOT NULL,
    sender TEXT NOT NULL,
    reason TEXT NOT NULL,
    reason_group TEXT NOT NULL,
    acts TEXT NOT NULL,
    served BOOLEAN NOT NULL,
    count INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    status TEXT NOT NULL DEFAULT '',
    diagnostic TEXT NOT NULL DEFAULT '',
    last_message_id INTEGER,
    UNIQUE (recipient, sender, reason)
);
CREATE INDEX ledger_last ON ledger (last_at, id);
CREATE INDEX ledger_sender ON ledger (sender, last_at);

-- Totals of the ledger by recipient and by sender, so that no page counts rows.
CREATE TABLE ledger_total (
    side TEXT NOT NULL,
    address TEXT NOT NULL,
    count INTEGER NOT NULL,
    others INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (side, address)
);
CREATE INDEX ledger_total_count ON ledger_total (side, count, address);

CREATE TABLE ledger_day (
    day INTEGER PRIMARY KEY,
    count INTEGER NOT NULL
);

CREATE TABLE counter (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
);

CREATE TABLE mail_template (
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    saved_by TEXT NOT NULL,
    PRIMARY KEY (name, version)
);

-- The mailbox is reviewed once a day (D3): who did it, when, what was waiting.
CREATE TABLE duty_review (
    day INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    at INTEGER NOT NULL,
    waiting INTEGER NOT NULL
);

-- Words folded and cut in Rust; this only indexes plain words.
CREATE VIRTUAL TABLE search USING fts5 (words, ticket_id UNINDEXED, tokenize = 'ascii', content = '', contentless_delete = 1, contentless_unindexed = 1);
