"""Other programs let people in: exactly once a request, at the next tick, while a runner works."""

from __future__ import annotations

from pathlib import Path

import pytest
from shop import write_shop

from campaignspec.api.check import opened
from campaignspec.api.enrol import enrol
from campaignspec.api.run import opened_run
from campaignspec.cli import main
from campaignspec.clock import HOUR, format_instant, parse_instant
from campaignspec.errors import LedgerError, UsageError
from campaignspec.project import Project

FIRST, LAST = "2025-03-01", "2025-03-04"
MOSCOW = "Europe/Moscow"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write_shop(tmp_path / "shop", customers=3)


def entered_by(root: Path, enter: str) -> Project:
    """Let people into the second campaign in another way, and open the project."""
    path = root / "come-back" / "campaign.yaml"
    old = "enter: {on: {segment: quiet}, again: 10d}"
    path.write_text(path.read_text(encoding="utf-8").replace(old, enter), encoding="utf-8")
    return opened(root)[0]


def run(project: Project, asks: dict[str, list[dict[str, str]]]) -> list[tuple[str, ...]]:
    """Run the campaign, make requests after some ticks, and tell of entries and refusals."""
    _, library = opened(project.root)
    with opened_run(
        project,
        library,
        environment="rehearsal",
        campaigns=["come-back"],
        first=FIRST,
        last=LAST,
    ) as going:
        for progress in going.progress():
            for ask in asks.get(format_instant(progress.at, MOSCOW), []):
                enrol(project, "come-back", environment="rehearsal", **ask)
        facts = going.facts().to_pylist()
    return [
        (format_instant(int(f["at"].timestamp() * 1e6), MOSCOW), f["customer"], f["kind"], f["key"])
        for f in facts
        if f["kind"] in {"entered", "refused"}
    ]


def test_who_is_asked_for_enters_at_the_next_tick(shop: Path) -> None:
    project = entered_by(shop, "enter: {on: {call: ask}}")

    found = run(project, {"2025-03-02 10:00": [{"customer": "c001"}]})

    assert found == [("2025-03-02 11:00", "c001", "entered", None)]


def test_a_request_counts_once_however_often_it_is_made(shop: Path) -> None:
    project = entered_by(shop, "enter: {on: {call: ask}, again: always}")
    again = {"customer": "c001", "request": "r-1"}

    found = run(project, {"2025-03-02 10:00": [again, again], "2025-03-02 14:00": [again]})

    assert found == [("2025-03-02 11:00", "c001", "entered", None)]


def test_each_key_has_an_enrolment_of_its_own(shop: Path) -> None:
    project = entered_by(shop, "enter: {on: {call: ask}, key: ticket, at_once: 2}")
    asks = [{"customer": "c001", "key": key} for key in ("7", "8", "9", "7")]

    found = run(project, {"2025-03-02 10:00": asks})

    assert sorted(found) == [
        ("2025-03-02 11:00", "c001", "entered", "7"),
        ("2025-03-02 11:00", "c001", "entered", "8"),
        ("2025-03-02 11:00", "c001", "refused", "9"),
    ]


def test_a_run_that_is_taken_up_again_knows_who_was_asked_for(shop: Path) -> None:
    project = entered_by(shop, "enter: {on: {call: ask}, key: ticket}")
    first = run(project, {"2025-03-02 10:00": [{"customer": "c001", "key": "7"}]})

    assert run(project, {}) == first


def test_somebody_unknown_waits_to_be_told_of(shop: Path) -> None:
    project = entered_by(shop, "enter: {on: {call: ask}}")
    path = shop / "customers.csv"

    def tell() -> None:
        with path.open("a", encoding="utf-8", newline="") as file:
            file.write("c999,Ada,,c999@shop.example,Europe/Moscow\r\n")

    run(project, {"2025-03-01 10:00": [{"customer": "c999"}]})
    tell()
    _, library = opened(shop)
    with opened_run(
        project, library, environment="rehearsal", campaigns=["come-back"],
        first=FIRST, last="2025-03-05",
    ) as going:  # fmt: skip
        list(going.progress())
        facts = going.facts().to_pylist()

    entered = [fact["at"].timestamp() for fact in facts if fact["kind"] == "entered"]
    assert entered == [(parse_instant("2025-03-05", MOSCOW) + HOUR) / 1e6]


@pytest.mark.parametrize(
    ("enter", "ask", "message"),
    [
        ("enter: {on: {segment: quiet}}", {}, "not entered by a call"),
        ("enter: {on: {call: ask}}", {"key": "7"}, "takes no --key"),
        ("enter: {on: {call: ask}, key: ticket}", {}, "say which with --key"),
        ("enter: {on: {call: ask}}", {"environment": "rehearsel"}, "rehearsal"),
    ],
)
def test_what_cannot_be_asked_is_said(
    shop: Path, enter: str, ask: dict[str, str], message: str
) -> None:
    project = entered_by(shop, enter)

    with pytest.raises(UsageError, match=message):
        enrol(project, "come-back", **{"environment": "rehearsal", "customer": "c001", **ask})


def test_without_a_run_there_is_nothing_to_ask(shop: Path) -> None:
    project = entered_by(shop, "enter: {on: {call: ask}}")

    with pytest.raises(LedgerError, match="there is no ledger at"):
        enrol(project, "come-back", environment="rehearsal", customer="c001")


def test_one_request_is_about_one_thing(shop: Path) -> None:
    project = entered_by(shop, "enter: {on: {call: ask}}")
    run(project, {})
    ask = {"environment": "rehearsal", "request": "r-1"}
    enrol(project, "come-back", customer="c001", **ask)

    with pytest.raises(LedgerError, match="was made before, for c001 and come-back"):
        enrol(project, "come-back", customer="c002", **ask)


def test_the_command_says_what_will_happen(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(entered_by(shop, "enter: {on: {call: ask}, key: ticket}"), {})
    command = ["enrol", "come-back", "--env", "rehearsal", "--customer", "c001", "--key", "7"]
    command += ["--request", "r-1", "--project", str(shop)]

    for _ in range(2):
        with pytest.raises(SystemExit) as leaving:
            main(command)
        assert not leaving.value.code

    assert capsys.readouterr().out == (
        "c001 enters come-back for 7 at the next tick\nrequest r-1 is known; nothing has changed\n"
    )


def test_a_message_says_which_key_it_is_about(shop: Path) -> None:
    project = entered_by(shop, "enter: {on: {call: ask}, key: ticket}")
    path = shop / "come-back" / "templates" / "miss-you" / "email.j2"
    text = path.read_text(encoding="utf-8").replace("Ваш город", "{{ campaign.key }}: Ваш город")
    path.write_text(text, encoding="utf-8")

    run(project, {"2025-03-02 06:00": [{"customer": "c001", "key": "T-7"}]})

    sent = (shop / "build" / "outbox.jsonl").read_text(encoding="utf-8")
    assert "T-7: Ваш город" in sent
