"""Whether a rule makes sense where it stands: its names are known and its kinds agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import assert_never

from campaignspec.diagnostics import Diagnostic
from campaignspec.project.names import FactKind, Names, article, unknown
from campaignspec.project.scope import Scope
from campaignspec.project.walk import leaves_of
from campaignspec.spec.rule import (
    Age,
    Answered,
    Compare,
    Fact,
    InSegment,
    Known,
    Literal,
    Offered,
    OneOf,
    Operator,
    Replied,
    Rule,
)

_EITHER = (Operator.EQUAL, Operator.NOT_EQUAL)
_TRUTHS = frozenset({"yes", "no", "true", "false"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a rule may speak of.

    Attributes:
        place: Where it stands, as in "cannot be used in …".
        allowed: What may be used there, for the advice.
        names: The facts it may name.
        kinds: What those facts hold; None when that is unclear.
        keys_wanted: The facts that a property tells apart, and whether a value must be named.
        segments: Whether it may ask for segments.
        steps: The send steps whose answers it may ask for; None when it may not ask.
        replies: By step that keeps an answer, its properties and what they hold; the steps
            are in `answering`.
        answering: The steps that keep an answer; None when none may be asked for.
    """

    place: str
    allowed: str
    names: Names
    kinds: Mapping[str, FactKind | None] = field(default_factory=dict)
    keys_wanted: Mapping[str, bool] = field(default_factory=dict)
    segments: bool = False
    steps: Names | None = None
    replies: Mapping[str, tuple[Names, Mapping[str, FactKind | None]]] = field(default_factory=dict)
    answering: Names | None = None


def check_rule(scope: Scope, rule: Rule, around: Surroundings) -> Iterator[Diagnostic]:
    """Find the unknown names and the comparisons of unlike kinds in a rule."""
    for leaf in leaves_of(rule.term):
        match leaf:
            case InSegment():
                yield from _segment(scope, rule, around, leaf)
            case Answered():
                yield from _answer(scope, rule, around, leaf)
            case Replied():
                yield from _reply(scope, rule, around, leaf)
            case Offered():
                yield from _offer(scope, rule, around, leaf)
            case Compare() | OneOf() | Known() | Age():
                finding = _fact(scope, rule, around, leaf.fact)
                yield from (finding,) if finding else _kinds(scope, rule, around, leaf)
            case _:
                assert_never(leaf)


def _segment(
    scope: Scope, rule: Rule, around: Surroundings, leaf: InSegment
) -> Iterator[Diagnostic]:
    span = scope.part(rule.loc, leaf.at)
    if around.segments:
        yield from scope.names.find(scope.names.segments, leaf.segment, span)
    else:
        yield Diagnostic(
            code="REF305",
            message=f"segments cannot be asked for in {around.place}",
            span=span,
            help=around.allowed,
        )


def _answer(scope: Scope, rule: Rule, around: Surroundings, leaf: Answered) -> Iterator[Diagnostic]:
    span = scope.part(rule.loc, leaf.at)
    if around.steps is not None:
        yield from scope.names.find(around.steps, leaf.step, span)
    else:
        yield Diagnostic(
            code="REF305",
            message=f"{leaf.answer}('{leaf.step}') cannot be asked in {around.place}",
            span=span,
            help="answers to messages are known only in the branches of their own journey",
        )


def _reply(scope: Scope, rule: Rule, around: Surroundings, leaf: Replied) -> Iterator[Diagnostic]:
    span = scope.part(rule.loc, leaf.at)
    if around.answering is None:
        yield Diagnostic(
            code="REF305",
            message=f"what was answered to `{leaf.step}` cannot be asked in {around.place}",
            span=span,
            help="it is known only in the branches of its own journey",
        )
        return
    yield from scope.names.find(around.answering, leaf.step, span)
    if leaf.step in around.replies:
        names, kinds = around.replies[leaf.step]
        fact = leaf.asked.fact
        yield from scope.names.find(names, fact.name, scope.part(rule.loc, fact.at))
        yield from _kinds(scope, rule, replace(around, kinds=kinds), leaf.asked)


def _offer(scope: Scope, rule: Rule, around: Surroundings, leaf: Offered) -> Iterator[Diagnostic]:
    span = scope.part(rule.loc, leaf.at)
    if around.steps is not None:
        yield from scope.names.find(scope.names.offers, leaf.offer, span)
    else:
        yield Diagnostic(
            code="REF305",
            message=f"{leaf.asked}('{leaf.offer}') cannot be asked in {around.place}",
            span=span,
            help="who holds an offer is known only in the branches of a journey",
        )


