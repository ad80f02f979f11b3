from __future__ import annotations

import pytest

from campaignspec.clock import DAY, parse_instant
from campaignspec.report import format as written
from campaignspec.spec.kinds import KINDS, Comparison, Target
from campaignspec.spec.kpi_definition import Unit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (written.count(1234567), "1,234,567"),
        (written.count(None), "–"),  # noqa: RUF001
        (written.share(0.1234), "12.3%"),
        (written.share(0.00421), "0.42%"),
        (written.share(0.0), "0.0%"),
        (written.share(None), "–"),  # noqa: RUF001
        (written.points(0.0123), "+1.2 pp"),
        (written.points(-0.0007), "−0.07 pp"),  # noqa: RUF001
        (written.points(0.0), "0.0 pp"),
        (written.share_interval((0.0711, 0.0962)), "7.1% to 9.6%"),
        (written.share_interval(None), "–"),  # noqa: RUF001
        (written.chance(0.4234), "p = 0.42"),
        (written.chance(1.0), "p = 1"),
        (written.chance(0.0004), "p < 0.001"),
        (written.average(1.845), "1.84"),
        (written.amount(12480.4, "USD"), "12,480 USD"),
        (written.amount(4.494, "USD"), "4.49 USD"),
        (written.amount(0.0004, "EUR"), "0.0004 EUR"),
        (written.amount(0, "EUR"), "0.00 EUR"),
        (written.amount(-0.5, "EUR"), "−0.50 EUR"),  # noqa: RUF001
        (written.micros(30_000, "RUB"), "0.0300 RUB"),
        (written.in_unit(0.5, Unit.PERCENT, "USD"), "50.0%"),
        (written.in_unit(0.5, Unit.POINTS, "USD"), "+50.0 pp"),
        (written.in_unit(0.5, Unit.MONEY, "USD"), "0.50 USD"),
        (written.in_unit(0.5, Unit.COUNT, "USD"), "0.50"),
        (written.in_unit(1234.0, Unit.COUNT, "USD"), "1,234"),
        (written.in_unit(-34.2, Unit.SCORE, "USD"), "−34"),  # noqa: RUF001
        (written.in_unit(None, Unit.SCORE, "USD"), "–"),  # noqa: RUF001
        (written.interval_in_unit((0.1, 0.2), Unit.PERCENT, "USD"), "10.0% to 20.0%"),
        (written.interval_in_unit((0.1, 0.2), Unit.POINTS, "USD"), "+10.0 to +20.0 pp"),
        (written.interval_in_unit(None, Unit.MONEY, "USD"), "–"),  # noqa: RUF001
        (written.interval((-0.087, 0.0724)), "−8.7 to +7.2 pp"),  # noqa: RUF001
        (written.interval(None), "–"),  # noqa: RUF001
    ],
)
def test_a_number_is_written_one_way(text, expected):
    assert text == expected


@pytest.mark.parametrize(
    ("comparison", "unit", "expected"),
    [
        (Comparison.AT_LEAST, "%", "≥ 22%"),
        (Comparison.AT_MOST, "pp", "≤ 22 pp"),
        (Comparison.ABOVE, "%", "> 22%"),
        (Comparison.BELOW, "%", "< 22%"),
    ],
)
def test_a_limit_is_written_with_its_sign(comparison, unit, expected):
    assert written.target(Target(comparison=comparison, limit=0.22, unit=unit)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [(">= x1.3", "≥ ×1.3"), (">= +14%", "≥ +14%"), ("< -2 pp", "< −2 pp")],  # noqa: RUF001
)
def test_a_growth_is_written_as_people_read_it(text, expected):
    assert written.target(KINDS[Target].parse(text)) == expected


def test_a_period_is_written_in_its_zone_without_midnights():
    start = parse_instant("2017-03-01", "Europe/Moscow")

    assert written.period(start, start + DAY, "Europe/Moscow") == "2017-03-01 to 2017-03-02"
    assert written.period(start, start + DAY, "UTC") == "2017-02-28 21:00 to 2017-03-01 21:00"
