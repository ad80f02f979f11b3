"""Channel mixes: several channels for one message, and how one is chosen for each customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from campaignspec.clock import Duration
from campaignspec.spec.kinds import Name, Share
from campaignspec.spec.rule import Rule
from campaignspec.spec.shape import EMPTY, Change, Loc, key, location


class ChooseBy(StrEnum):
    """How a channel is chosen among those that may be used for a customer."""

    IN_ORDER = "in_order"
    BEST = "best"
    SPLIT = "split"


class Unless(StrEnum):
    """What a customer does so that no fallback follows."""

    OPENED = "opened"
    CLICKED = "clicked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weigh:
    """How much each side counts where the best channel is chosen.

    A channel's score is ``preference · (answered + 1) / (sent + 2) - cost · its cost / the
    dearest channel's cost``. Messages and answers are the customer's own by that channel, up to
    the instant of sending; the fraction is Laplace's rule of succession, one half where nothing
    is known.
    """

    preference: float = key(
        "What it counts that the customer answers by the channel.", Change.ROUTING, default=1.0
    )
    cost: float = key(
        "What it counts that the channel is dear, beside the dearest of the mix.",
        Change.ROUTING,
        default=0.0,
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallback:
    """A second message through another channel, for who did not answer the first."""

    after: Duration = key("How long the answer is waited for.", Change.TIMING)
    unless: Unless = key(
        "The answer that makes it needless: opened or clicked.",
        Change.ROUTING,
        default=Unless.OPENED,
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """Several channels of which one is chosen for each customer at the instant of sending.

    A channel may be chosen where the customer has its address, did not refuse it, agreed as the
    message's class needs, and its rule in `needs` holds. Who has none is sent nothing.

    With `limits` messages go one after the other, and one may go by a limited channel only if
    the channel's share of all that this campaign has sent by the mix, that message with it, is
    then within the limit. Else the next channel that the customer would be given is taken.
    """

    choose: ChooseBy = key(
        "`in_order`: the first that may be used; `best`: the one with the highest score; "
        "`split`: by shares.",
        Change.ROUTING,
    )
    from_: tuple[Name, ...] = key("The channels; of equals the first is chosen.", Change.ROUTING)
    shares: Mapping[Name, Share] = key(
        "With `split`, the share of each channel; those that may be used divide all of it.",
        Change.ROUTING,
        default=EMPTY,
    )
    weigh: Weigh | None = key(
        "With `best`, how much preference and cost count.", Change.ROUTING, default=None
    )
    needs: Mapping[Name, Rule] = key(
        "By channel, what must be true of a customer first: `wechat: on_wechat >= 1`.",
        Change.ROUTING,
        default=EMPTY,
    )
    limits: Mapping[Name, Share] = key(
        "By channel, the most that may be its share of the campaign's messages by this mix: "
        "`sms: 30%`.",
        Change.ROUTING,
        default=EMPTY,
    )
    fallback: Fallback | None = key(
        "Whether another channel follows where the first is not answered.",
        Change.ROUTING,
        default=None,
    )
    loc: Loc = location()
