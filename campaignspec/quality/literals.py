"""Values that rules ask for, held against the values that occur."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from campaignspec.audience import Audience, FactKind, Values
from campaignspec.audience.compare import compare
from campaignspec.clock import Instant
from campaignspec.diagnostics import Diagnostic, Severity, Span, nearest
from campaignspec.history import Column
from campaignspec.money import format_micros
from campaignspec.project import Project
from campaignspec.project.walk import leaves_of
from campaignspec.quality.masking import is_personal
from campaignspec.quality.uses import event_at, parts_of
from campaignspec.spec.kinds import Property
from campaignspec.spec.rule import Compare, Fact, Literal, OneOf, Operator, Rule
from campaignspec.spec.shape import keys_of
from campaignspec.spec.traits import EventTrait, Trait

_EPOCH: Final = date(1970, 1, 1)
_FEW: Final = 8
"""So many values are listed; of more only the nearest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """A rule, and the event at hand where it stands."""

    rule: Rule
    event: str | None


def check_literals(project: Project, audience: Audience, at: Instant) -> Iterator[Diagnostic]:
    """Find values that occur nowhere, and comparisons that tell nobody apart.

    Looked at are attributes of customers, properties of events over the whole history, and
    traits that are texts, as of an instant. All findings are warnings: what does not occur yet
    may occur tomorrow.

    Args:
        project: The linked project.
        audience: Its traits and segments over its history.
        at: The instant of the traits.
    """
    checker = _Checker(project, audience, at)
    for placed in _rules_of(project):
        for leaf in leaves_of(placed.rule.term):
            match leaf:
                case Compare():
                    yield from checker.compared(placed, leaf)
                case OneOf():
                    yield from checker.listed(placed, leaf)
                case _:
                    continue


def _rules_of(project: Project) -> Iterator[_Placed]:
    for trait in project.traits.values():
        yield from _rules_in(trait, _event_of(trait))
    for segment in project.segments.values():
        yield from _rules_in(segment, None)
    for campaign in project.campaigns.values():
        yield from _rules_in(campaign, None)


def _rules_in(value: object, event: str | None) -> Iterator[_Placed]:
    """Yield the rules of a section and of all that is in it."""
    if isinstance(value, Rule):
        yield _Placed(rule=value, event=event)
        return
    for part in parts_of(value):
        yield from _rules_in(part, event_at(value) or event)


def _event_of(trait: Trait) -> str | None:
    """Return the event that a trait looks at."""
    if not isinstance(trait, EventTrait):
        return None
    kind: type = type(trait)
    key = keys_of(kind)[0]
    written = str(getattr(trait, key.attribute))
    return written.rpartition(".")[0] if key.type is Property else written


