"""Which customers are one person: equal keys join them, what must not differ keeps them apart.

Customers are numbered by precedence, so a person's number is that of the first of its customers.
A customer may have several records, one a source, and with them several values of a key. Nothing
here depends on the order in which rows were read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from campaignspec.people.columns import MISSING, Codes

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Two customers that share a key and are not one person.

    Attributes:
        rule: Which key they share.
        first: The customer with precedence.
        second: The other one.
        field: Which of the fields that must not differ does.
    """

    rule: int
    first: int
    second: int
    field: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matched:
    """Customers joined to people.

    Attributes:
        person: For each customer the first customer of the same person; itself where alone.
        rule: By which key, the strongest, a customer shares its person with another; `MISSING`
            where it is alone.
        crowded: For each key, by code, how many customers share a value where they are too
            many, and 0 elsewhere.
        refusals: What was not joined, in the order in which it was decided.
    """

    person: Numbers
    rule: Numbers
    crowded: tuple[Numbers, ...]
    refusals: tuple[Refusal, ...]


def match(
    keys: Sequence[Codes], differ: Sequence[Codes], customer: Numbers, *, at_most: int
) -> Matched:
    """Join the customers that share a value of a key.

    Pairs are taken in one order: by key, the strongest first, then by the precedence of their
    customers. A pair is refused when its people, as joined so far, hold different values of a
    field in ``differ``. Only people in whom such values meet are decided pair by pair; all
    others are joined in columns, with the same result, for nothing is refused among them.

    Args:
        keys: For each key the records' values as codes, `MISSING` where a record has none.
        differ: The same for the fields that must not differ; of a customer's records, the
            first with a value counts.
        customer: For each record its customer, numbered from 0 by precedence. Records stand in
            the order of precedence.
        at_most: A value that more customers share joins nobody.
    """
    size = int(customer.max(initial=-1)) + 1
    groups = [_Groups.of(codes, customer, at_most) for codes in keys]
    held = [_first_of(codes, customer, size) for codes in differ]
    starts, others = _stars(groups)
    person = _components(size, starts, others)
    disputed = _disputed(person, held)
    refusals: list[Refusal] = []
    if disputed.any():
        person[disputed] = np.flatnonzero(disputed)
        _join_pairs(person, _pairs(groups, disputed), held, refusals)
    return Matched(
        person=person,
        rule=_strongest(groups, person),
        crowded=tuple(group.crowded for group in groups),
        refusals=tuple(refusals),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Groups:
    """The customers by one key: those of one value stand together, by precedence.

    Attributes:
        customers: The customers that have a value, once for each value.
        starts: Where each value's customers begin.
        sizes: How many there are.
        codes: The values.
        at_most: How many may share a value.
    """

    customers: Numbers
    starts: Numbers
    sizes: Numbers
    codes: Codes
    at_most: int

    @classmethod
    def of(cls, codes: Codes, customer: Numbers, at_most: int) -> _Groups:
        width = int(customer.max(initial=0)) + 1
        known = codes != MISSING
        pairs = codes[known] * width + customer[known]
        pairs.sort()
        again = np.zeros(len(pairs), np.bool_)
        again[1:] = pairs[1:] == pairs[:-1]
        pairs = pairs[~again]
        held = pairs // width
        begins = np.ones(len(held), np.bool_)
        begins[1:] = held[1:] != held[:-1]
        starts = np.flatnonzero(begins)
        return cls(
            customers=pairs % width,
            starts=starts,
            sizes=np.diff(starts, append=len(held)),
            codes=held[starts],
            at_most=at_most,
        )

    @property
    def joining(self) -> npt.NDArray[np.bool_]:
        return (self.sizes > 1) & (self.sizes <= self.at_most)

    @property
    def crowded(self) -> Numbers:
        counts = np.zeros(int(self.codes.max(initial=-1)) + 1, np.int64)
        counts[self.codes] = np.where(self.sizes > self.at_most, self.sizes, 0)
        return counts


def _first_of(codes: Codes, customer: Numbers, size: int) -> Codes:
    """Find each customer's first value."""
    found = np.full(size, MISSING, np.int64)
    known = np.flatnonzero(codes != MISSING)
    found[customer[known[::-1]]] = codes[known[::-1]]
    return found


def _stars(groups: Sequence[_Groups]) -> tuple[Numbers, Numbers]:
    """Pair each customer that shares a value with the first that has it."""
    first: list[Numbers] = [np.empty(0, np.int64)]
    other: list[Numbers] = [np.empty(0, np.int64)]
    for group in groups:
        here = np.repeat(group.joining, group.sizes)
        first.append(np.repeat(group.customers[group.starts], group.sizes)[here])
        other.append(group.customers[here])
    return np.concatenate(first), np.concatenate(other)


def _components(size: int, first: Numbers, other: Numbers) -> Numbers:
    """Find for each customer the least customer that pairs lead to, halving the ways each round."""
    least = np.arange(size, dtype=np.int64)
    while True:
        a, b = least[first], least[other]
        apart = a != b
        if not apart.any():
            return least
        first, other, a, b = first[apart], other[apart], a[apart], b[apart]
        np.minimum.at(least, np.maximum(a, b), np.minimum(a, b))
        while not np.array_equal(least, shorter := least[least]):
            least = shorter


def _disputed(person: Numbers, differ: Sequence[Codes]) -> npt.NDArray[np.bool_]:
    """Mark the customers of people in whom different values meet."""
    meet = np.zeros(len(person), np.bool_)
    for codes in differ:
        known = np.flatnonzero(codes != MISSING)
        first = np.full(len(person), MISSING, np.int64)
        first[person[known]] = codes[known]
        meet[person[known[codes[known] != first[person[known]]]]] = True
    return meet[person]


def _pairs(
    groups: Sequence[_Groups], disputed: npt.NDArray[np.bool_]
) -> Iterator[tuple[int, int, int]]:
    """Yield key, first and second customer of all pairs among disputed customers, in order."""
    for rule, group in enumerate(groups):
        chosen = np.flatnonzero(group.joining & disputed[group.customers[group.starts]])
        found = [
            pair
            for at in chosen.tolist()
            for pair in combinations(
                group.customers[group.starts[at] :][: group.sizes[at]].tolist(), 2
            )
        ]
        yield from ((rule, first, second) for first, second in sorted(found))


def _join_pairs(
    person: Numbers,
    pairs: Iterator[tuple[int, int, int]],
    differ: Sequence[Codes],
    refusals: list[Refusal],
) -> None:
    """Join pair by pair; writes the people found into ``person``."""
    parent: dict[int, int] = {}
    values: dict[int, list[int]] = {}

    def root(customer: int) -> int:
        while (above := parent.setdefault(customer, customer)) != customer:
            customer = above
        return customer

    for rule, first, second in pairs:
        one, two = root(first), root(second)
        if one == two:
            continue
        mine, yours = (
            values.setdefault(each, [int(codes[each]) for codes in differ]) for each in (one, two)
        )
        field = _first_difference(mine, yours)
        if field is not None:
            refusals.append(Refusal(rule=rule, first=first, second=second, field=field))
            continue
        parent[max(one, two)] = min(one, two)
        values[min(one, two)] = [max(pair) for pair in zip(mine, yours, strict=True)]
    for customer in parent:
        person[customer] = root(customer)


def _first_difference(mine: Sequence[int], yours: Sequence[int]) -> int | None:
    differences = (
        field
        for field, (one, two) in enumerate(zip(mine, yours, strict=True))
        if MISSING not in (one, two) and one != two
    )
    return next(differences, None)


def _strongest(groups: Sequence[_Groups], person: Numbers) -> Numbers:
    """Find the strongest key by which each customer shares a value with another of its person."""
    strongest = np.full(len(person), MISSING, np.int64)
    for rule, group in reversed(list(enumerate(groups))):
        here = np.repeat(group.joining, group.sizes)
        customers = group.customers[here]
        value = np.repeat(np.arange(len(group.sizes)), group.sizes)[here]
        order = np.lexsort((person[customers], value))
        customers, value = customers[order], value[order]
        same = (value[1:] == value[:-1]) & (person[customers][1:] == person[customers][:-1])
        shared = np.zeros(len(customers), np.bool_)
        shared[1:] |= same
        shared[:-1] |= same
        strongest[customers[shared]] = rule
    return strongest
