"""The tables of a ledger, in the words that SQLite and PostgreSQL share."""

from __future__ import annotations

from typing import Final

VERSION: Final = 4
"""The version of the tables; a ledger of another version is refused."""

NAMES: Final = (
    "meta",
    "person",
    "enrolment",
    "message",
    "answer",
    "mark",
    "granted",
    "used",
    "call",
    "gate",
    "signal",
    "fact",
)
"""All tables."""

TABLES: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- Everybody of whom the ledger knows something, by the number that stands for them elsewhere.
-- Number 0 is nobody: of what is done for everybody at once.
CREATE TABLE person (person INTEGER PRIMARY KEY, customer TEXT NOT NULL UNIQUE);
INSERT INTO person (person, customer) VALUES (0, '');

-- The latest enrolment of each customer in each campaign, or of each key of a customer where the
-- campaign is keyed; `key` is empty where it is not. `wake` is when a timer moves it
-- next; it is null when only an event can, or when the enrolment has ended (flags = 0).
CREATE TABLE enrolment (
    person INTEGER NOT NULL, campaign TEXT NOT NULL, key TEXT NOT NULL, number INTEGER NOT NULL,
    flags INTEGER NOT NULL, node TEXT NOT NULL, since INTEGER NOT NULL, due INTEGER NOT NULL,
    entered_at INTEGER NOT NULL, seq INTEGER NOT NULL, wake INTEGER,
    PRIMARY KEY (person, campaign, key)
) WITHOUT ROWID;
CREATE INDEX enrolment_wake ON enrolment (wake) WHERE wake IS NOT NULL;

-- The outbox: every message that was ever decided, and what became of it.
CREATE TABLE message (
    id INTEGER PRIMARY KEY, person INTEGER NOT NULL, campaign TEXT NOT NULL,
    enrolment INTEGER NOT NULL, node TEXT NOT NULL, message TEXT NOT NULL,
    channel TEXT NOT NULL, class TEXT NOT NULL, at INTEGER NOT NULL, status TEXT NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0, not_before INTEGER NOT NULL, settled_at INTEGER,
    reason TEXT, provider_id TEXT, deed TEXT NOT NULL DEFAULT 'message',
    expires INTEGER, entry_key TEXT, reply TEXT, replied_at INTEGER
);
CREATE INDEX message_person ON message (person);
CREATE INDEX message_ready ON message (channel, at, id) WHERE status = 'planned';
CREATE INDEX message_replied ON message (replied_at) WHERE replied_at IS NOT NULL;
CREATE INDEX message_open ON message (status) WHERE status IN ('sending', 'in_doubt');

-- Answers to messages; `recorded` once they are facts.
CREATE TABLE answer (
    person INTEGER NOT NULL, campaign TEXT NOT NULL, enrolment INTEGER NOT NULL,
    node TEXT NOT NULL, kind TEXT NOT NULL, channel TEXT NOT NULL, at INTEGER NOT NULL,
    recorded INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (person, campaign, enrolment, node, kind)
) WITHOUT ROWID;
CREATE INDEX answer_coming ON answer (at) WHERE recorded = 0;

-- What journeys remember of customers.
CREATE TABLE mark (
    person INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (person, name)
) WITHOUT ROWID;

-- Offers that were given, each with its code, and how each grant ended; no code is given twice.
CREATE TABLE granted (
    person INTEGER NOT NULL, offer TEXT NOT NULL, number INTEGER NOT NULL, campaign TEXT NOT NULL,
    enrolment INTEGER NOT NULL, node TEXT NOT NULL, key TEXT, at INTEGER NOT NULL, until INTEGER,
    code TEXT, code_number INTEGER, worth INTEGER NOT NULL, ended_at INTEGER, ended TEXT,
    PRIMARY KEY (person, offer, number)
) WITHOUT ROWID;
CREATE UNIQUE INDEX granted_number ON granted (offer, code_number) WHERE code_number IS NOT NULL;
CREATE UNIQUE INDEX granted_code ON granted (offer, code) WHERE code_number IS NOT NULL;
CREATE INDEX granted_ending ON granted (until) WHERE ended IS NULL;

-- What was taken of what customers share, by limit and period.
CREATE TABLE used (
    name TEXT NOT NULL, period INTEGER NOT NULL, amount INTEGER NOT NULL,
    PRIMARY KEY (name, period)
) WITHOUT ROWID;

-- What other programs asked for; `at` is the tick that took it. Whom it is about may be a stranger.
CREATE TABLE call (
    request TEXT PRIMARY KEY, campaign TEXT NOT NULL, customer TEXT NOT NULL, key TEXT,
    at INTEGER
) WITHOUT ROWID;
CREATE INDEX call_waiting ON call (request) WHERE at IS NULL;

-- How gates were decided, once each; `at` is the tick that took the decision.
CREATE TABLE gate (
    campaign TEXT NOT NULL, node TEXT NOT NULL, approved INTEGER NOT NULL, by TEXT NOT NULL,
    note TEXT, at INTEGER,
    PRIMARY KEY (campaign, node)
) WITHOUT ROWID;

-- Events that journeys emitted, until the instant at which they are heard.
CREATE TABLE signal (
    person INTEGER NOT NULL, event TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (person, event)
) WITHOUT ROWID;
CREATE INDEX signal_coming ON signal (at);

-- Append-only. No row is ever changed or deleted.
CREATE TABLE fact (
    at INTEGER NOT NULL, campaign TEXT NOT NULL, person INTEGER NOT NULL,
    enrolment INTEGER NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, node TEXT NOT NULL,
    edge TEXT, channel TEXT, reason TEXT, value INTEGER, key TEXT
);
"""
