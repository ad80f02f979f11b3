"""What reading a file gives: the whole, when nothing is wrong, and else the sound pieces of it.

A piece is never made up: no default stands in for what could not be read, and a section is
there only when everything in it is sound. So whoever acts on a file needs the whole, and
whoever looks for more mistakes can go through the pieces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from types import MappingProxyType
from typing import Any, Final, Generic, NamedTuple, TypeAlias, TypeVar

from campaignspec.diagnostics import Diagnostic
from campaignspec.spec.sentences import Path
from campaignspec.spec.shape import EMPTY, Loc, is_section

T = TypeVar("T")

Place: TypeAlias = tuple[type, str]
"""A key of a section."""

_Found: TypeAlias = Mapping[Place, Sequence[tuple[Path, Any]]]
"""Paths and what was read there, by the keys that they lead through last."""

Folded: TypeAlias = tuple[_Found, _Found, Mapping[Path, Any], Mapping[Path, Any]]
"""Values and names by their places, and scalars and sections by their paths."""


class Piece(NamedTuple):
    """One scalar that could be read, whatever is wrong around it.

    Attributes:
        value: What it was read as.
        loc: Where it is.
        at_key: Whether it is the name of an entry, which stands at the entry's key.
    """

    value: Any
    loc: Loc
    at_key: bool = False


class Placed(Mapping[Place, tuple[Piece, ...]]):
    """Pieces by the key that they stand under, made where they are asked for.

    Most files hold more values than all that is ever asked about them.

    Args:
        file: The file as it is shown.
        found: What was read.
        at_key: Whether these are names of entries.
    """

    __slots__ = ("_at_key", "_file", "raw")

    def __init__(self, file: str, found: _Found, *, at_key: bool) -> None:
        self.raw = found
        self._file = file
        self._at_key = at_key

    def __getitem__(self, place: Place) -> tuple[Piece, ...]:
        file, at_key = self._file, self._at_key
        found = self.raw[place]
        return tuple([Piece(value, Loc(file, path), at_key) for path, value in found])

    def __contains__(self, place: object) -> bool:
        return place in self.raw

    def __iter__(self) -> Iterator[Place]:
        return iter(self.raw)

    def __len__(self) -> int:
        return len(self.raw)


NO_PIECES: Final = Placed("", EMPTY, at_key=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """Everything in a file that could be read.

    Attributes:
        values: The scalars, by the key that they stand under, alone or in a list or entries.
        names: The names of entries, by the key that the entries stand under.
        scalars: The scalars, by their paths.
        whole: The sections without any mistake in them, by their paths.
        holes: The keys that lack a value that could be read, or entries of it.
        by_kind: The sound sections by their type.
    """

    values: Placed = field(default_factory=lambda: NO_PIECES)
    names: Placed = field(default_factory=lambda: NO_PIECES)
    scalars: Mapping[Path, Any] = field(default_factory=lambda: EMPTY)
    whole: Mapping[Path, Any] = field(default_factory=lambda: EMPTY)
    holes: frozenset[Place] = frozenset()
    by_kind: Mapping[type, tuple[Any, ...]] = field(
        default_factory=lambda: EMPTY, compare=False, repr=False
    )

    @property
    def sound(self) -> Mapping[Path, Any]:
        """The scalars, and the sections without any mistake in them, by their paths."""
        return {**self.scalars, **self.whole}

    def folded(self) -> Folded:
        """Return the pieces of a file as plain values, which are written and read sooner."""
        if self.holes:
            raise AssertionError("only a file without mistakes is kept")
        return self.values.raw, self.names.raw, dict(self.scalars), dict(self.whole)

    @classmethod
    def unfolded(cls, file: str, folded: Folded) -> Pieces:
        """Return the pieces that were `folded`."""
        values, names, scalars, whole = folded
        return cls(
            values=Placed(file, values, at_key=False),
            names=Placed(file, names, at_key=True),
            scalars=scalars,
            whole=whole,
            by_kind=_by_kind(whole.values()),
        )

    def values_of(self, section: type, key: str) -> tuple[Piece, ...]:
        """Return the scalars under a key of all sections of a type."""
        place = (section, key)
        return self.values[place] if place in self.values.raw else ()

    def names_of(self, section: type, key: str) -> tuple[Piece, ...]:
        """Return the names of the entries under a key of all sections of a type."""
        place = (section, key)
        return self.names[place] if place in self.names.raw else ()

    def at(self, path: Path) -> Any:
        """Return the scalar or the section at a path; None when it is not there or not sound."""
        return self.whole[path] if path in self.whole else self.scalars.get(path)

    def sections(self, kind: type[T]) -> Iterator[T]:
        """Yield the sections of a type that have no mistake in them."""
        found = self.by_kind.get(kind)
        if found is not None or is_section(kind):
            return iter(found or ())
        sound = chain(self.scalars.values(), self.whole.values())
        return (each for each in sound if isinstance(each, kind))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Generic[T]):
    """A file, read as a section.

    Attributes:
        value: What it says; None when anything is wrong.
        pieces: What could be read of it.
        diagnostics: All findings, in order of position.
    """

    value: T | None
    pieces: Pieces
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(slots=True)
class Notes:
    """What a reader notes down on its way.

    Attributes:
        file: The file that is read.
        kinds: By path, what each section is, sound or not; None when that is unclear.
        values: The scalars by the keys that they stand under.
        names: The names of entries by the keys that these stand under.
        scalars: The scalars by path.
        sections: The sections without any mistake in them, by path.
        holes: Where something is missing or could not be read.
    """

    file: str
    kinds: dict[Path, type | None] = field(default_factory=dict)
    values: dict[Place, list[tuple[Path, Any]]] = field(default_factory=dict)
    names: dict[Place, list[tuple[Path, Any]]] = field(default_factory=dict)
    scalars: dict[Path, Any] = field(default_factory=dict)
    sections: dict[Path, Any] = field(default_factory=dict)
    holes: list[Path] = field(default_factory=list)

    def value(self, path: Path, value: Any, place: Place | None) -> None:
        """Note a scalar, unless it is unclear what section it stands in."""
        if place is None:
            return
        self.scalars[path] = value
        found = self.values.get(place)
        if found is None:
            self.values[place] = [(path, value)]
        else:
            found.append((path, value))

    def name(self, path: Path, name: Any, place: Place | None) -> None:
        """Note the name of an entry, unless it is unclear what section it stands in."""
        if place is not None:
            self.names.setdefault(place, []).append((path, name))

    def pieces(self) -> Pieces:
        """Return what was noted."""
        return Pieces(
            values=Placed(self.file, self.values, at_key=False),
            names=Placed(self.file, self.names, at_key=True),
            scalars=MappingProxyType(self.scalars),
            whole=MappingProxyType(self.sections),
            holes=frozenset(place for path in self.holes if (place := self._place(path))),
            by_kind=_by_kind(self.sections.values()),
        )

    def _place(self, path: Path) -> Place | None:
        """Find the key that a path leads through last."""
        kinds = self.kinds
        for length in range(len(path) - 1, -1, -1):
            above = path[:length]
            if above in kinds:
                section = kinds[above]
                return (section, str(path[length])) if section else None
        return None


def _by_kind(sections: Iterable[Any]) -> Mapping[type, tuple[Any, ...]]:
    sorted_: dict[type, list[Any]] = {}
    for section in sections:
        sorted_.setdefault(type(section), []).append(section)
    return {kind: tuple(found) for kind, found in sorted_.items()}
