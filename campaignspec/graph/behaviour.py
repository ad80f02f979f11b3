"""What decides how a campaign behaves: the ground of its fingerprint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from campaignspec.project import Project
from campaignspec.project.places import Sort
from campaignspec.project.references import references_of
from campaignspec.project.walk import leaves_of, steps_of
from campaignspec.spec import write
from campaignspec.spec.audience import Segment
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.entering import OnLeft, OnOnce, OnPhase, OnSchedule, OnSegment
from campaignspec.spec.habits import ValueAgo
from campaignspec.spec.journey import Preference, Send
from campaignspec.spec.mix import Mix
from campaignspec.spec.offer import Cumulative, Offer, OfferLimits
from campaignspec.spec.rule import (
    Age,
    Answered,
    Compare,
    InSegment,
    Known,
    Offered,
    OneOf,
    Replied,
    Rule,
)
from campaignspec.spec.traits import Ratio
from campaignspec.spec.waiting import WaitBestHour, WaitBy

_NAMING: Final[Mapping[type, str]] = {
    OnSegment: "segment",
    OnLeft: "left",
    OnSchedule: "who",
    OnOnce: "who",
    OnPhase: "who",
    WaitBy: "by",
    WaitBestHour: "best_hour",
    Preference: "preference",
    Cumulative: "over",
    Offer: "personal_price",
}
"""The sections that name a segment or a fact outside of rules, and the field that does."""


def behaviour(project: Project, campaign: Campaign) -> Mapping[str, Any]:
    """Gather all that decides what the campaign does, and nothing that only describes it.

    Policies are left out: they act at once, whatever campaign people are in.
    """
    mixes, offers = _mixes(project, campaign), _offers(project, campaign)
    parts = (
        *(campaign.enter, campaign.goal, campaign.leave, campaign.journey, campaign.stages),
        *(tuple(mixes.values()), tuple(offers.values())),
    )
    segments, traits = _names_used(project, parts)
    return {
        "seed": campaign.seed or campaign.campaign,
        "enter": write(campaign.enter),
        "goal": write(campaign.goal) if campaign.goal else None,
        "leave": [write(rule) for rule in campaign.leave],
        "journey": [write(step) for step in campaign.journey],
        "segments": {name: _segment_behaviour(project.segments[name]) for name in segments},
        "traits": {name: write(project.traits[name]) for name in traits},
        "tick": str(project.settings.tick),
        **_beside(campaign),
        **({"mixes": {name: write(mix) for name, mix in mixes.items()}} if mixes else {}),
        **({"offers": {name: write(offer) for name, offer in offers.items()}} if offers else {}),
    }


def _mixes(project: Project, campaign: Campaign) -> Mapping[str, Mix]:
    """Return the mixes by which the campaign sends."""
    names = {step.mix for step in steps_of(campaign) if isinstance(step, Send) and step.mix}
    return {name: project.mixes[name] for name in sorted(names)}


def _beside(campaign: Campaign) -> Mapping[str, Any]:
    """Gather what few campaigns have; left out where it is not written."""
    found = {
        "stages": {name: write(stage) for name, stage in campaign.stages.items()},
        "calendar": write(campaign.calendar) if campaign.calendar else None,
        "pause": [write(pause) for pause in campaign.pause],
    }
    return {name: value for name, value in found.items() if value}


def _segment_behaviour(segment: Segment) -> Any:
    """Gather what decides who is in a segment: its rule alone, where it is only a rule."""
    written = write(replace(segment, title=None, expect=None))
    return written["where"] if set(written) == {"where"} else written


def _offers(project: Project, campaign: Campaign) -> Mapping[str, Offer]:
    """Return the terms of the offers that a campaign names.

    How often an offer is given, and what its codes are, acts at once, as policies do.
    """
    asked = (each for each in references_of(campaign) if Sort.OFFER in each.sorts)
    names = sorted({each.name for each in asked})
    return {
        name: replace(project.offers[name], title=None, limits=OfferLimits(), codes=None)
        for name in names
    }


def _names_used(project: Project, parts: object) -> tuple[list[str], list[str]]:
    """Return the segments and traits that decide, through however many segments."""
    segments: set[str] = set()
    traits: set[str] = set()
    wanted = [parts]
    while wanted:
        for name in _names_in(wanted.pop()):
            if name in project.segments and name not in segments:
                segments.add(name)
                wanted.append(project.segments[name])
            if name in project.traits and name not in traits:
                traits.add(name)
                wanted.append(project.traits[name])
    return sorted(segments), sorted(traits)


def _names_in(value: object) -> Iterator[str]:
    """Walk any part of the language and yield the segments and facts it names."""
    match value:
        case Segment():
            yield from value.exclude
            yield from _names_in((value.where,))
        case Ratio() | ValueAgo():
            yield from _traits_of(value)
        case Rule():
            for leaf in leaves_of(value.term):
                yield from _names_in_leaf(leaf)
        case tuple() | Mapping():
            for item in value.values() if isinstance(value, Mapping) else value:
                yield from _names_in(item)
        case _:
            for name in getattr(type(value), "__dataclass_fields__", ()):
                inner = getattr(value, name)
                if name == _NAMING.get(type(value)):
                    yield from (inner,) if inner else ()
                else:
                    yield from _names_in(inner)


def _traits_of(trait: Ratio | ValueAgo) -> tuple[str, ...]:
    """Return the facts that a trait is made of."""
    return (trait.ratio, trait.to) if isinstance(trait, Ratio) else (trait.value,)


def _names_in_leaf(leaf: object) -> Iterator[str]:
    match leaf:
        case InSegment():
            yield leaf.segment
        case Answered() | Replied() | Offered():
            return
        case Compare() | OneOf() | Known() | Age():
            yield leaf.fact.name
