"""The eight-node journey written by hand for DuckDB: stage by stage, everybody at once.

Each stage is a table of those who come to it. Waits and caps are ASOF joins; a message waits by
going round again, until nobody is pending. That works because customers share nothing but the
pool, which is asked once, and because nobody comes to a stage twice.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks.engine import by_hand
from benchmarks.engine.by_hand import CONVERTED, ONE, PATIENCE, Node, What, names_of
from benchmarks.engine.facts import Facts
from benchmarks.engine.made import END, SECOND, START, Made, laid_out
from benchmarks.engine.measuring import Phase
from benchmarks.reference_data import TZ_MINUTES

_END: Final = END // SECOND
_DAY: Final = 86_400
_WEEK: Final = 7 * _DAY
_MORNING: Final = by_hand.MORNING // SECOND
_EVENING: Final = by_hand.EVENING // SECOND
_NEVER: Final = 2_000_000_000


class Tables:
    """The journey on tables in memory; instants are seconds since 1970."""

    def __init__(self, made: Made, threads: int) -> None:
        import duckdb

        self._db = duckdb.connect(config={"threads": threads})
        self._do("SET enable_progress_bar = false")
        self._do("SET preserve_insertion_order = false")
        self._customers = made.customers
        self._load("people", {"id": laid_out(made.customers).arrow, **people_of(made)})
        for name, columns in events_of(made).items():
            self._load(name, columns)
        self._do(
            "CREATE TABLE mails AS SELECT *, lag(ts, 1, 0) OVER w AS second,"
            " lag(ts, 2, 0) OVER w AS third FROM mail WINDOW w AS (PARTITION BY row ORDER BY ts)"
        )
        self._do("CREATE TABLE facts (due INTEGER, row INTEGER, what UTINYINT)")

    def walk(self) -> None:
        """Walk everybody through the journey; facts fill their table."""
        self._enter()
        self._send("entered", "greeted", Node.HELLO, What.HELLO)
        self._listen()
        self._offer()
        self._remind()

    def count(self) -> int:
        """Return how many facts there are."""
        return self._count("facts")

    def extra(self) -> dict[str, Phase]:
        """Return nothing: all is in the walk."""
        return {}

    def facts(self) -> Facts:
        """Return what happened."""
        found = self._db.execute("SELECT due, row, what FROM facts").fetchnumpy()
        return Facts(
            names=names_of(ONE),
            at=found["due"].astype(np.int64) * SECOND,
            row=found["row"],
            what=found["what"].astype(np.int16),
        )

    def _enter(self) -> None:
        self._do(
            "CREATE TABLE entered AS SELECT p.*, coalesce(g.ts, {never}) AS goal FROM"
            " (SELECT * EXCLUDE (signup), (signup + 59) // 60 * 60 AS due, NULL::INTEGER AS own"
            "  FROM people WHERE agrees AND signup > {start}) p"
            " ASOF LEFT JOIN purchase g ON p.row = g.row AND p.due < g.ts",
            never=_NEVER,
            start=START // SECOND,
        )
        self._note("entered", What.ENTERED)

    def _listen(self) -> None:
        """Assign an arm, and wait for a visit as long as the arm says."""
        self._do(
            "CREATE TABLE assigned AS"
            " SELECT *, (substr(md5('{seed}:' || id), 1, 8) < '80000000')::INTEGER AS arm"
            " FROM greeted",
            seed=by_hand.SEED,
        )
        self._note("assigned", f"{What.TWO_DAYS} + arm")
        self._do(
            "CREATE TABLE waited AS SELECT * EXCLUDE (due, back, latest),"
            "  least(back, latest) AS due, back <= latest AS is_back"
            " FROM (SELECT g.*, coalesce((v.ts + 59) // 60 * 60, {never}) AS back,"
            "   g.due + CASE arm WHEN 1 THEN {one} ELSE {two} END AS latest"
            "  FROM assigned g ASOF LEFT JOIN visit v ON g.row = v.row AND g.due < v.ts)",
            never=_NEVER,
            one=PATIENCE[1] // SECOND,
            two=PATIENCE[0] // SECOND,
        )
        self._convert("waited", f"{Node.VISIT_IN_TWO_DAYS} + arm")
        self._go_on("waited", "back", where="is_back")
        self._note("back", f"{What.BACK_IN_TWO} + arm")
        self._go_on("waited", "away", where="NOT is_back")
        self._note("away", f"{What.NOT_BACK_IN_TWO} + arm")

    def _offer(self) -> None:
        """Wait for three days, and give coupons to those who come first."""
        self._do(
            "CREATE TABLE thinking AS SELECT * REPLACE (due + {wait} AS due) FROM back",
            wait=by_hand.BEFORE_THE_COUPON // SECOND,
        )
        self._convert("thinking", Node.THINKING)
        self._go_on("thinking", "asking")
        self._note("asking", What.THOUGHT)
        self._do(
            "CREATE TABLE asked AS"
            " SELECT *, row_number() OVER (ORDER BY due, substr(md5('{coupon}:' || id), 1, 16))"
            "  <= {coupons} AS is_given FROM asking",
            coupon=ONE.coupon,
            coupons=ONE.coupons(self._customers),
        )
        self._go_on("asked", "refused", where="NOT is_given")
        self._note("refused", What.NONE_LEFT)
        self._note("refused", What.NO_COUPON)
        self._convert("refused", Node.NO_COUPON, finished=True)
        self._go_on("asked", "given", where="is_given")
        self._note("given", What.GRANTED)
        self._send("given", "offered", Node.WITH_COUPON, What.OFFER)
        self._note("offered", What.HAS_COUPON)
        self._convert("offered", Node.HAS_COUPON, finished=True)

    def _remind(self) -> None:
        self._go_on("away", "silent", where="NOT sms")
        self._note("silent", What.REMINDER_REFUSED)
        self._go_on("away", "reminding", where="sms")
        self._send("reminding", "reminded", Node.REMINDER, What.REMINDER)
        for done in ("silent", "reminded"):
            self._note(done, What.COMPLETED)
            self._convert(done, Node.END, finished=True)

    def _send(self, source: str, target: str, node: Node, sent: What) -> None:
        """Send to everybody who may be sent to, let the others wait, and ask again."""
        self._do("CREATE OR REPLACE TABLE pending AS FROM {source}", source=source)
        self._do("CREATE TABLE {target} AS FROM pending LIMIT 0", target=target)
        while self._count("pending"):
            self._convert("pending", node)
            self._judge()
            self._note("judged", sent - 2, where="until > due AND third IS NULL")
            self._note("judged", sent - 1, where="until > due AND third IS NOT NULL")
            self._note("judged", sent, where="until = due")
            self._do(
                "INSERT INTO {target} SELECT * EXCLUDE (third, until) REPLACE (due AS own)"
                " FROM judged WHERE until = due",
                target=target,
            )
            self._do(
                "CREATE OR REPLACE TABLE pending AS SELECT * EXCLUDE (third, until)"
                " REPLACE (until AS due) FROM judged WHERE until > due"
            )

    def _judge(self) -> None:
        """Say until when each message waits: for the morning, or for the third-latest to age.

        Of the three latest past messages and one of our own, the third-latest of all is the third
        of the past, or the earlier of our own and the second, whichever is later.
        """
        self._do(
            "CREATE OR REPLACE TABLE awake AS SELECT *, (due + ahead) % {day} AS time"
            " FROM pending WHERE goal > due AND due <= {end}",
            day=_DAY,
            end=_END,
        )
        self._do(
            "CREATE OR REPLACE TABLE judged AS"
            " SELECT * EXCLUDE (time), NULL::INTEGER AS third,"
            "  due - time + {morning} + CASE WHEN time >= {evening} THEN {day} ELSE 0 END AS until"
            " FROM awake WHERE time < {morning} OR time >= {evening}"
            " UNION ALL"
            " SELECT *, CASE WHEN third + {week} > due THEN (third + {week} + 59) // 60 * 60"
            "  ELSE due END AS until"
            " FROM (SELECT a.* EXCLUDE (time), greatest(coalesce(m.third, 0),"
            "   least(coalesce(a.own, 0), coalesce(m.second, 0))) AS third"
            "  FROM awake a ASOF LEFT JOIN mails m ON a.row = m.row AND a.due >= m.ts"
            "  WHERE a.time >= {morning} AND a.time < {evening})",
            day=_DAY,
            week=_WEEK,
            morning=_MORNING,
            evening=_EVENING,
        )

    def _convert(self, table: str, node: object, *, finished: bool = False) -> None:
        """Note who reaches the goal before the next step of a table, or ever."""
        until = f"{_END}" if finished else f"least(due, {_END})"
        self._do(
            "INSERT INTO facts SELECT goal, row, {what} + {node} FROM {table}"
            " WHERE goal <= {until}",
            table=table,
            what=CONVERTED,
            node=node,
            until=until,
        )

    def _go_on(self, table: str, target: str, where: str = "true") -> None:
        """Keep those who are still there at the next step of a table."""
        self._do(
            "CREATE TABLE {target} AS FROM {table} WHERE goal > due AND due <= {end} AND {where}",
            table=table,
            target=target,
            end=_END,
            where=where,
        )

    def _note(self, table: str, what: object, where: str = "true") -> None:
        self._do(
            "INSERT INTO facts SELECT due, row, {what} FROM {table} WHERE {where}",
            table=table,
            what=what,
            where=where,
        )

    def _count(self, table: str) -> int:
        found = self._db.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - own names
        assert found is not None, "a count is one row"
        return int(found[0])

    def _do(self, query: str, **values: object) -> None:
        written = {
            name: int(value) if isinstance(value, int) else value for name, value in values.items()
        }
        self._db.execute(query.format(**written))

    def _load(self, name: str, columns: dict[str, Any]) -> None:
        import pyarrow as pa

        self._db.register("loaded", pa.table(columns))
        self._do("CREATE TABLE {name} AS FROM loaded", name=name)
        self._db.unregister("loaded")


def people_of(made: Made) -> dict[str, npt.NDArray[Any]]:
    """Return columns of everybody, in the order of rows."""
    return {
        "row": np.arange(made.customers, dtype=np.int32),
        "signup": (made.signup // SECOND).astype(np.int32),
        "agrees": made.agrees_to_email,
        "sms": made.agrees_to_sms,
        "ahead": (np.array(TZ_MINUTES)[made.zone] * 60).astype(np.int32),
    }


def events_of(made: Made) -> dict[str, dict[str, npt.NDArray[Any]]]:
    """Return tables of the events that the journey asks for."""
    return {
        "visit": _events(made, "visit"),
        "purchase": _events(made, "purchase"),
        "mail": _events(made, "email_sent"),
    }


def _events(made: Made, kind: str) -> dict[str, npt.NDArray[Any]]:
    ts, offsets = made.events(kind)
    rows = np.repeat(np.arange(made.customers, dtype=np.int32), np.diff(offsets))
    return {"row": rows, "ts": (ts // SECOND).astype(np.int32)}
