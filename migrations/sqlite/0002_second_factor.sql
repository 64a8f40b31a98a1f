-- Only additions: the version before this one goes on reading.

-- The second factor of an account: its key (base32), and the last time step that was used, so that no code works twice.
CREATE TABLE second_factor (
    account_id INTEGER PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    secret TEXT NOT NULL,
    enrolled_at INTEGER NOT NULL,
    last_step INTEGER NOT NULL
);

-- Codes for whoever has lost the second factor. Only hashes; each works once.
CREATE TABLE recovery_code (
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (account_id, hash)
);

-- What takes effect only after another authorised postmaster confirms it. A row goes when that is decided; the timeline
-- tells how. asked_by is empty if it was asked for at the shell.
CREATE TABLE confirmation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    change TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    asked_by INTEGER REFERENCES account (id),
    asker TEXT NOT NULL,
    reason TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    UNIQUE (account_id, change)
);

-- Who made an account, set its password or removed its second factor, and so may be able to sign in with it.
CREATE TABLE keyholder (
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    holder_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    PRIMARY KEY (account_id, holder_id)
);

-- From when on an authorised postmaster gives consents and releases.
ALTER TABLE account ADD COLUMN authorised_from INTEGER NOT NULL DEFAULT 0;

-- Accounts made at the shell before anybody has signed in need no confirmation.
INSERT INTO setting (name, value)
SELECT 'first_sign_in', CAST(MIN(at) AS TEXT) FROM event WHERE what = 'signed_in' HAVING MIN(at) IS NOT NULL;
