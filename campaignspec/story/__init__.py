"""What happened to one person, and why: told from facts, proved by what was known then."""

from __future__ import annotations

from campaignspec.story.gather import lore_of
from campaignspec.story.lore import Lore
from campaignspec.story.record import Record, records_of
from campaignspec.story.story import Because, Chapter, Silence, Story, Told
from campaignspec.story.tell import tell_story

__all__ = [
    "Because",
    "Chapter",
    "Lore",
    "Record",
    "Silence",
    "Story",
    "Told",
    "lore_of",
    "records_of",
    "tell_story",
]
