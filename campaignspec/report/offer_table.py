"""The table of a campaign's offers: given, used, lapsed, paid and owed."""

from __future__ import annotations

from collections.abc import Iterator

from campaignspec.measure.offers import OfferUse
from campaignspec.measure.provenance import Quantity, provenance_of
from campaignspec.report import format as written
from campaignspec.report.model import Cell, Row, Section, Table

_REASONS = {
    "not-now": "not valid then",
    "not-eligible": "not for them",
    "already-has": "had it already",
    "had-enough": "had it often enough",
    "not-stackable": "had another that excludes it",
    "none-left": "none left",
}


def offer_table(section: Section) -> Table:
    """Show what became of the offers that a campaign gave; without offers it has no rows."""
    result = section.result
    touches = provenance_of(Quantity.TOUCHES, simulated=result.simulated)
    return Table(
        name="offers",
        title="Offers",
        note=f"Given and not given are {touches}; what redeems an offer is as the history has it. "
        "Owed is what open grants are worth, as far as that is known before a redemption.",
        columns=("Offer", "Given", "Redeemed", "Expired", "Taken back", "Open", "Cost", "Owed"),
        numeric=frozenset(range(1, 8)),
        rows=tuple(row for use in result.offers for row in _rows(use, result.currency)),
    )


def _rows(use: OfferUse, currency: str) -> Iterator[Row]:
    yield Row(
        cells=(
            Cell(text=use.offer),
            Cell(text=written.count(use.granted)),
            Cell(text=written.count(use.redeemed), note=written.share(use.redemption_rate)),
            Cell(text=written.count(use.expired)),
            Cell(text=written.count(use.revoked)),
            Cell(text=written.count(use.open)),
            Cell(text=written.micros(use.cost, currency)),
            Cell(text=written.micros(use.liability, currency)),
        )
    )
    for reason, number in use.refused:
        told = f"not given: {_REASONS.get(reason, reason)}"
        cells = (told, written.count(number), *("",) * 6)
        yield Row(cells=tuple(Cell(text=text) for text in cells), is_part=True)
