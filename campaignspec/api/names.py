"""Names given on the command line, resolved with the nearest as advice."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from campaignspec.diagnostics import nearest
from campaignspec.errors import UsageError
from campaignspec.project import Project
from campaignspec.spec.channel import Channel
from campaignspec.spec.kinds import Name
from campaignspec.spec.project import Environment

if TYPE_CHECKING:
    from campaignspec.history import History

_NEAR: Final = 2_000
"""How many ids before and after are looked through for the one that was meant."""


def campaigns_of(project: Project, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the wanted campaigns' names, sorted; all of the project's, if none is wanted.

    A mirrored audience goes by the name of the journey that keeps it.
    """
    for name in wanted:
        require(name, {**project.campaigns, **project.mirrors}, "campaign")
    return tuple(sorted(wanted or project.campaigns))


def running_of(project: Project, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return what runs: the wanted campaigns, or all of them and all mirrored audiences."""
    return campaigns_of(project, wanted or (*project.campaigns, *project.mirrors))


def segments_of(project: Project, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the wanted segments' names, each once, as ordered; all, if none is wanted."""
    for name in wanted:
        require(name, project.segments, "segment")
    return tuple(dict.fromkeys(wanted)) or tuple(sorted(project.segments))


def customer_row(history: History, customer: str) -> int:
    """Return the row of a customer in a history."""
    row = history.row_of.get(customer)
    if row is None:
        meant = nearest(customer, _around(history.customers, customer))
        advice = f"; did you mean {meant!r}?" if meant else ""
        raise UsageError(f"no customer has the id {customer!r}{advice}")
    return row


def columns_of(history: History, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the wanted kinds of address and attributes, each once, as ordered."""
    for name in wanted:
        require(name, {*history.addresses, *history.attributes}, "address or attribute")
    return tuple(dict.fromkeys(wanted))


def environment_of(project: Project, name: str) -> Environment:
    """Return an environment by its name."""
    require(name, project.settings.environments, "environment")
    return project.settings.environments[Name(name)]


def responses_of(project: Project, wanted: str | None) -> Name | None:
    """Return the wanted response model's name; the only one, if none is wanted."""
    models = project.settings.responses
    if wanted is None:
        return next(iter(models)) if len(models) == 1 else None
    require(wanted, models, "response model")
    return Name(wanted)


def channels_of(project: Project, environment: Environment) -> Mapping[str, Channel]:
    """Return the channels as an environment sets them up; what it leaves out is inherited."""
    return {
        name: _override(channel, environment.channels.get(Name(name)))
        for name, channel in project.channels.items()
    }


def _override(channel: Channel, here: Channel | None) -> Channel:
    if here is None:
        return channel
    return replace(here, cost=here.cost or channel.cost, from_=here.from_ or channel.from_)


def _around(ids: Sequence[str], wanted: str) -> Sequence[str]:
    """Return the ids that stand near a place in the order, since to compare all takes long."""
    place = bisect_left(ids, wanted)
    return ids[max(place - _NEAR, 0) : place + _NEAR]


def require(name: str, known: Iterable[str], what: str) -> None:
    """Refuse a name that is not known, with the nearest as advice.

    Raises:
        UsageError: The name is not among those that are known.
    """
    names = sorted(known)
    if name not in names:
        meant = nearest(name, names)
        listed = ", ".join(names) or "none is defined"
        advice = f"did you mean {meant!r}?" if meant else f"there are: {listed}"
        raise UsageError(f"no {what} is called {name!r}; {advice}")
