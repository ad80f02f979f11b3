"""Rules, traits and segments turned into one query: the same rule, another compiler.

What several segments ask of the same events is one part of the query, made once. Nothing later
than the instant is seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from sqlglot import exp

from campaignspec.spec.audience import Segment
from campaignspec.spec.conditions import Condition, Followed, Listed, conditions_of
from campaignspec.spec.groups import of_group
from campaignspec.spec.rule import (
    Age,
    AllOf,
    Answered,
    AnyOf,
    Compare,
    Fact,
    InSegment,
    Known,
    Not,
    Offered,
    OneOf,
    Replied,
    Rule,
    Term,
)
from campaignspec.spec.traits import Trait
from campaignspec.warehouse.frames import ASKED, Frame, Sheet
from campaignspec.warehouse.inexpressible import (
    refuse_attribute,
    refuse_list,
    refuse_message,
    refuse_spell,
)
from campaignspec.warehouse.layout import AT, CUSTOMER, CUSTOMERS, Layout, N, Relation
from campaignspec.warehouse.sequence import followed
from campaignspec.warehouse.shelf import Shelf
from campaignspec.warehouse.traits import Asked, expressed
from campaignspec.warehouse.value import Value, aged, compare, known, one_of
from campaignspec.warehouse.words import column


class Translator:
    """Turns rules into SQL over a layout; what they need is put on a shelf."""

    def __init__(
        self,
        layout: Layout,
        *,
        traits: Mapping[str, Trait],
        segments: Mapping[str, Segment],
        zone: str,
    ) -> None:
        self.layout = layout
        self.traits = traits
        self.segments = segments
        self.zone = zone
        self.shelf = Shelf([CUSTOMERS, *(each.table for each in layout.events.values())])
        self.used: set[str] = set()
        self._filtered: dict[str, str] = {}

    def relation(self, event: str) -> Relation:
        """Return what is known of an event's table."""
        return self.layout.events[event]

    def is_attribute(self, name: str) -> bool:
        """Say whether customers have an attribute of that name."""
        return name in self.layout.customers.fields

    def events(self, name: str, where: Rule | None) -> str:
        """Return the table of the events of one name whose properties fit a rule.

        Each event is judged at its own instant.
        """
        self.used.add(name)
        relation = self.relation(name)
        if where is None:
            return relation.table

        def make() -> exp.Select:
            sheet = Sheet(frame=Frame(relation=relation.table, event=name))
            fits = self.condition(where.term, sheet)
            held = [field.column for field in relation.fields.values()]
            return sheet.select([column(each, ASKED) for each in (CUSTOMER, AT, N, *held)]).where(
                fits
            )

        return self.shelf.part(("events", name, where.term), f"{relation.table}_where", make)

    def matches(self, segment: str, sheet: Sheet) -> exp.Expr:
        """Say in SQL whether those on a sheet match a segment; never NULL."""
        parts = [self._part(part, sheet) for part in conditions_of(self.segments[segment])]
        return exp.and_(*parts)

    def condition(self, term: Term, sheet: Sheet) -> exp.Expr:
        """Say in SQL whether a rule holds for those on a sheet; never NULL."""
        match term:
            case Compare() | OneOf() | Known() | Age():
                return self._of_fact(term, self._fact(term.fact, sheet), sheet.frame)
            case InSegment() if term.lasting is None:
                return exp.paren(self.matches(term.segment, sheet))
            case InSegment():
                raise refuse_spell(term)
            case Answered() | Replied() | Offered():
                raise refuse_message(term)
            case Not():
                return exp.not_(self.condition(term.term, sheet))
            case AllOf():
                return exp.and_(*(self.condition(part, sheet) for part in term.terms))
            case AnyOf():
                return exp.or_(*(self.condition(part, sheet) for part in term.terms))
            case _:
                assert_never(term)

    def fact(self, fact: Fact, sheet: Sheet) -> Value:
        """Return what a trait or an attribute is worth for those on a sheet."""
        trait = self.traits.get(fact.name)
        if trait is None:
            field = self.layout.customers.fields.get(fact.name)
            if field is None:
                raise refuse_attribute(fact.name)
            return Value(kind=field.kind, tree=sheet.attribute(field.column))
        if fact.key is not None:
            trait = of_group(trait, fact.key)  # type: ignore[type-var]
        write = expressed(fact.name, trait)
        return write(trait, Asked(translator=self, sheet=sheet, name=fact.name))

    def _part(self, part: Condition, sheet: Sheet) -> exp.Expr:
        match part:
            case Followed():
                return followed(part, self, sheet)
            case Listed():
                raise refuse_list(part)
            case _:
                return self.condition(part, sheet)

    def _of_fact(self, term: Compare | OneOf | Known | Age, value: Value, frame: Frame) -> exp.Expr:
        match term:
            case Compare():
                return compare(value, term.operator, term.literal)
            case OneOf():
                return one_of(value, term.literals)
            case Known():
                return known(value, wanted=term.known)
            case Age():
                return aged(value, frame.at, frame.after(term.duration), older=term.older)
            case _:
                assert_never(term)

    def _fact(self, fact: Fact, sheet: Sheet) -> Value:
        """Return what a fact is worth: a property of the event at hand comes first."""
        event = sheet.frame.event
        if event is not None and fact.key is None:
            field = self.relation(event).fields.get(fact.name)
            if field is not None:
                return Value(kind=field.kind, tree=column(field.column, ASKED))
        return self.fact(fact, sheet)
