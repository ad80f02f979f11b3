"""A project: many files, one linked whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from campaignspec.document import Document
from campaignspec.spec.audience import Segment
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.case import TestCase
from campaignspec.spec.channel import Channel
from campaignspec.spec.destination import Destination
from campaignspec.spec.kpi_definition import Kpis
from campaignspec.spec.mix import Mix
from campaignspec.spec.never import Never
from campaignspec.spec.offer import Offer
from campaignspec.spec.persona import Persona
from campaignspec.spec.policy import Policies
from campaignspec.spec.programme import Programme
from campaignspec.spec.project import Settings
from campaignspec.spec.shape import EMPTY
from campaignspec.spec.traits import Trait

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Everything that the project's files say, every name in it resolved.

    Attributes:
        root: The folder of ``campaignspec.yaml``.
        settings: What ``campaignspec.yaml`` says.
        traits: By name, from all ``audiences.yaml``; an RFM trait is its four facts.
        segments: By name, from all ``audiences.yaml``; a matrix is its cells, and lists are
            named by their paths from ``root``.
        channels: By name, from ``channels.yaml``.
        policies: The rules for every touch.
        campaigns: By name, sorted.
        folders: The folder that holds each campaign's files, by its name.
        tests: The tests of each campaign, by its name.
        nevers: What must never happen in a campaign, by its name, from its test files.
        documents: Every file that was read, by the name it is shown under.
        matrices: The segments that are made of dimensions, by name; their cells are segments.
        exclusive: Groups of segments of which nobody matches two at once, from all
            ``audiences.yaml``.
        programmes: Campaigns that are judged together, by the programme's name.
        destinations: Audiences in advertising systems, by name.
        mixes: Channels of which one is chosen for each customer, by the mix's name.
        mirrors: Journeys that keep the audiences that mirror a segment, by name.
        personas: Made-up customers by name, from ``personas.yaml``.
        offers: What customers are given, by name, from ``offers.yaml``.
        kpis: Own KPIs, and the events that KPIs look at, from ``kpis.yaml``.
    """

    root: Path
    settings: Settings
    traits: Mapping[str, Trait]
    segments: Mapping[str, Segment]
    channels: Mapping[str, Channel]
    policies: Policies
    campaigns: Mapping[str, Campaign]
    folders: Mapping[str, Path]
    tests: Mapping[str, tuple[TestCase, ...]]
    documents: Mapping[str, Document]
    matrices: Mapping[str, Segment] = field(default_factory=lambda: EMPTY)
    exclusive: tuple[tuple[str, ...], ...] = ()
    programmes: Mapping[str, Programme] = field(default_factory=lambda: EMPTY)
    destinations: Mapping[str, Destination] = field(default_factory=lambda: EMPTY)
    mixes: Mapping[str, Mix] = field(default_factory=lambda: EMPTY)
    mirrors: Mapping[str, Campaign] = field(default_factory=lambda: EMPTY)
    personas: Mapping[str, Persona] = field(default_factory=lambda: EMPTY)
    offers: Mapping[str, Offer] = field(default_factory=lambda: EMPTY)
    kpis: Kpis = field(default_factory=Kpis)
    nevers: Mapping[str, tuple[Never, ...]] = field(default_factory=lambda: EMPTY)

    def only(self, name: str | None = None) -> Project:
        """Return what all campaigns share with one of them; with none, if no name is given."""
        return replace(
            self,
            campaigns=_one(self.campaigns, name),
            folders=_one(self.folders, name),
            tests=_one(self.tests, name),
            nevers=_one(self.nevers, name),
        )

    def journey(self, name: str) -> Campaign:
        """Return a campaign, or the journey that keeps a mirrored audience."""
        return self.campaigns[name] if name in self.campaigns else self.mirrors[name]


def _one(entries: Mapping[str, T], name: str | None) -> Mapping[str, T]:
    if name is None or name not in entries:
        return EMPTY
    return MappingProxyType({name: entries[name]})
