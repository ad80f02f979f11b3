"""What the checks look at: all files as read, and where everything in them stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from campaignspec.diagnostics import Span
from campaignspec.document import Document
from campaignspec.project.names import Vocabulary
from campaignspec.spec.audience import Audiences, Segment, Trait
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.case import TestFile
from campaignspec.spec.channel import Cap, Channel, Channels
from campaignspec.spec.project import Settings
from campaignspec.spec.shape import Loc

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Generic[T_co]):
    """One file as read.

    Attributes:
        file: Its name as it is shown.
        folder: The folder it lies in.
        document: Its data with positions; None when it is not YAML.
        value: What it says; None when anything in it is wrong.
    """

    file: str
    folder: Path
    document: Document | None
    value: T_co | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """All files of a project as read."""

    settings: Part[Settings]
    audiences: tuple[Part[Audiences], ...]
    channels: Part[Channels] | None
    campaigns: tuple[Part[Campaign], ...]
    tests: tuple[tuple[Part[TestFile], Part[Campaign]], ...]

    def all(self) -> Iterator[Part[object]]:
        """Yield every file."""
        yield self.settings
        yield from self.audiences
        if self.channels:
            yield self.channels
        yield from self.campaigns
        yield from (test for test, _ in self.tests)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The whole project, as far as it could be read, for one check after the other.

    Attributes:
        files: All files.
        names: What may be referred to.
        documents: The files' data with positions, by file.
    """

    files: Files
    names: Vocabulary
    documents: Mapping[str, Document]

    @property
    def settings(self) -> Settings | None:
        """What ``campaignspec.yaml`` says."""
        return self.files.settings.value

    @property
    def campaigns(self) -> Iterator[Campaign]:
        """All campaigns, in the order of their files."""
        return (part.value for part in self.files.campaigns if part.value)

    @property
    def traits(self) -> Iterator[tuple[str, Trait]]:
        """All traits, in the order of their files."""
        for part in self.files.audiences:
            yield from part.value.traits.items() if part.value else ()

    @property
    def segments(self) -> Iterator[tuple[str, Segment]]:
        """All segments, in the order of their files."""
        for part in self.files.audiences:
            yield from part.value.segments.items() if part.value else ()

    @property
    def channels(self) -> Iterator[tuple[str, Channel]]:
        """All channels, also those that environments set up otherwise."""
        part = self.files.channels
        yield from part.value.channels.items() if part and part.value else ()
        for environment in self.settings.environments.values() if self.settings else ():
            yield from environment.channels.items()

    @property
    def caps(self) -> tuple[Cap, ...]:
        """The limits on messages to one person."""
        part = self.files.channels
        return part.value.policies.caps if part and part.value and part.value.policies else ()

    def span(self, loc: Loc) -> Span:
        """Return where a value stands."""
        return self.documents[loc.file].span(loc.path)

    def key_span(self, loc: Loc) -> Span:
        """Return where the key of a value stands."""
        return self.documents[loc.file].key_span(loc.path)

    def part(self, loc: Loc, at: tuple[int, int]) -> Span:
        """Return where some characters of a text stand."""
        return self.documents[loc.file].part(loc.path, *at)
