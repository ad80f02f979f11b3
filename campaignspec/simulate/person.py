"""The history of one made-up customer: what a test's timeline says, in columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from campaignspec.clock import NEVER, parse_instant
from campaignspec.connector import MessageClass
from campaignspec.history import LONG_AGO, Column, History, Stream, ValueKind
from campaignspec.money import MICROS, parse_money
from campaignspec.project import Project
from campaignspec.project.event_properties import properties_of_events
from campaignspec.spec.case import Happens, OptsOut, TestCase
from campaignspec.spec.channel import Scalar
from campaignspec.spec.sources import ColumnKind, CustomersSource

CUSTOMER = "the customer"

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_ALWAYS = LONG_AGO // 2
"""When consents that a case takes for granted were given."""


def history_of_case(project: Project, case: TestCase, addresses: Sequence[str]) -> History:
    """Make the history of a case's customer.

    Args:
        project: Whose attributes and events there are.
        case: The customer and the timeline.
        addresses: The kinds of address that the customer has.
    """
    zone = case.customer.timezone or project.settings.timezone
    return History(
        customers=(CUSTOMER,),
        attributes=_attributes(project, case),
        addresses={kind: np.array(["customer@test.example"], np.object_) for kind in addresses},
        zones=(zone,),
        zone_of=np.zeros(1, np.int32),
        streams=_streams(project, case, zone),
        messages={},
        consents=_consents(project, case, zone),
        fingerprint="case",
        first=NEVER,
        last=LONG_AGO,
    )


def _attributes(project: Project, case: TestCase) -> Mapping[str, Column]:
    kinds = {
        name: kind
        for source in project.settings.sources
        if isinstance(source, CustomersSource)
        for name, kind in source.attributes.items()
    }
    given = case.customer.attributes
    return {str(name): _column(kind, [given.get(name)]) for name, kind in kinds.items()}


def _streams(project: Project, case: TestCase, zone: str) -> Mapping[str, Stream]:
    kinds = properties_of_events(project.settings.sources)
    happens = [occurrence for occurrence in case.timeline if isinstance(occurrence, Happens)]
    streams = {}
    for event in sorted({occurrence.event for occurrence in happens}):
        mine = [occurrence for occurrence in happens if occurrence.event == event]
        streams[str(event)] = Stream.build(
            np.zeros(len(mine), np.int64),
            np.array([parse_instant(occurrence.at, zone) for occurrence in mine], np.int64),
            1,
            {
                name: _column(kind, [o.properties.get(name) for o in mine])  # type: ignore[call-overload] # names are texts
                for name, kind in kinds.get(event, {}).items()
            },
        )
    return streams


def _consents(project: Project, case: TestCase, zone: str) -> Mapping[tuple[str, str], Stream]:
    return {
        (channel, purpose.value): _consent(case, channel, zone)
        for channel in project.channels
        for purpose in MessageClass
    }


def _consent(case: TestCase, channel: str, zone: str) -> Stream:
    given = {str(name): agreed for name, agreed in case.customer.consent.items()}
    outs = [
        parse_instant(occurrence.at, zone)
        for occurrence in case.timeline
        if isinstance(occurrence, OptsOut) and occurrence.unsubscribed == channel
    ]
    states = [given.get(channel, True), *(False for _ in outs)]
    return Stream.build(
        np.zeros(len(states), np.int64),
        np.array([_ALWAYS, *outs], np.int64),
        1,
        {"granted": Column.of(ValueKind.BOOLEAN, states)},
    )


def _column(kind: ColumnKind, values: Sequence[Scalar | None]) -> Column:
    return Column.of(ValueKind(kind.value), [_value(kind, value) for value in values])


def _value(kind: ColumnKind, value: Scalar | None) -> str | float | bool | None:
    if value is None or value == "":
        return None
    match kind:
        case ColumnKind.TEXT:
            return str(value)
        case ColumnKind.NUMBER:
            return float(value)
        case ColumnKind.MONEY:
            return _micros(value)
        case ColumnKind.DATE:
            return date.fromisoformat(str(value)).toordinal() - _EPOCH_DAY
        case ColumnKind.BOOLEAN:
            return bool(value)


def _micros(value: Scalar) -> int:
    """Read ``40 USD`` or a plain number of the project's currency."""
    if isinstance(value, str):
        return parse_money(value).micros
    return round(float(value) * MICROS)
