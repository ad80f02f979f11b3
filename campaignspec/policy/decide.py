"""The one function that decides a touch, in a rehearsal as at the moment of sending."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import numpy as np

from campaignspec.policy import counts, hours, others, people
from campaignspec.policy.rulebook import Rulebook
from campaignspec.policy.ruling import Action, Reason, Ruling, allow, first_objection, objection
from campaignspec.policy.touches import Facts, Touches

Rule: TypeAlias = Callable[[Touches, Facts, Rulebook], Ruling | None]
"""What says of each touch whether it objects; None where it objects to none."""


def valid(touches: Touches, facts: Facts, book: Rulebook) -> Ruling | None:
    """Suppress what is no longer valid."""
    del facts, book
    return objection(touches.at > touches.expires, Reason.EXPIRED)


ABOUT_PEOPLE: Final[Sequence[Rule]] = (
    people.address,
    people.suppression,
    people.unsubscribed,
    people.consent,
    people.regulated,
)
"""Who may be reached by a channel at all, at whatever hour and however often."""

RULES: Final[Sequence[Rule]] = (
    valid,
    *ABOUT_PEOPLE,
    hours.hours,
    others.exclusive,
    others.outranked,
    counts.caps,
    counts.ratio,
)
"""The whole policy, in order: the first rule that objects decides."""


def decide(touches: Touches, facts: Facts, book: Rulebook) -> Ruling:
    """Say of each touch whether it may go out now, later, or never."""
    found = _first_objections(RULES, touches, facts, book)
    return allow(len(touches.rows)) if found is None else _in_time(touches, found)


def may_be_used(touches: Touches, facts: Facts, book: Rulebook) -> Ruling:
    """Say of whom a channel may be used for what is no message: hours and counts do not matter.

    It is asked for audiences in advertising systems and for what a site shows.
    """
    found = _first_objections(ABOUT_PEOPLE, touches, facts, book)
    return allow(len(touches.rows)) if found is None else found


def _first_objections(
    rules: Sequence[Rule], touches: Touches, facts: Facts, book: Rulebook
) -> Ruling | None:
    """Ask rule after rule, each about the touches to which none before it objects."""
    found, places = None, np.arange(len(touches.rows))
    for rule in rules:
        said = rule(touches, facts, book)
        if said is None:
            continue
        if found is None:
            found = said
        else:
            objects = np.flatnonzero(~said.does(Action.ALLOW))
            found.put(places.take(objects), said.of(objects))
        allowed = np.flatnonzero(said.does(Action.ALLOW))
        if not len(allowed):
            break
        places, touches, facts = places.take(allowed), touches.of(allowed), facts.of(allowed)
    return found


def _in_time(touches: Touches, ruling: Ruling) -> Ruling:
    """Suppress what would be deferred beyond the end of its validity."""
    late = ruling.does(Action.DEFER) & (ruling.until > touches.expires)
    expires = objection(late, Reason.EXPIRED)
    return ruling if expires is None else first_objection(expires, ruling)
