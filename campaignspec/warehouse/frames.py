"""Whom a rule is asked about in SQL, and when; and what they had seen by then.

A frame is a table of those who are asked about. It is everybody at one instant, or the events of
one name, each at its own. A part of the query holds a row for each of them that it knows
something of, and is joined to them by a key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from sqlglot import exp

from campaignspec.clock import Duration, Instant
from campaignspec.warehouse.layout import AT, CUSTOMER, CUSTOMERS, N
from campaignspec.warehouse.shelf import WHO
from campaignspec.warehouse.words import column, table, whole

ASKED: Final = "asked"
"""Those who are asked about, in a query."""
SEEN: Final = "seen"
"""The events that are looked at, in a query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Whom a rule is asked about, and when.

    Attributes:
        relation: The table that lists them.
        now: The instant for all of them; None is each one's own, in the table's column ``at``.
        event: The event at hand, whose properties the rule may name; None for everybody.
        ago: How long before that instant is meant, microseconds.
    """

    relation: str
    now: Instant | None = None
    event: str | None = None
    ago: int = 0

    @classmethod
    def everybody(cls, now: Instant) -> Frame:
        """Ask about everybody at one instant."""
        return cls(relation=CUSTOMERS, now=now)

    @property
    def key(self) -> str:
        """The column of the table that tells its rows apart."""
        return CUSTOMER if self.now is not None else N

    @property
    def at(self) -> exp.Expr:
        """The instant that is asked about."""
        if self.now is not None:
            return whole(self.now - self.ago)
        own = column(AT, ASKED)
        return exp.Sub(this=own, expression=whole(self.ago)) if self.ago else own

    @property
    def who(self) -> exp.Column:
        """Whose a seen event is."""
        return column(CUSTOMER, SEEN) if self.now is not None else column(N, ASKED)

    def before(self, ago: Duration) -> Frame:
        """Ask about the same, some time before."""
        return replace(self, ago=self.ago + ago.micros)

    def after(self, within: Duration) -> exp.Expr:
        """Return the instant after which a window's events count."""
        if self.now is not None:
            return whole(self.now - self.ago - within.micros)
        return exp.Sub(this=column(AT, ASKED), expression=whole(self.ago + within.micros))

    def see(self, events: str, within: Duration | None) -> exp.Select:
        """Return the events that each one had seen, in a window, without columns."""
        happened = column(AT, SEEN)
        seen: list[exp.Expr] = [exp.LTE(this=happened, expression=self.at)]
        if within is not None:
            seen.insert(0, exp.GT(this=happened.copy(), expression=self.after(within)))
        if self.now is not None:
            return exp.select().from_(table(events, SEEN)).where(*seen)
        same = exp.EQ(this=column(CUSTOMER, SEEN), expression=column(CUSTOMER, ASKED))
        return (
            exp.select()
            .from_(table(self.relation, ASKED))
            .join(table(events, SEEN), on=exp.and_(same, *seen), join_type="inner")
        )

    def suffix(self, within: Duration | None) -> str:
        """Return what tells a part about this frame from others, for people."""
        window = f"_{within}" if within is not None else ""
        asked = f"_at_{self.relation}" if self.now is None else ""
        ago = f"_{Duration(self.ago)}_ago" if self.ago else ""
        return f"{window}{asked}{ago}".replace(".", "_").replace("-", "_")


@dataclass(slots=True, kw_only=True)
class Sheet:
    """A frame, with the parts that are joined to it so far."""

    frame: Frame
    parts: dict[str, None] = field(default_factory=dict)

    def column(self, part: str, name: str) -> exp.Column:
        """Return a column of a part; NULL for those of whom the part knows nothing."""
        self.parts.setdefault(part)
        return column(name, part)

    def attribute(self, name: str) -> exp.Column:
        """Return a column of the table of customers."""
        if self.frame.now is not None:
            return column(name, ASKED)
        return self.column(CUSTOMERS, name)

    def before(self, ago: Duration) -> Sheet:
        """Ask about some time before, on the same sheet."""
        return Sheet(frame=self.frame.before(ago), parts=self.parts)

    def select(self, columns: Sequence[exp.Expr]) -> exp.Select:
        """Select columns of those who are asked about, and of the parts joined to them."""
        query = exp.select(*columns).from_(table(self.frame.relation, ASKED))
        for part in self.parts:
            if part == CUSTOMERS:
                same = (column(CUSTOMER, CUSTOMERS), column(CUSTOMER, ASKED))
            else:
                same = (column(WHO, part), column(self.frame.key, ASKED))
            joined = exp.EQ(this=same[0], expression=same[1])
            query.join(table(part), on=joined, join_type="left", copy=False)
        return query
