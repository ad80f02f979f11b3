"""Queries about segments: who matches one, or which of several each customer matches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from campaignspec.clock import Instant
from campaignspec.spec.audience import Segment
from campaignspec.spec.traits import Trait
from campaignspec.warehouse.frames import ASKED, Frame, Sheet
from campaignspec.warehouse.layout import CUSTOMER, Field, Layout, Relation, identifiers
from campaignspec.warehouse.translator import Translator
from campaignspec.warehouse.words import column, named


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a project says of customers, and over what.

    Attributes:
        layout: The tables.
        traits: By name.
        segments: By name.
        zone: The project's time zone.
    """

    layout: Layout
    traits: Mapping[str, Trait]
    segments: Mapping[str, Segment]
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query over the tables of a layout.

    Attributes:
        tree: It; its parts stand before it as ``WITH``.
        events: The events whose tables it looks at, in ascending order.
        columns: Its columns beside ``customer``, by segment; none where it lists one's customers.
    """

    tree: exp.Select
    events: tuple[str, ...]
    columns: Mapping[str, str]

    def wanted(self, relation: Relation) -> Mapping[str, Field]:
        """Return the columns of a table that the query names; the others need not be there."""
        named_columns = {each.name for each in self.tree.find_all(exp.Column)}
        return {
            name: field for name, field in relation.fields.items() if field.column in named_columns
        }


def members_of(segment: str, rules: Rules, at: Instant) -> Query:
    """Ask who matches a segment: one row a customer, with the id.

    Raises:
        UsageError: Something in it has no SQL.
    """
    translator, sheet = _begin(rules, at)
    condition = translator.matches(segment, sheet)
    tree = sheet.select([column(CUSTOMER, ASKED)]).where(condition, copy=False)
    return _finish(tree, translator, {})


def matches_of(segments: Sequence[str], rules: Rules, at: Instant) -> Query:
    """Ask of every customer which segments it matches: the id, and a truth for each of them.

    Raises:
        UsageError: Something in them has no SQL.
    """
    translator, sheet = _begin(rules, at)
    names = identifiers(segments, taken=(CUSTOMER,))
    truths = [named(translator.matches(segment, sheet), names[segment]) for segment in segments]
    tree = sheet.select([column(CUSTOMER, ASKED), *truths])
    return _finish(tree, translator, names)


def _begin(rules: Rules, at: Instant) -> tuple[Translator, Sheet]:
    translator = Translator(
        rules.layout, traits=rules.traits, segments=rules.segments, zone=rules.zone
    )
    return translator, Sheet(frame=Frame.everybody(at))


def _finish(tree: exp.Select, translator: Translator, columns: Mapping[str, str]) -> Query:
    for name, part in translator.shelf.parts():
        tree = tree.with_(exp.to_identifier(name, quoted=True), as_=part, copy=False)
    return Query(tree=tree, events=tuple(sorted(translator.used)), columns=columns)
