"""What campaigns are called: all that the rest of a project knows of each by its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from campaignspec.diagnostics import Span
from campaignspec.project.scope import Files, Part
from campaignspec.spec.campaign import Campaign


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What one campaign is called.

    Attributes:
        folder: Its folder's name.
        written: What its file says, right or wrong; None where nobody can tell.
        places: The name as far as it could be read, and where it stands.
    """

    folder: str
    written: str | None
    places: tuple[tuple[str, Span], ...]


def named_in(files: Files) -> tuple[Named, ...]:
    """Return what the campaigns of some files are called, in the order of these."""
    return tuple(map(named_by, files.campaigns))


def named_by(part: Part[Campaign]) -> Named:
    """Return what a campaign is called."""
    written = part.data.get("campaign") if part.data else None
    return Named(
        folder=part.folder.name,
        written=written if isinstance(written, str) else None,
        places=tuple(_places(part)),
    )


def names_of(named: Iterable[Named]) -> frozenset[str] | None:
    """Name each campaign as its file does, and as its folder does; None if a name is hidden."""
    found: set[str] = set()
    for each in named:
        if each.written is None:
            return None
        found |= {each.written, each.folder}
    return frozenset(found)


def _places(part: Part[Campaign]) -> Iterator[tuple[str, Span]]:
    for piece in part.pieces.values_of(Campaign, "campaign"):
        if part.document is not None:
            yield str(piece.value), part.document.span(piece.loc.path)
