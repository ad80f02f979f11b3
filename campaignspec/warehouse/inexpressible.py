"""What no query says: where it is met, and what to do instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from campaignspec.errors import UsageError
from campaignspec.spec.conditions import Listed
from campaignspec.spec.habits import PreferredHour, Streak
from campaignspec.spec.lifecycle import Lifecycle
from campaignspec.spec.marks import Mark
from campaignspec.spec.rule import Answered, InSegment, Offered, Replied
from campaignspec.spec.rule_writer import write_rule

ADVICE: Final = "compute it with the store: `campaignspec segment` without --sql and --direct"

INEXPRESSIBLE: Final[Mapping[type, str]] = {
    Lifecycle: "a lifecycle is walked through tick by tick",
    Mark: "only journeys know what they remember",
    Streak: "the calendar of the project's time zone is not in SQL",
    PreferredHour: "customers' own clocks are not in SQL",
}
"""The kinds of trait that are not written in SQL, and why."""


def refuse_trait(name: str, reason: str) -> UsageError:
    """Say that a trait cannot be written in SQL."""
    return UsageError(f"the trait {name!r} has no SQL: {reason}; {ADVICE}")


def refuse_attribute(name: str) -> UsageError:
    """Say that an attribute is no column of a table of customers."""
    return UsageError(
        f"the attribute {name!r} has no SQL: it is no column of a source, or it changes with "
        f"time; {ADVICE}"
    )


def refuse_spell(term: InSegment) -> UsageError:
    """Say that how long somebody has matched cannot be written in SQL."""
    asked = f"segment('{term.segment}') for {term.lasting}"
    return UsageError(f"{asked!r} has no SQL: it asks for every tick of that time; {ADVICE}")


def refuse_list(listed: Listed) -> UsageError:
    """Say that a list in a file cannot be written in SQL."""
    return UsageError(
        f"a segment listed in {listed.file!r} has no SQL: its customers stand in a file; {ADVICE}"
    )


def refuse_message(term: Answered | Replied | Offered) -> UsageError:
    """Say that answers and offers within a journey are not in any table."""
    asked = write_rule(term)
    return UsageError(f"{asked!r} has no SQL: only a journey knows its own messages")
