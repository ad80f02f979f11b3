"""Data tests: what each of them lets pass, and how it tells what it does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from data_files import NOW, judged, outcome_of, project_of

from campaignspec.clock import DAY
from campaignspec.errors import HistoryError
from campaignspec.quality.data_tests import judge
from campaignspec.quality.outcome import Verdict, told
from campaignspec.quality.table_checks import Now

CRM = """customer,email,city,age,birthday,manager,seen
c1,ann@x.ru,Moscow,30,1990-01-01,,2025-03-01
c2,,Kazan,17,2008-05-05,c1,2025-03-09 09:00
c3,ann@x.ru,Moskow,x,1985-07-01,c9,2025-03-10 12:30
"""

JUDGED = {
    "every id once": ("unique: customer", 0, ()),
    "an address twice": ("unique: email", 1, ((4, "a***@x.ru"),)),
    "an empty cell": ("not_null: email", 1, ((3, ""),)),
    "no empty cell": ("not_null: city", 0, ()),
    "a city misspelt": ("accepted_values: city, values: [Moscow, Kazan]", 1, ((4, "Moskow"),)),
    "numbers as numbers": ("accepted_values: age, values: [30.0, 17, x]", 0, ()),
    "a pattern that fits": ("matches: email, pattern: '@x[.]ru$'", 0, ()),
    "a pattern that does not": ("matches: city, pattern: '^K'", 2, ((2, "Moscow"), (4, "Moskow"))),
    "nobody of that id": ("relationships: manager, to: customers", 1, ((4, "c9"),)),
    "too young, and no number": ("range: age, from: 18, to: 99", 2, ((3, "17"), (4, "x"))),
    "no upper bound": ("range: age, from: 0", 1, ((4, "x"),)),
    "a bound of nought": ("range: age, to: 0", 3, ((2, "30"), (3, "17"), (4, "x"))),
    "dates in a range": ("range: birthday, from: 1986-01-01, to: 2008-05-05", 1, ((4, "***01"),)),
    "a day of times": ("range: seen, to: 2025-03-09", 1, ((4, "2025-03-10 12:30"),)),
    "half an hour from now": ("no_future: seen", 1, ((4, "2025-03-10 12:30"),)),
}  # fmt: skip


@pytest.mark.parametrize(("test", "failing", "examples"), JUDGED.values(), ids=JUDGED)
def test_rows_that_fail_are_counted_and_shown(tmp_path, test, failing, examples):
    outcome = outcome_of(tmp_path, test, CRM)

    assert outcome.failing == failing
    assert tuple((each.row, each.value) for each in outcome.examples) == examples
    assert outcome.verdict is (Verdict.FAILED if failing else Verdict.PASSED)


def test_a_failure_tells_source_test_rows_and_what_to_do(tmp_path):
    outcome = outcome_of(tmp_path, "matches: email, pattern: '@y[.]ru$'", CRM)

    assert told(outcome) == (
        "customers crm.csv: matches: email, pattern: @y[.]ru$: "
        "2 of 3 rows do not fit (66.7%)\n"
        "  row 2: a***@x.ru\n"
        "  row 4: a***@x.ru\n"
        "  correct the values, or the pattern; or allow a share of such rows with `at_most:`"
    )


def test_five_examples_are_enough(tmp_path):
    rows = "".join(f"c{n},\n" for n in range(12))

    outcome = outcome_of(tmp_path, "not_null: email", f"customer,email\n{rows}")

    assert [each.row for each in outcome.examples] == [2, 3, 4, 5, 6]
    assert "  … and 7 more" in told(outcome)


TOLERANCES = {
    "exactly the share": ("25%", Verdict.PASSED),
    "a little less": ("24.9%", Verdict.FAILED),
    "more": ("30%", Verdict.PASSED),
}


@pytest.mark.parametrize(("share", "verdict"), TOLERANCES.values(), ids=TOLERANCES)
def test_a_share_of_rows_may_fail(tmp_path, share, verdict):
    crm = "customer,email\nc1,\nc2,b@x.ru\nc3,c@x.ru\nc4,d@x.ru\n"

    outcome = outcome_of(tmp_path, f"not_null: email, at_most: {share}", crm)

    assert outcome.verdict is verdict


def test_a_test_may_only_warn(tmp_path):
    outcome = outcome_of(tmp_path, "unique: email, only: warn", CRM)

    assert outcome.verdict is Verdict.WARNED
    assert outcome.test == "unique: email"


def test_a_table_without_rows_fails_no_test_of_rows(tmp_path):
    outcome = outcome_of(tmp_path, "not_null: email", "customer,email\n")

    assert (outcome.verdict, outcome.found) == (Verdict.PASSED, "0 rows")


EVENTS = """customer,at,event
c1,2025-03-08 11:59,visit
c1,2025-03-08 12:00,visit
c1,2025-03-12 12:00,visit
c1,2025-03-10 11:00,noise
"""
SOURCE = """\
sources:
  - events: crm.csv
    names: [visit]
    zone: Europe/Moscow
    tests:
      - {{{test}}}
