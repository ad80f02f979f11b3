"""Validate a project: from what is known of it already, or else anew where anything changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from campaignspec.api.outcome import Outcome
from campaignspec.cache import Cache, cache_of, digest
from campaignspec.diagnostics import CODES, Diagnostic, has_errors, in_order, nearest
from campaignspec.errors import UsageError
from campaignspec.plugins import connectors_digest
from campaignspec.project.discover import SUFFIX, find_files, find_root
from campaignspec.project.footprint import footprint_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Validated:
    """What was found of a project.

    Attributes:
        diagnostics: All findings, in order of position.
        campaigns: The names of its campaigns, sorted; None when anything is wrong.
        texts: The text of every file with a finding by the name it is shown under.
    """

    diagnostics: tuple[Diagnostic, ...]
    campaigns: tuple[str, ...] | None
    texts: Mapping[str, str]


def validate(start: Path, *, today: date | None, packs: Path | None = None) -> Validated:
    """Find everything that is wrong with the project that ``start`` is in, and poor about it.

    It finds the same as `campaignspec.api.check.check` and, with a day, as
    `campaignspec.api.lint.with_lint` after it.

    Args:
        start: A folder in the project.
        today: The day from which dates are counted, and by which waivers end; without one nothing
            is said that is only poor.
        packs: Where it is kept what was found, for the next time; nowhere, if not given.

    Raises:
        ProjectNotFoundError: There is no project.
        UsageError: A file is there and cannot be opened.
        ConnectorError: An installed connector cannot be imported.
    """
    root = find_root(start)
    with cache_of(root, packs) as cache:
        outcome = _outcome(root, Path.cwd(), cache, today)
    return Validated(
        diagnostics=outcome.diagnostics,
        campaigns=outcome.campaigns,
        texts=dict(_texts(outcome.files, Path.cwd())),
    )


def only_of(found: Sequence[Diagnostic], codes: tuple[str, ...]) -> tuple[Diagnostic, ...]:
    """Keep the warnings of some codes, and all errors: a project with errors is never fine.

    Args:
        found: Findings.
        codes: The codes, or their names in words; with none, all findings are kept.

    Raises:
        UsageError: A code does not exist.
    """
    known = {name: code.code for code in CODES.values() for name in (code.code, code.slug)}
    for name in codes:
        if name not in known:
            meant = nearest(name, tuple(known))
            raise UsageError(
                f"no finding has the code {name!r}"
                + (f"; did you mean {meant!r}?" if meant else "")
            )
    wanted = {known[name] for name in codes}
    return tuple(d for d in found if not codes or d.code in wanted or has_errors([d]))


def together(found: Sequence[Validated]) -> Validated:
    """Put the findings of several projects into one, which has no campaigns of its own."""
    if len(found) == 1:
        return found[0]
    return Validated(
        diagnostics=in_order(finding for each in found for finding in each.diagnostics),
        campaigns=None,
        texts={file: text for each in found for file, text in each.texts.items()},
    )


def _outcome(root: Path, here: Path, cache: Cache, today: date | None) -> Outcome:
    found, besides = find_files(root), connectors_digest()
    seen = footprint_of(found, relative_to=here, besides=besides)
    key = digest("outcome", seen.whole, "poor" if today else "wrong")
    kept = cache.get(key)
    if isinstance(kept, Outcome) and kept.holds_on(today or date.max):
        cache.keep_all()
        return kept
    # The language takes longer to import than most projects take to be compared.
    from campaignspec.api.review import review

    made = review(found, seen, relative_to=here, cache=cache, today=today)
    with suppress(UsageError):
        now = footprint_of(found.only(made.looked_at), relative_to=here, besides=besides)
        if now != seen.only(made.looked_at):
            # Of what changed meanwhile nobody knows whether it was looked at before or after.
            return made.outcome
        for place, verdict in made.made.items():
            cache.put(place, verdict)
        if made.is_sound:
            cache.put(key, made.outcome)
    return made.outcome


def _texts(files: tuple[str, ...], here: Path) -> Iterator[tuple[str, str]]:
    for file in files:
        # As definitions and templates are read: of these, line ends are made alike.
        newline = None if file.endswith(SUFFIX) else ""
        with (
            suppress(OSError),
            (here / file).open(encoding="utf-8", errors="replace", newline=newline) as text,
        ):
            yield file, text.read()
