-- Kept messages read again by newer rules: what would change is listed before anything changes.

-- At most one is open at a time: `open` is true or NULL, never false.
CREATE TABLE rereading (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL,
    open BOOLEAN UNIQUE,
    -- Which rules read: a process with others takes no step.
    rules TEXT NOT NULL,
    started_by TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    -- Messages up to this one are looked at.
    last_message INTEGER NOT NULL,
    -- Messages up to this one have been.
    cursor_message INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL,
    done INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE rereading_change (
    rereading_id INTEGER NOT NULL REFERENCES rereading (id),
    message_id INTEGER NOT NULL REFERENCES message (id),
    was TEXT NOT NULL,
    would_be TEXT NOT NULL,
    -- What differs besides the kind, in words.
    facts TEXT NOT NULL,
    settled TEXT NOT NULL,
    why TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (rereading_id, message_id)
);
CREATE INDEX rereading_change_settled ON rereading_change (rereading_id, settled, message_id);