class _Checker:
    """Knows the values that occur, each fact's looked up once."""

    def __init__(self, project: Project, audience: Audience, at: Instant) -> None:
        self._project = project
        self._audience = audience
        self._at = at
        self._known: dict[tuple[str, str | None], Values | None] = {}

    def compared(self, placed: _Placed, leaf: Compare) -> Iterator[Diagnostic]:
        """Check one comparison."""
        values = self._values(leaf.fact, placed.event)
        if values is None:
            return
        if leaf.operator in {Operator.EQUAL, Operator.NOT_EQUAL}:
            yield from self._equal(placed, leaf.fact, leaf.literal, values)
            return
        held = compare(values, leaf.operator, leaf.literal)
        if held.all() or not held.any():
            rule = f"`{leaf.fact.name} {leaf.operator} {_plain(leaf.literal)}`"
            which = "every" if held.all() else "no"
            yield self._finding(
                "DAT803",
                placed,
                leaf.literal,
                f"{rule} is true of {which} value there is",
                f"they lie between {_bounds(values)}",
            )

    def listed(self, placed: _Placed, leaf: OneOf) -> Iterator[Diagnostic]:
        """Check every value of a list."""
        values = self._values(leaf.fact, placed.event)
        if values is not None:
            for literal in leaf.literals:
                yield from self._equal(placed, leaf.fact, literal, values)

    def _equal(
        self, placed: _Placed, fact: Fact, literal: Literal, values: Values
    ) -> Iterator[Diagnostic]:
        if compare(values, Operator.EQUAL, literal).any():
            return
        yield self._finding(
            "DAT802",
            placed,
            literal,
            f"`{fact.name}` is never {_plain(literal)}",
            _advice(fact, literal, values),
        )

    def _values(self, fact: Fact, event: str | None) -> Values | None:
        """Return the values of a fact that are there; None if there are none, or too many."""
        found = (fact.name, event)
        if found not in self._known:
            values = self._looked_up(fact, event)
            self._known[found] = values if values and len(values.data) else None
        return self._known[found]

    def _looked_up(self, fact: Fact, event: str | None) -> Values | None:
        history = self._audience.history
        stream = history.streams.get(event) if event else None
        if stream is not None and fact.name in stream.properties:
            return _present(stream.properties[fact.name])
        if fact.name in self._project.traits:
            return self._of_trait(fact)
        if fact.name in history.attributes:
            return _present(history.attributes[fact.name])
        return None

    def _of_trait(self, fact: Fact) -> Values | None:
        """Return the texts of a trait; its numbers change with time, and say little."""
        if fact.key is not None:
            return None
        rows = np.arange(len(self._audience.history.customers))
        trait = self._project.traits[fact.name]
        values = self._audience.trait_values(trait, rows, np.full(rows.shape, self._at))
        if values.kind is not FactKind.TEXT:
            return None
        kept = ~values.missing
        return dataclasses.replace(values, data=values.data[kept], missing=values.missing[kept])

    def _finding(
        self, code: str, placed: _Placed, literal: Literal, message: str, advice: str | None
    ) -> Diagnostic:
        return Diagnostic(
            code=code,
            message=message,
            span=self._span(placed.rule, literal),
            severity=Severity.WARNING,
            help=advice,
        )

    def _span(self, rule: Rule, literal: Literal) -> Span:
        return self._project.documents[rule.loc.file].part(rule.loc.path, *literal.at)


def _present(column: Column) -> Values:
    return Values.of_column(column, np.flatnonzero(~column.missing))


def _advice(fact: Fact, literal: Literal, values: Values) -> str | None:
    """Name the values that were probably meant, and how often they occur."""
    if values.kind in {FactKind.NUMBER, FactKind.MONEY, FactKind.DATE}:
        return f"its values lie between {_bounds(values)}"
    if values.kind is not FactKind.TEXT or is_personal(fact.name):
        return None
    counts = np.bincount(values.data, minlength=len(values.words))
    times = {str(values.words[code]): int(counts[code]) for code in np.flatnonzero(counts)}
    if len(times) <= _FEW:
        often = sorted(times, key=lambda word: (-times[word], word))
        listed = ", ".join(f"'{word}' ({times[word]:,})" for word in often)
        close = nearest(str(literal.value), often)
        return f"did you mean '{close}'? it is {listed}" if close else f"it is {listed}"
    close = nearest(str(literal.value), tuple(times))
    return (
        f"did you mean '{close}' ({times[close]:,})?" if close else f"it has {len(times):,} values"
    )


def _bounds(values: Values) -> str:
    return " and ".join(_number(values, bound) for bound in (values.data.min(), values.data.max()))


def _number(values: Values, found: float) -> str:
    match values.kind:
        case FactKind.MONEY:
            return format_micros(int(found))
        case FactKind.DATE:
            return (_EPOCH + timedelta(days=int(found))).isoformat()
        case _:
            return f"{float(found):.15g}"


def _plain(literal: Literal) -> str:
    value = literal.value
    return f"'{value}'" if isinstance(value, str) else f"{value:.15g}"
