"""The named parts of a query, each made once however many traits need it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from sqlglot import exp

from campaignspec.warehouse.layout import MOST_BYTES
from campaignspec.warehouse.words import column, named

WHO: Final = "who"
"""The column of a part by which it is joined to those who are asked about."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """One walk over some events that answers all that is asked of them by adding up.

    Attributes:
        base: The events that are seen, without columns.
        who: Whose events they are.
        sums: What is computed of each one's events, by column.
    """

    base: exp.Select
    who: exp.Column
    sums: dict[str, exp.Expr] = field(default_factory=dict)

    def query(self) -> exp.Select:
        """Return the walk with all that was asked of it."""
        columns = [named(tree.copy(), name) for name, tree in self.sums.items()]
        return self.base.select(named(self.who.copy(), WHO), *columns).group_by(self.who.copy())


class Shelf:
    """Holds parts in the order in which they may refer to each other."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._names = {name.casefold() for name in taken}
        self._parts: dict[str, Tally | exp.Query] = {}
        self._known: dict[Hashable, str] = {}

    def part(self, key: Hashable, stem: str, make: Callable[[], Tally | exp.Query]) -> str:
        """Return the name of the part with a key, made at the first call."""
        if key not in self._known:
            # Made before it is named, so that what it needs stands before it.
            made = make()
            name = self.free(stem)
            self._known[key], self._parts[name] = name, made
        return self._known[key]

    def tally(self, name: str, asked: str, tree: exp.Expr) -> None:
        """Ask one more thing of a tally."""
        found = self._parts[name]
        assert isinstance(found, Tally), f"{name} is no tally"  # noqa: S101 (names come from `part`)
        found.sums.setdefault(asked, tree)

    def free(self, stem: str) -> str:
        """Return a name that nothing else has."""
        short = stem.encode()[:MOST_BYTES].decode(errors="ignore")
        name, number = short, 1
        while name.casefold() in self._names:
            number += 1
            name = f"{short}_{number}"
        self._names.add(name.casefold())
        return name

    def parts(self) -> Iterator[tuple[str, exp.Query]]:
        """Yield the parts, none before those that it refers to."""
        for name, part in self._parts.items():
            yield name, part.query() if isinstance(part, Tally) else part


def best_of(ranked: exp.Select, place: str, name: str) -> exp.Select:
    """Return the rows of a ranking that are in the first place.

    Args:
        ranked: A query with `WHO`, a value and a place.
        place: The column of the place, from 1.
        name: The column of the value.
    """
    inner = ranked.subquery(alias=exp.TableAlias(this=exp.to_identifier("ranked", quoted=True)))
    return (
        exp.select(column(WHO, "ranked"), column(name, "ranked"))
        .from_(inner)
        .where(exp.EQ(this=column(place, "ranked"), expression=exp.convert(1)))
    )
