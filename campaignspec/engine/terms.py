"""An offer bound to a history: who may have it, what it is worth, what redeems it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from campaignspec.audience import Audience, FactKind, Moment
from campaignspec.clock import NEVER, Instant, parse_instant
from campaignspec.engine.codes import Pool
from campaignspec.engine.limits import Limit, Period
from campaignspec.history import LONG_AGO, Column, Stream, ValueKind
from campaignspec.history.stream import NO_EVENT
from campaignspec.money import MICROS, Money
from campaignspec.spec.kinds import Share
from campaignspec.spec.offer import Offer, SharedCode, Tier, stacks
from campaignspec.spec.rule import Fact

Instants = npt.NDArray[np.int64]
Micros = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_A_DAY: Final = len("2017-03-01")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Redemption:
    """The events that redeem an offer.

    Attributes:
        stream: The events.
        code: For each the number of its code in the offer's pool; None where any event of the
            customer's will do.
        value: For each the amount that the discount is taken of, if one is told.
    """

    stream: Stream
    code: npt.NDArray[np.int64] | None
    value: Column | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Terms:
    """One offer, bound.

    Attributes:
        name: Its name.
        offer: The offer as it is written.
        opens: From when on it is given, or `LONG_AGO`.
        closes: When it ends for everybody, or `NEVER`.
        pool: Its codes, where each customer gets one.
        limits: The limits that a grant takes one unit of each.
        rivals: The offers that nobody may hold beside it.
        redemption: What redeems it, if anything is seen to.
    """

    name: str
    offer: Offer
    opens: Instant
    closes: Instant
    pool: Pool | None
    limits: tuple[str, ...]
    rivals: tuple[str, ...]
    redemption: Redemption | None

    @property
    def ends(self) -> bool:
        """Whether grants may end by themselves: in time, or by an event that redeems them."""
        return (
            self.offer.valid_for is not None or self.closes != NEVER or self.redemption is not None
        )

    def until(self, at: Instants) -> Instants:
        """Say when grants that are given at these instants end."""
        if self.offer.valid_for is None:
            return np.full(at.shape, self.closes, np.int64)
        return np.minimum(at + self.offer.valid_for.micros, self.closes)

    def worth(self, size: int) -> Micros:
        """Say what grants are worth while they are held: what is known before a redemption."""
        known = self.offer.cost if isinstance(self.offer.cost, Money) else None
        known = self.offer.amount if self.offer.cost is None else known
        return np.full(size, known.micros if known else 0, np.int64)


def bind_offer(
    name: str,
    offers: Mapping[str, Offer],
    pool: Pool | None,
    audience: Audience,
) -> Terms:
    """Bind one of a project's offers to a history."""
    offer = offers[name]
    valid = offer.valid
    return Terms(
        name=name,
        offer=offer,
        opens=_moment(valid.from_, audience.zone) if valid and valid.from_ else LONG_AGO,
        closes=_end(valid.to, audience.zone) if valid and valid.to else NEVER,
        pool=pool,
        limits=tuple(limits_of(name, offer, pool)),
        rivals=tuple(
            other
            for other in offers
            if other != name and not stacks(name, offer, other, offers[other])
        ),
        redemption=_redemption(offer, pool, audience),
    )


def limits_of(name: str, offer: Offer, pool: Pool | None) -> dict[str, Limit]:
    """Return what customers share of an offer, by the limits' names."""
    found = []
    if offer.limits.total is not None:
        found.append(Limit(name=f"offer {name}", capacity=offer.limits.total))
    if offer.limits.per_day is not None:
        found.append(
            Limit(name=f"offer {name} a day", capacity=offer.limits.per_day, period=Period.DAY)
        )
    if pool is not None:
        found.append(Limit(name=codes_limit(name), capacity=len(pool.codes)))
    return {limit.name: limit for limit in found}


def codes_limit(name: str) -> str:
    """Return the name of the limit that counts the codes of an offer's pool."""
    return f"codes {name}"


