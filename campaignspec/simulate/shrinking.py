"""Making a failing case as small as it can be and still fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from campaignspec.spec.case import Happens, Occurrence, Person, TestCase
from campaignspec.spec.kinds import Moment

_MOST_TRIES: Final = 600
"""A case takes milliseconds, so this is a few seconds at the most."""


def shrink(case: TestCase, fails: Callable[[TestCase], bool]) -> TestCase:
    """Leave out and simplify whatever the failure does not need.

    Args:
        case: A case that fails.
        fails: Says whether a case still fails.

    Returns:
        A case that fails, of which no single part can be left out, unless the tries ran out.
    """
    tries = 0
    again = True
    while again:
        again = False
        for smaller in _smaller(case):
            tries += 1
            if tries > _MOST_TRIES:
                return case
            if fails(smaller):
                case, again = smaller, True
                break
    return case


def _smaller(case: TestCase) -> Iterator[TestCase]:
    """Yield simpler cases, those that lack the most first."""
    yield from _shorter(case)
    if isinstance(case.customer, Person):
        for person in _plainer(case.customer):
            yield replace(case, customer=person)
    for place, each in enumerate(case.timeline):
        for simpler in _simpler(each):
            timeline = (*case.timeline[:place], simpler, *case.timeline[place + 1 :])
            yield replace(case, timeline=timeline)
    if case.until is not None:
        yield replace(case, until=None)
    if case.from_ is not None and case.timeline:
        yield replace(case, from_=None)


def _shorter(case: TestCase) -> Iterator[TestCase]:
    """Yield cases with parts of the timeline left out: halves, quarters, single entries."""
    length = len(case.timeline)
    size = length
    while size:
        for start in range(0, length, size):
            kept = case.timeline[:start] + case.timeline[start + size :]
            if kept or case.from_ is not None:
                yield replace(case, timeline=kept)
        size //= 2


def _plainer(person: Person) -> Iterator[Person]:
    if person.timezone is not None:
        yield replace(person, timezone=None)
    if person.id is not None:
        yield replace(person, id=None)
    if person.held_out:
        yield replace(person, held_out=False)
    for attributes in _without_one(person.attributes):
        yield replace(person, attributes=attributes)
    for consent in _without_one(person.consent):
        yield replace(person, consent=consent)
    for arms in _without_one(person.arms):
        yield replace(person, arms=arms)


def _without_one(entries: Mapping[Any, Any]) -> Iterator[Mapping[Any, Any]]:
    for left_out in entries:
        yield {name: value for name, value in entries.items() if name != left_out}


def _simpler(each: Occurrence) -> Iterator[Occurrence]:
    if isinstance(each, Happens):
        for fewer in _without_one(each.properties):
            yield replace(each, properties=fewer)
    for rounder in _rounder(each.at):
        yield replace(each, at=rounder)


def _rounder(moment: Moment) -> Iterator[Moment]:
    """Yield the noon of the day, then the full hour."""
    day, _, time = moment.partition(" ")
    if time and time != "12:00":
        yield Moment(f"{day} 12:00")
        if not time.endswith(":00"):
            yield Moment(f"{day} {time[:2]}:00")
