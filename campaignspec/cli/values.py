"""Writing facts about a customer: as people read them, and as programs do."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, assert_never

from campaignspec.audience import FactKind, Value
from campaignspec.clock import format_instant, to_datetime
from campaignspec.money import format_micros

_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()


def value_text(value: Value, *, zone: str, currency: str) -> str:
    """Write a value that is not missing, for people."""
    found = value.value
    if found is None:
        return "missing"
    match value.kind:
        case FactKind.TEXT:
            text = str(found)
            return text if text.isprintable() and text else repr(text)
        case FactKind.INSTANT:
            return format_instant(int(found), zone)
        case FactKind.DATE:
            return date.fromordinal(int(found) + _EPOCH_DAY).isoformat()
        case FactKind.MONEY:
            return f"{format_micros(round(float(found)))} {currency}"
        case FactKind.BOOLEAN:
            return "yes" if found else "no"
        case FactKind.NUMBER:
            return f"{float(found):.15g}"
        case _:
            assert_never(value.kind)


def value_data(value: Value) -> dict[str, Any]:
    """Return a value as plain data; money is in micro-units."""
    found: Any = value.value
    if found is not None and value.kind is FactKind.INSTANT:
        found = instant_data(int(found))
    elif found is not None and value.kind is FactKind.DATE:
        found = date.fromordinal(int(found) + _EPOCH_DAY).isoformat()
    key = "micros" if value.kind is FactKind.MONEY else "value"
    return {"kind": value.kind.value, key: found}


def instant_data(instant: int) -> str:
    """Return an instant as ISO 8601 in UTC."""
    return to_datetime(instant).isoformat()
