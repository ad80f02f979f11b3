"""``campaignspec programme``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from campaignspec.cli.options import from_option, project_option, to_option
from campaignspec.spec.kinds import Name

if TYPE_CHECKING:
    from pathlib import Path

    from campaignspec.api.programme import Judged
    from campaignspec.measure.programme import Share


@click.command("programme")
@click.argument("name")
@project_option
@from_option
@to_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How it is written.",
)
def command(name: str, start: Path, first: str | None, last: str | None, form: str) -> None:
    """Judge campaigns of several departments together, by one list of orders.

    Rehearses all campaigns of the programme NAME at once. Every order counts once; whose touch had
    a part in it is said by several models side by side.
    """
    from campaignspec.api.check import opened
    from campaignspec.api.programme import judge

    project, _ = opened(start)
    judged = judge(project, name, first=first, last=last)
    if form == "json":
        click.echo(json.dumps(_data(judged, project.settings.currency), indent=2))
        return
    for line in _lines(judged, project.settings.currency):
        click.echo(line)


def _lines(judged: Judged, currency: str) -> Iterator[str]:
    from campaignspec.measure.programme import Model
    from campaignspec.report.format import micros as money

    joint, programme = judged.joint, judged.programme

    def amount(units: int) -> str:
        return money(units, currency)

    yield f"{judged.name}: {programme.title or 'campaigns judged together'}"
    yield ""
    rows = [
        ("campaign", "part", "department", "customers", "cost", *(str(model) for model in Model)),
        *(_row(judged, share, currency) for share in joint.shares),
    ]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.ljust(width) if at < _TEXTS else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  " + "  ".join(cells).rstrip()
    yield ""
    yield from _account(judged, amount(joint.revenue), amount)


_TEXTS = 3
"""How many columns of the table are words."""


def _account(judged: Judged, revenue: str, amount: Callable[[int], str]) -> Iterator[str]:
    joint, programme = judged.joint, judged.programme
    told = [
        (f"{joint.orders:,} orders after a touch", revenue),
        ("  of what the programme is about", amount(joint.own)),
        ("  of other things (halo)", amount(joint.halo)),
        (f"margin, {programme.margin}", amount(joint.margin)),
        ("messages, deeds, posts, redeemed offers", f"-{amount(joint.spent)}"),
        (f"{joint.won:,} customers won", f"-{amount(joint.acquisition)}"),
        ("profit", amount(joint.profit)),
    ]
    if programme.budget is not None:
        told.append(("left of the budget", amount(programme.budget.micros - joint.spent)))
    width = max(len(words) for words, _ in told)
    number = max(len(value) for _, value in told)
    for words, value in told:
        yield f"  {words.ljust(width)}  {value.rjust(number)}"
    yield ""
    yield f"  {joint.several:,} customers were touched by more than one of the campaigns"
    yield "  a touch before an order is no proof that it caused it: see each campaign's lift"


def _row(judged: Judged, share: Share, currency: str) -> tuple[str, ...]:
    from campaignspec.report.format import micros as money

    return (
        share.campaign,
        str(judged.programme.campaigns[Name(share.campaign)]),
        judged.owners.get(share.campaign, ""),
        f"{share.customers:,}",
        money(share.cost, currency),
        *(money(revenue, currency) for revenue in share.revenue.values()),
    )


def _data(judged: Judged, currency: str) -> dict[str, object]:
    joint = judged.joint
    return {
        "programme": judged.name,
        "currency": currency,
        "unit": "micro",
        "orders": joint.orders,
        "revenue": joint.revenue,
        "own": joint.own,
        "halo": joint.halo,
        "margin": joint.margin,
        "spent": joint.spent,
        "won": joint.won,
        "acquisition": joint.acquisition,
        "profit": joint.profit,
        "several": joint.several,
        "campaigns": [
            {
                "campaign": share.campaign,
                "part": str(judged.programme.campaigns[Name(share.campaign)]),
                "department": judged.owners.get(share.campaign),
                "customers": share.customers,
                "cost": share.cost,
                "revenue": {str(model): value for model, value in share.revenue.items()},
            }
            for share in joint.shares
        ],
    }
