"""Parcelvoy's conditions on one value: texts, numbers, truth values, dates and lists."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from campaignspec.clock import DAY, HOUR, MINUTE, SECOND, WEEK
from campaignspec.migrate.columns import Form
from campaignspec.migrate.conditions import (
    FactOf,
    compare,
    compare_time,
    is_false,
    is_true,
    moment_like,
    text_like,
)
from campaignspec.migrate.draft import Notebook, duration_of
from campaignspec.migrate.json_file import Node, kind_of, number_of, word_of
from campaignspec.migrate.notes import LostError
from campaignspec.spec.rule import Age, AllOf, Compare, Known, Not, Operator, Term

_ORDERED: Final = {
    "=": Operator.EQUAL,
    "<": Operator.LESS,
    "<=": Operator.AT_MOST,
    ">": Operator.GREATER,
    ">=": Operator.AT_LEAST,
}
_PARTS: Final = {
    "contains": Form.CONTAINS,
    "starts with": Form.BEGINS,
    "ends with": Form.ENDS,
}
_NO_PARTS: Final = {
    "not contain": Form.CONTAINS,
    "not contains": Form.CONTAINS,
    "not start with": Form.BEGINS,
    "not end with": Form.ENDS,
}
_FORM_OF: Final = {
    "string": Form.TEXT,
    "number": Form.NUMBER,
    "boolean": Form.TRUTH,
    "date": Form.DATE,
    "array": Form.TEXT,
}
_UNITS: Final = {
    "second": SECOND,
    "minute": MINUTE,
    "hour": HOUR,
    "day": DAY,
    "week": WEEK,
    "month": 30 * DAY,
    "year": 365 * DAY,
}
_RELATIVE: Final = re.compile(
    r"\{\{\s*(?P<way>subDate|addDate)\s+[\"']now[\"']\s+[\"']?(?P<number>\d{1,9})[\"']?\s+"
    r"[\"'](?P<unit>\w+?)s?[\"']\s*\}\}"
)


def condition(rule: Node, fact_of: FactOf, note: Notebook) -> Term:
    """Turn a rule about one value into a term.

    Raises:
        LostError: Its type or operator is not known, or it has no counterpart.
    """
    kind, operator = word_of(rule, "type"), word_of(rule, "operator")
    if kind not in _FORM_OF:
        raise LostError("unknown", f"{kind_of(rule)} is not known")
    match operator:
        case "is set":
            return Known(fact=fact_of(_FORM_OF[kind], ""), known=True)
        case "is not set" | "empty":
            return Known(fact=fact_of(_FORM_OF[kind], ""), known=False)
        case "!=":
            return _different(rule, fact_of, note)
        case _:
            return _KINDS[kind](rule, fact_of, note)


def length_of(period: Node, note: Notebook) -> float | None:
    """Return a rolling period in seconds; None where there is no period.

    Raises:
        LostError: The period is between two dates, or its unit is not known.
    """
    if not period:
        return None
    if word_of(period, "type") != "rolling":
        raise LostError("unknown", "a period between two dates moves with no instant")
    return _seconds(number_of(period, "value"), word_of(period, "unit"), note)


def _different(rule: Node, fact_of: FactOf, note: Notebook) -> Term:
    """Say that there is a value, and another one."""
    equal = condition({**rule, "operator": "="}, fact_of, note)
    if rule["type"] == "boolean":
        wanted = _truth(rule)
        return is_false(fact_of(Form.TRUTH, "")) if wanted else is_true(fact_of(Form.TRUTH, ""))
    known = Known(fact=fact_of(_FORM_OF[rule["type"]], ""), known=True)
    return AllOf(terms=(known, _not_equal(equal)))


def _not_equal(equal: Term) -> Term:
    if isinstance(equal, Compare):
        return replace(equal, operator=Operator.NOT_EQUAL)
    return Not(term=equal)


def _text(rule: Node, fact_of: FactOf, note: Notebook) -> Term:
    del note
    if word_of(rule, "operator") == "=":
        return compare(fact_of(Form.TEXT, ""), Operator.EQUAL, text_like(_literal(rule)))
    return _part(rule, fact_of, _PARTS, _NO_PARTS)


def _list(rule: Node, fact_of: FactOf, note: Notebook) -> Term:
    del note
    return _part(
        rule,
        fact_of,
        {"contains": Form.INCLUDES, "=": Form.INCLUDES},
        {"not contain": Form.INCLUDES, "not contains": Form.INCLUDES},
    )


def _part(rule: Node, fact_of: FactOf, asked: dict[str, Form], denied: dict[str, Form]) -> Term:
    operator = word_of(rule, "operator")
    if operator in asked:
        return is_true(fact_of(asked[operator], text_like(_literal(rule))))
    if operator in denied:
        return is_false(fact_of(denied[operator], text_like(_literal(rule))))
    raise LostError("unknown", f"the operator {operator!r} of {kind_of(rule)} is not known")


def _number(rule: Node, fact_of: FactOf, note: Notebook) -> Term:
    del note
    return compare(fact_of(Form.NUMBER, ""), _operator(rule), number_of(rule, "value"))


def _boolean(rule: Node, fact_of: FactOf, note: Notebook) -> Term:
    del note
    _operator(rule, "=")
    return is_true(fact_of(Form.TRUTH, "")) if _truth(rule) else is_false(fact_of(Form.TRUTH, ""))


def _date(rule: Node, fact_of: FactOf, note: Notebook) -> Term:
    operator, value = _operator(rule), rule.get("value")
    if isinstance(value, str) and "{{" in value:
        return _relative(value, operator, fact_of, note)
    if isinstance(value, str) and value.isdigit():
        value = int(value)
    return compare_time(fact_of, operator, moment_like(value))


def _relative(text: str, operator: Operator, fact_of: FactOf, note: Notebook) -> Term:
    """Turn ``createdAt > {{subDate "now" 1 "months"}}`` into ``createdAt within 30d``."""
    match = _RELATIVE.fullmatch(text.strip())
    if match is None or match["way"] == "addDate" or operator is Operator.EQUAL:
        raise LostError("template", f"{text} with `{operator}` has no counterpart")
    length = duration_of(_seconds(float(match["number"]), match["unit"], note), note)
    note.write("time-by-day", f"{length} ago is counted from the day's beginning")
    older = operator in {Operator.LESS, Operator.AT_MOST}
    return Age(fact=fact_of(Form.DATE, ""), older=older, duration=length)


def _seconds(number: float, unit: str, note: Notebook) -> float:
    length = _UNITS.get(unit.removesuffix("s"))
    if length is None:
        raise LostError("unknown", f"the unit {unit!r} is not known")
    if unit.removesuffix("s") in {"month", "year"}:
        note.write("months", f"{number:g} {unit} are {number * length / DAY:g} days here")
    return number * length / SECOND


def _operator(rule: Node, *allowed: str) -> Operator:
    operator = word_of(rule, "operator")
    if operator not in (allowed or tuple(_ORDERED)):
        raise LostError("unknown", f"the operator {operator!r} of {kind_of(rule)} is not known")
    return _ORDERED[operator]


def _truth(rule: Node) -> bool:
    """Read a truth value; one that is not written is true."""
    match word_of(rule, "value", "true"):
        case "true":
            return True
        case "false":
            return False
        case other:
            raise LostError("broken", f"{other} is neither true nor false")


def _literal(rule: Node) -> Any:
    value = rule.get("value")
    if isinstance(value, str) and "{{" in value:
        raise LostError("template", f"{value} is a template")
    return value


_KINDS: Final[dict[str, Callable[[Node, FactOf, Notebook], Term]]] = {
    "string": _text,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "array": _list,
}
"""What becomes of a rule that is not about being set, by its type."""
