"""All that validation finds of a project, of each campaign only what it has not found before.

A stage looks at each campaign beside what all share, and at no other campaign; what hangs on
several of them is found across, from what each tells. The stages are those of
`campaignspec.api.check` and `campaignspec.api.lint`, and each is come to only without an error in
those before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from campaignspec.api.outcome import Outcome
from campaignspec.api.verdict import Findings, Linted, SharedVerdict, Shown, Verdict
from campaignspec.cache import Cache, digest
from campaignspec.content.librarian import read_each
from campaignspec.content.library import Library
from campaignspec.content.settings import check_settings
from campaignspec.diagnostics import Diagnostic, has_errors, in_order
from campaignspec.graph.case_paths import check_paths
from campaignspec.lint import Scope
from campaignspec.lint.rules import lint_across, lint_campaign, tell
from campaignspec.project import Project
from campaignspec.project.connectors import check_channels
from campaignspec.project.discover import SUFFIX, ProjectFiles
from campaignspec.project.doing import check_shared, check_steps, doers
from campaignspec.project.footprint import Footprint
from campaignspec.project.link import link_across, link_apart
from campaignspec.project.load import Read, assembled, read_found
from campaignspec.project.named import Named, named_in, names_of
from campaignspec.project.world import AskedFiles, Day


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What was found of a project, and what of it is worth keeping.

    Attributes:
        outcome: What was found.
        made: What was found anew of single campaigns, and of what they share, by its keys.
        looked_at: The files of the campaigns of which anything was found anew.
        is_sound: Whether all files could be read; what lies in what is installed, such as the
            names of time zones, may be mended there.
    """

    outcome: Outcome
    made: Mapping[bytes, Verdict | SharedVerdict]
    looked_at: frozenset[Path]
    is_sound: bool


def review(
    found: ProjectFiles, seen: Footprint, *, relative_to: Path, cache: Cache, today: date | None
) -> Review:
    """Find everything that is wrong with a project.

    Args:
        found: The project's files.
        seen: What they are.
        relative_to: The folder that file names are shown relative to, where they are below it.
        cache: What keeps readings and verdicts.
        today: The day on which the lint looks at the project; without one there is no lint.

    Raises:
        UsageError: A file is there and cannot be opened.
        ConnectorError: An installed connector cannot be imported.
    """
    reviewer = _Reviewer(found, seen, relative_to, cache)
    diagnostics = reviewer.stages(today)
    return Review(
        outcome=reviewer.outcome(diagnostics),
        made=reviewer.made(),
        looked_at=frozenset(reviewer.anew),
        is_sound=not reviewer.unsound,
    )


