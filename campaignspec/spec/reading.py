"""What reading a file gives: the whole, when nothing is wrong, and else the sound pieces of it.

A piece is never made up: no default stands in for what could not be read, and a section is
there only when everything in it is sound. So whoever acts on a file needs the whole, and
whoever looks for more mistakes can go through the pieces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Generic, TypeAlias, TypeVar

from campaignspec.diagnostics import Diagnostic
from campaignspec.spec.sentences import Path
from campaignspec.spec.shape import EMPTY, Loc, is_section

T = TypeVar("T")

Place: TypeAlias = tuple[type, str]
"""A key of a section."""

_FoldedPlace: TypeAlias = tuple[Place, tuple[tuple[Path, Any], ...]]

Folded: TypeAlias = tuple[tuple[tuple[_FoldedPlace, ...], ...], Mapping[Path, Any]]
"""Values and names by their places, and what is sound by its path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One scalar that could be read, whatever is wrong around it.

    Attributes:
        value: What it was read as.
        loc: Where it is.
        at_key: Whether it is the name of an entry, which stands at the entry's key.
    """

    value: Any
    loc: Loc
    at_key: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """Everything in a file that could be read.

    Attributes:
        values: The scalars, by the key that they stand under, alone or in a list or entries.
        names: The names of entries, by the key that the entries stand under.
        sound: The scalars and the sections without any mistake in them, by their paths.
        holes: The keys that lack a value that could be read, or entries of it.
        by_kind: The sound sections by their type.
    """

    values: Mapping[Place, tuple[Piece, ...]] = field(default_factory=lambda: EMPTY)
    names: Mapping[Place, tuple[Piece, ...]] = field(default_factory=lambda: EMPTY)
    sound: Mapping[Path, Any] = field(default_factory=lambda: EMPTY)
    holes: frozenset[Place] = frozenset()
    by_kind: Mapping[type, tuple[Any, ...]] = field(
        default_factory=lambda: EMPTY, compare=False, repr=False
    )

    def folded(self) -> Folded:
        """Return the pieces of a file as plain values, which are written and read sooner."""
        if self.holes:
            raise AssertionError("only a file without mistakes is kept")
        return tuple(
            tuple((place, tuple((p.loc.path, p.value) for p in ps)) for place, ps in of.items())
            for of in (self.values, self.names)
        ), dict(self.sound)

    @classmethod
    def unfolded(cls, file: str, folded: Folded) -> Pieces:
        """Return the pieces that were `folded`."""
        (values, names), sound = folded
        return cls(
            values=_unfolded(file, values, at_key=False),
            names=_unfolded(file, names, at_key=True),
            sound=MappingProxyType(sound),
            by_kind=_by_kind(each for each in sound.values() if is_section(type(each))),
        )

    def values_of(self, section: type, key: str) -> tuple[Piece, ...]:
        """Return the scalars under a key of all sections of a type."""
        return self.values.get((section, key), ())

    def names_of(self, section: type, key: str) -> tuple[Piece, ...]:
        """Return the names of the entries under a key of all sections of a type."""
        return self.names.get((section, key), ())

    def at(self, path: Path) -> Any:
        """Return the scalar or the section at a path; None when it is not there or not sound."""
        return self.sound.get(path)

    def sections(self, kind: type[T]) -> Iterator[T]:
        """Yield the sections of a type that have no mistake in them."""
        if is_section(kind):
            return iter(self.by_kind.get(kind, ()))
        return (each for each in self.sound.values() if isinstance(each, kind))


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
    """What a reader notes down on its way, by path.

    Attributes:
        file: The file that is read.
        kinds: What each section is, sound or not; None when that is unclear.
        values: The scalars.
        names: The names of entries.
        sections: The sections without any mistake in them.
        holes: Where something is missing or could not be read.
    """

    file: str
    kinds: dict[Path, type | None] = field(default_factory=dict)
    values: dict[Path, Any] = field(default_factory=dict)
    names: dict[Path, Any] = field(default_factory=dict)
    sections: dict[Path, Any] = field(default_factory=dict)
    holes: list[Path] = field(default_factory=list)

    def pieces(self) -> Pieces:
        """Sort the notes by the keys that they are about."""
        holes = (self._place(path) for path in self.holes)
        placed = {path: place for path in self.values if (place := self._place(path))}
        named = {path: place for path in self.names if (place := self._place(path))}
        sound = {path: self.values[path] for path in placed}
        return Pieces(
            values=self._by_place(self.values, placed, at_key=False),
            names=self._by_place(self.names, named, at_key=True),
            sound=MappingProxyType(sound | self.sections),
            holes=frozenset(place for place in holes if place),
            by_kind=_by_kind(self.sections.values()),
        )

    def _by_place(
        self, found: Mapping[Path, Any], places: Mapping[Path, Place], *, at_key: bool
    ) -> Mapping[Place, tuple[Piece, ...]]:
        sorted_: dict[Place, list[Piece]] = {}
        for path, place in places.items():
            piece = Piece(value=found[path], loc=Loc(self.file, path), at_key=at_key)
            sorted_.setdefault(place, []).append(piece)
        return MappingProxyType({place: tuple(pieces) for place, pieces in sorted_.items()})

    def _place(self, path: Path) -> Place | None:
        """Find the key that a path leads through last."""
        kinds = self.kinds
        for length in range(len(path) - 1, -1, -1):
            above = path[:length]
            if above in kinds:
                section = kinds[above]
                return (section, str(path[length])) if section else None
        return None


def _unfolded(
    file: str, found: tuple[_FoldedPlace, ...], *, at_key: bool
) -> Mapping[Place, tuple[Piece, ...]]:
    return MappingProxyType(
        {
            place: tuple(Piece(value=v, loc=Loc(file, path), at_key=at_key) for path, v in pieces)
            for place, pieces in found
        }
    )


def _by_kind(sections: Iterable[Any]) -> Mapping[type, tuple[Any, ...]]:
    sorted_: dict[type, list[Any]] = {}
    for section in sections:
        sorted_.setdefault(type(section), []).append(section)
    return {kind: tuple(found) for kind, found in sorted_.items()}