def next_redemption(
    redemption: Redemption, rows: Rows, after: Instants, code: npt.NDArray[np.int64]
) -> tuple[Instants, npt.NDArray[np.int64]]:
    """Find the first event after an instant that redeems each customer's grant.

    Args:
        redemption: What redeems the offer.
        rows: The customers.
        after: The instants, none of which counts itself.
        code: The numbers of the customers' codes.

    Returns:
        The instants, or `NEVER`, and the events' indices, or `NO_EVENT`.
    """
    stream, codes = redemption.stream, redemption.code
    index = stream.index_after(rows, after)
    ends = stream.offsets[rows + 1]
    if codes is not None:
        wrong = np.flatnonzero(index < ends)
        while len(wrong := wrong[(index[wrong] < ends[wrong])]):
            wrong = wrong[codes[index[wrong]] != code[wrong]]
            index[wrong] += 1
    found = index < ends
    at = np.full(rows.shape, NEVER, np.int64)
    at[found] = stream.ts[index[found]]
    return at, np.where(found, index, NO_EVENT)


def cost_of(terms: Terms, audience: Audience, rows: Rows, at: Instants, by: Instants) -> Micros:
    """Say what redemptions cost, in micro-units.

    Args:
        terms: The offer.
        audience: Who knows the trait that a cumulative discount grows with.
        rows: The customers.
        at: When each redeems.
        by: The indices of the events that redeem.
    """
    offer, value, known = terms.offer, *_values(terms, by)
    if isinstance(offer.cost, Money):
        return np.full(rows.shape, offer.cost.micros, np.int64)
    if isinstance(offer.cost, Share):
        return _share_of(value, offer.cost)
    if offer.percent is not None:
        return _share_of(value, offer.percent)
    if offer.amount is not None:
        whole = np.full(rows.shape, offer.amount.micros, np.int64)
        return np.where(known, np.minimum(whole, value), whole)
    if offer.tiers:
        return _taken_off(offer.tiers, value, known, value / MICROS)
    if offer.cumulative is not None:
        moment = Moment(rows=rows, at=at)
        level = audience.values(Fact(name=offer.cumulative.over), moment)
        scale = MICROS if level.kind is FactKind.MONEY else 1
        reached = np.where(level.missing, -np.inf, level.data / scale)
        return _taken_off(offer.cumulative.tiers, value, known, reached)
    return np.zeros(rows.shape, np.int64)


def _values(terms: Terms, by: Instants) -> tuple[Micros, Mask]:
    """Return the amounts of the events that redeem, and for which of them one is told."""
    column = terms.redemption.value if terms.redemption else None
    if column is None or not len(column):
        return np.zeros(by.shape, np.int64), np.zeros(by.shape, np.bool_)
    told = column.take(by)
    scale = 1 if column.kind is ValueKind.MONEY else MICROS
    value = np.rint(np.where(told.missing, 0, told.values) * scale).astype(np.int64)
    return value, ~told.missing


def _share_of(value: Micros, share: Share) -> Micros:
    return np.asarray(np.rint(value * share.fraction), np.int64)


def _taken_off(
    tiers: tuple[Tier, ...], value: Micros, known: Mask, reached: npt.NDArray[np.float64]
) -> Micros:
    """Apply the highest tier that is reached; amounts and numbers are in whole units."""
    off = np.zeros(value.shape, np.int64)
    for tier in tiers:
        if tier.percent is not None:
            here = _share_of(value, tier.percent)
        else:
            whole = np.full(value.shape, tier.amount.micros if tier.amount else 0, np.int64)
            here = np.where(known, np.minimum(whole, value), whole)
        off = np.where(reached >= _from(tier), here, off)
    return off


def _from(tier: Tier) -> float:
    return tier.from_.micros / MICROS if isinstance(tier.from_, Money) else tier.from_


def _redemption(offer: Offer, pool: Pool | None, audience: Audience) -> Redemption | None:
    by = offer.redeemed_by
    if by is None:
        return None
    stream = audience.events(by.event, by.where)
    code = stream.properties.get(by.code) if by.code else None
    if code is not None and isinstance(offer.codes, SharedCode):
        stream = stream.where(code.values == code.code(offer.codes.shared))
        code = None
    return Redemption(
        stream=stream,
        code=pool.places(code) if pool is not None and code is not None else None,
        value=stream.properties.get(by.value) if by.value else None,
    )


def _moment(written: str, zone: str) -> Instant:
    return parse_instant(written, zone)


def _end(written: str, zone: str) -> Instant:
    """Return the end of a day, or a moment as it is."""
    if len(written) > _A_DAY:
        return parse_instant(written, zone)
    following = np.datetime64(written, "D") + 1
    return parse_instant(str(following), zone)
