"""The eight-node journey written by hand for Polars: stage by stage, everybody at once.

The stages are those of `benchmarks.engine.in_sql`, and waits and caps are ASOF joins as there.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import polars as pl

from benchmarks.engine import by_hand
from benchmarks.engine.by_hand import CONVERTED, ONE, PATIENCE, Node, What, names_of
from benchmarks.engine.facts import Facts
from benchmarks.engine.in_sql import events_of, people_of
from benchmarks.engine.made import END, SECOND, START, Made, laid_out
from benchmarks.engine.measuring import Phase
from campaignspec.identity import keys

_END: Final = END // SECOND
_DAY: Final = 86_400
_WEEK: Final = 7 * _DAY
_MORNING: Final = by_hand.MORNING // SECOND
_EVENING: Final = by_hand.EVENING // SECOND
_THINKING: Final = by_hand.BEFORE_THE_COUPON // SECOND
_NEVER: Final = 2_000_000_000
_AT: Final = pl.col("at")
_GOAL: Final = pl.col("goal")
_KEY: Final = (pl.col("row").cast(pl.Int64) * 2**32 + _AT).alias("key")
_ONE_DAY: Final = pl.col("arm") == 1


class Frames:
    """The journey on frames; instants are seconds since 1970, and rows stay in order.

    Args:
        made: The data.
        packed: Whether customer and time are one number in all frames, so that waits and caps
            are joins on one sorted column; otherwise they are joined by customer.
    """

    def __init__(self, made: Made, *, packed: bool) -> None:
        tables = events_of(made)
        self._packed = packed
        self._people = pl.DataFrame(people_of(made))
        self._visits = _events(tables["visit"])
        self._purchases = _events(tables["purchase"])
        self._mails = _events(tables["mail"]).with_columns(second=_before(1), third=_before(2))
        self._ids = laid_out(made.customers)
        self._coupons = ONE.coupons(made.customers)
        self._facts: list[pl.DataFrame] = []

    def walk(self) -> None:
        """Walk everybody through the journey; facts gather in frames."""
        greeted = self._send(self._entered(), Node.HELLO, What.HELLO)
        back, away = self._listen(greeted)
        self._offer(back)
        self._remind(away)

    def count(self) -> int:
        """Return how many facts there are."""
        return sum(len(frame) for frame in self._facts)

    def extra(self) -> dict[str, Phase]:
        """Return nothing: all is in the walk."""
        return {}

    def facts(self) -> Facts:
        """Return what happened."""
        found = pl.concat(self._facts)
        return Facts(
            names=names_of(ONE),
            at=found["at"].cast(pl.Int64).to_numpy() * SECOND,
            row=found["row"].to_numpy(),
            what=found["what"].cast(pl.Int16).to_numpy(),
        )

    def _entered(self) -> pl.DataFrame:
        entered = (
            self._people.lazy()
            .filter(pl.col("agrees") & (pl.col("signup") > START // SECOND))
            .with_columns(at=_on_tick(pl.col("signup")), own=pl.lit(0, pl.Int32))
            .drop("agrees", "signup")
            .collect()
        )
        entered = self._next(entered, self._purchases).rename({"next": "goal"})
        self._note(entered, What.ENTERED)
        return entered

    def _listen(self, greeted: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Assign an arm, and wait for a visit as long as the arm says."""
        rows = greeted["row"].to_numpy().astype(np.int64)
        greeted = greeted.with_columns(arm=by_hand.is_one_day(self._ids, rows).astype(np.int32))
        self._note(greeted, What.TWO_DAYS + pl.col("arm"))
        patience = pl.when(_ONE_DAY).then(PATIENCE[1] // SECOND).otherwise(PATIENCE[0] // SECOND)
        waited = (
            self._next(greeted, self._visits)
            .with_columns(back=_on_tick(pl.col("next")), latest=(_AT + patience).cast(pl.Int32))
            .with_columns(
                at=pl.min_horizontal("back", "latest"), is_back=pl.col("back") <= pl.col("latest")
            )
            .drop("next", "back", "latest")
        )
        self._convert(waited, Node.VISIT_IN_TWO_DAYS + pl.col("arm"))
        waited = _there(waited)
        back, away = waited.filter("is_back"), waited.filter(~pl.col("is_back"))
        self._note(back, What.BACK_IN_TWO + pl.col("arm"))
        self._note(away, What.NOT_BACK_IN_TWO + pl.col("arm"))
        return back, away

    def _offer(self, back: pl.DataFrame) -> None:
        """Wait for three days, and give coupons to those who come first."""
        thinking = back.with_columns(at=_AT + _THINKING)
        self._convert(thinking, Node.THINKING)
        asking = _there(thinking)
        self._note(asking, What.THOUGHT)
        turn = keys(ONE.coupon, self._ids, asking["row"].to_numpy().astype(np.int64))
        first = asking.select("row", "at", turn=turn).sort("at", "turn").head(self._coupons)
        is_given = pl.col("row").is_in(first["row"].implode())
        refused, given = asking.filter(~is_given), asking.filter(is_given)
        self._note(refused, What.NONE_LEFT)
        self._note(refused, What.NO_COUPON)
        self._finish(refused, Node.NO_COUPON)
        self._note(given, What.GRANTED)
        offered = self._send(given, Node.WITH_COUPON, What.OFFER)
        self._note(offered, What.HAS_COUPON)
        self._finish(offered, Node.HAS_COUPON)

    def _remind(self, away: pl.DataFrame) -> None:
        silent = away.filter(~pl.col("sms"))
        self._note(silent, What.REMINDER_REFUSED)
        reminded = self._send(away.filter("sms"), Node.REMINDER, What.REMINDER)
        for done in (silent, reminded):
            self._note(done, What.COMPLETED)
            self._finish(done, Node.END)

    def _send(self, pending: pl.DataFrame, node: Node, sent: What) -> pl.DataFrame:
        """Send to everybody who may be sent to, let the others wait, and ask again."""
        out = []
        while len(pending):
            self._convert(pending, node)
            time = (_AT + pl.col("ahead")) % _DAY
            awake = _there(pending).with_columns(time=time)
            is_quiet = (pl.col("time") < _MORNING) | (pl.col("time") >= _EVENING)
            quiet, judged = awake.filter(is_quiet), self._judged(awake.filter(~is_quiet))
            self._note(quiet, sent - 2)
            capped, goes = (
                judged.filter(pl.col("until") > _AT),
                judged.filter(pl.col("until") == _AT),
            )
            self._note(capped, sent - 1)
            self._note(goes, pl.lit(sent))
            out.append(goes.drop("until").with_columns(own=_AT))
            late = pl.when(pl.col("time") >= _EVENING).then(_DAY).otherwise(0)
            morning = (_AT - pl.col("time") + _MORNING + late).cast(pl.Int32)
            waiting = [
                quiet.with_columns(at=morning).drop("time"),
                capped.with_columns(at=pl.col("until")).drop("until"),
            ]
            pending = pl.concat(waiting).sort("row")
        return pl.concat(out).sort("row") if out else pending

    def _judged(self, awake: pl.DataFrame) -> pl.DataFrame:
        """Say until when the cap holds messages: for the third-latest of all to be a week old.

        Of the three latest past messages and one of our own, that is the third of the past, or
        the earlier of our own and the second, whichever is later.
        """
        third = pl.max_horizontal(
            pl.col("third").fill_null(0),
            pl.min_horizontal(pl.col("own"), pl.col("second").fill_null(0)),
        )
        free = _on_tick(third + _WEEK)
        return (
            self._joined(awake, self._mails)
            .with_columns(until=pl.when(third + _WEEK > _AT).then(free).otherwise(_AT))
            .drop("ts", "second", "third", "time")
        )

    def _next(self, frame: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
        """Return when each customer's next event is, in the column ``next``."""
        joined = self._joined(frame, events, strategy="forward", allow_exact_matches=False)
        return joined.with_columns(next=pl.col("ts").fill_null(_NEVER)).drop("ts")

    def _joined(self, frame: pl.DataFrame, events: pl.DataFrame, **how: Any) -> pl.DataFrame:
        """Join each customer's event that is closest; its columns are null where there is none."""
        if not self._packed:
            return frame.join_asof(
                events.drop("event").with_columns(at=pl.col("ts")),
                on="at",
                by="row",
                check_sortedness=False,
                **how,
            )
        columns = [name for name in events.columns if name not in {"row", "event"}]
        same = pl.col("event") // 2**32 == pl.col("row")
        return (
            frame.with_columns(_KEY)
            .join_asof(events.drop("row"), left_on="key", right_on="event", coalesce=False, **how)
            .with_columns(pl.when(same).then(pl.col(name)).alias(name) for name in columns)
            .drop("key", "event")
        )

    def _finish(self, done: pl.DataFrame, node: Node) -> None:
        self._note(done.filter(_GOAL <= _END).with_columns(at=_GOAL), CONVERTED + node)

    def _convert(self, frame: pl.DataFrame, node: Any) -> None:
        """Note who reaches the goal before the next step."""
        reached = frame.filter((_GOAL <= _AT) & (_GOAL <= _END))
        self._note(reached.with_columns(at=_GOAL), CONVERTED + node)

    def _note(self, frame: pl.DataFrame, what: Any) -> None:
        code = what if isinstance(what, pl.Expr) else pl.lit(int(what))
        self._facts.append(frame.select("at", "row", what=code.cast(pl.UInt8)))


def _there(frame: pl.DataFrame) -> pl.DataFrame:
    """Return those who are still there at their next step."""
    return frame.filter((_GOAL > _AT) & (_AT <= _END))


def _on_tick(at: pl.Expr) -> pl.Expr:
    return ((at + 59) // 60 * 60).cast(pl.Int32)


def _events(columns: dict[str, Any]) -> pl.DataFrame:
    key = columns["row"].astype(np.int64) * 2**32 + columns["ts"]
    return pl.DataFrame({**columns, "event": key}).set_sorted("event")


def _before(places: int) -> pl.Expr:
    """Return the instant of the same customer's message so many places before, or 0."""
    same = pl.col("row") == pl.col("row").shift(places)
    return pl.when(same).then(pl.col("ts").shift(places)).otherwise(0).cast(pl.Int32)
