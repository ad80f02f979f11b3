"""Traits and segments: every fact about a customer, at any instant, in columns."""

from __future__ import annotations

from campaignspec.audience.audience import Audience, Moment
from campaignspec.audience.explain import (
    Evidence,
    Explanation,
    Happened,
    Value,
    explain,
    explain_rule,
    happened,
    value_of,
)
from campaignspec.audience.values import FactKind, Values

__all__ = [
    "Audience",
    "Evidence",
    "Explanation",
    "FactKind",
    "Happened",
    "Moment",
    "Value",
    "Values",
    "explain",
    "explain_rule",
    "happened",
    "value_of",
]
