"""Writing a section back as plain data and as YAML: the inverse of reading."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from campaignspec.money import MICROS, Money
from campaignspec.spec.rule import Rule
from campaignspec.spec.rule_writer import write_rule
from campaignspec.spec.shape import is_section, keys_of
from campaignspec.spec.yaml_text import yaml_text


def write(value: Any) -> Any:
    """Write a section, or any value in one, as dictionaries, lists and scalars.

    Keys at their default are left out, and rules and kinds are written the canonical way.
    """
    if is_section(type(value)):
        return _write_section(value)
    if isinstance(value, tuple):
        return [write(item) for item in value]
    if isinstance(value, Mapping):
        return {str(name): write(item) for name, item in value.items()}
    return _write_scalar(value)


def to_yaml(value: Any) -> str:
    """Write a section as YAML that reads back as the same section."""
    return yaml_text(write(value))


def default_of(section: type, attribute: str) -> Any:
    """Return what a key means when it is left out; MISSING for one that is required."""
    field = next(field for field in dataclasses.fields(section) if field.name == attribute)
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def _write_section(section: Any) -> dict[str, Any]:
    kind: type = type(section)
    values = ((key, getattr(section, key.attribute)) for key in keys_of(kind))
    return {
        key.name: write(value)
        for key, value in values
        if key.required or value != default_of(kind, key.attribute)
    }


def _write_scalar(value: Any) -> str | int | float | bool:
    match value:
        case Rule():
            return write_rule(value.term)
        case Money():
            # Its text for people groups digits by commas, which authors do not write.
            amount = f"{Decimal(value.micros) / MICROS:f}"
            return f"{amount} {value.currency}"
        case StrEnum():
            return value.value
        case bool() | int() | float() | str():
            return value
        case _:
            return str(value)
