"""The tables of an SQLite ledger."""

from __future__ import annotations

from typing import Final

VERSION: Final = 1
"""The version of the tables; a ledger of another version is refused."""

TABLES: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- The latest enrolment of each customer in each campaign. `wake` is when a timer moves it
-- next; it is null when only an event can, or when the enrolment has ended (flags = 0).
CREATE TABLE enrolment (
    customer TEXT NOT NULL, campaign TEXT NOT NULL, number INTEGER NOT NULL,
    flags INTEGER NOT NULL, node TEXT NOT NULL, since INTEGER NOT NULL, due INTEGER NOT NULL,
    entered_at INTEGER NOT NULL, seq INTEGER NOT NULL, wake INTEGER,
    PRIMARY KEY (customer, campaign)
) WITHOUT ROWID;
CREATE INDEX enrolment_wake ON enrolment (wake) WHERE wake IS NOT NULL;

-- The outbox: every message that was ever decided, and what became of it.
CREATE TABLE message (
    key TEXT PRIMARY KEY, customer TEXT NOT NULL, campaign TEXT NOT NULL,
    enrolment INTEGER NOT NULL, node TEXT NOT NULL, message TEXT NOT NULL,
    channel TEXT NOT NULL, class TEXT NOT NULL, at INTEGER NOT NULL, status TEXT NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0, not_before INTEGER NOT NULL, settled_at INTEGER,
    reason TEXT, provider_id TEXT
) WITHOUT ROWID;
CREATE INDEX message_customer ON message (customer, at);
CREATE INDEX message_ready ON message (not_before) WHERE status = 'planned';
CREATE INDEX message_open ON message (status) WHERE status IN ('sending', 'in_doubt');

-- Answers to messages; `recorded` once they are facts.
CREATE TABLE answer (
    customer TEXT NOT NULL, campaign TEXT NOT NULL, enrolment INTEGER NOT NULL,
    node TEXT NOT NULL, kind TEXT NOT NULL, channel TEXT NOT NULL, at INTEGER NOT NULL,
    recorded INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (customer, campaign, enrolment, node, kind)
) WITHOUT ROWID;
CREATE INDEX answer_coming ON answer (at) WHERE recorded = 0;

-- Append-only. No row is ever changed or deleted.
CREATE TABLE fact (
    at INTEGER NOT NULL, campaign TEXT NOT NULL, customer TEXT NOT NULL,
    enrolment INTEGER NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, node TEXT NOT NULL,
    edge TEXT, channel TEXT, reason TEXT, value INTEGER
);
CREATE TRIGGER fact_is_final BEFORE UPDATE ON fact BEGIN
    SELECT RAISE(ABORT, 'facts are final');
END;
CREATE TRIGGER fact_stays BEFORE DELETE ON fact BEGIN
    SELECT RAISE(ABORT, 'facts stay');
END;
"""
