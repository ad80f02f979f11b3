"""Dittofeed's operators: what is asked of one value."""

from __future__ import annotations

from campaignspec.migrate.columns import Form
from campaignspec.migrate.conditions import (
    FactOf,
    compare,
    compare_time,
    moment_like,
    text_like,
)
from campaignspec.migrate.draft import Notebook, duration_of
from campaignspec.migrate.json_file import Node, node_of, number_of, text_of
from campaignspec.migrate.json_path import JsonPath, read_path
from campaignspec.migrate.notes import LostError
from campaignspec.spec.rule import Age, Known, Operator, Term


def condition(operator: Node, fact_of: FactOf, note: Notebook) -> Term:
    """Turn an operator into a term about a fact.

    Equality is that of texts, so that the number 10 equals the text ``10``; a value that is
    missing or empty does not exist, and is different from every other.

    Raises:
        LostError: The operator is not known, not whole, or has no counterpart.
    """
    match operator.get("type"):
        case "Equals":
            return compare(fact_of(Form.TEXT, ""), Operator.EQUAL, text_like(operator.get("value")))
        case "NotEquals":
            value = text_like(operator.get("value"))
            return compare(fact_of(Form.TEXT, ""), Operator.NOT_EQUAL, value)
        case "Exists":
            return Known(fact=fact_of(Form.TEXT, ""), known=True)
        case "NotExists":
            return Known(fact=fact_of(Form.TEXT, ""), known=False)
        case "GreaterThanOrEqual":
            return compare(
                fact_of(Form.NUMBER, ""), Operator.AT_LEAST, number_of(operator, "value")
            )
        case "LessThan":
            return compare(fact_of(Form.NUMBER, ""), Operator.LESS, number_of(operator, "value"))
        case "AbsoluteTimestamp":
            return _absolute(operator, fact_of)
        case "Within":
            length = duration_of(number_of(operator, "windowSeconds"), note)
            note.write("time-by-day", f"within {length} is counted from the day's beginning")
            return Age(fact=fact_of(Form.DATE, ""), older=False, duration=length)
        case other:
            raise LostError("unknown", f"the operator {other!r} is not known")


def asks_for_absence(condition: Node) -> bool:
    """Say whether a condition holds where there is no value."""
    operator = node_of(condition.get("operator"), "the operator")
    if operator.get("type") in {"NotEquals", "NotExists"}:
        return True
    return operator.get("type") == "Equals" and operator.get("value") == ""


def path_or_none(text: str, note: Notebook) -> JsonPath | None:
    """Read the path of a condition; None, with a note, for one that Dittofeed passes over."""
    try:
        return read_path(text)
    except ValueError:
        note.write("malformed-path", f"the condition on {text!r} is passed over, as there")
        return None


def _absolute(operator: Node, fact_of: FactOf) -> Term:
    moment = moment_like(text_of(operator, "absoluteTimestamp"))
    match operator.get("direction"):
        case "after":
            return compare_time(fact_of, Operator.AT_LEAST, moment)
        case "before":
            return compare_time(fact_of, Operator.LESS, moment)
        case other:
            raise LostError("unknown", f"the direction {other!r} is not known")
