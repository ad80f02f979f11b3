"""Databases that are named by an address: of a kind that is known, and without a secret in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qs, urlsplit

from campaignspec.diagnostics import Diagnostic
from campaignspec.project.scope import Scope
from campaignspec.spec.project import Environment
from campaignspec.spec.reading import Piece
from campaignspec.spec.sources import DATABASE_SCHEMES

_SECRETS: Final = ("password", "sslpassword", "passfile")


def ledgers(scope: Scope) -> Iterator[Diagnostic]:
    """Find ledgers in databases of another kind, or with a password, and schemas of files."""
    for place in scope.values(Environment, "ledger"):
        yield from mistakes_in_place(scope, place, "a database that holds ledgers", "name a file")
    for schema in scope.values(Environment, "schema"):
        path = (*schema.loc.path[:-1], "ledger")
        ledger = scope.parts[schema.loc.file].pieces.at(path)
        if isinstance(ledger, str) and "://" not in ledger:
            yield Diagnostic(
                code="SPC206",
                message=f"`schema` has no meaning here: the ledger `{ledger}` is a file",
                span=scope.key_span(schema.loc),
                help="leave `schema:` out, or write `ledger: postgresql://host/database`",
            )


def mistakes_in_place(
    scope: Scope, place: Piece, wanted: str, otherwise: str
) -> Iterator[Diagnostic]:
    """Find a database of a kind that is not known, or one whose secret stands in the file.

    Args:
        scope: The project.
        place: What is written: a path, or an address with ``://``.
        wanted: What it should be.
        otherwise: What else may be written.
    """
    if "://" not in place.value:
        return
    if not place.value.startswith(DATABASE_SCHEMES):
        yield Diagnostic(
            code="SPC204",
            message=f"`{shown(place.value)}` is not {wanted}",
            span=scope.span_of(place),
            help=f"write postgresql://host/database, or {otherwise}",
        )
    elif _has_secret(place.value):
        yield Diagnostic(
            code="SPC209",
            message="a password stands here, where everybody can read it",
            span=scope.span_of(place),
            help=f"write `{_without_secret(place.value)}`, and leave the password to "
            "PGPASSWORD, ~/.pgpass or a service file (`?service=…`)",
        )


def shown(place: str) -> str:
    """Leave out of a database's address who asks, and with what secret."""
    if "://" not in place:
        return place
    parts = urlsplit(place)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _without_secret(url: str) -> str:
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    return f"{parts.scheme}://{user.partition(':')[0]}{at}{host}{parts.path}"


def _has_secret(url: str) -> bool:
    parts = urlsplit(url)
    return parts.password is not None or bool(set(_SECRETS) & parse_qs(parts.query).keys())