def _fact(scope: Scope, rule: Rule, around: Surroundings, fact: Fact) -> Diagnostic | None:
    """Say that a fact does not exist, or that it exists but not here."""
    word, names = fact.name, scope.names
    if word in around.names or not around.names.complete:
        return _key(scope, rule, around, fact)
    span = scope.part(rule.loc, fact.at)
    if word in names.segments and around.segments:
        advice = f"`{word}` is a segment; write segment('{word}')"
        return replace(unknown(around.names, word, span), help=advice)
    for other in (names.traits, names.attributes):
        if word in other:
            return Diagnostic(
                code="REF305",
                message=f"`{word}` is {article(other.noun)} and cannot be used in {around.place}",
                span=span,
                help=around.allowed,
            )
    return unknown(around.names, word, span, names.meaning(word, besides=around.names))


def _key(scope: Scope, rule: Rule, around: Surroundings, fact: Fact) -> Diagnostic | None:
    """Say that a fact lacks the value that tells it apart, or that it has one too many."""
    word, wanted = fact.name, around.keys_wanted.get(fact.name)
    if not scope.names.traits.complete:
        return None
    if fact.key is None and wanted:
        return Diagnostic(
            code="REF305",
            message=f"`{word}` is told apart by a property, and no value of it is named",
            span=scope.part(rule.loc, fact.at),
            help=f"name one: {word}('value')",
        )
    if fact.key is not None and wanted is None:
        return Diagnostic(
            code="REF305",
            message=f"`{word}` is not told apart, so it has no value for `{fact.key}`",
            span=scope.part(rule.loc, fact.key_at),
            help=f"write `{word}` alone, or give the trait a property to be told apart `by:`",
        )
    return None


def _kinds(
    scope: Scope, rule: Rule, around: Surroundings, leaf: Compare | OneOf | Known | Age
) -> Iterator[Diagnostic]:
    kind = around.kinds.get(leaf.fact.name)
    if kind is None:
        return
    match leaf:
        case Compare():
            wrong = _operator(kind, leaf) or _literal(kind, leaf.fact, leaf.literal)
        case OneOf():
            faults = (_literal(kind, leaf.fact, literal) for literal in leaf.literals)
            wrong = next((fault for fault in faults if fault), None)
        case Age():
            wrong = _age(kind, leaf)
        case Known():
            return
        case _:
            assert_never(leaf)
    if wrong:
        yield Diagnostic(
            code="REF305",
            message=wrong.message,
            span=scope.part(rule.loc, wrong.at),
            help=wrong.help,
        )


@dataclass(frozen=True, slots=True)
class _Wrong:
    at: tuple[int, int]
    message: str
    help: str


def _operator(kind: FactKind, leaf: Compare) -> _Wrong | None:
    fact, operator = leaf.fact, leaf.operator
    if kind in {FactKind.TEXT, FactKind.BOOLEAN} and operator not in _EITHER:
        return _Wrong(
            fact.at,
            f"`{fact.name}` is {kind}, which has no order: `{operator}` cannot be asked",
            f"use =, != or in: {fact.name} = '{_plain(leaf.literal.value)}'",
        )
    return None


def _literal(kind: FactKind, fact: Fact, literal: Literal) -> _Wrong | None:
    """Say that a value cannot be what the fact holds."""
    value, name = literal.value, fact.name
    match kind:
        case FactKind.NUMBER | FactKind.MONEY:
            fits, help_ = not isinstance(value, str), f"write a number without quotes: {name} >= 2"
        case FactKind.TEXT:
            fits, help_ = isinstance(value, str), f"quote it: {name} = '{_plain(value)}'"
        case FactKind.BOOLEAN:
            fits, help_ = value in _TRUTHS, f"write {name} = 'yes' or {name} = 'no'"
        case FactKind.DATE:
            fits, help_ = _is_date(value), f"write a date in quotes: {name} >= '2018-03-01'"
        case FactKind.INSTANT:
            fits, help_ = False, f"ask {name} older than 60d, or {name} within 60d"
        case _:
            assert_never(kind)
    if fits:
        return None
    written = f"'{value}'" if isinstance(value, str) else _plain(value)
    message = f"`{name}` is {kind} and cannot be compared with {written}"
    return _Wrong(literal.at, message, help_)


def _age(kind: FactKind, leaf: Age) -> _Wrong | None:
    if kind in {FactKind.DATE, FactKind.INSTANT}:
        return None
    asked = "older than" if leaf.older else "within"
    return _Wrong(
        leaf.fact.at,
        f"`{leaf.fact.name}` is {kind}, and only a time can be `{asked} {leaf.duration}`",
        "use a date, or a trait that is `latest` or `first` of an event",
    )


def _plain(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.15g}"


def _is_date(value: float | str) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return isinstance(value, str)
