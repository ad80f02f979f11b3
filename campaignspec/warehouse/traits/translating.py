"""What a trait's SQL is written with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from sqlglot import exp

from campaignspec.spec.rule import Fact, Rule, Term
from campaignspec.spec.traits import Trait
from campaignspec.warehouse.frames import Sheet
from campaignspec.warehouse.layout import Relation
from campaignspec.warehouse.shelf import Shelf
from campaignspec.warehouse.value import Value


class Translator(Protocol):
    """Turns rules and traits into SQL."""

    @property
    def shelf(self) -> Shelf:
        """The query's parts so far."""

    @property
    def traits(self) -> Mapping[str, Trait]:
        """All traits by name."""

    @property
    def zone(self) -> str:
        """The project's time zone."""

    def events(self, name: str, where: Rule | None) -> str:
        """Return the table of the events of one name whose properties fit a rule."""

    def relation(self, event: str) -> Relation:
        """Return what is known of an event's table."""

    def is_attribute(self, name: str) -> bool:
        """Say whether customers have an attribute of that name."""

    def fact(self, fact: Fact, sheet: Sheet) -> Value:
        """Return what a trait or an attribute is worth for those on a sheet."""

    def condition(self, term: Term, sheet: Sheet) -> exp.Expr:
        """Say in SQL whether a rule holds for those on a sheet; never NULL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One fact that is asked for.

    Attributes:
        translator: What it is written with.
        sheet: For whom.
        name: What the trait is called.
    """

    translator: Translator
    sheet: Sheet
    name: str


Expressed: TypeAlias = Callable[[Any, Asked], Value]
"""Writes one kind of trait."""
