"""The parts of a segment, and how long one must have lasted."""

from __future__ import annotations

import pytest

from campaignspec.clock import DAY, Duration
from campaignspec.spec.audience import Segment
from campaignspec.spec.conditions import (
    Followed,
    Listed,
    cells_of,
    conditions_of,
    write_condition,
    write_segment,
)
from campaignspec.spec.kinds import Name
from campaignspec.spec.rule import InSegment, Not, Rule
from campaignspec.spec.rule_reader import RuleSyntaxError, read_rule, write_rule
from campaignspec.spec.sequence import Following


def rule(text: str) -> Rule:
    return Rule(text=text, term=read_rule(text))


def test_a_rule_may_ask_for_how_long_a_segment_has_matched() -> None:
    assert read_rule("segment('lapsed') for 2w") == InSegment(
        segment="lapsed", lasting=Duration(14 * DAY)
    )
    assert write_rule(read_rule("segment('lapsed')  for 2w and a = 1")) == (
        "segment('lapsed') for 14d and a = 1"
    )


def test_for_remains_a_word_that_facts_may_be_called_by() -> None:
    assert write_rule(read_rule("for >= 1 and segment('x')")) == "for >= 1 and segment('x')"


def test_after_for_comes_a_duration() -> None:
    with pytest.raises(RuleSyntaxError) as caught:
        read_rule("segment('lapsed') for ever")

    assert caught.value.message == "after `for` comes a duration"
    assert caught.value.help == "segment('lapsed') for 14d"
    assert (caught.value.start, caught.value.end) == (22, 26)


def test_all_parts_of_a_segment_are_asked_in_the_order_people_read_them() -> None:
    segment = Segment(
        where=rule("a = 1"),
        sequence=(Name("cart"),),
        listed="vips.csv",
        exclude=(Name("staff"),),
    )

    assert conditions_of(segment) == (
        read_rule("a = 1"),
        Followed(steps=(Following(event=Name("cart")),), within=None),
        Listed(file="vips.csv"),
        Not(term=InSegment(segment="staff")),
    )
    assert (
        write_segment(segment)
        == "a = 1; and cart; and listed in vips.csv; and not segment('staff')"
    )


def test_a_rule_alone_is_written_in_its_authors_words() -> None:
    assert write_segment(Segment(where=rule("( a  =  1 )"))) == "( a  =  1 )"
    assert write_condition(read_rule("( a  =  1 )")) == "a = 1"


def test_a_matrix_makes_a_segment_of_each_combination() -> None:
    segment = Segment(
        matrix={
            Name("often"): {Name("rare"): rule("n < 2"), Name("regular"): rule("n >= 2")},
            Name("worth"): {Name("much"): rule("s > 9 or vip = 'yes'")},
        },
        where=rule("city = 'Omsk'"),
        exclude=(Name("staff"),),
        title="How often and how much",
    )

    cells = cells_of("kinds", segment)

    assert {name: write_segment(cell) for name, cell in cells.items()} == {
        f"kinds.{often}.much": f"n {by} 2 and (s > 9 or vip = 'yes') and city = 'Omsk'; "
        "and not segment('staff')"
        for often, by in (("rare", "<"), ("regular", ">="))
    }
    assert all(cell.title is None and not cell.matrix for cell in cells.values())


def test_a_segment_without_a_matrix_makes_itself() -> None:
    segment = Segment(where=rule("a = 1"))

    assert cells_of("one", segment) == {"one": segment}
