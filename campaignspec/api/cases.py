"""Run the tests that stand beside campaigns, and look for random customers who break a rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from campaignspec.api.names import campaigns_of, require
from campaignspec.errors import UsageError
from campaignspec.project import Project
from campaignspec.simulate.bench import Bench
from campaignspec.simulate.case import CaseResult, try_case
from campaignspec.simulate.coverage import Coverage, coverage_of
from campaignspec.simulate.fuzzing import Found, fuzz
from campaignspec.spec.case import TestCase


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One test and where it stands.

    Attributes:
        file: The file.
        line: The line that it begins on, counted from 1.
        result: What came of it.
    """

    file: str
    line: int
    result: CaseResult


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignTests:
    """What came of the tests of a campaign.

    Attributes:
        campaign: The campaign's name.
        tried: The tests, in the order written.
        coverage: Which ways of the journey they walked; None where only some tests were run.
        fuzzed: How many random customers were tried; 0 where nothing is said that must never be.
        found: Random customers who got what nobody may get.
    """

    campaign: str
    tried: tuple[Tried, ...]
    coverage: Coverage | None
    fuzzed: int
    found: tuple[Found, ...]

    @property
    def passed(self) -> bool:
        """Whether all tests passed, and no random customer broke a rule."""
        return not self.found and all(tried.result.passed for tried in self.tried)


def try_projects(
    projects: Sequence[Project],
    names: Sequence[str],
    *,
    only: str = "",
    fuzzed: int = 0,
    seed: int = 1,
) -> Iterator[CampaignTests]:
    """Run tests of several projects; see `try_campaigns`.

    Raises:
        UsageError: No campaign of any of them has such a name, or no test has such a sentence.
    """
    if len(projects) == 1:
        yield from try_campaigns(projects[0], names, only=only, fuzzed=fuzzed, seed=seed)
        return
    known = {name for project in projects for name in project.campaigns}
    for name in names:
        require(name, known, "campaign")
    chosen = [(project, mine) for project in projects if (mine := _wanted(project, names, only))]
    if only and not chosen:
        raise UsageError(f"no test holds {only!r} in its sentence; leave -k out to run all")
    for project, mine in chosen:
        yield from try_campaigns(project, mine, only=only, fuzzed=fuzzed, seed=seed)


def _wanted(project: Project, names: Sequence[str], only: str) -> tuple[str, ...]:
    """Return the wanted campaigns of a project that have a test to be run."""
    mine = [name for name in project.campaigns if not names or name in names]
    return tuple(name for name in mine if not only or _chosen(project, name, only))


def try_campaigns(
    project: Project,
    names: Sequence[str],
    *,
    only: str = "",
    fuzzed: int = 0,
    seed: int = 1,
) -> Iterator[CampaignTests]:
    """Run tests, campaign by campaign.

    Args:
        project: The linked project.
        names: The campaigns; all, if none is named.
        only: Run the tests whose campaign or sentence holds this, in any case of letters.
        fuzzed: How many random customers each campaign with a ``never`` of its own is tried on.
        seed: What the random customers are drawn by.

    Raises:
        UsageError: No campaign has such a name, or no test has such a sentence.
    """
    wanted = campaigns_of(project, names)
    chosen = {name: _chosen(project, name, only) for name in wanted}
    if only and not any(chosen.values()):
        raise UsageError(f"no test holds {only!r} in its sentence; leave -k out to run all")
    for name in wanted:
        if chosen[name] or not only:
            yield _tested(project, name, chosen[name], whole=not only, fuzzed=fuzzed, seed=seed)


def tests_coverage(project: Project, campaign: str) -> Coverage:
    """Say which ways of a campaign's journey its tests walk."""
    bench = Bench.of(project, campaign)
    cases = project.tests.get(campaign, ())
    return coverage_of(bench, (try_case(bench, case).facts for case in cases))


def _chosen(project: Project, campaign: str, only: str) -> tuple[TestCase, ...]:
    word = only.casefold()
    return tuple(
        case
        for case in project.tests.get(campaign, ())
        if word in f"{campaign}: {case.test}".casefold()
    )


def _tested(
    project: Project,
    campaign: str,
    cases: Sequence[TestCase],
    *,
    whole: bool,
    fuzzed: int,
    seed: int,
) -> CampaignTests:
    bench = Bench.of(project, campaign)
    nevers = project.nevers.get(campaign, ())
    results = [try_case(bench, case, nevers) for case in cases]
    coverage = coverage_of(bench, (result.facts for result in results))
    return CampaignTests(
        campaign=campaign,
        tried=tuple(_placed(project, result) for result in results),
        coverage=coverage if whole else None,
        fuzzed=fuzzed if nevers else 0,
        found=tuple(fuzz(bench, nevers, number=fuzzed, seed=seed)),
    )


def _placed(project: Project, result: CaseResult) -> Tried:
    loc = result.case.loc
    document = project.documents.get(loc.file)
    line = document.span(loc.path).line if document else 1
    return Tried(file=loc.file, line=line, result=result)
