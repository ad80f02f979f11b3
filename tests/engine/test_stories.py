"""A person's story tells every fact, and what it proves agrees with what the engine did."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from engine_kit.cases import Case, case_of, cases
from engine_kit.drive import set_up
from engine_kit.profile import NIGHTLY, examples
from hypothesis import given

from campaignspec.cli.story_text import story_data, story_lines
from campaignspec.engine.driver import advance
from campaignspec.ledger.memory import MemoryLedger
from campaignspec.story import Record, Story, lore_of, records_of, tell_story

SEEDS = range(5_000 if NIGHTLY else 60)
TODAY = "as files and data are today"
"""How a story begins to say that it finds another reason than the facts."""


def stories(case: Case) -> Iterator[tuple[Story, tuple[Record, ...]]]:
    """Yield everybody's story, and the facts that it is told from."""
    assembly = set_up(case)
    ledger = MemoryLedger(assembly.programs, assembly.world, start=case.start)
    advance(assembly.programs, assembly.world, ledger, case.end)
    facts = ledger.facts()
    for row, customer in enumerate(assembly.world.history.customers):
        lore = lore_of(case.project, assembly, facts, row=row, start=case.start, end=case.end)
        story = tell_story(lore, sorted(case.project.campaigns), source="a case")
        yield story, records_of(facts, customer)


def doubts(story: Story) -> list[str]:
    """Return where a story finds another reason than its facts."""
    told = [
        f"{each.record}: {reason.text}"
        for chapter in story.chapters
        for each in chapter.told
        for reason in each.because
        if TODAY in reason.text
    ]
    return told + [silence.text for silence in story.silences if TODAY in silence.text]


@pytest.mark.parametrize("first", range(SEEDS.start, SEEDS.stop, 20))
def test_stories_agree_with_the_engine_in_twenty_seeded_cases(first: int) -> None:
    for seed in range(first, first + 20):
        for story, _ in stories(case_of(seed)):
            assert doubts(story) == [], f"seed {seed}, {story.customer}"


@examples(15)
@given(cases())
def test_every_fact_of_a_person_is_in_the_story(case: Case) -> None:
    for story, facts in stories(case):
        told = [each.record for chapter in story.chapters for each in chapter.told]
        silent = {silence.campaign for silence in story.silences}

        assert sorted(map(repr, told)) == sorted(map(repr, facts))
        assert silent == set(case.project.campaigns) - {fact.campaign for fact in facts}


@examples(15)
@given(cases())
def test_every_story_can_be_written_for_people_and_for_programs(case: Case) -> None:
    for story, facts in stories(case):
        lines, data = list(story_lines(story)), story_data(story)

        assert len(lines) > len(facts)
        assert sum(len(chapter["facts"]) for chapter in data["chapters"]) == len(facts)
