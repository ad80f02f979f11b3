"""The tables of a review: who brought the revenue, what is bought again, when it pays back."""

from __future__ import annotations

from collections.abc import Iterator

from campaignspec.measure.power import smallest_lift
from campaignspec.measure.provenance import Provenance, Quantity, provenance_of
from campaignspec.measure.review import Contribution, ProductReading
from campaignspec.quality.list_size import regime
from campaignspec.report import format as written
from campaignspec.report.model import Cell, Row, Section, Table
from campaignspec.report.plan_table import plan_table

_ORDERS = 12
"""So many orders are shown of the curve of payback; after them few customers are left."""


def review_tables(section: Section) -> tuple[Table, ...]:
    """Return the tables of the review, those without anything to say too."""
    return (
        contribution_table(section),
        product_table(section),
        payback_table(section),
        list_table(section),
        plan_table(section),
    )


def contribution_table(section: Section) -> Table:
    """Show what new and what returning customers brought."""
    contributions = section.result.review.contributions
    revenue = sum(each.revenue or 0.0 for each in contributions)
    return Table(
        name="contribution",
        title="New and returning customers",
        note=f"Orders of treated entries {_over(section)}. New is who had not ordered before the "
        "period.",
        columns=("Customers", "Entries", "Buyers", "Orders", "Revenue", "Share", "Class"),
        numeric=frozenset(range(1, 6)),
        rows=tuple(_contribution(section, each, revenue) for each in contributions),
    )


def _contribution(section: Section, each: Contribution, revenue: float) -> Row:
    share = each.revenue / revenue if each.revenue is not None and revenue else None
    return Row(
        cells=(
            Cell(text="New" if each.is_new else "Returning"),
            Cell(text=written.count(each.entries)),
            Cell(text=written.count(each.buyers)),
            Cell(text=written.count(each.orders)),
            Cell(text=written.amount(each.revenue, section.result.currency)),
            Cell(text=written.share(share)),
            _class(section),
        )
    )


def product_table(section: Section) -> Table:
    """Show how often each product is bought again."""
    return Table(
        name="products",
        title="What is bought again",
        note=f"Bought by treated entries {_over(section)}, the products with most buyers first. A "
        "product with few buyers who often buy again may be shown to more people.",
        columns=(
            "Product",
            "Buyers",
            "Share of buyers",
            "Bought again",
            "95% interval",
            "After",
            "Class",
        ),
        numeric=frozenset(range(1, 6)),
        rows=tuple(_product(section, each) for each in section.result.review.products),
    )


def _product(section: Section, each: ProductReading) -> Row:
    after = written.NOTHING if each.days is None else f"{each.days:.1f} days"
    return Row(
        cells=(
            Cell(text=each.product),
            Cell(text=written.count(each.repurchase.trials)),
            Cell(text=written.share(each.share)),
            Cell(
                text=written.share(each.repurchase.value),
                note=f"{written.count(each.repurchase.hits)} ÷ "
                f"{written.count(each.repurchase.trials)}",
            ),
            Cell(text=written.share_interval(each.repurchase.interval)),
            Cell(text=after),
            _class(section),
        )
    )


def payback_table(section: Section) -> Table:
    """Show what a customer has earned with each order, against what he costs to win."""
    payback, currency = section.result.review.payback, section.result.currency
    rows: tuple[Row, ...] = ()
    cac = payback.cac if payback else None
    if payback is not None:
        rows = tuple(
            Row(
                cells=(
                    Cell(text=f"Order {each.order}"),
                    Cell(text=written.count(each.customers)),
                    Cell(text=written.amount(each.per_customer, currency)),
                    Cell(text=written.amount(each.conditional, currency)),
                    Cell(
                        text=written.NOTHING
                        if cac is None
                        else written.amount(each.per_customer - cac, currency)
                    ),
                    _class(section),
                )
            )
            for each in payback.margins[:_ORDERS]
        )
    return Table(
        name="payback",
        title="With which order a customer pays back",
        note=_payback_note(section),
        columns=(
            "Up to",
            "Entries",
            "Margin per entry",
            "Of those who came so far",
            "Less cac",
            "Class",
        ),
        numeric=frozenset(range(1, 5)),
        rows=rows,
    )


def _payback_note(section: Section) -> str:
    payback = section.result.review.payback
    if payback is None:
        return ""
    note = f"Orders of treated entries {_over(section)}. What is paid back is counted per entry: "
    note += "those who never ordered have cost their share as well."
    if payback.cac is None:
        return note
    if payback.order is None:
        return f"{note} No order covers the cost of winning a customer yet."
    return f"{note} Order {payback.order} covers the cost of winning a customer."


def list_table(section: Section) -> Table:
    """Say what a list of this size is good for, and the least effect that it can show."""
    size = section.result.review.list_size
    return Table(
        name="list",
        title="What this list can show",
        note="The least lift that a comparison would find in four of five cases, at 5 % two-sided.",
        columns=("About", "Number", "Which means"),
        numeric=frozenset({1}),
        rows=tuple(_list_rows(section)) if size.customers else (),
    )


def _list_rows(section: Section) -> Iterator[Row]:
    size = section.result.review.list_size
    yield _line("Customers who entered", written.count(size.customers), regime(size.customers))
    if size.smallest is not None and size.rate:
        means = f"{written.share(size.rate)} would have to become "
        means += f"{written.share(size.rate + size.smallest)}"
        more = f", a change of {written.share(size.smallest / size.rate)} of it"
        sides = f"{written.count(size.treated)} treated, {written.count(size.held_out)} held out"
        yield _line(
            "Least lift to be seen", written.points(size.smallest), f"{means}{more}; {sides}"
        )
        half = (size.treated + size.held_out) // 2
        best = smallest_lift(size.rate, half, half)
        yield _line("With half held out", written.points(best), "the most that this list can show")


def _line(about: str, number: str, means: str) -> Row:
    return Row(cells=(Cell(text=about), Cell(text=number), Cell(text=means)))


def _over(section: Section) -> str:
    window = section.result.review.window
    return f"in {window} after the entry" if window else "until the end of the period"


def _class(section: Section) -> Cell:
    provenance: Provenance = provenance_of(Quantity.CONVERSIONS, simulated=section.result.simulated)
    return Cell(text=provenance.value, provenance=provenance)
