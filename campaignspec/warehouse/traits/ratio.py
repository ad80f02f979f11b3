"""Ratios: one trait divided by another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlglot import exp

from campaignspec.money import MICROS
from campaignspec.project.names import FactKind
from campaignspec.spec.rule import Fact
from campaignspec.spec.traits import Ratio
from campaignspec.warehouse.traits.translating import Asked, Expressed
from campaignspec.warehouse.value import Value, as_number
from campaignspec.warehouse.words import divide, double, whole


def _ratio(trait: Ratio, asked: Asked) -> Value:
    above, below = (
        asked.translator.fact(Fact(name=str(name)), asked.sheet) for name in (trait.ratio, trait.to)
    )
    found = divide(as_number(above), exp.Nullif(this=as_number(below), expression=whole(0)))
    if above.kind is FactKind.MONEY and below.kind is FactKind.NUMBER:
        return Value(kind=FactKind.MONEY, tree=found)
    if above.kind is FactKind.NUMBER and below.kind is FactKind.MONEY:
        found = exp.paren(exp.Mul(this=found, expression=double(whole(MICROS))))
    return Value(kind=FactKind.NUMBER, tree=found)


RATIOS: Final[Mapping[type, Expressed]] = {Ratio: _ratio}
