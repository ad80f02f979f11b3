"""The query that turns another tool's events into the tables of a migrated project.

It reads a view ``raw`` with one row an event in the order of arrival (``arrival``, ``type``,
``customer``, ``anonymous_id``, ``event``, ``at``, ``message_id``, and its document ``doc`` as
JSON), and it is plain SQL of DuckDB, so that it can also be run where the events are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from campaignspec.migrate.columns import Act, Beside, Form, Happening, Plan, Taken
from campaignspec.migrate.json_path import EACH, JsonPath
from campaignspec.spec.kinds import Name

_AT: Final = 'epoch_us("at") / 1e6'

_EVENTS: Final = """\
WITH once AS (
  SELECT * FROM raw
  WHERE customer IS NOT NULL
  QUALIFY message_id IS NULL
    OR row_number() OVER (PARTITION BY customer, message_id ORDER BY "at", arrival) = 1
),
named AS (
  SELECT *, unnest(list_filter([{names}], lambda name: name IS NOT NULL)) AS event_name
  FROM once
)
SELECT customer, "at", event_name AS event{columns}
FROM named
ORDER BY customer, "at", arrival
"""

_CUSTOMERS: Final = """\
SELECT customer{columns}
FROM {view}
WHERE customer IS NOT NULL
GROUP BY customer
ORDER BY customer
"""

_FORMS: Final[Mapping[Form, str]] = {
    Form.TEXT: "nullif({text}, '')",
    Form.NUMBER: "try_cast({text} AS DOUBLE)",
    Form.DATE: "{instant}::DATE",
    Form.SECONDS: "epoch_us({instant}) / 1e6",
    Form.TRUTH: "try_cast({text} AS BOOLEAN)",
    Form.INCLUDES: "CASE WHEN {all} IS NOT NULL THEN list_contains({elements}, {item}) END",
    Form.CONTAINS: "contains({text}, {item})",
    Form.BEGINS: "starts_with({text}, {item})",
    Form.ENDS: "ends_with({text}, {item})",
    Form.EQUALS: "list_contains({all}, {item})",
}
"""What is made of a value: of its text, of the instant that it is, of several texts."""


def events_query(plan: Plan) -> str:
    """Write the query of the table of events; one event of theirs may become several.

    An event that was delivered twice, under one message id, counts once.
    """
    names = ", ".join(
        f"CASE WHEN {_is(happening)} THEN {_text(name)} END"
        for name, happening in plan.events.items()
    )
    return _EVENTS.format(names=names or "NULL", columns=_columns(plan.properties, "{}"))


def customers_query(plan: Plan, *, view: str) -> str:
    """Write the query of the table of customers, of a view with ``customer`` and ``doc``."""
    return _CUSTOMERS.format(columns=_columns(plan.attributes, "any_value({})"), view=view)


def column_of(taken: Taken) -> str:
    """Write the expression of one value."""
    if taken.places == (Beside.ANONYMOUS,):
        return "nullif(anonymous_id, '')"
    if taken.places == (Beside.AT,):
        return '"at"::DATE' if taken.form is Form.DATE else _AT
    values = [_formed(place, taken) for place in taken.places if isinstance(place, JsonPath)]
    return values[0] if len(values) == 1 else f"coalesce({', '.join(values)})"


def _columns(taken: Mapping[Name, Taken], around: str) -> str:
    return "".join(
        f',\n  {around.format(column_of(one))} AS "{name}"' for name, one in taken.items()
    )


def _formed(path: JsonPath, taken: Taken) -> str:
    found = _found(path)
    text = f"({found})[1]" if path.has_many else found
    instant = (
        f"coalesce(try_cast({text} AS TIMESTAMPTZ) AT TIME ZONE 'UTC', "
        f"make_timestamp_ms(try_cast({text} AS BIGINT)))"
    )
    elements = _found(path if path.has_many else path / EACH)
    return _FORMS[taken.form].format(
        text=text, instant=instant, all=found, elements=elements, item=_text(taken.item)
    )


def _found(path: JsonPath) -> str:
    """Write the text of a value, or the list of the texts of several."""
    return f"json_extract_string(doc, {_text(path.in_duckdb)})"


def _is(happening: Happening) -> str:
    match happening.act:
        case Act.ANY:
            return "true"
        case Act.IDENTIFY:
            return "type = 'identify'"
        case Act.TRACK if happening.is_prefix:
            return f"(type = 'track' AND starts_with(event, {_text(happening.name)}))"
        case Act.TRACK:
            return f"(type = 'track' AND event = {_text(happening.name)})"


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
