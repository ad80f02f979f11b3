"""Personas: they have what the project's customers can have, and the languages there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from campaignspec.diagnostics import Diagnostic
from campaignspec.money import parse_money
from campaignspec.project.names import FactKind
from campaignspec.project.scope import Scope
from campaignspec.spec.persona import Persona
from campaignspec.spec.project import Locales


def names_of_personas(scope: Scope) -> Iterator[Diagnostic]:
    """Check the attributes, channels and segments of personas."""
    names = scope.names
    for key, known in (
        ("attributes", names.attributes),
        ("consent", names.channels),
        ("segments", names.segments),
    ):
        for piece in scope.entry_names(Persona, key):
            yield from names.find(known, piece.value, scope.span_of(piece))


def values_of_personas(scope: Scope) -> Iterator[Diagnostic]:
    """Check that the attributes of personas are what the source of customers says they are."""
    for piece in scope.values(Persona, "attributes"):
        name = str(piece.loc.path[-1])
        kind = scope.names.facts.get(name)
        if kind is not None and piece.value not in {None, ""} and not _is(kind, piece.value):
            yield Diagnostic(
                code="REF305",
                message=f"the attribute `{name}` is {kind}, and `{piece.value}` is not",
                span=scope.span_of(piece),
                help=f"write it as {_EXAMPLES[kind]}",
            )


def languages(scope: Scope) -> Iterator[Diagnostic]:
    """Check the attribute that says which language customers read."""
    for piece in scope.values(Locales, "by"):
        names = scope.names
        yield from names.find(names.attributes, piece.value, scope.span_of(piece))
        kind = names.facts.get(piece.value) if piece.value in names.attributes else None
        if kind not in {None, FactKind.TEXT}:
            yield Diagnostic(
                code="REF305",
                message=f"the attribute `{piece.value}` is {kind}, not text",
                span=scope.span_of(piece),
                help="name an attribute that holds languages: ru, zh-CN",
            )


def _is(kind: FactKind, value: Any) -> bool:
    try:
        _READERS[kind](value)
    except (ValueError, TypeError):
        return False
    return True


def _number(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError
    return float(value)


def _amount(value: Any) -> object:
    return parse_money(value) if isinstance(value, str) else _number(value)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


_READERS: Final[Mapping[FactKind, Callable[[Any], object]]] = {
    FactKind.TEXT: str,
    FactKind.NUMBER: _number,
    FactKind.MONEY: _amount,
    FactKind.DATE: lambda value: date.fromisoformat(str(value)),
    FactKind.INSTANT: str,
    FactKind.BOOLEAN: _truth,
}
_EXAMPLES: Final[Mapping[FactKind, str]] = {
    FactKind.TEXT: "text",
    FactKind.NUMBER: "a number: 3, 2.5",
    FactKind.MONEY: "an amount: 40 USD",
    FactKind.DATE: "a day: 1990-05-17",
    FactKind.INSTANT: "a day and a time: 2017-03-01 12:00",
    FactKind.BOOLEAN: "true or false",
}
