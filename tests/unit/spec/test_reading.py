"""What is left of a file with mistakes in it: its sound pieces, and where it has holes."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import sections

from campaignspec.document import load_text
from campaignspec.spec import SCHEMAS, Campaign, TestFile
from campaignspec.spec.case import Person
from campaignspec.spec.entering import Enter, OnEvent
from campaignspec.spec.journey import Case, Goal, Send, Wait
from campaignspec.spec.kinds import Share
from campaignspec.spec.read import walk
from campaignspec.spec.reading import Pieces
from campaignspec.spec.rule import Rule
from campaignspec.spec.shape import Loc
from campaignspec.spec.waiting import WaitFor
from campaignspec.spec.write import to_yaml

HEAD = "campaign: a\nenter: {on: {event: e}}\n"


def pieces(text: str, section: type = Campaign) -> Pieces:
    document = load_text(text, "x.yaml").value
    assert document is not None
    return walk(document, section).pieces


def values(found: Pieces, section: type, key: str) -> list[object]:
    return [piece.value for piece in found.values_of(section, key)]


def test_an_unknown_key_leaves_all_others() -> None:
    found = pieces("campaign: a\nenter: {on: {event: e}, holdot: 5%, holdout: 10%}\njourney: []\n")

    assert values(found, Enter, "holdout") == [Share(0.1)]
    assert values(found, OnEvent, "event") == ["e"]
    assert found.at(("enter", "on")) == OnEvent(event="e")
    assert found.at(("enter",)) is None
    assert found.holes == frozenset()


def test_a_value_that_cannot_be_read_is_a_hole_and_has_no_default() -> None:
    found = pieces(HEAD + "journey: [{send: x, class: service, when_capped: 5}, {send: y}]\n")

    assert values(found, Send, "send") == ["x", "y"]
    assert list(found.sections(Send)) == [Send(send="y")]
    assert found.holes == {(Send, "when_capped")}


def test_a_section_that_lacks_a_key_leaves_what_is_in_it() -> None:
    found = pieces(HEAD + "journey: [{wait: {for: {event: f}}, then: [{send: x}]}]\n")

    assert values(found, OnEvent, "event") == ["e", "f"]
    assert list(found.sections(Send)) == [Send(send="x")]
    assert not [*found.sections(WaitFor), *found.sections(Wait)]
    assert found.holes == {(WaitFor, "at_most")}


def test_of_a_section_with_two_verbs_only_what_is_below_is_known() -> None:
    found = pieces(HEAD + "journey: [{send: x, wait: 7d}, {wait: {for: {event: f}, until: x}}]\n")

    assert values(found, Send, "send") == values(found, Wait, "wait") == []
    assert list(found.sections(Send)) == []


def test_a_section_without_a_verb_is_a_hole_unless_its_verb_is_misspelt() -> None:
    assert pieces(HEAD + "journey: [{sned: x}]\n").holes == frozenset()
    assert pieces(HEAD + "journey: [{name: x}]\n").holes == {(Campaign, "journey")}


def test_a_list_is_read_around_an_entry_that_cannot_be() -> None:
    found = pieces(HEAD + "journey: [{branch: [{if: a = 1, do: []}, 7, {if: b, do: []}]}]\n")

    rules = found.values_of(Case, "if")
    assert [rule.value.text for rule in rules] == ["a = 1"]


def test_names_of_entries_are_pieces_of_their_own() -> None:
    text = "tests: [{test: t, customer: {consent: {email: true, sms: maybe}}}]\n"

    found = pieces(text, TestFile)

    names = found.names_of(Person, "consent")
    assert [(name.value, name.at_key) for name in names] == [("email", True), ("sms", True)]
    assert values(found, Person, "consent") == [True]


def test_a_piece_knows_where_it_stands() -> None:
    (event,) = pieces(HEAD + "goal: {event: f, within: x}\n").values_of(Goal, "event")

    assert event.loc == Loc("x.yaml", ("goal", "event"))


def test_all_pieces_of_a_file_can_be_gone_through() -> None:
    found = pieces(HEAD + "journey: [{send: x}, {send: y, name: z}]\n")

    assert {(kind, key): [p.value for p in of] for (kind, key), of in found.values.items()} == {
        (Campaign, "campaign"): ["a"],
        (OnEvent, "event"): ["e"],
        (Send, "send"): ["x", "y"],
        (Send, "name"): ["z"],
    }
    assert (Send, "name") in found.values
    assert len(found.values) == 4
    assert dict(found.names) == {}


def test_scalars_of_a_kind_are_found_wherever_they_stand() -> None:
    text = "goal: {event: f, within: 9d, where: a = 1}\nleave: [{when: {event: g, where: b = 2}}]\n"

    found = pieces(HEAD + text)

    assert [rule.text for rule in found.sections(Rule)] == ["a = 1", "b = 2"]


@pytest.mark.parametrize("text", ["", "- a\n", "word\n"])
def test_a_file_that_is_no_mapping_has_no_pieces(text: str) -> None:
    assert pieces(text) == Pieces()


@given(st.data())
@settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_a_sound_file_is_a_piece_of_itself_and_has_no_holes(data: st.DataObject) -> None:
    section = data.draw(st.sampled_from(list(SCHEMAS.values())))
    whole = data.draw(sections(section))

    found = pieces(to_yaml(whole), section)

    assert found.at(()) == whole
    assert found.holes == frozenset()
