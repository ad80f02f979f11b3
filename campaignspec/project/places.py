"""Which keys of the language refer to something by its name, and to what.

Two readers share the table: the catalogue, which says what uses what, and the schemas that
complete a project's own names.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from campaignspec.spec.audience import Audiences, Segment
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.case import (
    Clicks,
    ExpectedMessage,
    Happens,
    Opens,
    OptsOut,
    Person,
    Silence,
)
from campaignspec.spec.channel import Cap, Channel
from campaignspec.spec.entering import OnDate, OnEvent, OnSegment
from campaignspec.spec.habits import (
    NewOrReturning,
    PreferredChannel,
    PreferredHour,
    ShareOf,
    Streak,
    Tenure,
    ValueAgo,
)
from campaignspec.spec.journey import Goal, Send
from campaignspec.spec.kpi import Kpi
from campaignspec.spec.project import Environment, ResponseModel
from campaignspec.spec.reading import Place
from campaignspec.spec.sequence import Absence, Following
from campaignspec.spec.traits import (
    Average,
    Count,
    DaysSince,
    Distinct,
    First,
    Latest,
    Maximum,
    MedianGap,
    Minimum,
    Ratio,
    Sum,
)
from campaignspec.spec.waiting import OnClicked, OnOpened


class Sort(StrEnum):
    """The sorts of things that have names."""

    CAMPAIGN = "campaign"
    SEGMENT = "segment"
    TRAIT = "trait"
    ATTRIBUTE = "attribute"
    EVENT = "event"
    PROPERTY = "property"
    CHANNEL = "channel"
    CONNECTOR = "connector"
    TEMPLATE = "template"
    MESSAGE = "message"
    STEP = "step"
    EXPERIMENT = "experiment"
    RESPONSE = "response"
    SOURCE = "source"
    ENVIRONMENT = "environment"
    OWNER = "owner"


_BY_EVENT: Final = (
    *((OnEvent, "event"), (Goal, "event"), (Happens, "event")),
    *((Following, "event"), (Absence, "not"), (Segment, "sequence")),
    *((Count, "count"), (Latest, "latest"), (First, "first"), (DaysSince, "days_since")),
    *((MedianGap, "median_gap"), (Streak, "streak"), (ShareOf, "share")),
    *((NewOrReturning, "new_or_returning"), (PreferredChannel, "preferred_channel")),
    (PreferredHour, "preferred_hour"),
)
_BY_PROPERTY: Final = (
    (Goal, "value"),
    *((trait, "by") for trait in (Count, Sum, Average, Minimum, Maximum, Distinct)),
    *((trait, "by") for trait in (Latest, First, DaysSince, MedianGap, ShareOf)),
)

PLACES: Final[Mapping[Place, tuple[Sort, ...]]] = MappingProxyType(
    {
        **dict.fromkeys(_BY_EVENT, (Sort.EVENT,)),
        **dict.fromkeys(_BY_PROPERTY, (Sort.PROPERTY,)),
        (OnSegment, "segment"): (Sort.SEGMENT,),
        (Segment, "exclude"): (Sort.SEGMENT,),
        (Audiences, "exclusive"): (Sort.SEGMENT,),
        (Ratio, "ratio"): (Sort.TRAIT,),
        (Ratio, "to"): (Sort.TRAIT,),
        (ValueAgo, "value"): (Sort.TRAIT, Sort.ATTRIBUTE),
        (Tenure, "tenure"): (Sort.EVENT, Sort.ATTRIBUTE),
        (OnDate, "date"): (Sort.ATTRIBUTE,),
        (Send, "send"): (Sort.MESSAGE,),
        (Send, "via"): (Sort.CHANNEL,),
        (Cap, "channel"): (Sort.CHANNEL,),
        (OptsOut, "unsubscribed"): (Sort.CHANNEL,),
        (Channel, "connector"): (Sort.CONNECTOR,),
        (OnOpened, "opened"): (Sort.STEP,),
        (OnClicked, "clicked"): (Sort.STEP,),
        (Opens, "opened"): (Sort.STEP,),
        (Clicks, "clicked"): (Sort.STEP,),
        (ExpectedMessage, "send"): (Sort.STEP,),
        (Silence, "send"): (Sort.STEP,),
        (Environment, "campaigns"): (Sort.CAMPAIGN,),
        (Environment, "responses"): (Sort.RESPONSE,),
        (Campaign, "owner"): (Sort.OWNER,),
        (Kpi, "owner"): (Sort.OWNER,),
    }
)
"""By key, what the names under it are; one of the sorts, where there are several."""

ENTRY_PLACES: Final[Mapping[Place, tuple[Sort, ...]]] = MappingProxyType(
    {
        (ResponseModel, "channels"): (Sort.CHANNEL,),
        (Environment, "channels"): (Sort.CHANNEL,),
        (Person, "consent"): (Sort.CHANNEL,),
        (Person, "attributes"): (Sort.ATTRIBUTE,),
        (Person, "arms"): (Sort.EXPERIMENT,),
        (Happens, "properties"): (Sort.PROPERTY,),
    }
)
"""By key, what the names of the entries under it are."""
