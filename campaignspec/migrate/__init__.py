"""Moving from another tool: its definitions in our language, and what is lost on the way."""

from __future__ import annotations

from campaignspec.migrate.differences import DIFFERENCES, Difference
from campaignspec.migrate.dittofeed import migrate_dittofeed, read_dittofeed
from campaignspec.migrate.draft import Migration
from campaignspec.migrate.notes import Note, Part
from campaignspec.migrate.parcelvoy import migrate_parcelvoy, read_parcelvoy

__all__ = [
    "DIFFERENCES",
    "Difference",
    "Migration",
    "Note",
    "Part",
    "migrate_dittofeed",
    "migrate_parcelvoy",
    "read_dittofeed",
    "read_parcelvoy",
]
