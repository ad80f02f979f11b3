"""Writing what the data are worth: for people in text or Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from campaignspec.api.profile import Readiness
from campaignspec.audience import Value
from campaignspec.cli.values import value_text
from campaignspec.clock import DAY, HOUR, MINUTE, format_instant
from campaignspec.graph.width import cells, pad
from campaignspec.quality.outcome import Outcome, Verdict
from campaignspec.quality.reach import Reach
from campaignspec.quality.readiness import AddressLook, AttributeLook, EventLook, IdentityLook


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """Rows of cells under a header; the first column is what a row is about.

    Attributes:
        header: The columns' names; the first one names the table.
        rows: As many cells a row as the header has.
        numbers: The columns that are set to the right.
        empty: What is said when there are no rows.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int] = frozenset()
    empty: str


def readiness_lines(look: Readiness) -> Iterator[str]:
    """Write what the data are worth for a terminal."""
    yield _headline(look)
    yield look.list_size
    for table in _tables(look):
        yield ""
        yield from _as_text(table)
    yield ""
    yield from _tests(look)
    yield ""
    yield from _campaigns(look)


def readiness_markdown(look: Readiness) -> Iterator[str]:
    """Write what the data are worth in Markdown."""
    yield "# Readiness"
    yield ""
    yield f"{_headline(look)}."
    yield ""
    yield f"{look.list_size.capitalize()}."
    for table in _tables(look):
        yield ""
        yield f"## {table.header[0].capitalize()}"
        yield ""
        yield from _as_markdown(table)
    for lines in (_tests(look), _campaigns(look)):
        title, *rest = lines
        yield ""
        yield f"## {title.capitalize()}"
        yield ""
        yield "```text"
        yield from (line.removeprefix("  ") for line in rest)
        yield "```"


def _headline(look: Readiness) -> str:
    at = f"{format_instant(look.at, look.zone)} ({look.zone})"
    reached = f"{look.reachable:,} of them can be reached with promotional messages"
    return f"{look.customers:,} customers at {at}; {reached}"


def _tables(look: Readiness) -> Iterator[_Table]:
    if look.identity is not None:
        yield from _identity(look.identity)
    yield _Table(
        header=("events", "times", "customers", "each", "first", "last", "ago"),
        rows=tuple(_event(look, event) for event in look.events),
        numbers=frozenset({1, 2, 3, 6}),
        empty="no events",
    )
    if look.replaced:
        yield _Table(
            header=("orders given again", "rows replaced"),
            rows=tuple((table, f"{rows:,}") for table, rows in look.replaced.items()),
            numbers=frozenset({1}),
            empty="no order is given again",
        )
    yield _Table(
        header=("attributes", "known", "different", "values"),
        rows=tuple(_attribute(look, attribute) for attribute in look.attributes),
        numbers=frozenset({1, 2}),
        empty="no attributes are declared",
    )
    yield _Table(
        header=("addresses", "known", "valid", "shared"),
        rows=tuple(_address(look, address) for address in look.addresses),
        numbers=frozenset({1, 2, 3}),
        empty="no addresses are declared",
    )
    yield _Table(
        header=("channels", "class", "reached", "address", "consent"),
        rows=tuple(_reach(look, reach) for reach in look.reach),
        numbers=frozenset({2, 3, 4}),
        empty="no channels are defined",
    )
    yield _Table(
        header=("segments", "customers"),
        rows=tuple((name, _part(look, size)) for name, size in look.segments.items()),
        numbers=frozenset({1}),
        empty="no segments are defined",
    )


def _identity(identity: IdentityLook) -> Iterator[_Table]:
    """Say how records became people, and what was not usable."""
    counts = [("records of customers", identity.records), ("people", identity.people)]
    if identity.elsewhere:
        counts.append(("known from other tables only", identity.elsewhere))
    merged = ((f"merged by {rule}", times) for rule, times in identity.merged)
    yield _Table(
        header=("identity", "number"),
        rows=tuple((name, f"{number:,}") for name, number in (*counts, *merged)),
        numbers=frozenset({1}),
        empty="no records",
    )
    yield _Table(
        header=("rejected", "column", "values", "reason"),
        rows=tuple(
            (source, column, f"{times:,}", reason)
            for source, column, reason, times in identity.rejected
        ),
        numbers=frozenset({2}),
        empty="no value was rejected",
    )


