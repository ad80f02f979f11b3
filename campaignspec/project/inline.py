"""Steps written out under other names: a shared journey in a campaign, a round of a repeat."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from types import MappingProxyType
from typing import Any, Final

from campaignspec.project.walk import all_steps, leaves_of, step_name, ways_of
from campaignspec.spec.journey import Approve, Experiment, RepeatSteps, Step
from campaignspec.spec.kinds import Name
from campaignspec.spec.rule import AllOf, Answered, AnyOf, Not, Replied, Rule, Term
from campaignspec.spec.rule_writer import write_rule
from campaignspec.spec.shape import EMPTY, is_section
from campaignspec.spec.steering import Goto, Run
from campaignspec.spec.waiting import OnAnswered, OnClicked, OnOpened

Renaming = Mapping[str, str]

MOST_ROUNDS: Final = 104
"""How often steps may be repeated: weekly for two years."""

MOST_STEPS: Final = 5_000
"""How many steps a journey may have when it is written out: far more than anybody reads."""

_REFERRING: Final[Mapping[type, str]] = {
    OnOpened: "opened",
    OnClicked: "clicked",
    OnAnswered: "answered",
    Goto: "goto",
}
"""The sections that refer to a step, and the field that does."""


_NAMED_BY_VERB: Final[Mapping[type, str]] = {Experiment: "experiment", Approve: "approve"}
"""The steps that have their name from their verb, and the field that holds it."""


def round_name(name: str, number: int, *, later: bool = False) -> str:
    """Return what a step is called in a round of a repeat: ``ask``, ``ask-2``, ``ask-3``.

    With ``later`` the repeat stands in a second round itself, or in a later one, and the number
    of its own first round is written too: ``ask-2-1`` is not ``ask-2``, which is the second round
    within the first.
    """
    return f"{name}-{number}" if later or number > 1 else name


def round_of(
    step: RepeatSteps, number: int, *, later: bool = False
) -> tuple[tuple[Step, ...], Rule | None]:
    """Return the steps of one round of a repeat, and the rule that ends it.

    Args:
        step: The repeat.
        number: Which round, from 1.
        later: Whether the repeat stands in a second or later round of another.
    """
    own = _names(step.do, lambda name: round_name(name, number, later=later))
    names = _Names(own, _first_rounds(step.do) if later or number > 1 else EMPTY)
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
            own = _names(shared, partial(_prefixed, step.name or step.run))
            found += _renamed(shared, _Names(own))
        else:
            found.append(_deeper(step, lambda inner: inlined(inner, journeys)))
    return tuple(found)


def _runs_anything(steps: Sequence[Step]) -> bool:
    return any(
        isinstance(step, Run) or any(_runs_anything(way) for way in ways_of(step)) for step in steps
    )


def written_out(steps: Sequence[Step]) -> Iterator[Step]:
    """Yield steps in reading order, the nested ones too, and every round of a repeat.

    Of a journey that is too large, which is a finding, only `MOST_STEPS` steps are yielded.
    """
    return islice(_written_out(steps, later=False), MOST_STEPS)


def _written_out(steps: Sequence[Step], *, later: bool) -> Iterator[Step]:
    for step in steps:
        yield step
        if isinstance(step, RepeatSteps):
            for number in range(1, min(step.repeat, MOST_ROUNDS) + 1):
                steps_of_round, _ = round_of(step, number, later=later)
                yield from _written_out(steps_of_round, later=later or number > 1)
        else:
            for way in ways_of(step):
                yield from _written_out(way, later=later)


def size_of(steps: Sequence[Step], journeys: Mapping[str, Sequence[Step]] = EMPTY) -> int:
    """Return how many steps there will be when rounds and shared journeys are written out.

    They are counted without being written out, since they may be more than any machine holds.

    Args:
        steps: The steps.
        journeys: The shared journeys, of which none runs itself.
    """
    return _size(steps, journeys, {})


def _size(
    steps: Sequence[Step], journeys: Mapping[str, Sequence[Step]], known: dict[str, int]
) -> int:
    total = 0
    for step in steps:
        if isinstance(step, Run):
            if step.run not in known:
                known[step.run] = _size(journeys.get(step.run, ()), journeys, known)
            total += known[step.run]
        else:
            within = sum(_size(way, journeys, known) for way in ways_of(step))
            times = min(step.repeat, MOST_ROUNDS) if isinstance(step, RepeatSteps) else 1
            total += 1 + within * times
    return total


def runs_in(steps: Sequence[Step]) -> frozenset[str]:
    """Return the names of the shared journeys that steps run themselves."""
    return frozenset(step.run for step in all_steps(steps) if isinstance(step, Run))


def circles(journeys: Mapping[str, Sequence[Step]]) -> Mapping[str, tuple[str, ...]]:
    """Return the shared journeys that run themselves, with the way they take to do so."""
    return {name: way for name in journeys if (way := _way_back(name, name, journeys, (), set()))}


def without_circles(journeys: Mapping[Name, tuple[Step, ...]]) -> Mapping[str, tuple[Step, ...]]:
    """Return the shared journeys that come to an end: none runs itself, nor one that does."""
    known: Mapping[str, tuple[Step, ...]] = {str(name): each for name, each in journeys.items()}
    wrong = circles(known)
    return {
        name: steps for name, steps in known.items() if not _reached(name, known) & wrong.keys()
    }


def writable(journeys: Mapping[Name, tuple[Step, ...]]) -> Mapping[str, tuple[Step, ...]]:
    """Return the shared journeys that can be written out: they end, and are not too large."""
    ending, known = without_circles(journeys), dict[str, int]()
    return {n: steps for n, steps in ending.items() if _size(steps, ending, known) <= MOST_STEPS}


def _reached(name: str, journeys: Mapping[str, Sequence[Step]]) -> set[str]:
    found, wanted = set[str](), [name]
    while wanted:
        here = wanted.pop()
        if here not in found:
            found.add(here)
            wanted += sorted(runs_in(journeys.get(here, ())))
    return found


def _way_back(
    name: str,
    here: str,
    journeys: Mapping[str, Sequence[Step]],
    way: tuple[str, ...],
    seen: set[str],
) -> tuple[str, ...]:
    """Return the way from a shared journey back to itself, or nothing.

    What was seen once leads nowhere on another way either, of which there may be very many.
    """
    seen.add(here)
    for run in sorted(runs_in(journeys.get(here, ()))):
        if run == name:
            return (*way, here, name)
        if run not in seen:
            found = _way_back(name, run, journeys, (*way, here), seen)
            if found:
                return found
    return ()


def _prefixed(run: str, name: str) -> str:
    return f"{run}.{name}"


def _names(steps: Sequence[Step], named: Callable[[str], str]) -> Renaming:
    """Say what the steps that have names are to be called."""
    known = (step_name(step) for step in all_steps(steps))
    return {name: named(name) for name in known if name is not None}


@dataclass(frozen=True, slots=True)
class _Names:
    """What steps are to be called, by themselves and by whatever refers to them.

    Attributes:
        own: The new name of each step.
        deeper: By step, what is written behind its new name by whoever refers to it from outside
            of the repeats that it stands in: these will be written out as well, and the first
            round is meant.
    """

    own: Renaming
    deeper: Renaming = field(default_factory=dict)

    def asked(self, name: str) -> str:
        """Return what a step is called by whoever refers to it."""
        return self.own[name] + self.deeper.get(name, "") if name in self.own else name

    def within(self, step: Step) -> _Names:
        """Return the names for what stands in a step: a repeat writes out its own ones itself."""
        if not isinstance(step, RepeatSteps) or not self.deeper:
            return self
        mine = _names(step.do, str)
        kept = {name: each for name, each in self.deeper.items() if name not in mine}
        return _Names(self.own, kept)


def _first_rounds(steps: Sequence[Step]) -> Renaming:
    """Say by what the first rounds of repeats are told from those of earlier rounds around them."""
    found: dict[str, str] = {}
    for step in steps:
        inner = [_first_rounds(way) for way in ways_of(step)]
        if isinstance(step, RepeatSteps):
            known = {name: end for each in inner for name, end in each.items()}
            found |= {name: f"{known.get(name, '')}-1" for name in _names(step.do, str)}
        else:
            for each in inner:
                found |= each
    return found


def _renamed(steps: Sequence[Step], names: _Names) -> tuple[Step, ...]:
    if all(name == other for name, other in names.own.items()):
        return tuple(steps)
    return tuple(_step(step, names) for step in steps)


def _step(step: Step, names: _Names) -> Step:
    """Rename one step, those in it, and whatever refers to any of them."""
    name = step_name(step)
    found: Any = _referring(step, names.within(step))
    if name is None:
        return _as_step(found)
    own = _NAMED_BY_VERB.get(type(step), "name")
    return _as_step(replace(found, **{own: Name(names.own[name])}))


def _as_step(found: Any) -> Step:
    step: Step = found
    return step


def _referring(value: Any, names: _Names) -> Any:
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
                changed[attribute] = Name(names.asked(changed[attribute]))
            return replace(value, **changed)
        case _:
            return value


def _inner(value: Any, names: _Names) -> Any:
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


def _rule(rule: Rule, names: _Names) -> Rule:
    asked = {leaf.step for leaf in leaves_of(rule.term) if isinstance(leaf, Answered | Replied)}
    if not asked & names.own.keys():
        return rule
    term = _term(rule.term, names)
    return replace(rule, text=write_rule(term), term=term)


def _term(term: Term, names: _Names) -> Term:
    match term:
        case Answered() | Replied():
            return replace(term, step=names.asked(term.step))
        case Not():
            return Not(term=_term(term.term, names))
        case AllOf() | AnyOf():
            return replace(term, terms=tuple(_term(part, names) for part in term.terms))
        case _:
            return term
