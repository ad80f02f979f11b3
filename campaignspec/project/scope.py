"""What the checks look at: all files as read, and where everything in them stands."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from campaignspec.diagnostics import Diagnostic, Span
from campaignspec.document import Document
from campaignspec.project.inline import writable
from campaignspec.project.names import Names, Vocabulary
from campaignspec.project.world import AskedFiles
from campaignspec.spec.audience import Audiences
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.case import TestFile
from campaignspec.spec.channel import Channels
from campaignspec.spec.journey import Step
from campaignspec.spec.kpi_definition import Kpis
from campaignspec.spec.mix import Mix
from campaignspec.spec.offer import Offers
from campaignspec.spec.persona import Personas
from campaignspec.spec.programme import Programmes
from campaignspec.spec.project import Settings
from campaignspec.spec.reading import Piece, Pieces, Place, Placed
from campaignspec.spec.shape import Loc, is_section
from campaignspec.spec.shared_journey import Journeys

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Generic[T_co]):
    """One file as read.

    Attributes:
        file: Its name as it is shown.
        folder: The folder it lies in.
        document: Its data with positions; None when it is not YAML.
        value: What it says; None when anything in it is wrong.
        pieces: What could be read of it.
        torn: Whether mistakes in its text may keep some of it out of its data.
    """

    file: str
    folder: Path
    document: Document | None
    value: T_co | None
    pieces: Pieces
    torn: bool = False

    @property
    def data(self) -> dict[str, Any] | None:
        """What is written in it, right or wrong; None when some of it may be missing here."""
        data = self.document.data if self.document and not self.torn else None
        return data if isinstance(data, dict) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """All files of a project as read."""

    settings: Part[Settings]
    audiences: tuple[Part[Audiences], ...]
    channels: Part[Channels] | None
    campaigns: tuple[Part[Campaign], ...]
    tests: tuple[tuple[Part[TestFile], Part[Campaign]], ...]
    personas: Part[Personas] | None = None
    offers: Part[Offers] | None = None
    journeys: Part[Journeys] | None = None
    kpis: Part[Kpis] | None = None
    programmes: Part[Programmes] | None = None

    def all(self) -> Iterator[Part[object]]:
        """Yield every file."""
        yield self.settings
        yield from self.audiences
        if self.channels:
            yield self.channels
        if self.personas:
            yield self.personas
        if self.offers:
            yield self.offers
        if self.journeys:
            yield self.journeys
        if self.kpis:
            yield self.kpis
        if self.programmes:
            yield self.programmes
        yield from self.campaigns
        yield from (test for test, _ in self.tests)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The whole project, as far as it could be read, for one check after the other.

    What asks about one thing goes through the pieces of all files. What asks whether
    something is missing, or how things follow each other, looks at whole campaigns only.

    Attributes:
        files: All files.
        names: What may be referred to.
        parts: All files by their names.
        asked: The files that need only be there.
        memo: What was found once, for the checks that ask again.
    """

    files: Files
    names: Vocabulary
    parts: Mapping[str, Part[object]]
    asked: AskedFiles = field(default_factory=AskedFiles, compare=False, repr=False)
    memo: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, key: Hashable, find: Callable[[], T]) -> T:
        """Return what ``find`` finds, found only once for the same key."""
        if key not in self.memo:
            self.memo[key] = find()
        found: T = self.memo[key]
        return found

    def is_there(self, path: Path) -> bool:
        """Say whether there is a file that something names."""
        return self.asked.is_there(path)

    @property
    def shared(self) -> Mapping[str, tuple[Step, ...]]:
        """The shared journeys by name, but for those that cannot be written out."""
        found = self.files.journeys.value if self.files.journeys else None
        return self.once("shared", lambda: writable(found.journeys)) if found else {}

    @property
    def mixes(self) -> Mapping[str, Mix]:
        """The channel mixes by name; none with a mistake in their file."""
        part = self.files.channels
        found = part.value if part is not None else None
        return self.once("mixes", lambda: _named(found.mixes)) if found else {}

    @property
    def campaigns(self) -> Iterator[Campaign]:
        """The campaigns without a mistake in their files, in the order of these."""
        return (part.value for part in self.files.campaigns if part.value)

    def values(self, section: type, key: str) -> Iterator[Piece]:
        """Yield the scalars under a key of all sections of a type, sound or not."""
        return self._placed((section, key), "values", _values)

    def entry_names(self, section: type, key: str) -> Iterator[Piece]:
        """Yield the names of entries under a key of all sections of a type, sound or not."""
        return self._placed((section, key), "names", _entries)

    def _placed(self, place: Place, name: str, of: Callable[[Pieces], Placed]) -> Iterator[Piece]:
        files = self.once(name, lambda: self._by_place(of)).get(place, ())
        return (piece for pieces in files for piece in pieces[place])

    def _by_place(self, of: Callable[[Pieces], Placed]) -> Mapping[Place, Sequence[Placed]]:
        """Find the files that have anything under each key: there are more keys than files."""
        found: dict[Place, list[Placed]] = {}
        for part in self.parts.values():
            pieces = of(part.pieces)
            for place in pieces:
                found.setdefault(place, []).append(pieces)
        return found

    def sections(self, kind: type[T]) -> Iterator[T]:
        """Yield all sections of a type that have no mistake in them."""
        if is_section(kind):
            return iter(self.once("sections", self._by_kind).get(kind, ()))
        return (each for part in self.parts.values() for each in part.pieces.sections(kind))

    def _by_kind(self) -> Mapping[type, Sequence[Any]]:
        """Put together the sections of all files: of each kind is asked again and again."""
        found: dict[type, list[Any]] = {}
        for part in self.parts.values():
            for kind, sections in part.pieces.by_kind.items():
                found.setdefault(kind, []).extend(sections)
        return found

    def beside(self, loc: Loc, key: str) -> Any:
        """Return the scalar under another key of the same section; None without a sound one."""
        return self.parts[loc.file].pieces.at((*loc.path[:-1], key))

    def span(self, loc: Loc) -> Span:
        """Return where a value stands."""
        return self._document(loc).span(loc.path)

    def key_span(self, loc: Loc) -> Span:
        """Return where the key of a value stands."""
        return self._document(loc).key_span(loc.path)

    def span_of(self, piece: Piece) -> Span:
        """Return where a piece stands: a value, or the name of an entry."""
        return self.key_span(piece.loc) if piece.at_key else self.span(piece.loc)

    def find(self, names: Names, piece: Piece) -> Iterator[Diagnostic]:
        """Yield the finding that a piece names nothing, if so; most do, and need no place."""
        if piece.value not in names:
            yield from self.names.find(names, piece.value, self.span_of(piece))

    def part(self, loc: Loc, at: tuple[int, int]) -> Span:
        """Return where some characters of a text stand."""
        return self._document(loc).part(loc.path, *at)

    def _document(self, loc: Loc) -> Document:
        document = self.parts[loc.file].document
        if document is None:
            raise AssertionError(f"{loc.file} is not YAML, and something was read from it")
        return document


def _values(pieces: Pieces) -> Placed:
    return pieces.values


def _entries(pieces: Pieces) -> Placed:
    return pieces.names


def _named(entries: Mapping[Any, T]) -> Mapping[str, T]:
    return {str(name): entry for name, entry in entries.items()}
