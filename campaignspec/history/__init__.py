"""The history of a project: its sources, and the store of events that everything asks."""

from __future__ import annotations

from campaignspec.history.addresses import Addresses
from campaignspec.history.column import NO_WORD, Column
from campaignspec.history.history import History
from campaignspec.history.source import (
    AttributeKind,
    ConsentSource,
    CustomerSource,
    EventSource,
    MessageSource,
    PropertyKind,
    ReadAs,
    ValueKind,
)
from campaignspec.history.stream import LONG_AGO, NO_EVENT, Stream, everybody

__all__ = [
    "LONG_AGO",
    "NO_EVENT",
    "NO_WORD",
    "Addresses",
    "AttributeKind",
    "Column",
    "ConsentSource",
    "CustomerSource",
    "EventSource",
    "History",
    "MessageSource",
    "PropertyKind",
    "ReadAs",
    "Stream",
    "ValueKind",
    "everybody",
]
