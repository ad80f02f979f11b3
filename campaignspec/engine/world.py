"""What the engine may ask of the world: history, policy, prices, chance, answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol, assert_never

import numpy as np
import numpy.typing as npt

from campaignspec.audience import Audience
from campaignspec.clock import Instant, Wall, ZoneColumn, ZoneTable, zone_table
from campaignspec.connector import MessageClass
from campaignspec.engine.dice import Dice
from campaignspec.engine.limits import Limit
from campaignspec.engine.present import present
from campaignspec.engine.state import Answers, Instants, Rows
from campaignspec.engine.terms import Terms
from campaignspec.history import LONG_AGO, Column, History, Stream
from campaignspec.policy.rulebook import Counter, Rulebook
from campaignspec.policy.touches import Stances
from campaignspec.spec.channel import ConfirmedBy
from campaignspec.spec.policy import UnknownZone, ZoneGuess

Mask = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

_PURPOSES = frozenset(MessageClass)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBatch:
    """Messages of one send node that go out together.

    Attributes:
        campaign: The campaign's name.
        seed: The campaign's seed, which outlives its name.
        node: The send node's id.
        channel: The channel.
        rows: The customers, as rows of the history.
        at: When each is sent.
        enrolment: Each customer's enrolment number.
        keys: What each is about, where the campaign has one enrolment an order.
    """

    campaign: str
    seed: str
    node: str
    channel: str
    rows: Rows
    at: Instants
    enrolment: npt.NDArray[np.int32]
    keys: Texts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a gate was decided.

    Attributes:
        at: The tick at which it was taken.
        is_approved: Whether people pass.
        by: Who decided.
    """

    at: Instant
    is_approved: bool
    by: str


class Responses(Protocol):
    """Who answers messages: a model in a rehearsal, nobody where people answer for themselves."""

    def answer(self, batch: SentBatch) -> Answers | None:
        """Say when each message is opened, clicked and opted out of; None if nobody answers."""


