"""The tables of an SQLite ledger."""

from __future__ import annotations

from typing import Final

VERSION: Final = 3
"""The version of the tables; a ledger of another version is refused."""

TABLES: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- The latest enrolment of each customer in each campaign, or of each key of a customer where the
-- campaign is keyed; `key` is empty where it is not. `wake` is when a timer moves it
-- next; it is null when only an event can, or when the enrolment has ended (flags = 0).
CREATE TABLE enrolment (
    customer TEXT NOT NULL, campaign TEXT NOT NULL, number INTEGER NOT NULL,
    flags INTEGER NOT NULL, node TEXT NOT NULL, since INTEGER NOT NULL, due INTEGER NOT NULL,
    entered_at INTEGER NOT NULL, seq INTEGER NOT NULL, wake INTEGER, key TEXT NOT NULL,
    PRIMARY KEY (customer, campaign, key)
) WITHOUT ROWID;
CREATE INDEX enrolment_wake ON enrolment (wake) WHERE wake IS NOT NULL;

-- The outbox: every message that was ever decided, and what became of it.
CREATE TABLE message (
    key TEXT PRIMARY KEY, customer TEXT NOT NULL, campaign TEXT NOT NULL,
    enrolment INTEGER NOT NULL, node TEXT NOT NULL, message TEXT NOT NULL,
    channel TEXT NOT NULL, class TEXT NOT NULL, at INTEGER NOT NULL, status TEXT NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0, not_before INTEGER NOT NULL, settled_at INTEGER,
    reason TEXT, provider_id TEXT, deed TEXT NOT NULL DEFAULT 'message',
    expires INTEGER, entry_key TEXT, reply TEXT, replied_at INTEGER
) WITHOUT ROWID;
CREATE INDEX message_customer ON message (customer, at);
CREATE INDEX message_ready ON message (not_before) WHERE status = 'planned';
CREATE INDEX message_replied ON message (replied_at) WHERE replied_at IS NOT NULL;
CREATE INDEX message_open ON message (status) WHERE status IN ('sending', 'in_doubt');

-- Answers to messages; `recorded` once they are facts.
CREATE TABLE answer (
    customer TEXT NOT NULL, campaign TEXT NOT NULL, enrolment INTEGER NOT NULL,
    node TEXT NOT NULL, kind TEXT NOT NULL, channel TEXT NOT NULL, at INTEGER NOT NULL,
    recorded INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (customer, campaign, enrolment, node, kind)
) WITHOUT ROWID;
CREATE INDEX answer_coming ON answer (at) WHERE recorded = 0;

-- What journeys remember of customers.
CREATE TABLE mark (
    customer TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (customer, name)
) WITHOUT ROWID;

-- Offers that were given, each with its code, and how each grant ended; no code is given twice.
CREATE TABLE granted (
    customer TEXT NOT NULL, offer TEXT NOT NULL, number INTEGER NOT NULL, campaign TEXT NOT NULL,
    enrolment INTEGER NOT NULL, node TEXT NOT NULL, key TEXT, at INTEGER NOT NULL, until INTEGER,
    code TEXT, code_number INTEGER, worth INTEGER NOT NULL, ended_at INTEGER, ended TEXT,
    PRIMARY KEY (customer, offer, number)
) WITHOUT ROWID;
CREATE UNIQUE INDEX granted_number ON granted (offer, code_number) WHERE code_number IS NOT NULL;
CREATE UNIQUE INDEX granted_code ON granted (offer, code) WHERE code_number IS NOT NULL;
CREATE INDEX granted_ending ON granted (until) WHERE ended IS NULL;

-- What was taken of what customers share, by limit and period.
CREATE TABLE used (
    name TEXT NOT NULL, period INTEGER NOT NULL, amount INTEGER NOT NULL,
    PRIMARY KEY (name, period)
) WITHOUT ROWID;

-- What other programs asked for; `at` is the tick that took it.
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
    customer TEXT NOT NULL, event TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (customer, event)
) WITHOUT ROWID;
CREATE INDEX signal_coming ON signal (at);

-- Append-only. No row is ever changed or deleted.
CREATE TABLE fact (
    at INTEGER NOT NULL, campaign TEXT NOT NULL, customer TEXT NOT NULL,
    enrolment INTEGER NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, node TEXT NOT NULL,
    edge TEXT, channel TEXT, reason TEXT, value INTEGER, key TEXT
);
CREATE TRIGGER fact_is_final BEFORE UPDATE ON fact BEGIN
    SELECT RAISE(ABORT, 'facts are final');
END;
CREATE TRIGGER fact_stays BEFORE DELETE ON fact BEGIN
    SELECT RAISE(ABORT, 'facts stay');
END;
"""
