"""The rules about who is who that a project declares, as this room reads them."""

from __future__ import annotations

from pathlib import PurePath

from campaignspec.people.rules import Identity, Newest, Reference
from campaignspec.spec import identity as spec


def identity_of(declared: spec.Identity | None) -> Identity | None:
    """Return the rules of a project; None where each id is a person."""
    if declared is None:
        return None
    return Identity(
        region=declared.region,
        match=tuple((key,) if isinstance(key, str) else tuple(key) for key in declared.match),
        at_most=declared.at_most,
        differ=tuple(declared.differ),
        keep={
            str(name): Newest() if isinstance(rule, spec.Newest) else tuple(rule)
            for name, rule in declared.keep.items()
        },
        provider_rules=declared.provider_rules,
    )


def reference_of(declared: str | spec.By | None, table: str) -> Reference | None:
    """Return how a table names people; None where by an id that all tables share.

    Args:
        declared: The key ``by``.
        table: Where the table lies, as written.
    """
    if declared is None:
        return None
    called = PurePath(table).stem
    if isinstance(declared, str):
        return Reference(field=declared, table=called)
    return Reference(
        field=declared.field,
        ids_of=declared.ids_of,
        makes_people=declared.unmatched is spec.Unmatched.NEW,
        table=called,
    )


def names_of(declared: spec.NameColumns | None) -> dict[str, str]:
    """Return the columns of names by part."""
    if declared is None:
        return {}
    parts = {
        "full": declared.full,
        "given": declared.given,
        "family": declared.family,
        "patronymic": declared.patronymic,
    }
    return {part: column for part, column in parts.items() if column is not None}
