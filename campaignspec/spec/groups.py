"""Traits told apart by a property: one for each of its values."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar, get_args

from campaignspec.spec.habits import ShareOf
from campaignspec.spec.rule import AllOf, Compare, Fact, Literal, Operator, Rule
from campaignspec.spec.rule_writer import write_rule
from campaignspec.spec.traits import GroupedTrait, MedianGap, Trait

GROUPED: tuple[type, ...] = get_args(GroupedTrait)
"""The traits that may have `by`."""

G = TypeVar("G", bound=GroupedTrait)


def group_property(trait: Trait) -> str | None:
    """Return the property that tells a trait apart; None where there is none."""
    return trait.by if isinstance(trait, GroupedTrait) else None


def wants_key(trait: Trait) -> bool:
    """Say whether a rule must name a value of the property; a median gap need not be of one."""
    return group_property(trait) is not None and not isinstance(trait, MedianGap)


def of_group(trait: G, key: str) -> G:
    """Return the trait of one value of its property: that of the events with this value.

    A share keeps what it is a share of; only what it is taken among is narrowed.
    """
    assert trait.by is not None, "linked rules name a key of traits with `by` only"  # noqa: S101
    is_key = Compare(fact=Fact(name=trait.by), operator=Operator.EQUAL, literal=Literal(value=key))
    if isinstance(trait, ShareOf):
        return replace(trait, among=_narrowed(trait.among, is_key), by=None)
    return replace(trait, where=_narrowed(trait.where, is_key), by=None)


def _narrowed(rule: Rule | None, also: Compare) -> Rule:
    """Return a rule that asks for one thing more; the rule itself comes first."""
    term = also if rule is None else AllOf(terms=(rule.term, also))
    return Rule(text=write_rule(term), term=term)
