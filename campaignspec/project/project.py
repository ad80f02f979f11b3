"""A project: many files, one linked whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from campaignspec.document import Document
from campaignspec.spec.audience import Segment
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.case import TestCase
from campaignspec.spec.channel import Channel, Policies
from campaignspec.spec.project import Settings
from campaignspec.spec.shape import EMPTY
from campaignspec.spec.traits import Trait


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
        documents: Every file that was read, by the name it is shown under.
        matrices: The segments that are made of dimensions, by name; their cells are segments.
        exclusive: Groups of segments of which nobody matches two at once, from all
            ``audiences.yaml``.
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
