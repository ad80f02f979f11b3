"""The table of what a campaign pays back with lists of several sizes."""

from __future__ import annotations

from campaignspec.measure.list_plan import AtSize, ListReading
from campaignspec.quality.list_size import regime
from campaignspec.report import format as written
from campaignspec.report.model import Cell, Row, Section, State, Table
from campaignspec.spec.economics import Economics

_NO_ECONOMICS = Economics()


def plan_table(section: Section) -> Table:
    """Show what each size of the list costs and earns, and whether that is what was planned."""
    plan, currency = section.result.review.plan, section.result.currency
    return Table(
        name="plan",
        title="What lists of other sizes pay back",
        note=_note(section, plan) if plan else "",
        columns=("Contacts", "Which means", "Cost", "Margin", "Result", "ROMI", "Planned"),
        numeric=frozenset({0, 2, 3, 4, 5, 6}),
        rows=tuple(_row(each, currency) for each in plan.sizes) if plan else (),
    )


def _row(each: AtSize, currency: str) -> Row:
    return Row(
        cells=(
            Cell(text=written.count(each.contacts)),
            Cell(text=regime(each.contacts)),
            Cell(text=written.amount(each.cost, currency)),
            Cell(text=written.amount(each.margin, currency)),
            Cell(text=written.amount(each.result, currency)),
            Cell(text=written.share(each.romi)),
            _planned(each),
        )
    )


def _planned(each: AtSize) -> Cell:
    if each.limit is None:
        return Cell(text=written.NOTHING)
    state = {True: State.GOOD, False: State.BAD, None: State.UNKNOWN}[each.is_met]
    return Cell(text=written.target(each.limit), state=state)


def _note(section: Section, plan: ListReading) -> str:
    economics = section.campaign.economics or _NO_ECONOMICS
    share = economics.plan.orders_per_click if economics.plan else None
    each = plan.each
    note = (
        "Arithmetic with what is planned, and no measurement of what the campaign causes. On "
        f"average of {written.count(plan.reached)} customers, one gets "
        f"{written.average(each.messages)} messages and clicks {written.average(each.clicks)} of "
        f"them; {share} of clicks are taken to bring an order of {economics.price}, of which "
        f"{economics.margin} is earned. "
    )
    if plan.break_even is None:
        return f"{note}A contact costs more than it earns: no list is large enough."
    return f"{note}From {written.count(plan.break_even)} contacts on nothing is lost."
