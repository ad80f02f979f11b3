"""All that is written about touches, in one place: policies, channels, and the campaigns' own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from campaignspec.connector import MessageClass
from campaignspec.spec.channel import Channel
from campaignspec.spec.kinds import Name
from campaignspec.spec.policy import Budget, Cap, Consent, Policies, Regulated
from campaignspec.spec.shape import EMPTY

USUAL_PRIORITY: Final = 50
"""The priority of campaigns that do not say one."""

_STRICTNESS: Final = (
    Consent.NOT_NEEDED,
    Consent.OPT_OUT,
    Consent.OPT_IN,
    Consent.DOUBLE_OPT_IN,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What policy knows of a campaign.

    Attributes:
        priority: 0 to 100; higher goes first.
        category: The regulated category of what it is about, or None.
        budget: What its messages may cost, or None.
    """

    priority: int = USUAL_PRIORITY
    category: str | None = None
    budget: Budget | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Which messages are counted, whoever sent them; transactional ones never are.

    Attributes:
        message_class: Only those of this class, or None for all.
        channel: Only those of this channel, or None.
        campaign: Only those of this campaign, or None.
        by: The attribute whose value customers share whose messages count together; None where
            each customer counts alone.
        keep: How many of the latest must be known; None for all of a window.
        within: The window, microseconds, where ``keep`` is None.
    """

    message_class: MessageClass | None = None
    channel: str | None = None
    campaign: str | None = None
    by: str | None = None
    keep: int | None = 1
    within: int = 0

    def counts(self, message_class: str, channel: str, campaign: str | None) -> bool:
        """Say whether a message is counted."""
        return (
            message_class != MessageClass.TRANSACTIONAL
            and self.message_class in {None, message_class}
            and self.channel in {None, channel}
            and self.campaign in {None, campaign}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """The rules for every touch of a project.

    Attributes:
        policies: What holds for all.
        channels: By name, with the consent and the hours that each asks for.
        campaigns: By name, in the order in which they go first at one instant.
        counters: What must be remembered of messages that were sent.
    """

    policies: Policies = field(default_factory=Policies)
    channels: Mapping[str, Channel] = field(default_factory=lambda: EMPTY)
    campaigns: Mapping[str, Standing] = field(default_factory=lambda: EMPTY)

    @property
    def counters(self) -> tuple[Counter, ...]:
        """What must be remembered of messages to each customer, each once."""
        wanted = [counter_of(cap) for cap in self.policies.caps if cap.by is None]
        wanted += [self.touches_of(name) for name in self.campaigns if self._holds]
        wanted += self.ratio_counters()
        return tuple(dict.fromkeys(wanted))

    @property
    def counters_together(self) -> tuple[Counter, ...]:
        """What must be remembered of messages to customers who count together, each once."""
        wanted = (counter_of(cap) for cap in self.policies.caps if cap.by is not None)
        return tuple(dict.fromkeys(wanted))

    def standing(self, campaign: str) -> Standing:
        """Return what is known of a campaign."""
        return self.campaigns.get(campaign, Standing())

    def regulated(self, campaign: str) -> Regulated | None:
        """Return what the law asks of a campaign, if it asks anything."""
        category = self.standing(campaign).category
        return None if category is None else self.policies.regulated.get(Name(category))

    def consent_needed(
        self, message_class: MessageClass, channel: str, campaign: str | None = None
    ) -> Consent:
        """Return what messages need: by their channel, or else their class, or more by law.

        Opt-in is what holds when nothing is said, and transactional messages then need nothing.
        """
        owed = message_class is MessageClass.TRANSACTIONAL
        usual = Consent.NOT_NEEDED if owed else Consent.OPT_IN
        needed = self.policies.consent.get(message_class, usual)
        if channel in self.channels:
            needed = self.channels[channel].consent.get(message_class, needed)
        law = self.regulated(campaign) if campaign is not None and not owed else None
        return (
            needed
            if law is None or law.consent is None
            else max(needed, law.consent, key=_STRICTNESS.index)
        )

    def touches_of(self, campaign: str) -> Counter:
        """Return what counts a campaign's latest message."""
        return Counter(campaign=campaign, keep=1)

    def ratio_counters(self) -> tuple[Counter, ...]:
        """Return what counts promotion, and what counts service, for the ratio."""
        ratio = self.policies.ratio
        if ratio is None:
            return ()
        return tuple(
            Counter(message_class=each, keep=None, within=ratio.within.micros)
            for each in (MessageClass.PROMOTIONAL, MessageClass.SERVICE)
        )

    def without_counts(self) -> Rulebook:
        """Return the rules for a message that is counted already, because it was decided."""
        return replace(self, policies=replace(self.policies, caps=(), ratio=None))

    @property
    def _holds(self) -> bool:
        arbitration = self.policies.arbitration
        return arbitration is not None and arbitration.hold is not None


def counter_of(cap: Cap) -> Counter:
    """Return what a cap counts."""
    return Counter(
        message_class=cap.class_,
        channel=cap.channel,
        campaign=cap.campaign,
        by=cap.by,
        keep=cap.at_most,
    )
