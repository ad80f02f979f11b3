"""Numbers and amounts: each within the bounds that its meaning sets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from campaignspec.diagnostics import Diagnostic
from campaignspec.project.scope import Scope
from campaignspec.spec.channel import Channel
from campaignspec.spec.habits import (
    Affinity,
    Interest,
    NewOrReturning,
    Nps,
    PreferredChannel,
    PreferredHour,
    ShareOf,
)
from campaignspec.spec.journey import Goal, Send
from campaignspec.spec.kpi import Kpi
from campaignspec.spec.mix import Fallback
from campaignspec.spec.policy import Arbitration, Cap, Ratio, SuppressEvent
from campaignspec.spec.project import ChannelResponse, Settings
from campaignspec.spec.reading import Place
from campaignspec.spec.traits import (
    Average,
    Count,
    Distinct,
    Maximum,
    MedianGap,
    Minimum,
    MostFrequent,
    Sum,
)
from campaignspec.spec.waiting import WaitFor

_VERSION = 1
_CURRENCY = re.compile("[A-Z]{3}")
_LENGTHS: Final[tuple[Place, ...]] = (
    (Count, "within"),
    (Sum, "within"),
    (Average, "within"),
    (Minimum, "within"),
    (Maximum, "within"),
    (Distinct, "within"),
    (MostFrequent, "within"),
    (MedianGap, "within"),
    (ShareOf, "within"),
    (NewOrReturning, "within"),
    (Nps, "within"),
    (Affinity, "within"),
    (Interest, "within"),
    (PreferredChannel, "within"),
    (PreferredHour, "within"),
    (Goal, "within"),
    (WaitFor, "at_most"),
    (Cap, "within"),
    (Ratio, "within"),
    (Arbitration, "hold"),
    (SuppressEvent, "for"),
    (Send, "valid_for"),
    (Fallback, "after"),
    (Kpi, "window"),
    (Settings, "tick"),
    (ChannelResponse, "within"),
)


def language_version(scope: Scope) -> Iterator[Diagnostic]:
    """Check that the project is written in a version of the language that is known."""
    for piece in scope.values(Settings, "spec"):
        if piece.value != _VERSION:
            yield Diagnostic(
                code="SPC203",
                message=f"version {piece.value} of the language is not known",
                span=scope.span_of(piece),
                help=f"write `spec: {_VERSION}`, or install a newer campaignspec",
            )


def currency(scope: Scope) -> Iterator[Diagnostic]:
    """Check how the project's currency is written."""
    for piece in scope.values(Settings, "currency"):
        if not _CURRENCY.fullmatch(piece.value):
            yield Diagnostic(
                code="SPC204",
                message=f"`{piece.value}` is not a currency",
                span=scope.span_of(piece),
                help="write the three capitals of ISO 4217: USD, EUR, CNY",
            )


def costs(scope: Scope) -> Iterator[Diagnostic]:
    """Check that channels cost money of the project's currency."""
    counted = currency_of(scope)
    for cost in scope.values(Channel, "cost"):
        if counted and cost.value.currency != counted:
            yield Diagnostic(
                code="SPC204",
                message=f"the cost of `{cost.loc.path[-2]}` is in {cost.value.currency}, "
                f"but the project counts in {counted}",
                span=scope.span_of(cost),
                help=f"write it in {counted}",
            )


def lengths(scope: Scope) -> Iterator[Diagnostic]:
    """Find windows of no length, in which nothing can happen."""
    for section, key in _LENGTHS:
        for length in scope.values(section, key):
            if length.value.micros <= 0:
                yield Diagnostic(
                    code="SPC204",
                    message=f"`{key}` is zero, which leaves no time at all",
                    span=scope.span_of(length),
                    help="write a length of at least 1s: 30m, 48h, 7d",
                )


def currency_of(scope: Scope) -> str | None:
    """Return the project's currency; None when that is not known."""
    written = [piece.value for piece in scope.values(Settings, "currency")]
    return next((each for each in written if _CURRENCY.fullmatch(each)), None)
