"""What rules over all campaigns know of each: so little that it is kept beside its findings."""

from __future__ import annotations

from dataclasses import dataclass

from campaignspec.diagnostics import Diagnostic, Span
from campaignspec.lint.scope import Related
from campaignspec.spec.kinds import Target
from campaignspec.spec.waiver import Waiver


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a campaign wants of a KPI.

    Attributes:
        campaign: The campaign.
        audience: Who enters it, to be compared.
        kpi: The KPI.
        counted: How it is counted, to be compared.
        limit: What is wanted.
        span: Where it is written.
    """

    campaign: str
    audience: str
    kpi: str
    counted: str
    limit: Target
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """People of a campaign who are put into an audience of an advertising system.

    Attributes:
        destination: The audience.
        people: How many come in the time that is looked at; None where nothing tells.
        span: Where they are put in.
        basis: Where the number is written, if it is.
    """

    destination: str
    people: int | None
    span: Span
    basis: tuple[Related, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """A waiver, its places, and the files that it is about.

    Attributes:
        waiver: What is waived, and until when.
        code: Where its code stands.
        until: Where its end stands.
        folder: The folder of the files that it is about; None for all files.
    """

    waiver: Waiver
    code: Span
    until: Span
    folder: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is to be known of one campaign beside others.

    Attributes:
        is_for_new: Whether it looks after new customers.
        promoting: The channels that it sends promotion by; empty where one is chosen.
        segments: The segments that it names, also in its tests and templates.
        messages: The messages that it shows.
        included: The files that its templates are made of.
        wishes: What it wants of KPIs.
        unpaid: For each limit on what may be spent, that a message of it is too dear, if it is.
        joining: Whom it puts into audiences.
        waivers: What is waived in its files.
    """

    is_for_new: bool
    promoting: frozenset[str]
    segments: frozenset[str]
    messages: frozenset[str]
    included: frozenset[str]
    wishes: tuple[Wish, ...]
    unpaid: tuple[Diagnostic | None, ...]
    joining: tuple[Joining, ...]
    waivers: tuple[Waived, ...]
