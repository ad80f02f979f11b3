"""What can be wrong with an entry, each mistake in one row."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_project import CAMPAIGN, CLEAN, load_files, shown

OWN = "  on: {event: order.placed, where: amount > 10 and orders_total = 1}\n"
CALENDAR = "calendar: {anchors: [2017-11-11], phases: {burst: {from: D0, to: D0}}}\n"


def with_entry(entry: str) -> dict[str, str]:
    """Return a clean project whose campaign is entered in another way."""
    text = CLEAN[CAMPAIGN].replace(OWN, f"  {entry}\n", 1).replace("goal:", f"{CALENDAR}goal:", 1)
    return CLEAN | {CAMPAIGN: text}


@pytest.mark.parametrize(
    "entry",
    [
        "on: {left: lapsed}",
        "on: {segment: lapsed}\n  backlog: everybody",
        "on: {date: birthday, every: year, leap: mar-01}",
        "on: {event: order.placed}\n  key: sku\n  at_once: 3\n  again: 30d",
        "on: {event: order.placed}\n  key: items",
        'on: {schedule: "0 10 * * mon", who: lapsed, clock: project}',
        'on: {schedule: "RRULE:FREQ=MONTHLY;BYDAY=1TU", at: "10:00"}',
        'on: {schedule: "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", from: 2017-01-02}',
        "on: {once: 2017-11-11 10:00, who: lapsed}",
        'on: {phase: burst, at: "10:00", who: lapsed}',
        "on: {call: start-nps}\n  key: ticket",
    ],
)
def test_a_sound_entry_has_no_finding(tmp_path: Path, entry: str) -> None:
    loaded = load_files(tmp_path, with_entry(entry))

    assert [shown(finding) for finding in loaded.diagnostics] == []


MISTAKES = [
    ("REF301", "on: {left: «lapse»}", "no segment is called `lapse`", "`lapsed`?"),
    ("REF301", 'on: {schedule: "0 10 * * mon", who: «laps»}', "no segment", "`lapsed`"),
    ("REF301", "on: {once: 2017-11-11, who: «laps»}", "no segment", "`lapsed`"),
    ("REF301", "on: {phase: «brust»}", "no phase is called `brust`", "`burst`?"),
    ("REF301", "on: {event: order.placed}\n  key: «order_id»", "no property of `order.placed`",
     "`sku`"),
    ("REF305", "on: {event: order.placed}\n  key: «amount»",
     "`amount` of `order.placed` is an amount of money", "text or a number: `items`, `sku`"),
    ("JRN500", "on: {segment: lapsed}\n  «key»: sku", "only an event or a call brings one",
     "let people enter by an event"),
    ("JRN500", "on: {segment: lapsed}\n  «at_once»: 2", "nobody is enrolled twice", "add `key:`"),
    ("SPC204", "on: {event: order.placed}\n  key: sku\n  at_once: «0»", "nobody would ever enter",
     "1 or more"),
    ("JRN500", "on: {event: order.placed}\n  «backlog»: everybody", "nobody matches this entry",
     "by a segment"),
    ("JRN500", "on: {date: birthday, «leap»: mar-01}", "the date comes once", "`every: year`"),
    ("JRN500", 'on: {schedule: "0 10 * * mon", «at»: "10:00"}', "cron says itself", "RRULE"),
    ("JRN500", 'on: {schedule: "0 10 * * mon", «from»: 2017-01-02}', "cron says itself", "RRULE"),
    ("JRN501", "on: {schedule: «RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO»}", "depends on the first",
     "add `from:`"),
    ("SPC204", "on: {schedule: «every monday»}", "is not a schedule", "write five fields"),
    ("SPC204", "on: {schedule: «RRULE:FREQ=HOURLY»}", "is not a schedule", "FREQ=DAILY"),
    ("SPC204", "on: {once: «tomorrow»}", "is not a date or time", "2017-03-01 12:00"),
]  # fmt: skip


@pytest.mark.parametrize("row", MISTAKES, ids=lambda row: f"{row[0]} {row[1]}")
def test_a_mistake_is_found_where_it_is(tmp_path: Path, row: tuple[str, ...]) -> None:
    code, marked, *said = row
    files = with_entry(marked.replace("«", "").replace("»", ""))
    wanted = with_entry(marked)[CAMPAIGN].splitlines()
    line = next(number for number, text in enumerate(wanted, 1) if "«" in text)
    column = wanted[line - 1].index("«") + 1

    loaded = load_files(tmp_path, files)

    (finding,) = loaded.diagnostics
    assert (finding.code, finding.span.line, finding.span.column) == (code, line, column)
    for words in said:
        assert words in shown(finding)
