"""Six segments and fifty over a whole population: the event store against databases and pandas.

    python -m benchmarks.segments --customers 1000000 --events 20000000

Every engine has a process of its own and its data where it wants them; loading is not timed. The
engines take turns, several rounds, and the best round counts. All must find the same ids, which
are also held against known figures; if one does not, nothing is compared and the exit code is 1.
The last part follows the members of the six segments over 90 days: by their changes, and anew for
every day.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from benchmarks import reference_data, segment_questions
from benchmarks.segment_engines import ENGINES, FIRST_ID, NEEDS, Answered, Built, Place, build, work
from benchmarks.segment_following import Followed, follow

OURS: Final = "campaignspec"

EXPECTED: Final[Mapping[tuple[int, int], Mapping[str, tuple[int, int]]]] = {
    (100_000, 2_000_000): {
        "S1": (3514, 1762263320),
        "S2": (4108, 2054337134),
        "S3": (27188, 13654842634),
        "S4": (4253, 2114249503),
        "S5": (7652, 3850480581),
        "S6": (5775, 2887792285),
    },
    (1_000_000, 20_000_000): {
        "S1": (36205, 18085492132),
        "S2": (41070, 20595856131),
        "S3": (274410, 137315224715),
        "S4": (43544, 21833375272),
        "S5": (76359, 38239877773),
        "S6": (57593, 28841037409),
    },
}
"""Known sizes and checksums of the six segments, by customers and events."""

EXPECTED_FIFTY: Final[Mapping[tuple[int, int], tuple[tuple[int, ...], int]]] = {
    (100_000, 2_000_000): ((5059, 14052, 9379, 2261, 31174, 3), 644765),
    (1_000_000, 20_000_000): ((50768, 140181, 93932, 23568, 309841, 64), 6448542),
}
"""The sizes of the first six of the fifty segments, and of all together."""

Rounds = Mapping[str, Mapping[str, Sequence[Answered]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A process with an engine in it."""

    orders: Connection
    process: multiprocessing.process.BaseProcess

    def ask(self, question: str) -> Answered:
        """Order one round, and wait for it."""
        self.orders.send(question)
        answer: Answered = self.orders.recv()
        return answer


def main() -> int:
    """Measure, compare and print."""
    options = _options()
    size = (options.customers, options.events)
    print(f"{size[0]:,} customers, {size[1]:,} events, best of {options.rounds} rounds")
    place = prepare(*size)
    built = _build(place)
    print(f"the store is built in {built.seconds:.1f} s within {built.peak_mb:.0f} MB")
    absent = [name for name, package in NEEDS.items() if find_spec(package) is None]
    if absent:
        print(f"not installed, and left out: {', '.join(absent)}")
    names = [name for name in ENGINES if name not in {*options.without, *absent}]
    with _workers(names, place) as workers:
        rounds = _take_turns(workers, options.rounds)
    wrong = [*_differences(rounds), *_unexpected(rounds, size)]
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        return 1
    print("every engine finds the same ids" + (", the known ones" if size in EXPECTED else ""))
    for question in ("six", "fifty"):
        _print_table(question, rounds[question])
    followed = follow(place, days=90)
    _print_followed(followed)
    if not followed.is_equal:
        return 1
    print(_summary(rounds, followed, built))
    return 0


def prepare(customers: int, events: int) -> Place:
    """Make the data and the project of a size, where they are not there yet."""
    import duckdb

    made = reference_data.files(customers, events)
    folder = made.by_time.parent
    place = Place(
        events=folder / "plain_events.parquet",
        customers=made.customers,
        project=folder / "project",
    )
    if not (place.project / "campaignspec.yaml").exists():
        place.project.mkdir(exist_ok=True)
        with duckdb.connect() as db:
            db.execute("SET enable_progress_bar = false")
            _copy(db, made.by_time, _PLAIN, place.events)
            _copy(db, made.by_time, _EVENTS, place.project / "events.parquet")
            _copy(db, made.customers, _CUSTOMERS, place.project / "customers.parquet")
    # Written anew each time: the questions may have changed.
    audiences = segment_questions.in_our_language()
    (place.project / "audiences.yaml").write_text(audiences, encoding="utf-8")
    (place.project / "campaignspec.yaml").write_text(_PROJECT, encoding="utf-8")
    return place


_PLAIN: Final = "customer_id, epoch(ts)::BIGINT AS ts, type, amount"
_EVENTS: Final = f"customer_id + {FIRST_ID} AS customer, ts AS at, type AS event, amount"
_CUSTOMERS: Final = (
    f"customer_id + {FIRST_ID} AS customer, tier, country, consent_email, consent_sms"
)
_PROJECT: Final = """\
spec: 1
project: segments
timezone: UTC
currency: USD
sources:
  - customers: customers.parquet
    attributes: {tier: text, country: text, consent_email: boolean, consent_sms: boolean}
  - events: events.parquet
    names: [visit, view, cart, purchase, email_sent, email_open, click]
    properties: {amount: money}
    known_after: 1s
"""


