"""The language: what may be written, as typed, frozen values that know where they stand."""

from __future__ import annotations

from campaignspec.spec.audience import Audiences
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.case import TestFile
from campaignspec.spec.channel import Channels
from campaignspec.spec.project import Settings
from campaignspec.spec.read import read
from campaignspec.spec.schema import SCHEMAS, schema_of
from campaignspec.spec.write import to_yaml, write

__all__ = [
    "SCHEMAS",
    "Audiences",
    "Campaign",
    "Channels",
    "Settings",
    "TestFile",
    "read",
    "schema_of",
    "to_yaml",
    "write",
]
