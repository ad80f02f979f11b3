"""Who is who: rules name fields and sources that exist, and nothing waits for rules in vain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from campaignspec.diagnostics import Diagnostic
from campaignspec.project.identity_names import (
    CUSTOMER,
    called,
    customers_of,
    fields_of,
    made_attributes,
)
from campaignspec.project.names import Names, unknown
from campaignspec.project.scope import Scope
from campaignspec.spec.identity import By, Identity, NameColumns, Newest
from campaignspec.spec.reading import Piece
from campaignspec.spec.shape import Loc, verb_of
from campaignspec.spec.sources import (
    ConsentsSource,
    CustomersSource,
    EventsSource,
    MessagesSource,
    OrdersSource,
    ResponsesSource,
)

_NAMING_PEOPLE: Final = (
    EventsSource,
    OrdersSource,
    MessagesSource,
    ResponsesSource,
    ConsentsSource,
)
_KEYS: Final = {
    "customers": ("ids", "names", "region", "updated_at"),
    **{verb_of(source): ("by",) for source in _NAMING_PEOPLE},
}
"""The keys of each kind of source that wait for rules about identity."""

_FEWEST: Final = 2


def fields_exist(scope: Scope) -> Iterator[Diagnostic]:
    """Find rules about fields that no source of customers has."""
    known = _fields(scope)
    with_ids = _fields(scope, CUSTOMER)
    for piece in scope.values(Identity, "match"):
        yield from _find(scope, with_ids, piece)
    for piece in (*scope.values(Identity, "differ"), *scope.entry_names(Identity, "keep")):
        yield from _find(scope, known, piece)
    for source in _NAMING_PEOPLE:
        for piece in scope.values(source, "by"):
            yield from _find(scope, with_ids, piece)
    for piece in scope.values(By, "field"):
        yield from _find(scope, with_ids, piece)


def sources_exist(scope: Scope) -> Iterator[Diagnostic]:
    """Find sources of customers that rules name, and that are not there."""
    sources = customers_of(scope.files.settings)
    everyone = _sources([called(source) for source in sources])
    for piece in scope.values(Identity, "keep"):
        if not isinstance(piece.value, Newest):
            yield from _find(scope, everyone, piece)
    owners = [called(source) for source in sources if source.get("ids") == "own"]
    for piece in scope.values(By, "ids_of"):
        if piece.value in everyone and piece.value not in owners:
            yield Diagnostic(
                code="REF305",
                message=f"`{piece.value}` has no ids of its own",
                span=scope.span_of(piece),
                help=f"write `ids: own` at `{piece.value}`, or leave `ids_of` out",
            )
        else:
            yield from _find(scope, everyone, piece)


def sources_once(scope: Scope) -> Iterator[Diagnostic]:
    """Find sources of customers that are called alike where rules tell them apart."""
    if _identity(scope) is None:
        return
    seen: set[str] = set()
    for source in _written(scope):
        name = called(source.data)
        if name in seen:
            yield Diagnostic(
                code="REF302",
                message=f"two sources of customers are called `{name}`",
                span=scope.key_span(source.loc / "customers"),
                help="give one of them a name: `name: …`",
            )
        seen.add(name)


def rules_for_what_waits(scope: Scope) -> Iterator[Diagnostic]:
    """Find keys that mean nothing without rules about identity."""
    if scope.files.settings.data is None or "identity" in scope.files.settings.data:
        return
    for source in _written(scope, every=True):
        kinds = _KEYS.keys() & source.data.keys()
        waiting = _KEYS[kinds.pop()] if len(kinds) == 1 else ()
        for key in waiting:
            if key in source.data:
                yield Diagnostic(
                    code="SPC206",
                    message=f"`{key}` has no meaning without `identity:`",
                    span=scope.key_span(source.loc / key),
                    help=f"add `identity:` to the file, or leave `{key}` out",
                )


def attributes_made_once(scope: Scope) -> Iterator[Diagnostic]:
    """Find attributes that are declared and would be made of names or phones as well."""
    made = made_attributes(scope.files.settings)
    for piece in scope.entry_names(CustomersSource, "attributes"):
        for name in made & {str(piece.loc.path[-1])}:
            yield Diagnostic(
                code="REF302",
                message=f"`{name}` is made of `{'addresses' if 'phone' in name else 'names'}`",
                span=scope.span_of(piece),
                help="leave it out of `attributes:`",
            )


def regions_exist(scope: Scope) -> Iterator[Diagnostic]:
    """Find regions that have no phone numbers."""
    pieces = [*scope.values(Identity, "region"), *scope.values(CustomersSource, "region")]
    if not pieces:
        return
    import phonenumbers

    for piece in pieces:
        if piece.value not in phonenumbers.SUPPORTED_REGIONS:
            yield Diagnostic(
                code="SPC204",
                message=f"no region with phone numbers is called `{piece.value}`",
                span=scope.span_of(piece),
                help="write a country in two capital letters: RU, CN, US",
            )


def limits_of_sharing(scope: Scope) -> Iterator[Diagnostic]:
    """Find limits under which no two records could be joined."""
    for piece in scope.values(Identity, "at_most"):
        if piece.value < _FEWEST:
            yield Diagnostic(
                code="SPC204",
                message=f"with `at_most: {piece.value}` no two records are ever one person",
                span=scope.span_of(piece),
                help="write 2 or more",
            )


def columns_of_names(scope: Scope) -> Iterator[Diagnostic]:
    """Find names that are in no column."""
    for section in scope.sections(NameColumns):
        if (section.full, section.given, section.family, section.patronymic) == (None,) * 4:
            yield Diagnostic(
                code="SPC206",
                message="`names` names no column",
                span=scope.key_span(section.loc),
                help="write `full:`, or `given:` and `family:`",
            )


def newest_can_be_told(scope: Scope) -> Iterator[Diagnostic]:
    """Find fields of which the newest value should win where no source says when it changed."""
    sources = customers_of(scope.files.settings)
    if any({"updated_at", "valid_from"} & source.keys() for source in sources):
        return
    for piece in scope.values(Identity, "keep"):
        if isinstance(piece.value, Newest):
            yield Diagnostic(
                code="SPC206",
                message="no source of customers says when its rows changed",
                span=scope.span_of(piece),
                help="name the column: `updated_at: …`",
            )


def people_to_tell_apart(scope: Scope) -> Iterator[Diagnostic]:
    """Find rules about identity without any source of customers."""
    identity = _identity(scope)
    data = scope.files.settings.data
    if identity is None or data is None or not isinstance(data.get("sources"), list):
        return
    if not customers_of(scope.files.settings):
        yield Diagnostic(
            code="SPC206",
            message="`identity` has no meaning without a source of customers",
            span=scope.key_span(identity),
            help="add a source: `- customers: …`",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """A source as written, and where."""

    data: dict[str, Any]
    loc: Loc


def _written(scope: Scope, *, every: bool = False) -> Iterator[_Written]:
    part = scope.files.settings
    sources = part.data.get("sources") if part.data else None
    for at, source in enumerate(sources if isinstance(sources, list) else []):
        if isinstance(source, dict) and (every or "customers" in source):
            yield _Written(data=source, loc=Loc(part.file) / "sources" / at)


def _identity(scope: Scope) -> Loc | None:
    part = scope.files.settings
    return Loc(part.file) / "identity" if part.data and "identity" in part.data else None


def _fields(scope: Scope, *besides: str) -> Names:
    return Names(
        noun="field of customers",
        plural="fields of customers",
        known=tuple(sorted({*fields_of(scope.files.settings), *besides})),
        complete=scope.names.attributes.complete,
        home="list it under `attributes:` or `addresses:` of a source of customers",
    )


def _sources(names: list[str]) -> Names:
    return Names(
        noun="source of customers", plural="sources of customers", known=tuple(sorted(names))
    )


def _find(scope: Scope, names: Names, piece: Piece) -> Iterator[Diagnostic]:
    if names.complete and piece.value not in names:
        yield unknown(names, str(piece.value), scope.span_of(piece))
