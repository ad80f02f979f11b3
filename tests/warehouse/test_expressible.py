"""What has SQL, and what is refused with a reason."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from warehouse.examples import SEGMENTS, TRAITS
from warehouse.tables import story_layout

from campaignspec.clock import parse_instant
from campaignspec.errors import UsageError
from campaignspec.spec.audience import Segment
from campaignspec.spec.kinds import Name
from campaignspec.spec.marks import Mark
from campaignspec.spec.rule import Answer, Answered, Rule
from campaignspec.spec.traits import Trait
from campaignspec.warehouse import Dialect, Rules, members_of, write_sql
from campaignspec.warehouse.inexpressible import INEXPRESSIBLE
from campaignspec.warehouse.traits import EXPRESSED

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "push-segments-to-your-warehouse.md"
NOW = parse_instant("2018-03-20")
REFUSED = {
    "streak": "the trait 'streak' has no SQL: "
    "the calendar of the project's time zone is not in SQL",
    "hour": "the trait 'hour' has no SQL: customers' own clocks are not in SQL",
    "stage": "the trait 'stage' has no SQL: a lifecycle is walked through tick by tick",
    "product-bucket": "the trait 'product-bucket' has no SQL: databases have no 32-bit FNV hash",
    "listed": "a segment listed in 'vips.csv' has no SQL: its customers stand in a file",
    "lasting": "\"segment('quiet') for 14d\" has no SQL: it asks for every tick of that time",
}
ADVICE = "; compute it with the store: `campaignspec segment` without --sql and --direct"


def rules() -> Rules:
    return Rules(layout=story_layout(), traits=TRAITS, segments=SEGMENTS, zone="UTC")


def verb(kind: type) -> str:
    return next(iter(kind.__dataclass_fields__))


def test_every_kind_of_trait_is_either_written_or_refused() -> None:
    kinds = set(get_args(Trait))

    assert {*EXPRESSED, *INEXPRESSIBLE} == kinds
    assert not set(EXPRESSED) & set(INEXPRESSIBLE)
    assert {type(trait) for trait in TRAITS.values()} == kinds - {Mark}  # of no history


def test_the_page_lists_every_kind_that_is_refused() -> None:
    page = PAGE.read_text(encoding="utf-8")

    for kind, reason in INEXPRESSIBLE.items():
        assert f"| `{verb(kind)}` | {reason} |" in page


@pytest.mark.parametrize("segment", [name for name in SEGMENTS if name not in REFUSED])
def test_what_has_sql_is_written_for_every_database(segment: str) -> None:
    query = members_of(segment, rules(), NOW)

    for dialect in Dialect:
        assert "SELECT" in write_sql(query.tree, dialect)


@pytest.mark.parametrize("segment", REFUSED)
def test_what_has_no_sql_is_named_with_what_to_do(segment: str) -> None:
    with pytest.raises(UsageError) as raised:
        members_of(segment, rules(), NOW)

    assert str(raised.value) == REFUSED[segment] + ADVICE


def test_a_refusal_comes_through_a_segment_that_asks_for_another() -> None:
    segments = {**SEGMENTS, "outer": Segment(exclude=(Name("stage"),), where=SEGMENTS["sum"].where)}
    asked = Rules(layout=story_layout(), traits=TRAITS, segments=segments, zone="UTC")

    with pytest.raises(UsageError, match="the trait 'stage' has no SQL"):
        members_of("outer", asked, NOW)


def test_ranks_at_the_instant_of_every_event_are_refused() -> None:
    from warehouse.examples import BUY, rule

    from campaignspec.spec.traits import Count

    traits = {**TRAITS, "best-buys": Count(count=BUY, where=rule("scores = 'best'"))}
    segments = {"it": Segment(where=rule("best-buys >= 1"))}
    asked = Rules(layout=story_layout(), traits=traits, segments=segments, zone="UTC")

    with pytest.raises(UsageError, match="ranks at the instant of every event"):
        members_of("it", asked, NOW)


def test_an_attribute_that_is_no_column_is_refused() -> None:
    from warehouse.examples import rule

    segments = {"it": Segment(where=rule("timezone = 'UTC'"))}
    asked = Rules(layout=story_layout(), traits={}, segments=segments, zone="UTC")

    with pytest.raises(UsageError, match="the attribute 'timezone' has no SQL"):
        members_of("it", asked, NOW)


def test_answers_to_messages_of_a_journey_are_refused() -> None:
    answered = Rule(text="", term=Answered(answer=Answer.OPENED, step="hello"))
    asked = Rules(
        layout=story_layout(), traits={}, segments={"it": Segment(where=answered)}, zone="UTC"
    )

    with pytest.raises(UsageError, match="only a journey knows its own messages"):
        members_of("it", asked, NOW)
