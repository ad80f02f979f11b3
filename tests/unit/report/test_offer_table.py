"""The table of offers says what was given, used and owed, and why not."""

from __future__ import annotations

from dataclasses import replace

from sample_facts import report

from campaignspec.measure.offers import OfferUse
from campaignspec.report.json import report_data
from campaignspec.report.model import Section
from campaignspec.report.offer_table import offer_table
from campaignspec.report.tables import tables

USE = OfferUse(
    offer="ten-off",
    granted=1200,
    refused=(("none-left", 300), ("not-eligible", 4)),
    redeemed=300,
    revoked=1,
    expired=800,
    open=99,
    cost=1_234_000_000,
    liability=495_000_000,
)


def section(*uses: OfferUse) -> Section:
    (first, *_) = report().sections
    return replace(first, result=replace(first.result, offers=uses))


def test_an_offer_is_a_line_and_below_it_why_it_was_not_given():
    table = offer_table(section(USE))

    lines = [[cell.text for cell in row.cells] for row in table.rows]
    assert lines == [
        ["ten-off", "1,200", "300", "800", "1", "99", "1,234 USD", "495.00 USD"],
        ["not given: none left", "300", "", "", "", "", "", ""],
        ["not given: not for them", "4", "", "", "", "", "", ""],
    ]
    assert table.rows[0].cells[2].note == "25.0%"
    assert [row.is_part for row in table.rows] == [False, True, True]


def test_a_campaign_without_offers_has_no_such_table():
    assert "offers" not in [table.name for table in tables(section())]
    assert "offers" in [table.name for table in tables(section(USE))]


def test_machines_are_told_the_same_in_micro_units():
    whole = replace(report(), sections=(section(USE),))

    (told,) = report_data(whole)["campaigns"][0]["offers"]

    assert told == {
        "offer": "ten-off",
        "granted": 1200,
        "refused": {"none-left": 300, "not-eligible": 4},
        "redeemed": 300,
        "revoked": 1,
        "expired": 800,
        "open": 99,
        "redemption_rate": 0.25,
        "cost_micros": 1_234_000_000,
        "liability_micros": 495_000_000,
    }
