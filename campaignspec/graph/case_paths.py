"""The paths and deeds that tests expect are of steps and ways that a journey has.

Steps without names of their own are named when the journey is compiled, so nobody can say
before whether a test's `path` is sound.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from campaignspec.diagnostics import Diagnostic, Span
from campaignspec.graph.compile import compile_campaign
from campaignspec.project import Project
from campaignspec.project.names import Names, unknown
from campaignspec.spec.case import TestCase
from campaignspec.spec.kinds import Passage


def check_paths(project: Project) -> tuple[Diagnostic, ...]:
    """Find the steps and ways on tests' paths that their journeys do not have."""
    return tuple(
        finding
        for campaign, cases in project.tests.items()
        if any(case.expect.path or case.expect.done for case in cases)
        for finding in _of_campaign(project, campaign, cases)
    )


def _of_campaign(
    project: Project, campaign: str, cases: Sequence[TestCase]
) -> Iterator[Diagnostic]:
    graph = compile_campaign(project, campaign)
    ways = {
        node: tuple(edge.label for edge in graph.edges if edge.source == node)
        for node in graph.nodes
    }
    for case in cases:
        for place, passage in enumerate(case.expect.path):
            loc = case.loc / "expect" / "path" / place
            span = project.documents[loc.file].span(loc.path)
            yield from _of_passage(passage, campaign, ways, span)
        for deed in case.expect.done or ():
            span = project.documents[deed.loc.file].span((*deed.loc.path, "step"))
            yield from _of_passage(Passage(deed.step), campaign, ways, span)


def _of_passage(
    passage: Passage, campaign: str, ways: Mapping[str, tuple[str, ...]], span: Span
) -> Iterator[Diagnostic]:
    if passage.step not in ways:
        noun = f"step of `{campaign}`"
        yield unknown(Names(noun=noun, plural="steps", known=tuple(ways)), passage.step, span)
    elif passage.way is not None and passage.way not in ways[passage.step]:
        noun = f"way out of `{passage.step}`"
        known = Names(noun=noun, plural="ways", known=ways[passage.step])
        yield unknown(known, passage.way, span)
