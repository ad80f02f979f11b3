"""Which keys of the language refer to something by its name, and to what.

Two readers share the table: the catalogue, which says what uses what, and the schemas that
complete a project's own names.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from campaignspec.spec.acting import (
    AddTo,
    RemoveFrom,
    SetMarks,
    Show,
    Survey,
    Task,
    Webhook,
    WriteBack,
)
from campaignspec.spec.audience import Audiences, Segment
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.case import (
    Clicks,
    Contained,
    ExpectedMessage,
    Happens,
    Opens,
    OptsIn,
    OptsOut,
    Person,
    Silence,
    TestCase,
)
from campaignspec.spec.channel import Channel
from campaignspec.spec.destination import Destination
from campaignspec.spec.emitting import Emit
from campaignspec.spec.entering import (
    Enter,
    OnDate,
    OnEvent,
    OnLeft,
    OnOnce,
    OnPhase,
    OnSchedule,
    OnSegment,
)
from campaignspec.spec.habits import (
    NewOrReturning,
    PreferredChannel,
    PreferredHour,
    ShareOf,
    Streak,
    Tenure,
    ValueAgo,
)
from campaignspec.spec.journey import Approve, Goal, Grant, Preference, Send
from campaignspec.spec.kpi import Kpi
from campaignspec.spec.kpi_definition import (
    CountCosts,
    CountCustomers,
    CountEntries,
    CountEvents,
    CountFacts,
    Definition,
    RoleEvent,
)
from campaignspec.spec.mix import Mix
from campaignspec.spec.never import Never
from campaignspec.spec.offer import Cumulative, Offer, Redeem, RedeemedBy, Revoke, StackWith
from campaignspec.spec.persona import Persona
from campaignspec.spec.policy import (
    Cap,
    Policies,
    QuietHours,
    Regulated,
    SpendLimit,
    SuppressEvent,
    SuppressList,
    SuppressSegment,
)
from campaignspec.spec.project import Environment, Locales, ResponseModel, Settings
from campaignspec.spec.publishing import Post
from campaignspec.spec.reading import Place
from campaignspec.spec.sequence import Absence, Following
from campaignspec.spec.steering import Goto, Run, Stage
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
from campaignspec.spec.waiting import (
    OnAnswered,
    OnClicked,
    OnOpened,
    WaitBestHour,
    WaitBy,
    WaitDate,
    WaitFor,
    WaitPhase,
)


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
    DESTINATION = "destination"
    PERSONA = "persona"
    TEMPLATE = "template"
    MESSAGE = "message"
    STEP = "step"
    EXPERIMENT = "experiment"
    RESPONSE = "response"
    SOURCE = "source"
    ENVIRONMENT = "environment"
    OWNER = "owner"
    OFFER = "offer"
    JOURNEY = "journey"
    PHASE = "phase"
    KPI = "KPI"
    STAGE = "stage"
    MIX = "mix"


_BY_EVENT: Final = (
    (Emit, "emit"),
    *((OnEvent, "event"), (Goal, "event"), (Stage, "event"), (Happens, "event")),
    *((Following, "event"), (Absence, "not"), (Segment, "sequence")),
    *((Count, "count"), (Latest, "latest"), (First, "first"), (DaysSince, "days_since")),
    *((MedianGap, "median_gap"), (Streak, "streak"), (ShareOf, "share")),
    *((NewOrReturning, "new_or_returning"), (PreferredChannel, "preferred_channel")),
    (PreferredHour, "preferred_hour"),
)
_BY_PROPERTY: Final = (
    *((Goal, "value"), (Enter, "key")),
    *((trait, "by") for trait in (Count, Sum, Average, Minimum, Maximum, Distinct)),
    *((trait, "by") for trait in (Latest, First, DaysSince, MedianGap, ShareOf)),
)
_OF_KPIS: Final = {
    (RoleEvent, "event"): (Sort.EVENT,),
    (RoleEvent, "also"): (Sort.EVENT,),
    (RoleEvent, "value"): (Sort.PROPERTY,),
    (CountCustomers, "customers"): (Sort.EVENT,),
    (CountCustomers, "among"): (Sort.EVENT,),
    (CountCustomers, "by"): (Sort.PROPERTY,),
    (CountEvents, "events"): (Sort.EVENT,),
    (CountEntries, "segment"): (Sort.SEGMENT,),
    (CountFacts, "channel"): (Sort.CHANNEL,),
    (CountFacts, "step"): (Sort.STEP,),
    (CountCosts, "channel"): (Sort.CHANNEL,),
    (Definition, "owner"): (Sort.OWNER,),
    (Kpi, "kpi"): (Sort.KPI,),
    (Kpi, "stage"): (Sort.STAGE,),
    (Kpi, "by"): (Sort.PROPERTY,),
    (Kpi, "segment"): (Sort.SEGMENT,),
    (Kpi, "channel"): (Sort.CHANNEL,),
}
_BY_SEGMENT: Final = (
    *((OnSegment, "segment"), (OnLeft, "left")),
    *((OnSchedule, "who"), (OnOnce, "who"), (OnPhase, "who")),
)

_VIA: Final = (
    (Post, "on"),
    *((step, "via") for step in (Send, Survey, Task, Webhook, WriteBack, Show)),
    (Destination, "via"),
)
_SHOWN: Final = (
    *((Send, "send"), (Survey, "survey"), (Task, "task"), (Show, "show")),
    (Post, "post"),
)

_CHANNELS_OF_POLICY: Final = tuple(
    (section, "channels")
    for section in (QuietHours, Regulated, SuppressSegment, SuppressList, SuppressEvent)
)

PLACES: Final[Mapping[Place, tuple[Sort, ...]]] = MappingProxyType(
    {
        **dict.fromkeys(_BY_EVENT, (Sort.EVENT,)),
        **dict.fromkeys(_BY_PROPERTY, (Sort.PROPERTY,)),
        **dict.fromkeys(_BY_SEGMENT, (Sort.SEGMENT,)),
        (Segment, "exclude"): (Sort.SEGMENT,),
        (Audiences, "exclusive"): (Sort.SEGMENT,),
        (Ratio, "ratio"): (Sort.TRAIT,),
        (Ratio, "to"): (Sort.TRAIT,),
        (ValueAgo, "value"): (Sort.TRAIT, Sort.ATTRIBUTE),
        (Tenure, "tenure"): (Sort.EVENT, Sort.ATTRIBUTE),
        (OnDate, "date"): (Sort.ATTRIBUTE,),
        (Grant, "grant"): (Sort.OFFER,),
        (Revoke, "revoke"): (Sort.OFFER,),
        (Redeem, "redeem"): (Sort.OFFER,),
        (StackWith, "with"): (Sort.OFFER,),
        (RedeemedBy, "event"): (Sort.EVENT,),
        (RedeemedBy, "code"): (Sort.PROPERTY,),
        (RedeemedBy, "value"): (Sort.PROPERTY,),
        (Cumulative, "over"): (Sort.TRAIT,),
        (Offer, "personal_price"): (Sort.TRAIT, Sort.ATTRIBUTE),
        **dict.fromkeys(_VIA, (Sort.CHANNEL,)),
        **dict.fromkeys(_SHOWN, (Sort.MESSAGE,)),
        (AddTo, "add_to"): (Sort.DESTINATION,),
        (RemoveFrom, "remove_from"): (Sort.DESTINATION,),
        (Destination, "mirror"): (Sort.SEGMENT,),
        (Send, "mix"): (Sort.MIX,),
        (Mix, "from"): (Sort.CHANNEL,),
        (Webhook, "facts"): (Sort.TRAIT, Sort.ATTRIBUTE),
        (Cap, "channel"): (Sort.CHANNEL,),
        (Cap, "campaign"): (Sort.CAMPAIGN,),
        (Cap, "by"): (Sort.ATTRIBUTE,),
        (SpendLimit, "channel"): (Sort.CHANNEL,),
        (Policies, "exclusive"): (Sort.CAMPAIGN,),
        (Regulated, "birthday"): (Sort.ATTRIBUTE,),
        (SuppressSegment, "segment"): (Sort.SEGMENT,),
        (SuppressEvent, "event"): (Sort.EVENT,),
        **dict.fromkeys(_CHANNELS_OF_POLICY, (Sort.CHANNEL,)),
        (OptsOut, "unsubscribed"): (Sort.CHANNEL,),
        (Channel, "connector"): (Sort.CONNECTOR,),
        (OnOpened, "opened"): (Sort.STEP,),
        (OnClicked, "clicked"): (Sort.STEP,),
        (OnAnswered, "answered"): (Sort.STEP,),
        (Goto, "goto"): (Sort.STEP,),
        (Run, "run"): (Sort.JOURNEY,),
        (WaitDate, "date"): (Sort.ATTRIBUTE,),
        (Settings, "lifecycle"): (Sort.TRAIT,),
        (WaitBy, "by"): (Sort.TRAIT, Sort.ATTRIBUTE),
        (WaitBestHour, "best_hour"): (Sort.TRAIT, Sort.ATTRIBUTE),
        (WaitPhase, "phase"): (Sort.PHASE,),
        (Preference, "preference"): (Sort.TRAIT, Sort.ATTRIBUTE),
        (WaitFor, "keep"): (Sort.PROPERTY,),
        (Opens, "opened"): (Sort.STEP,),
        (Clicks, "clicked"): (Sort.STEP,),
        (ExpectedMessage, "send"): (Sort.STEP,),
        (ExpectedMessage, "via"): (Sort.CHANNEL,),
        (Contained, "send"): (Sort.STEP,),
        (Contained, "via"): (Sort.CHANNEL,),
        (Never, "send"): (Sort.STEP,),
        (Person, "like"): (Sort.PERSONA,),
        (TestCase, "customer"): (Sort.PERSONA,),
        (Never, "via"): (Sort.CHANNEL,),
        (OptsIn, "agreed"): (Sort.CHANNEL,),
        (Silence, "send"): (Sort.STEP,),
        (Environment, "campaigns"): (Sort.CAMPAIGN,),
        (Environment, "responses"): (Sort.RESPONSE,),
        (Locales, "by"): (Sort.ATTRIBUTE,),
        (Campaign, "owner"): (Sort.OWNER,),
        (Approve, "by"): (Sort.OWNER,),
        (Kpi, "owner"): (Sort.OWNER,),
        **_OF_KPIS,
    }
)
"""By key, what the names under it are; one of the sorts, where there are several."""

ENTRY_PLACES: Final[Mapping[Place, tuple[Sort, ...]]] = MappingProxyType(
    {
        (Campaign, "kpis"): (Sort.KPI,),
        (ResponseModel, "channels"): (Sort.CHANNEL,),
        (Environment, "channels"): (Sort.CHANNEL,),
        (Person, "consent"): (Sort.CHANNEL,),
        (Person, "attributes"): (Sort.ATTRIBUTE,),
        (Person, "arms"): (Sort.EXPERIMENT,),
        (Persona, "consent"): (Sort.CHANNEL,),
        (Persona, "attributes"): (Sort.ATTRIBUTE,),
        (Persona, "segments"): (Sort.SEGMENT,),
        (Happens, "properties"): (Sort.PROPERTY,),
        (SetMarks, "set"): (Sort.TRAIT,),
        (Mix, "shares"): (Sort.CHANNEL,),
        (Mix, "needs"): (Sort.CHANNEL,),
        (Mix, "limits"): (Sort.CHANNEL,),
    }
)
"""By key, what the names of the entries under it are."""
