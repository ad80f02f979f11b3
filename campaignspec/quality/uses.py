"""What a campaign rests on: every event, attribute, segment and channel that it names."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from campaignspec.connector import MessageClass
from campaignspec.content import Library
from campaignspec.project import Project
from campaignspec.spec.audience import Segment
from campaignspec.spec.campaign import Campaign
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
from campaignspec.spec.journey import Goal, Send
from campaignspec.spec.kinds import Name, Property
from campaignspec.spec.kpi_definition import (
    ROLE,
    CountCustomers,
    CountEvents,
    RoleEvent,
    SumEvents,
)
from campaignspec.spec.kpi_promise import (
    Need,
    needs_of,
    promise_of,
    quantities_of,
    roles_of,
)
from campaignspec.spec.rule import Fact, InSegment
from campaignspec.spec.sequence import Absence, Following
from campaignspec.spec.shape import keys_of
from campaignspec.spec.steering import Stage

_ROOTS: Final = ("customer", "traits")


@dataclass(slots=True, kw_only=True)
class Uses:
    """The names that a campaign uses, also by way of its traits and segments.

    Attributes:
        events: Events.
        properties: Events' properties.
        attributes: Attributes of customers.
        traits: Traits.
        segments: Segments.
        sends: Channels, with the classes of messages that are sent by them.
    """

    events: set[str] = field(default_factory=set)
    properties: set[tuple[str, str]] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    traits: set[str] = field(default_factory=set)
    segments: set[str] = field(default_factory=set)
    sends: set[tuple[str, MessageClass]] = field(default_factory=set)


def uses_of(
    project: Project,
    library: Library,
    campaign: str,
    *,
    attributes: frozenset[str],
    properties: Mapping[str, frozenset[str]],
) -> Uses:
    """Collect what a campaign rests on.

    Args:
        project: The linked project.
        library: Its templates.
        campaign: The campaign's name.
        attributes: The attributes of customers.
        properties: The properties of each event.
    """
    collector = _Collector(project, attributes, properties)
    collector.collect(project.campaigns[campaign], None)
    for counted in _counted_by(project, project.campaigns[campaign]):
        collector.collect(counted, None)
    for key, template in library.templates.items():
        if key.campaign == campaign:
            for path in template.uses.variables:
                if path[0] in _ROOTS:
                    collector.fact(path[-1], None)
            for name in template.uses.segments:
                collector.segment(name)
    return collector.uses


def _counted_by(project: Project, campaign: Campaign) -> Iterator[object]:
    """Yield what a campaign's KPIs count, and the events that play a part in them."""
    roles = roles_of(project.kpis, campaign.economics)
    for name in campaign.kpis:
        found = promise_of(campaign, name, project.kpis.kpis)
        if found is not None:
            yield from quantities_of(found.definition)
            needs = needs_of(found.kpi, found.definition)
            yield from (event for role, event in roles.items() if Need(role) in needs)


class _Collector:
    """Goes through sections and rules, whatever they are, and follows the names in them."""

    def __init__(
        self,
        project: Project,
        attributes: frozenset[str],
        properties: Mapping[str, frozenset[str]],
    ) -> None:
        self.uses = Uses()
        self._project = project
        self._attributes = attributes
        self._properties = properties

    def collect(self, value: object, event: str | None) -> None:
        """Note what a value names; ``event`` is the event at hand, whose properties go first."""
        at_hand = event_at(value)
        if at_hand is not None:
            event = at_hand
            self.uses.events.add(event)
        match value:
            case Goal(value=str(name)) | RoleEvent(value=str(name)):
                self.uses.properties.add((str(event), name))
            case Segment():
                self.uses.events.update(step for step in value.sequence if isinstance(step, str))
                for name in value.exclude:
                    self.segment(name)
            case OnSegment() | InSegment():
                self.segment(value.segment)
            case Enter():
                self._entry(value)
            case Send():
                self.uses.sends.update((by, value.class_) for by in self._channels(value))
            case Fact():
                self.fact(value.name, event)
            case _:
                pass
        for part in parts_of(value):
            self.collect(part, event)

    def _channels(self, step: Send) -> tuple[str, ...]:
        """Return the channels that a message may go by."""
        if step.mix is not None:
            return tuple(self._project.mixes[step.mix].from_)
        return (step.via or next(iter(self._project.channels), ""),)

    def fact(self, name: str, event: str | None) -> None:
        """Note a fact that a rule or a template names."""
        if event is not None and name in self._properties.get(event, ()):
            self.uses.properties.add((event, name))
        elif name in self._project.traits:
            self._trait(name)
        elif name in self._attributes:
            self.uses.attributes.add(name)

    def _entry(self, enter: Enter) -> None:
        match enter.on:
            case OnDate(date=name):
                self.uses.attributes.add(name)
            case OnLeft(left=name):
                self.segment(name)
            case OnSchedule(who=str(name)) | OnOnce(who=str(name)) | OnPhase(who=str(name)):
                self.segment(name)
            case OnEvent(event=event) if enter.key_ is not None:
                self.uses.properties.add((event, enter.key_))
            case _:
                pass

    def segment(self, name: str) -> None:
        """Note a segment, and what its rule rests on."""
        if name not in self.uses.segments and name in self._project.segments:
            self.uses.segments.add(name)
            self.collect(self._project.segments[name], None)

    def _trait(self, name: str) -> None:
        if name in self.uses.traits:
            return
        self.uses.traits.add(name)
        trait = self._project.traits[name]
        kind: type = type(trait)
        event: str | None = None
        for key in keys_of(kind):
            written = getattr(trait, key.attribute)
            if written is not None and key.type is Property:
                event, _, property_ = written.rpartition(".")
                self.uses.events.add(event)
                self.uses.properties.add((event, property_))
            elif written is not None and key.type is Name:
                event = self._named_by_trait(written, event)
        self.collect(trait, event)

    def _named_by_trait(self, name: str, event: str | None) -> str | None:
        """Note what a trait names: an event, one of its properties, or another fact.

        Returns:
            The event at hand.
        """
        known = name in self._project.traits or name in self._attributes
        if event is not None or known:
            self.fact(name, event)
            return event
        self.uses.events.add(name)
        return name


def event_at(value: object) -> str | None:
    """Return the event that a section is about, whose properties its rules may name."""
    match value:
        case OnEvent() | Goal() | Following() | RoleEvent() | Stage():
            return value.event
        case CountCustomers(customers=name) | CountEvents(events=name):
            return None if name.startswith(ROLE) else name
        case SumEvents():
            return value.total.rpartition(".")[0]
        case Absence():
            return value.not_
        case _:
            return None


def parts_of(value: object) -> Iterator[object]:
    """Yield what a section, a rule, a list or a mapping holds."""
    if isinstance(value, tuple):
        yield from value
    elif isinstance(value, Mapping):
        yield from value.values()
    elif dataclasses.is_dataclass(value):
        yield from (getattr(value, each.name) for each in dataclasses.fields(value))
