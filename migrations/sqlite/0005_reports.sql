-- What others report about mail in our name: DMARC aggregate reports and SMTP TLS reports of served domains.

-- One line a report. The same report twice is one.
CREATE TABLE report (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    organisation TEXT NOT NULL,
    organisation_key TEXT NOT NULL,
    domain TEXT NOT NULL,
    about TEXT NOT NULL,
    reporter_id TEXT NOT NULL,
    begin_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    day INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    proof TEXT NOT NULL,
    conforming BOOLEAN NOT NULL,
    flaw TEXT NOT NULL DEFAULT '',
    policy TEXT NOT NULL DEFAULT '',
    strength INTEGER,
    passed INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    records INTEGER NOT NULL,
    left_out INTEGER NOT NULL DEFAULT 0,
    received_at INTEGER NOT NULL,
    UNIQUE (kind, domain, organisation_key, reporter_id)
);
CREATE INDEX report_domain ON report (domain, day);
CREATE INDEX report_by_day ON report (day);
CREATE INDEX report_message ON report (message_id);

-- What a DMARC report says of each address: one line for an address and a result.
CREATE TABLE report_row (
    report INTEGER NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    domain TEXT NOT NULL,
    day INTEGER NOT NULL,
    network TEXT NOT NULL,
    source TEXT NOT NULL,
    count INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    disposition TEXT NOT NULL,
    excused BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    header_from TEXT NOT NULL,
    envelope_from TEXT NOT NULL,
    dkim TEXT NOT NULL,
    spf TEXT NOT NULL,
    PRIMARY KEY (report, n)
);
-- Holds all that sums ask for.
CREATE INDEX report_row_domain ON report_row (domain, day, network, verdict, disposition, excused, count, source);

-- Who sends in our name, by network: since when, until when, and a name that DKIM or SPF proved.
CREATE TABLE report_sender (
    domain TEXT NOT NULL,
    network TEXT NOT NULL,
    name TEXT NOT NULL,
    first_day INTEGER NOT NULL,
    last_day INTEGER NOT NULL,
    PRIMARY KEY (domain, network)
);
CREATE INDEX report_sender_last ON report_sender (last_day);

-- Sums by day, so that no page adds up rows to draw a month.
CREATE TABLE report_day (
    domain TEXT NOT NULL,
    kind TEXT NOT NULL,
    day INTEGER NOT NULL,
    reports INTEGER NOT NULL,
    passed INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    PRIMARY KEY (domain, kind, day)
);
CREATE INDEX report_day_day ON report_day (day);

-- What a TLS report says of each result and mail exchanger.
CREATE TABLE report_tls (
    report INTEGER NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    domain TEXT NOT NULL,
    day INTEGER NOT NULL,
    policy TEXT NOT NULL,
    result TEXT NOT NULL,
    mx TEXT NOT NULL,
    count INTEGER NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (report, n)
);
CREATE INDEX report_tls_domain ON report_tls (domain, day);

-- What became worse, and the ticket that says so.
CREATE TABLE report_concern (
    domain TEXT NOT NULL,
    cause TEXT NOT NULL,
    ticket_id INTEGER NOT NULL REFERENCES ticket (number),
    words TEXT NOT NULL,
    since_at INTEGER NOT NULL,
    noted_day INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (domain, cause)
);
