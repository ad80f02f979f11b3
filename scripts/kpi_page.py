"""The reference of KPIs, made from the registry."""

from __future__ import annotations

from collections.abc import Iterator

from campaignspec.spec.kpi_definition import Role
from campaignspec.spec.kpi_promise import Need, needs_of
from campaignspec.spec.kpi_registry import AMBIGUOUS, BUILTINS, Builtin, Group
from campaignspec.spec.kpi_words import counted_as
from scripts.markdown import MADE, table

_INTRODUCTION = """\
Every built-in KPI with what stands above and below the line. They are written in the form in which
a project writes its own in [`kpis.yaml`](language.md#kpisyaml), and counted the same way;
[how to measure a campaign](../how-to/measure-a-campaign.md) shows both. `campaignspec explain ctor`
says the same of one of them.

A message is *delivered* when it was sent and its channel did not refuse it later: sent less failed.
A window counts from the entry; an entry whose window is not over does not count. A KPI without a
window of its own takes the campaign's, or else that of its goal.
"""

_NEEDS = {
    Need.GOAL: "a goal",
    Need.GOAL_VALUE: "the goal's `value`",
    Need.HOLDOUT: "a holdout",
    Need.WINDOW: "a window",
    Need.SEGMENT: "`segment`",
    Need.ORDER_VALUE: "its `value`, or a `price`",
    Need.OWNED: "its `owned`",
    Need.SCORE: "its `value`",
    Need.MARGIN: "`margin`",
    Need.CAC: "`cac`",
}

_ROLES = {
    Role.ORDER: "An order; `value` is what it is worth, `product` names what was bought, `owned` "
    "is true of those through an own channel.",
    Role.VISIT: "A visit to the site or the app.",
    Role.READ: "Somebody reads a post.",
    Role.INTERACTION: "Somebody likes, comments or forwards.",
    Role.FOLLOW: "Somebody begins to follow.",
    Role.UNFOLLOW: "Somebody ceases to follow.",
    Role.ANSWER: "An answer to a survey; `value` is its score.",
    Role.COMPLAINT: "Somebody complains of a message; `message.complained`, if not declared.",
}


def kpi_page() -> str:
    """List the built-in KPIs, and the events that they look at."""
    return "\n".join([f"# KPIs\n\n{MADE}\n", _INTRODUCTION, *_groups(), _roles(), _ambiguous()])


def _groups() -> Iterator[str]:
    for group in Group:
        rows = [_row(name, each) for name, each in BUILTINS.items() if each.group is group]
        heads = ("KPI", "counts", "unit", "needs", "meaning")
        yield f"## {group}\n\n{table(heads, rows)}"


def _row(name: str, builtin: Builtin) -> tuple[str, ...]:
    definition = builtin.definition
    needs = needs_of(name, definition)
    wanted = (_NEEDS.get(need, f"the event `{need}`") for need in Need if need in needs)
    return (
        f"`{name}`",
        counted_as(name, definition),
        str(definition.unit),
        ", ".join(wanted),
        definition.meaning,
    )


def _roles() -> str:
    rows = [(f"`{role}`", _ROLES[role]) for role in Role]
    return (
        "## The events that they look at\n\nSaid once, under `events` in `kpis.yaml`; an order "
        "also in a campaign's `economics`.\n\n" + table(("event", "is"), rows)
    )


def _ambiguous() -> str:
    rows = [
        (f"`{name}`", ", ".join(f"`{each}`" for each in meant)) for name, meant in AMBIGUOUS.items()
    ]
    return "## Names that say too little\n\n" + table(("instead of", "write one of"), rows)
