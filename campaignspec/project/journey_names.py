"""The names that a journey gives to its steps, its experiments and their arms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from campaignspec.project.inline import inlined, written_out
from campaignspec.project.names import Names
from campaignspec.project.scope import Part
from campaignspec.project.walk import Sending, send_name, step_name
from campaignspec.spec.acting import Survey, Task, Webhook
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.entering import OnEvent
from campaignspec.spec.journey import (
    Approve,
    Arm,
    Branch,
    Case,
    Else,
    Experiment,
    Grant,
    Preference,
    RepeatSteps,
    Send,
    Split,
    Step,
    Wait,
)
from campaignspec.spec.mix import Mix
from campaignspec.spec.reading import Piece
from campaignspec.spec.shape import EMPTY, Loc
from campaignspec.spec.sources import ColumnKind
from campaignspec.spec.steering import Run
from campaignspec.spec.waiting import WaitFor

Shared: TypeAlias = Mapping[str, Sequence[Step]]
"""Shared journeys by name."""

_NAMING = frozenset(
    {
        (Campaign, "journey"),
        (Wait, "then"),
        (Wait, "otherwise"),
        (Grant, "otherwise"),
        (Approve, "otherwise"),
        (Branch, "branch"),
        (Case, "do"),
        (Else, "else"),
        (Experiment, "arms"),
        (Split, "split"),
        (Preference, "ways"),
        (Preference, "else"),
        (RepeatSteps, "repeat"),
        (RepeatSteps, "do"),
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


def step_names(
    part: Part[Campaign], shared: Shared = EMPTY, mixes: Mapping[str, Mix] = EMPTY
) -> Names:
    """Return the names of a campaign's send steps, those of rounds and shared journeys too.

    A step by a mix with a fallback has two: the second message goes by ``hello-fallback``.
    """
    noun = f"send step of `{campaign_name(part)}`"
    whole = _written_out(part, shared)
    if whole is not None:
        sends = [step for step in whole if isinstance(step, Sending)]
        known = (name for step in sends for name in _names_sent(step, mixes))
        names = _names(part, noun, "send steps", known)
        # Of a mix that nobody knows, nobody knows either whether a second message follows.
        sure = all(not isinstance(step, Send) or step.mix in {None, *mixes} for step in sends)
        return replace(names, complete=names.complete and sure)
    pieces = [*part.pieces.values_of(Send, "send"), *part.pieces.values_of(Survey, "survey")]
    own = (part.pieces.at((*piece.loc.path[:-1], "name")) for piece in pieces)
    known = (name or send.value for send, name in zip(pieces, own, strict=True))
    return _names(part, noun, "send steps", known)


def _names_sent(step: Sending, mixes: Mapping[str, Mix]) -> Iterator[str]:
    """Yield what the messages of a step are called."""
    yield send_name(step)
    mix = mixes.get(step.mix) if isinstance(step, Send) and step.mix else None
    if mix is not None and mix.fallback is not None:
        yield f"{send_name(step)}-fallback"


def target_names(part: Part[Campaign], shared: Shared = EMPTY) -> Names:
    """Return the names of all steps of a campaign that have one."""
    steps = _written_out(part, shared)
    known = () if steps is None else (name for step in steps if (name := step_name(step)))
    names = _names(part, f"step of `{campaign_name(part)}`", "steps with names", known)
    return names if steps is not None else replace(names, complete=False)


def asking_names(part: Part[Campaign], shared: Shared = EMPTY) -> Names:
    """Return the names of the steps of a campaign that keep an answer."""
    steps = _written_out(part, shared)
    known = () if steps is None else (name for step in steps for name in _names_asking(step))
    noun = f"step of `{campaign_name(part)}` that asks something"
    names = _names(part, noun, "steps that ask", known)
    return names if steps is not None else replace(names, complete=False)


def asked_by(
    part: Part[Campaign], shared: Shared = EMPTY
) -> Mapping[str, tuple[str, tuple[str, ...] | None]]:
    """Return by step that keeps an answer its event, and what is kept of it; None for all."""
    steps = _written_out(part, shared) or ()
    return {name: (event, kept) for step in steps for name, event, kept in asking(step)}


def calls_of(
    part: Part[Campaign], shared: Shared = EMPTY
) -> Mapping[str, Mapping[str, ColumnKind]]:
    """Return by step that calls another program what is kept of its answer."""
    steps = _written_out(part, shared) or ()
    calls = (step for step in steps if isinstance(step, Webhook))
    return {step.name or step.webhook: {str(n): k for n, k in step.keep.items()} for step in calls}


def _names_asking(step: Step) -> Iterator[str]:
    if isinstance(step, Webhook):
        yield step.name or step.webhook
    yield from (name for name, _, _ in asking(step))


def asking(step: Step) -> Iterator[tuple[str, str, tuple[str, ...] | None]]:
    """Yield, for a step that keeps an answer, its name, the event and what is kept of it."""
    match step:
        case Wait(wait=WaitFor(for_=OnEvent() as on, keep=keep), name=str() as name) if keep:
            yield name, on.event, keep
        case Survey():
            yield send_name(step), step.answer.event, None
        case Task(answer=OnEvent() as on):
            yield step.name or step.task, on.event, None
        case _:
            return


def _written_out(part: Part[Campaign], shared: Shared) -> Sequence[Step] | None:
    """Return all steps of a campaign without a mistake, or None."""
    if part.value is None:
        return None
    return tuple(written_out(inlined(part.value.journey, shared)))


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
        complete=whole
        or (part.data is not None and not part.pieces.holes & _NAMING and not _hides(part)),
    )


def _hides(part: Part[Campaign]) -> bool:
    """Say whether steps have names that are not written in the file."""
    return bool(part.pieces.values_of(Run, "run") or part.pieces.values_of(RepeatSteps, "repeat"))


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
