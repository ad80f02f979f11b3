"""Steps written out under other names: a shared journey in a campaign, a round of a repeat."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from campaignspec.project.walk import all_steps, leaves_of, step_name, ways_of
from campaignspec.spec.journey import Approve, Experiment, RepeatSteps, Step
from campaignspec.spec.kinds import Name
from campaignspec.spec.rule import AllOf, Answered, AnyOf, Not, Replied, Rule, Term
from campaignspec.spec.rule_writer import write_rule
from campaignspec.spec.shape import is_section
from campaignspec.spec.steering import Goto, Run
from campaignspec.spec.waiting import OnAnswered, OnClicked, OnOpened

Renaming = Mapping[str, str]

MOST_ROUNDS: Final = 104
"""How often steps may be repeated: weekly for two years."""

_REFERRING: Final[Mapping[type, str]] = {
    OnOpened: "opened",
    OnClicked: "clicked",
    OnAnswered: "answered",
    Goto: "goto",
}
"""The sections that refer to a step, and the field that does."""


_NAMED_BY_VERB: Final[Mapping[type, str]] = {Experiment: "experiment", Approve: "approve"}
"""The steps that have their name from their verb, and the field that holds it."""


def round_name(name: str, number: int) -> str:
    """Return what a step is called in a round of a repeat: ``ask``, ``ask-2``, ``ask-3``."""
    return name if number == 1 else f"{name}-{number}"


def round_of(step: RepeatSteps, number: int) -> tuple[tuple[Step, ...], Rule | None]:
    """Return the steps of one round of a repeat, and the rule that ends it."""
    names = _names(step.do, lambda name: round_name(name, number))
    until = None if step.until is None else _rule(step.until, names)
    return _renamed(step.do, names), until


def inlined(steps: Sequence[Step], journeys: Mapping[str, Sequence[Step]]) -> tuple[Step, ...]:
    """Write shared journeys out where they are run, their steps' names behind the run's.

    Args:
        steps: The steps that may run shared journeys, anywhere within them.
        journeys: The shared journeys, of which none runs itself; an unknown one has no steps.
    """
    if not _runs_anything(steps):
        return tuple(steps)
    found: list[Step] = []
    for step in steps:
        if isinstance(step, Run):
            shared = inlined(journeys.get(step.run, ()), journeys)
            found += _renamed(shared, _names(shared, partial(_prefixed, step.name or step.run)))
        else:
            found.append(_deeper(step, lambda inner: inlined(inner, journeys)))
    return tuple(found)


def _runs_anything(steps: Sequence[Step]) -> bool:
    return any(
        isinstance(step, Run) or any(_runs_anything(way) for way in ways_of(step)) for step in steps
    )


def written_out(steps: Sequence[Step]) -> Iterator[Step]:
    """Yield steps in reading order, the nested ones too, and every round of a repeat."""
    for step in steps:
        yield step
        if isinstance(step, RepeatSteps):
            for number in range(1, min(step.repeat, MOST_ROUNDS) + 1):
                yield from written_out(round_of(step, number)[0])
        else:
            for way in ways_of(step):
                yield from written_out(way)


def runs_in(steps: Sequence[Step]) -> frozenset[str]:
    """Return the names of the shared journeys that steps run themselves."""
    return frozenset(step.run for step in all_steps(steps) if isinstance(step, Run))


def circles(journeys: Mapping[str, Sequence[Step]]) -> Mapping[str, tuple[str, ...]]:
    """Return the shared journeys that run themselves, with the way they take to do so."""
    return {name: way for name in journeys if (way := _way_back(name, name, journeys, ()))}


def without_circles(journeys: Mapping[Name, tuple[Step, ...]]) -> Mapping[str, tuple[Step, ...]]:
    """Return the shared journeys that can be written out: none runs itself, nor one that does."""
    known: Mapping[str, tuple[Step, ...]] = {str(name): each for name, each in journeys.items()}
    wrong = circles(known)
    return {
        name: steps for name, steps in known.items() if not _reached(name, known) & wrong.keys()
    }


def _reached(name: str, journeys: Mapping[str, Sequence[Step]]) -> set[str]:
    found, wanted = set[str](), [name]
    while wanted:
        here = wanted.pop()
        if here not in found:
            found.add(here)
            wanted += sorted(runs_in(journeys.get(here, ())))
    return found


def _way_back(
    name: str, here: str, journeys: Mapping[str, Sequence[Step]], way: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the way from a shared journey back to itself, or nothing."""
    for run in sorted(runs_in(journeys.get(here, ()))):
        if run == name:
            return (*way, here, name)
        if run not in way and run != here:
            found = _way_back(name, run, journeys, (*way, here))
            if found:
                return found
    return ()