class _Reviewer:
    """Goes through the stages, and reads of the campaigns those of which a stage is missing.

    Attributes:
        anew: The campaigns of which anything was found anew.
        unsound: The campaigns of which a file could not be read; None among them stands for what
            all share.
    """

    def __init__(
        self, found: ProjectFiles, seen: Footprint, relative_to: Path, cache: Cache
    ) -> None:
        self._found = found
        self._seen = seen
        self._relative_to = relative_to
        self._cache = cache
        self._verdicts = dict(self._known())
        self.anew: set[Path] = set()
        self._shared: SharedVerdict | None = None
        self.unsound: set[Path | None] = set()
        self._reads: dict[tuple[Path, ...], Read] = {}
        self._projects: dict[tuple[Path, ...], Project] = {}
        self._library = Library(templates={}, texts={})
        self._day: date | None = None

    def stages(self, today: date | None) -> Findings:
        """Go through the stages, until one finds an error."""
        linked = self._link()
        if has_errors(linked):
            return linked
        done = in_order([*linked, *self._do()])
        if has_errors(done):
            return done
        shown = in_order([*done, *self._show(today)])
        if today is None or has_errors(shown):
            return shown
        return self._lint(shown, today)

    def outcome(self, diagnostics: Findings) -> Outcome:
        """Put together what the stages have found."""
        verdicts = self._in_order()
        read = {name for each in verdicts if each.shown for name in each.shown.texts}
        places = dict.fromkeys(each.span.file for each in diagnostics)
        sources = (*verdicts, *((self._shared,) if self._shared else ()))
        answers = dict.fromkeys(answer for each in sources for answer in each.answers)
        return Outcome(
            diagnostics=diagnostics,
            campaigns=None if has_errors(diagnostics) else tuple(sorted(map(_name, verdicts))),
            files=tuple(file for file in places if file in read or not file.endswith(SUFFIX)),
            answers=tuple(answers),
            day=self._day,
        )

    def made(self) -> Mapping[bytes, Verdict | SharedVerdict]:
        """Return the sound verdicts of this run by their keys; those that were known are kept."""
        keys = self._seen.campaigns
        for path in self._verdicts.keys() - self.anew:
            self._cache.keep((keys[path], *self._verdicts[path].kept))
        if self._shared:
            self._cache.keep(self._shared.kept)
        if None in self.unsound:
            return {}
        made: dict[bytes, Verdict | SharedVerdict] = {
            keys[path]: self._verdicts[path] for path in self.anew - self.unsound
        }
        if self._shared:
            made[self._shared.key] = self._shared
        return made

    # --- what there is ---

    def _known(self) -> Iterator[tuple[Path, Verdict]]:
        for path, key in self._seen.campaigns.items():
            kept = self._cache.get(key)
            if isinstance(kept, Verdict) and kept.holds():
                yield path, kept

    def _in_order(self) -> list[Verdict]:
        """Return the verdicts by the names of campaigns.

        Of two that say one thing of a shared file, such as a journey, the last is heard.
        """
        return sorted(self._verdicts.values(), key=_name)

    def _without(self, has: Callable[[Verdict], bool]) -> tuple[Path, ...]:
        """Return the campaigns whose verdict lacks something, or who have none."""
        each = ((path, self._verdicts.get(path)) for path in self._found.campaigns)
        return tuple(path for path, verdict in each if verdict is None or not has(verdict))

    def _put(self, path: Path, verdict: Verdict) -> None:
        self._verdicts[path] = verdict
        self.anew.add(path)

    def _read(self, paths: tuple[Path, ...]) -> Read:
        if paths not in self._reads:
            some = self._found.only(frozenset(paths))
            self._reads[paths] = read_found(some, relative_to=self._relative_to, cache=self._cache)
        return self._reads[paths]

    def _project(self, paths: tuple[Path, ...]) -> Project:
        if paths not in self._projects:
            root = self._found.settings.parent
            self._projects[paths] = assembled(root, self._read(paths).files)
        return self._projects[paths]

    # --- the stages ---

    def _link(self) -> Findings:
        """Read files, and check what they say of each other."""
        paths = tuple(path for path in self._found.campaigns if path not in self._verdicts)
        read = self._read(paths) if paths else None
        named_anew = dict(zip(paths, named_in(read.files) if read else (), strict=True))
        named = [
            named_anew[path] if path in named_anew else self._verdicts[path].named
            for path in self._found.campaigns
        ]
        names = names_of(named)
        asked = repr(None if names is None else sorted(names))
        key = digest("linked", self._seen.shared, asked)
        kept = self._cache.get(key)
        self._shared = kept if isinstance(kept, SharedVerdict) and kept.holds() else None
        if paths or self._shared is None:
            self._link_anew(paths, named, key)
        found = (finding for verdict in self._in_order() for finding in verdict.linked)
        shared = self._shared.linked if self._shared else ()
        return in_order([*found, *shared, *link_across(named)])

    def _link_anew(self, paths: tuple[Path, ...], named: Sequence[Named], key: bytes) -> None:
        read, asked = self._read(paths), AskedFiles()
        owners = _owners(paths, read)
        linked: dict[Path | None, list[Diagnostic]] = {}
        for finding in (*read.diagnostics, *link_apart(read.files, named, asked)):
            linked.setdefault(owners.get(finding.span.file), []).append(finding)
        kept: dict[Path | None, list[bytes]] = {}
        for file, place in read.kept.items():
            kept.setdefault(owners.get(file), []).append(place)
        wrong = (each for each in read.diagnostics if has_errors([each]))
        self.unsound |= {owners.get(each.span.file) for each in wrong}
        names = dict(zip(self._found.campaigns, named, strict=True))
        for path in paths:
            self._put(
                path,
                Verdict(
                    named=names[path],
                    linked=in_order(linked.get(path, ())),
                    answers=asked.answers,
                    kept=tuple(kept.get(path, ())),
                ),
            )
        self._shared = SharedVerdict(
            key=key,
            linked=in_order(linked.get(None, ())),
            answers=asked.answers,
            kept=tuple(kept.get(None, ())),
        )

    def _do(self) -> Iterator[Diagnostic]:
        """Check that connectors can do what is asked of them."""
        paths = self._without(lambda verdict: verdict.done is not None)
        project = self._project(paths)
        table = doers(project.channels)
        for path in paths:
            verdict = self._verdicts[path]
            campaign = project.campaigns[_name(verdict)]
            self._put(path, replace(verdict, done=check_steps(project, campaign, table)))
        yield from check_channels(project)
        yield from check_shared(project, table)
        yield from (finding for each in self._in_order() for finding in each.done or ())

    def _show(self, today: date | None) -> Iterator[Diagnostic]:
        """Read templates, and follow the paths that tests expect."""
        paths = self._to_show(today)
        project = self._project(paths)
        self._library, readings = read_each(
            project, relative_to=self._relative_to, cache=self._cache
        )
        for path in paths:
            verdict = self._verdicts[path]
            reading, name = readings[_name(verdict)], _name(verdict)
            found = in_order([*reading.diagnostics, *check_paths(project.only(name))])
            shown = Shown(found=found, texts=self._library.read_for[name])
            kept = tuple(dict.fromkeys((*verdict.kept, *reading.kept)))
            self._put(path, replace(verdict, shown=shown, kept=kept))
        yield from check_settings(project)
        yield from (f for each in self._in_order() if each.shown for f in each.shown.found)

    def _to_show(self, today: date | None) -> tuple[Path, ...]:
        """Return the campaigns whose templates are to be read: the lint asks for them, too."""
        if today is None:
            return self._without(lambda verdict: verdict.shown is not None)
        return self._without(lambda v: v.linted is not None and v.linted.holds_on(today))

    def _lint(self, found: Findings, today: date) -> Findings:
        """Ask what is poor."""
        paths = self._to_show(today)
        scope = Scope(project=self._project(paths), library=self._library, day=Day(today))
        for path in paths:
            verdict = self._verdicts[path]
            one = scope.of(_name(verdict))
            said, told = lint_campaign(one), tell(one)
            linted = Linted(found=said, told=told, day=one.day.asked)
            self._put(path, replace(verdict, linted=linted))
        shared = scope.of_all()
        each = [verdict.linted for verdict in self._in_order() if verdict.linted]
        apart = (finding for linted in each for finding in linted.found)
        all_ = lint_across(shared, [linted.told for linted in each], [*found, *apart])
        self._day = shared.day.asked or next((e.day for e in each if e.day), None)
        return all_


def _owners(paths: Sequence[Path], read: Read) -> Mapping[str, Path]:
    """Return whose each file is, by the name it is shown under; nobody's if it is shared."""
    of = {part.file: path for part, path in zip(read.files.campaigns, paths, strict=True)}
    return of | {test.file: of[campaign.file] for test, campaign in read.files.tests}


def _name(verdict: Verdict) -> str:
    return str(verdict.named.written)
