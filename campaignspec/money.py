"""Amounts of money: whole micro-units of one currency, never floats.

A micro-unit is a millionth of the currency's unit. It is finer than the cent because the
cost of one e-mail is: 0.0004 USD is 400 micro-units, exactly.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

MICROS = 1_000_000
_TEXT = re.compile(r"(-?\d{1,12}(?:\.\d{1,6})?) ([A-Z]{3})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An exact amount of one currency.

    Attributes:
        micros: The amount in millionths of the currency's unit.
        currency: ISO 4217 code, three capitals.
    """

    micros: int
    currency: str

    def __str__(self) -> str:
        return f"{format_micros(self.micros)} {self.currency}"


def parse_money(text: str) -> Money:
    """Read ``500 USD`` or ``0.0004 EUR``.

    Raises:
        ValueError: The text is not an amount, a space and a three-letter currency code.
    """
    match = _TEXT.fullmatch(text)
    if match is None:
        raise ValueError("write an amount, a space and a currency: 500 USD, 0.0004 EUR")
    return Money(micros=int(Decimal(match[1]) * MICROS), currency=match[2])


def format_micros(micros: int) -> str:
    """Write an amount with two decimals, or with as many as it needs when it has more."""
    amount = Decimal(micros) / MICROS
    cents = amount.quantize(Decimal("0.01"))
    return f"{cents:,}" if cents == amount else f"{amount.normalize():,f}"
