"""The names that a journey gives to its steps, its experiments and their arms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from campaignspec.project.names import Names
from campaignspec.project.scope import Part
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.journey import Arm, Branch, Case, Else, Experiment, Send, Wait
from campaignspec.spec.reading import Piece
from campaignspec.spec.shape import Loc

_NAMING = frozenset(
    {
        (Campaign, "journey"),
        (Wait, "then"),
        (Wait, "otherwise"),
        (Branch, "branch"),
        (Case, "do"),
        (Else, "else"),
        (Experiment, "arms"),
        (Arm, "do"),
        (Experiment, "experiment"),
        (Send, "send"),
        (Send, "name"),
    }
)
"""The keys that hold steps or name them: with a hole in one, names may be unknown."""


def campaign_name(part: Part[Campaign]) -> str:
    """Return what a campaign calls itself, or else its folder's name."""
    named = part.pieces.at(("campaign",))
    return part.folder.name if named is None else str(named)


def step_names(part: Part[Campaign]) -> Names:
    """Return the names of a campaign's send steps."""
    sends = part.pieces.values_of(Send, "send")
    own = (part.pieces.at((*piece.loc.path[:-1], "name")) for piece in sends)
    known = (name or send.value for send, name in zip(sends, own, strict=True))
    return _names(part, f"send step of `{campaign_name(part)}`", "send steps", known)


def experiment_names(part: Part[Campaign]) -> Names:
    """Return the names of a campaign's experiments."""
    known = (piece.value for piece in experiments_of(part))
    return _names(part, f"experiment of `{campaign_name(part)}`", "experiments", known)


def experiments_of(part: Part[Campaign]) -> tuple[Piece, ...]:
    """Return the names of a campaign's experiments, with their places."""
    return part.pieces.values_of(Experiment, "experiment")


def arm_names(part: Part[Campaign], experiment: Piece) -> Names:
    """Return the names of an experiment's arms."""
    here = (*experiment.loc.path[:-1], "arms")
    arms = part.pieces.names_of(Experiment, "arms")
    known = tuple(arm.value for arm in arms if arm.loc.path[:-1] == here)
    sound = part.value is not None or (bool(known) and not part.torn)
    return Names(noun=f"arm of `{experiment.value}`", plural="arms", known=known, complete=sound)


def _names(part: Part[Campaign], noun: str, plural: str, known: Iterable[Any]) -> Names:
    whole = part.value is not None
    return Names(
        noun=noun,
        plural=plural,
        known=tuple(dict.fromkeys(known)),
        perhaps=frozenset() if whole else frozenset(_unread(part)),
        complete=whole or (part.data is not None and not part.pieces.holes & _NAMING),
    )


def _unread(part: Part[Campaign]) -> Iterator[str]:
    """Yield the texts that could not be read; any of them may be meant as a name."""
    for loc, text in _texts(part.data, Loc(part.file)):
        if part.pieces.at(loc.path) is None:
            yield text


def _texts(data: Any, loc: Loc) -> Iterator[tuple[Loc, str]]:
    match data:
        case dict():
            for name, value in data.items():
                yield from _texts(value, loc / name)
        case list():
            for at, value in enumerate(data):
                yield from _texts(value, loc / at)
        case str():
            yield loc, data