def _event(look: Readiness, event: EventLook) -> tuple[str, ...]:
    if event.first is None or event.last is None:
        return (event.name, "0", _part(look, 0), "", "never", "", "")
    return (
        event.name,
        f"{event.count:,}",
        _part(look, event.customers),
        f"{event.median:,}",
        format_instant(event.first // MINUTE * MINUTE, look.zone),
        format_instant(event.last // MINUTE * MINUTE, look.zone),
        _age(look.at - event.last),
    )


def _attribute(look: Readiness, attribute: AttributeLook) -> tuple[str, ...]:
    return (
        attribute.name,
        _part(look, attribute.present),
        f"{attribute.distinct:,}",
        _values(look, attribute),
    )


def _values(look: Readiness, attribute: AttributeLook) -> str:
    """Show how values are spread, and of texts only such as many people share."""
    bounds = (attribute.least, attribute.median, attribute.greatest)
    if attribute.least is not None:
        return " … ".join(_value(look, value) for value in bounds if value is not None)
    shown = [f"{_value(look, value)} ({times:,})" for value, times in attribute.top]
    hidden = attribute.distinct - len(shown)
    if shown:
        return ", ".join([*shown, *([f"{hidden:,} more"] if hidden else [])])
    return "not shown" if hidden else ""


def _value(look: Readiness, value: Value) -> str:
    return value_text(value, zone=look.zone, currency=look.currency)


def _address(look: Readiness, address: AddressLook) -> tuple[str, ...]:
    valid = "" if address.valid is None else f"{address.valid:,}"
    return (address.kind, _part(look, address.present), valid, f"{address.shared:,}")


def _reach(look: Readiness, reach: Reach) -> tuple[str, ...]:
    return (
        reach.channel,
        reach.message_class.value,
        _part(look, reach.both),
        f"{reach.addressed:,}",
        f"{reach.agreed:,}",
    )


def _tests(look: Readiness) -> Iterator[str]:
    yield "data tests"
    if not look.tests:
        yield "  no data tests are declared"
    wide = max((len(test.verdict) for test in look.tests), default=0)
    for subject, tests in groupby(look.tests, key=attrgetter("subject")):
        yield f"  {subject}"
        for test in tests:
            yield f"    {test.verdict:<{wide}}  {test.test}  {test.found}"
            yield from (f"    {'':<{wide}}    {line}" for line in _details(test))


def _details(test: Outcome) -> Iterator[str]:
    if test.verdict in {Verdict.PASSED, Verdict.NEW}:
        return
    if test.examples:
        shown = (
            f"{each.row} ({each.value})" if each.value else str(each.row) for each in test.examples
        )
        rows = ", ".join(shown)
        more = test.failing - len(test.examples)
        yield f"rows {rows}" + (f" and {more:,} more" if more > 0 else "")
    yield test.advice


def _campaigns(look: Readiness) -> Iterator[str]:
    yield "campaigns"
    if not look.campaigns:
        yield "  no campaigns yet"
    wide = max((cells(campaign.campaign) for campaign in look.campaigns), default=0)
    for campaign in look.campaigns:
        lacks = [f"{lack.sort} {lack.name} {lack.found}" for lack in campaign.lacks]
        for number, line in enumerate(lacks or ["finds all that it rests on"]):
            yield f"  {pad('' if number else campaign.campaign, wide)}  {line}"


def _as_text(table: _Table) -> Iterator[str]:
    if not table.rows:
        yield table.empty
        return
    columns = list(zip(table.header, *table.rows, strict=True))
    widths = [max(map(cells, column)) for column in columns]
    for number, row in enumerate((table.header, *table.rows)):
        parts = [_set(cell, widths[at], at in table.numbers) for at, cell in enumerate(row)]
        first = pad(row[0], widths[0] + 2) if number == 0 else f"  {parts[0]}"
        yield "  ".join([first, *parts[1:]]).rstrip()


def _as_markdown(table: _Table) -> Iterator[str]:
    if not table.rows:
        yield f"{table.empty.capitalize()}."
        return
    yield _piped(("", *table.header[1:]))
    yield _piped(tuple("---:" if at in table.numbers else "---" for at in range(len(table.header))))
    yield from map(_piped, table.rows)


def _piped(row: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |"


def _set(cell: str, width: int, right: bool) -> str:  # noqa: FBT001 - a cell's own setting
    return " " * (width - cells(cell)) + cell if right else pad(cell, width)


def _part(look: Readiness, count: int) -> str:
    """Write a count with its share of all customers, in as many cells for every share."""
    if not look.customers:
        return f"{count:,}"
    return f"{count:,} {f'({100 * count / look.customers:.1f}%)':>8}"


def _age(micros: int) -> str:
    """Write how long ago something was, in its largest unit, rounded down."""
    for unit, length in (("d", DAY), ("h", HOUR)):
        if micros >= length:
            return f"{micros // length:,}{unit}"
    return f"{micros // MINUTE}m"
