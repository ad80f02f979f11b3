"""Paths into documents, and the names that the language allows."""

from __future__ import annotations

import json

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.migrate.columns import Form, Taken
from campaignspec.migrate.extract import column_of
from campaignspec.migrate.json_path import EACH, read_path
from campaignspec.migrate.naming import name_like
from campaignspec.spec.kinds import KINDS, Name
from campaignspec.spec.rule import Compare, Fact, Literal, Operator
from campaignspec.spec.rule_reader import read_rule
from campaignspec.spec.rule_writer import write_rule


@pytest.mark.parametrize(
    ("text", "steps", "shown"),
    [
        ("email", ("email",), "$.email"),
        ("$.a.b", ("a", "b"), "$.a.b"),
        ("a[0].b-c", ("a", 0, "b-c"), "$.a[0].b-c"),
        ('$["x y"].z', ("x y", "z"), '$["x y"].z'),
        ("$['x']", ("x",), "$.x"),
        ("items[*].sku", ("items", EACH, "sku"), "$.items[*].sku"),
        ("$", (), "$"),
        ("имя", ("имя",), "$.имя"),
    ],
)
def test_a_path_is_read_as_other_tools_write_it(text, steps, shown):
    path = read_path(text)

    assert path.steps == steps
    assert str(path) == shown
    assert read_path(shown) == path


@pytest.mark.parametrize("text", ["", "!*(_.$%", "$.", "a..b", "a b", "$[x]", "$['a\"b']", "a[-1]"])
def test_what_is_no_path_is_refused(text):
    with pytest.raises(ValueError, match="path"):
        read_path(text)


DOCUMENT = {
    "text": "Anna",
    "empty": "",
    "ten": 10,
    "half": "1.5",
    "yes": True,
    "none": None,
    "list": ["a", 1],
    "x y": {"z": [{"k": "one"}, {"k": "two"}]},
    "day": "2024-01-15",
    "moment": "2024-01-15T23:30:00-02:00",
    "millis": 1705338000500,
}


@pytest.mark.parametrize(
    ("path", "form", "item", "expected"),
    [
        ("text", Form.TEXT, "", "Anna"),
        ("empty", Form.TEXT, "", None),
        ("none", Form.TEXT, "", None),
        ("missing.deeper", Form.TEXT, "", None),
        ("ten", Form.TEXT, "", "10"),
        ("yes", Form.TEXT, "", "true"),
        ("list", Form.TEXT, "", '["a",1]'),
        ('$["x y"].z[*].k', Form.TEXT, "", "one"),
        ('$["x y"].z[1].k', Form.TEXT, "", "two"),
        ("half", Form.NUMBER, "", 1.5),
        ("text", Form.NUMBER, "", None),
        ("day", Form.DATE, "", "2024-01-15"),
        ("moment", Form.DATE, "", "2024-01-16"),
        ("millis", Form.SECONDS, "", 1705338000.5),
        ("text", Form.SECONDS, "", None),
        ("yes", Form.TRUTH, "", True),
        ("list", Form.INCLUDES, "a", True),
        ("list", Form.INCLUDES, "b", False),
        ("missing", Form.INCLUDES, "a", None),
        ('$["x y"].z[*].k', Form.EQUALS, "two", True),
        ("text", Form.CONTAINS, "nn", True),
        ("text", Form.BEGINS, "nn", False),
        ("text", Form.ENDS, "na", True),
        ("missing", Form.ENDS, "na", None),
        ("text", Form.CONTAINS, "it's", False),
    ],
)
def test_a_value_is_taken_out_of_a_document(path, form, item, expected):
    taken = Taken(places=(read_path(path),), form=form, item=item)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("CREATE TABLE raw AS SELECT ?::JSON AS doc", [json.dumps(DOCUMENT)])

        ((found,),) = connection.table("raw").project(column_of(taken)).fetchall()

    assert (str(found) if form is Form.DATE else found) == expected


@given(st.text(), st.booleans())
def test_whatever_people_called_it_gets_a_name_that_rules_and_yaml_can_hold(text, dots):
    name = name_like(text, (), dots=dots)

    term = Compare(fact=Fact(name=name), operator=Operator.AT_LEAST, literal=Literal(value=1.0))
    assert KINDS[Name].parse(name) == name
    assert dots or "." not in name
    assert read_rule(write_rule(term)) == term


def test_a_name_is_given_once():
    taken = {name_like("a b", ()): 1}
    taken[name_like("a-b", taken)] = 2
    taken[name_like("a.b", taken)] = 3

    assert list(taken) == ["a-b", "a-b_2", "a-b_3"]