"""


def _verdict(root: Path, test: str, *, now: int = NOW, good: int | None = None):
    project = project_of(root, SOURCE.format(test=test), crm=EVENTS)
    known = {} if good is None else {"events crm.csv": good}
    (outcome,) = judged(project, now=now, good=known).outcomes
    return outcome.verdict, outcome.found


def test_the_newest_row_up_to_now_says_how_fresh_a_table_is(tmp_path):
    newest = "the newest row is of 2025-03-08 12:00"

    assert _verdict(tmp_path, "fresh: 2d") == (Verdict.PASSED, f"{newest}, 2d ago")
    assert _verdict(tmp_path, "fresh: 47h") == (Verdict.FAILED, f"{newest}, 2d ago")
    assert _verdict(tmp_path, "fresh: 1h", now=NOW - 2 * DAY) == (
        Verdict.PASSED,
        f"{newest}, 0m ago",
    )


def test_a_table_of_which_nothing_has_happened_yet_is_not_fresh(tmp_path):
    verdict, found = _verdict(tmp_path, "fresh: 2d", now=NOW - 30 * DAY)

    assert (verdict, found) == (Verdict.FAILED, "no row has an instant up to now")


def test_rows_that_the_source_leaves_out_are_not_tested(tmp_path):
    assert _verdict(tmp_path, "no_future: at")[1].startswith("1 of 3 rows are later than now")
    assert _verdict(tmp_path, "accepted_values: event, values: [visit]")[0] is Verdict.PASSED


OFFSETS = {
    "wall clock of the source": ("2025-03-10 12:00", 0),
    "a minute later": ("2025-03-10 12:01", 1),
    "an offset that says earlier": ("2025-03-10 13:00+05:00", 0),
    "an offset that says later": ("2025-03-10 11:00Z", 1),
    "a day that has begun": ("2025-03-10", 0),
    "tomorrow": ("2025-03-11", 1),
}


@pytest.mark.parametrize(("at", "failing"), OFFSETS.values(), ids=OFFSETS)
def test_the_future_begins_by_the_clock_of_the_source(tmp_path, at, failing):
    project = project_of(
        tmp_path, SOURCE.format(test="no_future: at"), crm=f"customer,at,event\nc1,{at},visit\n"
    )

    (outcome,) = judged(project).outcomes

    assert outcome.failing == failing


def test_a_rehearsal_of_the_past_may_know_what_came_later(tmp_path):
    project = project_of(tmp_path, SOURCE.format(test="no_future: at"), crm=EVENTS)

    (outcome,) = judge(project, Now(at=NOW, latest=NOW + 30 * DAY), {}).outcomes

    assert outcome.verdict is Verdict.PASSED


def test_the_number_of_rows_is_held_against_the_last_good_run(tmp_path):
    assert _verdict(tmp_path, "volume: 25%", good=4) == (
        Verdict.PASSED,
        "3 rows, and 4 at the last good run (-25.0%)",
    )
    assert _verdict(tmp_path, "volume: 24%", good=4)[0] is Verdict.FAILED
    assert _verdict(tmp_path, "volume: 50%", good=2)[0] is Verdict.PASSED
    assert _verdict(tmp_path, "volume: 100%", good=1)[0] is Verdict.FAILED
    assert _verdict(tmp_path, "volume: 10%") == (
        Verdict.NEW,
        "3 rows; no good run yet to hold them against",
    )


def test_freshness_by_a_column_of_customers(tmp_path):
    outcome = outcome_of(tmp_path, "fresh: 24h, by: seen", CRM)

    # 09:00 UTC the day before; half past twelve has not come yet.
    assert outcome.found == "the newest row is of 2025-03-09 12:00, 1d ago"
    assert outcome.verdict is Verdict.PASSED
    assert outcome_of(tmp_path, "fresh: 23h, by: seen", CRM).verdict is Verdict.FAILED


def test_a_column_that_is_not_there_is_found_where_it_is_written(tmp_path):
    project = project_of(
        tmp_path,
        "sources:\n  - customers: crm.csv\n    tests:\n      - not_null: emial\n"
        "      - {fresh: 2d, by: x}\n      - unique: customer\n",
        crm=CRM,
    )

    result = judged(project)

    assert [(f.code, f.span.line, f.span.column, f.help) for f in result.findings] == [
        ("DAT801", 8, 19, "did you mean `email`?"),
        (
            "DAT801",
            9,
            25,
            "its columns: `customer`, `email`, `city`, `age`, `birthday`, `manager`, `seen`",
        ),
    ]
    assert [outcome.test for outcome in result.outcomes] == ["unique: customer"]


def test_two_sources_of_one_file_are_told_apart(tmp_path):
    source = "  - {events: crm.csv, names: [N], tests: [{volume: 10%}]}\n"
    sources = "sources:\n" + source.replace("N", "visit") + source.replace("N", "noise")

    rows = judged(project_of(tmp_path, sources, crm=EVENTS)).rows

    assert rows == {"events crm.csv (visit)": 3, "events crm.csv (noise)": 1}


def test_a_file_that_is_not_there_is_a_failure_of_the_world(tmp_path):
    project = project_of(
        tmp_path, "sources:\n  - {customers: crm.csv, tests: [{unique: customer}]}\n"
    )

    with pytest.raises(HistoryError, match=r"crm\.csv: the file does not exist"):
        judged(project)


def test_ids_to_refer_to_come_from_every_source_of_customers(tmp_path):
    project = project_of(
        tmp_path,
        "sources:\n  - customers: crm.csv\n  - {customers: more.csv, customer: id}\n"
        "  - {events: log.csv, names: [visit],"
        " tests: [{relationships: customer, to: customers}]}\n",
        crm="customer\nc1\n",
        more="id\nc2\n",
        log="customer,at,event\nc1,2025-01-01,visit\nc2,2025-01-01,visit\nc3,2025-01-01,visit\n",
    )

    (outcome,) = judged(project).outcomes

    assert outcome.found == "1 of 3 rows name none of the customers (33.3%)"
    assert [each.value for each in outcome.examples] == ["c***"]


MANY = """\
sources:
  - events: log/*.csv
    names: [seen]
    tests:
      - {unique: id}
      - {not_null: id}
      - {volume: 10%}
      - {fresh: 1d}
"""


def test_files_that_a_pattern_fits_are_judged_as_one_table(tmp_path):
    (tmp_path / "log").mkdir()
    head = "customer,at,event,id\n"
    (tmp_path / "log" / "1.csv").write_text(f"{head}a,2025-03-01,seen,7\nb,2025-03-01,seen,8\n")
    (tmp_path / "log" / "2.csv").write_text(f"{head}a,2025-03-10,seen,7\nb,2025-03-10,seen,\n")

    found = judged(project_of(tmp_path, MANY))

    unique, empty, volume, fresh = found.outcomes
    assert [each.rows for each in (unique, empty, volume)] == [4, 4, 4]
    assert [(each.row, each.value) for each in unique.examples] == [(5, "7")]
    assert [each.row for each in empty.examples] == [6]
    assert fresh.verdict is Verdict.PASSED
    assert found.rows == {"events log/*.csv": 4}


def test_files_of_one_pattern_may_hold_a_column_in_several_types(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    (tmp_path / "log").mkdir()
    for number, ids in enumerate([[1, 2], ["2", "x"]]):
        table = {"customer": ["a", "b"], "at": ["2025-03-10"] * 2, "event": ["seen"] * 2, "id": ids}
        pq.write_table(pa.table(table), tmp_path / "log" / f"{number}.parquet")

    found = judged(project_of(tmp_path, MANY.replace("csv", "parquet")))

    assert found.outcomes[0].failing == 1
    assert [(each.row, each.value) for each in found.outcomes[0].examples] == [(3, "2")]


def test_a_column_that_one_file_of_a_pattern_lacks_is_named(tmp_path):
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "1.csv").write_text("customer,at,event,id\na,2025-03-01,seen,7\n")
    (tmp_path / "log" / "2.csv").write_text("customer,at,event\na,2025-03-01,seen\n")

    found = judged(project_of(tmp_path, MANY))

    assert [each.code for each in found.findings] == ["DAT801", "DAT801"]


def test_a_pattern_that_fits_no_file_is_named(tmp_path):
    with pytest.raises(HistoryError, match=r"no file fits this pattern"):
        judged(project_of(tmp_path, MANY))