class NoResponses:
    """Answers come from the world, not from a model."""

    def answer(self, batch: SentBatch) -> Answers | None:
        """Answer nothing."""
        del batch
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The ports and the settings of one engine.

    Attributes:
        audience: Rules, traits and segments over the history.
        rulebook: The rules for every touch.
        tick: The length of a tick, microseconds.
        address_kinds: By channel, the kind of address that it needs.
        costs: By channel, the cost of a message in micro-units.
        dice: Chance.
        responses: Who answers.
        assumes: Whether calls are answered, and gates opened, by what their steps assume, and
            not by the world.
        offers: The offers that are given, by name.
        limits: What customers share, by name.
        requests: By campaign, when other programs asked that somebody enters it.
        winners: By campaign and step, the arm that has won, of experiments that are decided.
        gates: By campaign and step, the gates that are decided; it grows while a run goes on.
        memo: Past messages by what counts them, derived once.
        decided: Decisions about consent by channel and purpose, derived once.
        grouped: By attribute, which customers have its value in common, derived once.
        reach: Who has an address, by channel, derived once.
    """

    audience: Audience
    rulebook: Rulebook
    tick: int
    address_kinds: Mapping[str, str]
    costs: Mapping[str, int]
    dice: Dice
    responses: Responses = field(default_factory=NoResponses)
    assumes: bool = False
    offers: Mapping[str, Terms] = field(default_factory=dict)
    limits: Mapping[str, Limit] = field(default_factory=dict)
    requests: Mapping[str, Stream] = field(default_factory=dict)
    winners: dict[tuple[str, str], str | None] = field(
        default_factory=dict, repr=False, compare=False
    )
    gates: dict[tuple[str, str], Verdict] = field(default_factory=dict, repr=False, compare=False)
    memo: dict[Counter, list[Stream]] = field(default_factory=dict, repr=False, compare=False)
    decided: dict[tuple[str, str], Stream] = field(default_factory=dict, repr=False, compare=False)
    grouped: dict[str, Rows] = field(default_factory=dict, repr=False, compare=False)
    reach: dict[str, Mask] = field(default_factory=dict, repr=False, compare=False)

    @property
    def history(self) -> History:
        """The history that the audience is computed over."""
        return self.audience.history

    def reachable(self, rows: Rows, channel: str) -> Mask:
        """Say who has an address for the channel."""
        if channel not in self.reach:
            self.reach[channel] = self._reach(channel)
        return self.reach[channel].take(rows)

    def _reach(self, channel: str) -> Mask:
        addresses = self.history.addresses.get(self.address_kinds[channel])
        if addresses is None:
            return np.zeros(len(self.history.customers), np.bool_)
        return addresses.known

    def zones(self, rows: Rows) -> Iterator[tuple[ZoneTable, Mask]]:
        """Yield the zones of customers, each with the mask of those who live there."""
        codes = self.history.zone_of[rows]
        for code in present(codes):
            yield zone_table(self.history.zones[code]), codes == code

    def wall(self, rows: Rows) -> ZoneColumn:
        """Return the wall clocks of customers."""
        zones = tuple(zone_table(name) for name in self.history.zones)
        return ZoneColumn(zones, self.history.zone_of.take(rows))

    def homes(self, rows: Rows) -> Iterator[tuple[tuple[Wall, ...], Mask]]:
        """Yield the wall clocks by which customers may live, with the mask of these.

        It is one clock each, but for customers whose zone nobody knows: theirs are what the
        policies say of ``unknown_zone``.
        """
        known, guess = self.history.zone_known, self._guess()
        here = np.ones(rows.shape, np.bool_) if known is None or not guess else known[rows]
        if here.all():
            yield (self.wall(rows),), here
            return
        if here.any():
            yield (self.wall(rows[here]),), here
        yield guess, ~here

    def _guess(self) -> tuple[ZoneTable, ...]:
        """Return the zones of those whose zone nobody knows; none for the project's own."""
        written = self.rulebook.policies.unknown_zone
        match written:
            case UnknownZone():
                names: Iterable[str] = written.zones
            case ZoneGuess.ANY:
                names = self.history.zones_known
            case ZoneGuess.PROJECT:
                names = ()
            case _:
                assert_never(written)
        return tuple(zone_table(name) for name in names)

    def consent(self, rows: Rows, at: Instants, channel: str, purpose: str) -> Stances:
        """Return 1 for consent granted, -1 for refused, 0 for never asked, as of each instant.

        A refusal of a purpose that is unknown refuses every purpose on that channel: what somebody
        refused under a misspelt or foreign word may be just this.
        """
        state = self._said(rows, at, (channel, purpose))
        for key in self.history.consents:
            if key[0] == channel and key[1] not in _PURPOSES:
                state = np.where(self._said(rows, at, key) < 0, np.int8(-1), state)
        return state

    def _said(self, rows: Rows, at: Instants, key: tuple[str, str]) -> Stances:
        stream = self.decisions(key)
        if stream is None or not len(stream.ts):
            return np.zeros(rows.shape, np.int8)
        index = stream.index_latest(rows, at)
        granted = stream.properties["granted"].values.take(index, mode="clip")
        return np.asarray((index >= 0) * (granted * np.int8(2) - np.int8(1)))

    def is_confirmed(self, rows: Rows, at: Instants, channel: str, purpose: str) -> Mask:
        """Say whose latest consent was confirmed, at its instant or after it, up to ``at``."""
        said = self.decisions((channel, purpose))
        by = self.rulebook.channels[channel].confirmed_by
        if said is None or by is None or not len(said.ts):
            return np.zeros(rows.shape, np.bool_)
        if isinstance(by, ConfirmedBy):
            index, told = said.index_latest(rows, at), said.properties.get("confirmed")
            return (index >= 0) & (False if told is None else told.values[index])
        confirmed = self.audience.events(by.event, by.where).latest(rows, at)
        given = said.latest(rows, at)
        return np.asarray((given != LONG_AGO) & (confirmed >= given))

    def decisions(self, key: tuple[str, str]) -> Stream | None:
        """Return what customers decided about a channel and a purpose, questions left out."""
        if key not in self.decided and key in self.history.consents:
            told = self.history.consents[key]
            missing = told.properties["granted"].missing
            self.decided[key] = told.where(~missing) if missing.any() else told
        return self.decided.get(key)

    def past_messages(self, counter: Counter) -> list[Stream]:
        """Return the messages of the past that are counted, one stream a channel.

        They are streams over customers, or over the groups of those who count together.
        """
        if counter not in self.memo:
            found = [
                stream.where(_counted(stream, channel, counter))
                for channel, stream in self.history.messages.items()
                if counter.channel in {None, channel}
            ]
            by = counter.by
            self.memo[counter] = found if by is None else [self._of_groups(s, by) for s in found]
        return self.memo[counter]

    def groups(self, by: str) -> Rows:
        """Return the number of each customer's group: all with one value of an attribute.

        Whoever has no value is a group of its own; nobody has one where no source tells it.
        """
        if by not in self.grouped:
            column, size = self.history.attributes.get(by), len(self.history.customers)
            alone = np.arange(size, dtype=np.int64)
            self.grouped[by] = alone if column is None else _grouped(column, alone)
        return self.grouped[by]

    def _of_groups(self, messages: Stream, by: str) -> Stream:
        groups = self.groups(by)
        return Stream.build(groups[messages.rows()], messages.ts, int(groups.max(initial=0)) + 1)


def _counted(stream: Stream, channel: str, counter: Counter) -> Mask:
    """Say which messages are counted, by their classes and their campaigns."""
    open_to_all = replace(counter, campaign=None)
    of_class = _words(
        stream.properties["class"], lambda word: open_to_all.counts(word, channel, None)
    )
    if counter.campaign is None:
        return of_class
    return of_class & _words(stream.properties["campaign"], lambda word: word == counter.campaign)


def _grouped(column: Column, alone: Rows) -> Rows:
    """Number groups by their values, and behind these whoever has none by its own number."""
    values, groups = np.unique(np.where(column.missing, 0, column.values), return_inverse=True)
    return np.where(column.missing, len(values) + alone, groups).astype(np.int64)


def _words(column: Column, counts: Callable[[str], bool]) -> Mask:
    """Say whose word is counted; a missing one never is."""
    counted = np.array([counts(word) for word in column.words], np.bool_)
    if not len(counted):
        return np.zeros(len(column.missing), np.bool_)
    if counted.all():
        return ~column.missing
    return np.asarray(counted[column.values] & ~column.missing)
