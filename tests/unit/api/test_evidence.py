"""Reports of KPIs that look at the history, and baselines that are counted on it."""

from __future__ import annotations

from pathlib import Path

import pytest
from shop import CAMPAIGN, write_shop

from campaignspec.api.evidence import evidence_of
from campaignspec.api.report import report_of_simulation
from campaignspec.api.simulate import simulate
from campaignspec.measure.kpis import KpiReading
from campaignspec.project import Project, load_project

ROLES = "events:\n  order: {event: order.placed, value: amount}\n"
PAST = "{from: 2025-02-20, to: 2025-03-20}"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write_shop(tmp_path / "shop", customers=60)


def project_of(shop: Path, kpis: str, roles: str = ROLES) -> Project:
    head, _, _ = CAMPAIGN.lstrip().partition("kpis:\n")
    (shop / "welcome" / "campaign.yaml").write_text(f"{head}kpis:\n{kpis}", encoding="utf-8")
    if roles:
        (shop / "kpis.yaml").write_text(roles, encoding="utf-8")
    loaded = load_project(shop, relative_to=shop)
    assert loaded.project is not None, loaded.diagnostics
    return loaded.project


def readings(project: Project) -> dict[str, KpiReading]:
    simulated = simulate(project, campaigns=["welcome"], first="2025-03-01", last="2025-04-15")
    (section,) = report_of_simulation(project, simulated).sections
    return {reading.name: reading for reading in section.result.kpis}


def test_a_baseline_is_what_the_same_entry_brings_with_nobody_treated(shop: Path) -> None:
    kpis = f'  repurchase_rate: {{window: 10d, target: ">= x1.3", baseline: {PAST}}}\n'
    project = project_of(shop, kpis)

    past = evidence_of(project, ["welcome"]).past("welcome")
    reading = readings(project)["repurchase_rate"]

    ((days, rehearsed),) = past.items()
    kinds = set(rehearsed.facts["kind"].to_pylist())
    assert days == ("2025-02-20", "2025-03-20")
    assert {"entered", "held_out"} <= kinds
    assert not kinds & {"sent", "opened", "suppressed"}
    assert reading.baseline is not None
    assert reading.baseline.value is not None
    assert 0 < reading.baseline.value < 1
    assert reading.target is not None
    assert reading.target.limit == pytest.approx(1.3 * reading.baseline.value)


def test_the_history_is_left_alone_where_nothing_asks_for_it(shop: Path) -> None:
    project = project_of(shop, '  open_rate_sent: {target: ">= 20%"}\n', roles="")

    evidence = evidence_of(project, ["welcome", "come-back"])

    assert (evidence.history, evidence.audience) == (None, None)


@pytest.mark.parametrize(
    ("kpis", "roles"),
    [
        ("  retention_rate: {window: 9d}\n", ROLES),
        ("  open_rate_sent: {}\n", ROLES),
        (f'  conversion_rate: {{target: ">= x1.1", baseline: {PAST}}}\n', ""),
    ],
    ids=["a KPI over events", "an order is known", "a baseline to count"],
)
def test_the_history_is_read_where_something_asks_for_it(shop: Path, kpis: str, roles: str) -> None:
    assert evidence_of(project_of(shop, kpis, roles), ["welcome"]).history is not None


def test_what_happens_later_changes_no_kpi_of_a_period(shop: Path) -> None:
    kpis = "  repurchase_rate: {window: 10d}\n  new_contribution: {window: 10d}\n"
    before = readings(project_of(shop, kpis))

    events = shop / "events.csv"
    late = "c000,2025-04-20 10:00:00,order.placed,500\n" * 3
    events.write_text(events.read_text(encoding="utf-8") + late, encoding="utf-8")
    after = readings(project_of(shop, kpis))

    assert {name: each.numerator for name, each in after.items()} == {
        name: each.numerator for name, each in before.items()
    }
