"""The words of a campaign: what may happen to somebody, so far as the campaign would notice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from campaignspec.clock import DAY, HOUR, Duration
from campaignspec.graph.nodes import ExperimentNode, JourneyGraph, SendNode
from campaignspec.project import Project
from campaignspec.project.event_properties import properties_of_events
from campaignspec.project.places import PLACES, Sort
from campaignspec.project.walk import Leaf, leaves_of
from campaignspec.spec.channel import Scalar
from campaignspec.spec.kinds import Property
from campaignspec.spec.never import Never
from campaignspec.spec.rule import Age, Compare, InSegment, Known, OneOf, Rule
from campaignspec.spec.shape import is_section, keys_of
from campaignspec.spec.sources import ColumnKind, CustomersSource

_LENGTHS: Final = (HOUR, 6 * HOUR, DAY)
"""Times between two happenings that every life may have."""


@dataclass(slots=True, kw_only=True)
class Words:
    """What is named on the way through a campaign, its segments and its traits.

    Attributes:
        events: Events.
        facts: Traits, attributes and properties in rules.
        values: By fact, the values that rules hold it against.
        lengths: Durations, in microseconds.
    """

    events: set[str] = field(default_factory=set)
    facts: set[str] = field(default_factory=set)
    values: dict[str, set[Scalar]] = field(default_factory=dict)
    lengths: set[int] = field(default_factory=lambda: set(_LENGTHS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What a random life may be made of; all in a fixed order.

    Attributes:
        events: By event, its properties and what they hold.
        attributes: The attributes that the campaign asks for, and what they hold.
        values: By property or attribute, values that make a difference.
        numbers: All numbers in rules.
        lengths: Times that make a difference, in microseconds.
        sends: The send steps.
        channels: The channels.
        arms: By experiment, its arms.
        holdout: Whether some are held out.
    """

    events: Mapping[str, Mapping[str, ColumnKind]]
    attributes: Mapping[str, ColumnKind]
    values: Mapping[str, tuple[Scalar, ...]]
    numbers: tuple[float, ...]
    lengths: tuple[int, ...]
    sends: tuple[str, ...]
    channels: tuple[str, ...]
    arms: Mapping[str, tuple[str, ...]]
    holdout: bool


def vocabulary_of(
    project: Project, graph: JourneyGraph, nevers: tuple[Never, ...] = ()
) -> Vocabulary:
    """Collect what a campaign, and what must never happen in it, would notice of somebody."""
    collector = _Collector(project)
    collector.collect(project.campaigns[graph.campaign])
    collector.collect(nevers)
    words = collector.words
    kinds = properties_of_events(project.settings.sources)
    attributes = {
        str(name): kind
        for source in project.settings.sources
        if isinstance(source, CustomersSource)
        for name, kind in source.attributes.items()
    }
    nodes = graph.nodes.values()
    return Vocabulary(
        events={
            event: {str(name): kind for name, kind in kinds.get(event, {}).items()}
            for event in sorted(words.events)
        },
        attributes={name: attributes[name] for name in sorted(words.facts & attributes.keys())},
        values={
            name: tuple(sorted(values, key=str)) for name, values in sorted(words.values.items())
        },
        numbers=tuple(
            sorted(
                float(value)
                for value in set[Scalar]().union(*words.values.values())
                if isinstance(value, int | float)
            )
        ),
        lengths=tuple(sorted(words.lengths)),
        sends=tuple(node.id for node in nodes if isinstance(node, SendNode)),
        channels=tuple(sorted(project.channels)),
        arms={
            node.id: tuple(arm for arm, _ in node.arms)
            for node in nodes
            if isinstance(node, ExperimentNode)
        },
        holdout=graph.enter.holdout is not None,
    )


class _Collector:
    """Goes through sections and rules, whatever they are, and follows the names in them."""

    def __init__(self, project: Project) -> None:
        self.words = Words()
        self._project = project
        self._followed: set[tuple[Sort, str]] = set()

    def collect(self, value: Any) -> None:
        """Note every name in a value, and in what it refers to."""
        match value:
            case Rule():
                for leaf in leaves_of(value.term):
                    self._leaf(leaf)
            case Duration():
                self.words.lengths.add(value.micros)
            case tuple() | Mapping():
                for item in value.values() if isinstance(value, Mapping) else value:
                    self.collect(item)
            case _ if is_section(type(value)):
                self._section(value)
            case _:
                return

    def _section(self, section: Any) -> None:
        kind: type = type(section)
        for key in keys_of(kind):
            value = getattr(section, key.attribute)
            if key.type is Property and value is not None:
                event, _, name = str(value).rpartition(".")
                self.words.events.add(event)
                self.words.facts.add(name)
            sorts = PLACES.get((kind, key.name), ())
            for name in _texts(value):
                for sort in sorts:
                    self._name(sort, name)
            self.collect(value)

    def _name(self, sort: Sort, name: str) -> None:
        project = self._project
        if (sort, name) in self._followed:
            return
        self._followed.add((sort, name))
        match sort:
            case Sort.EVENT:
                self.words.events.add(name)
            case Sort.SEGMENT:
                self.collect(project.segments.get(name))
            case Sort.TRAIT | Sort.ATTRIBUTE | Sort.PROPERTY:
                self.words.facts.add(name)
                self.collect(project.traits.get(name))
            case _:
                return

    def _leaf(self, leaf: Leaf) -> None:
        match leaf:
            case InSegment():
                self._name(Sort.SEGMENT, leaf.segment)
                self.collect(leaf.lasting)
            case Compare():
                self._fact(leaf.fact.name, leaf.literal.value)
            case OneOf():
                self._fact(leaf.fact.name, *(literal.value for literal in leaf.literals))
            case Known():
                self._fact(leaf.fact.name)
            case Age():
                self._fact(leaf.fact.name)
                self.collect(leaf.duration)
            case _:
                return

    def _fact(self, name: str, *values: Scalar) -> None:
        self._name(Sort.TRAIT, name)
        self.words.values.setdefault(name, set()).update(values)


def _texts(value: Any) -> Iterator[str]:
    """Yield the names that stand under a key, alone or in a list."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        yield from (item for item in value if isinstance(item, str))
