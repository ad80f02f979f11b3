"""Values of campaignspec as bytes, and made again of them, with nothing else called meanwhile."""

from __future__ import annotations

import importlib
import io
import pickle
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final


class _Pickler(pickle.Pickler):
    """Writes our values by their fields, which takes half of what dataclasses do by themselves."""

    def reducer_override(self, obj: Any) -> Any:
        """Say how a value is made again."""
        kind: type = type(obj)
        if kind is MappingProxyType:
            return _mapping, (dict(obj),)
        values_of = _getter(kind)
        return NotImplemented if values_of is None else (_rebuilt, (kind, values_of(obj)))


class _Unpickler(pickle.Unpickler):
    """Makes plain values and the types of campaignspec, and calls nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a type by its name.

        Raises:
            pickle.UnpicklingError: It is none that a value of ours is made of.
        """
        found = _known_class(module, name)
        if found is None:
            raise pickle.UnpicklingError(f"{module}.{name} is no value of campaignspec")
        return found


@cache
def _known_class(module: str, name: str) -> Any:
    """Return a type, or a helper of this module, by its name; None of anything else."""
    if (module, name) in _HELPERS:
        return globals()[name]
    if name in _PLAIN.get(module, ()) or module.startswith("campaignspec."):
        found = getattr(importlib.import_module(module), name, None)
        return found if isinstance(found, type) and found.__module__ == module else None
    return None


def pickled(value: Any) -> bytes:
    """Write a value down.

    Raises:
        pickle.PicklingError: It cannot be; or, of some values, `TypeError`, `AttributeError` or
            `RecursionError`.
    """
    buffer = io.BytesIO()
    _Pickler(buffer, pickle.HIGHEST_PROTOCOL).dump(value)
    return buffer.getvalue()


def unpickled(raw: bytes | memoryview) -> Any:
    """Make a value again from what was written down; of spoilt bytes anything may be raised."""
    return _Unpickler(io.BytesIO(raw)).load()


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


@cache
def _getter(kind: type) -> Callable[[Any], tuple[Any, ...]] | None:
    """Return what takes the values of a dataclass with slots; None for any other type."""
    if not is_dataclass(kind) or "__slots__" not in vars(kind):
        return None
    names = _names(kind)
    if len(names) > 1:
        return attrgetter(*names)
    return lambda obj: tuple(getattr(obj, name) for name in names)


@cache
def _setters(kind: type) -> tuple[Callable[[Any, Any], None], ...]:
    # Frozen dataclasses refuse to be set in any other way.
    return tuple(getattr(kind, name).__set__ for name in _names(kind))


def _rebuilt(kind: type, values: tuple[Any, ...]) -> Any:
    made: Any = object.__new__(kind)
    for put, value in zip(_setters(kind), values, strict=True):
        put(made, value)
    return made


def _mapping(entries: dict[Any, Any]) -> Mapping[Any, Any]:
    return MappingProxyType(entries)


_HELPERS: Final = frozenset({(__name__, "_rebuilt"), (__name__, "_mapping")})
_PLAIN: Final[Mapping[str, tuple[str, ...]]] = {
    "datetime": ("date", "datetime", "time", "timedelta", "timezone"),
    "builtins": ("frozenset", "set"),
    "decimal": ("Decimal",),
}
"""What beside our own types values are made of, by module."""