def _copy(db: object, source: Path, columns: str, target: Path) -> None:
    query = f"COPY (SELECT {columns} FROM read_parquet('{source}')) TO '{target}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 1000000)"  # noqa: E501, S608 - own names
    db.execute(query)  # type: ignore[attr-defined]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=20_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without", nargs="*", default=(), choices=list(ENGINES)[1:])
    return parser.parse_args()


def _build(place: Place) -> Built:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=build, args=(place, there))
    process.start()
    built: Built = here.recv()
    process.join()
    return built


@contextmanager
def _workers(names: Sequence[str], place: Place) -> Iterator[Mapping[str, Worker]]:
    context = multiprocessing.get_context("spawn")
    workers: dict[str, Worker] = {}
    try:
        for name in names:
            here, there = context.Pipe()
            process = context.Process(target=work, args=(name, place, there), daemon=True)
            process.start()
            workers[name] = Worker(orders=here, process=process)
            if here.recv() != "ready":
                raise AssertionError(f"{name} is not ready")
        yield workers
    finally:
        for worker in workers.values():
            worker.process.terminate()


def _take_turns(workers: Mapping[str, Worker], rounds: int) -> Rounds:
    found: dict[str, dict[str, list[Answered]]] = {"six": {}, "fifty": {}}
    for _ in range(rounds):
        for question, answers in found.items():
            for name, worker in workers.items():
                answers.setdefault(name, []).append(worker.ask(question))
    return found


def _differences(rounds: Rounds) -> Iterator[str]:
    for question, answers in rounds.items():
        right = answers[OURS][0].digests
        for name, repeated in answers.items():
            for answer in repeated:
                for segment, digest in answer.digests.items():
                    if digest != right[segment]:
                        yield f"{question}: {segment}: {name} {digest}, {OURS} {right[segment]}"


def _unexpected(rounds: Rounds, size: tuple[int, int]) -> Iterator[str]:
    found = rounds["six"][OURS][0].digests
    for segment, digest in EXPECTED.get(size, {}).items():
        if found[segment] != digest:
            yield f"{segment} is {found[segment]}, and should be {digest}"
    if size in EXPECTED_FIFTY:
        sizes = [count for count, _ in rounds["fifty"][OURS][0].digests.values()]
        if (tuple(sizes[:6]), sum(sizes)) != EXPECTED_FIFTY[size]:
            yield f"the fifty are {sizes[:6]}, {sum(sizes)}, and should be {EXPECTED_FIFTY[size]}"


def _print_table(question: str, answers: Mapping[str, Sequence[Answered]]) -> None:
    best = {name: min(each.seconds for each in repeated) for name, repeated in answers.items()}
    print(f"\n{question} segments       seconds   times ours   peak MB")
    for name, seconds in best.items():
        peak = max(each.peak_mb for each in answers[name])
        print(f"{name:<20} {seconds:>8.3f} {seconds / best[OURS]:>12.1f} {peak:>9.0f}")


def _print_followed(followed: Followed) -> None:
    print(f"\nthe members of the six on {followed.days} days   seconds")
    print(f"by their changes {followed.by_changes:>28.2f}")
    print(f"anew for every day {followed.anew:>26.2f}")
    print("both agree on every day" if followed.is_equal else "THEY DIFFER")


def _summary(rounds: Rounds, followed: Followed, built: Built) -> str:
    chdb = ("chDB, a query each", "chDB, one scan")
    fifty, six = rounds["fifty"], rounds["six"]
    return (
        f"\nratios: fifty {_ratio(fifty, 'DuckDB on Parquet')} DuckDB on Parquet, "
        f"{_ratio(fifty, 'DuckDB in memory')} DuckDB in memory, {_ratio(fifty, *chdb)} chDB, "
        f"{_ratio(fifty, 'pandas')} pandas; six {_ratio(six, 'DuckDB in memory')} DuckDB in "
        f"memory, {_ratio(six, *chdb)} chDB, {_ratio(six, 'pandas')} pandas; "
        f"90 days by changes {followed.anew / followed.by_changes:.1f} of anew; "
        f"store {built.seconds:.1f} s, {built.peak_mb:.0f} MB"
    )


def _ratio(answers: Mapping[str, Sequence[Answered]], *others: str) -> str:
    """Return how many times as long as ours the quickest of others takes."""
    best = {name: min(each.seconds for each in repeated) for name, repeated in answers.items()}
    times = [best[name] / best[OURS] for name in others if name in best]
    return f"{min(times):.1f}" if times else "-"


if __name__ == "__main__":
    sys.exit(main())