def _prefixed(run: str, name: str) -> str:
    return f"{run}.{name}"


def _names(steps: Sequence[Step], named: Callable[[str], str]) -> Renaming:
    """Say what the steps that have names are to be called."""
    known = (step_name(step) for step in all_steps(steps))
    return {name: named(name) for name in known if name is not None}


def _renamed(steps: Sequence[Step], names: Renaming) -> tuple[Step, ...]:
    if all(name == other for name, other in names.items()):
        return tuple(steps)
    return tuple(_step(step, names) for step in steps)


def _step(step: Step, names: Renaming) -> Step:
    """Rename one step, those in it, and whatever refers to any of them."""
    name = step_name(step)
    found: Any = _referring(step, names)
    if name is None:
        return _as_step(found)
    own = _NAMED_BY_VERB.get(type(step), "name")
    return _as_step(replace(found, **{own: Name(names[name])}))


def _as_step(found: Any) -> Step:
    step: Step = found
    return step


def _referring(value: Any, names: Renaming) -> Any:
    """Rename what a part of the language refers to, however deep."""
    match value:
        case Rule():
            return _rule(value, names)
        case tuple():
            return tuple(_inner(item, names) for item in value)
        case Mapping():
            inner = {key: _inner(item, names) for key, item in value.items()}
            return MappingProxyType(inner)
        case _ if is_section(type(value)):
            changed = {
                field.name: _inner(getattr(value, field.name), names)
                for field in dataclasses.fields(value)
            }
            attribute = _REFERRING.get(type(value))
            if attribute is not None:
                changed[attribute] = Name(names.get(changed[attribute], changed[attribute]))
            return replace(value, **changed)
        case _:
            return value


def _inner(value: Any, names: Renaming) -> Any:
    return _step(value, names) if isinstance(value, Step) else _referring(value, names)


def _deeper(step: Step, change: Callable[[tuple[Step, ...]], tuple[Step, ...]]) -> Step:
    """Change the lists of steps in a step, however they are held."""
    return _as_step(_with_lists(step, change))


def _with_lists(value: Any, change: Callable[[tuple[Step, ...]], tuple[Step, ...]]) -> Any:
    match value:
        case tuple() if value and isinstance(value[0], Step):
            return change(value)
        case tuple():
            return tuple(_with_lists(item, change) for item in value)
        case Mapping():
            return MappingProxyType({k: _with_lists(v, change) for k, v in value.items()})
        case _ if is_section(type(value)):
            parts = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
            return replace(value, **{k: _with_lists(v, change) for k, v in parts.items()})
        case _:
            return value


def _rule(rule: Rule, names: Renaming) -> Rule:
    asked = {leaf.step for leaf in leaves_of(rule.term) if isinstance(leaf, Answered | Replied)}
    if not asked & names.keys():
        return rule
    term = _term(rule.term, names)
    return replace(rule, text=write_rule(term), term=term)


def _term(term: Term, names: Renaming) -> Term:
    match term:
        case Answered() | Replied():
            return replace(term, step=names.get(term.step, term.step))
        case Not():
            return Not(term=_term(term.term, names))
        case AllOf() | AnyOf():
            return replace(term, terms=tuple(_term(part, names) for part in term.terms))
        case _:
            return term
