"""What the data are worth, as plain data for programs."""

from __future__ import annotations

import json
from typing import Any, Final

from campaignspec.api.profile import Readiness
from campaignspec.audience import Value
from campaignspec.cli.values import instant_data, value_data
from campaignspec.quality.outcome import Outcome
from campaignspec.quality.readiness import AttributeLook, EventLook, IdentityLook

_FORMAT_VERSION: Final = "1.0"


def readiness_data(look: Readiness) -> dict[str, Any]:
    """Return what the data are worth as plain data; no value in it tells who somebody is."""
    return {
        "format_version": _FORMAT_VERSION,
        "at": instant_data(look.at),
        "zone": look.zone,
        "currency": look.currency,
        "customers": look.customers,
        "reachable": look.reachable,
        "list_size": look.list_size,
        "identity": None if look.identity is None else _identity(look.identity),
        "events": [_event(event) for event in look.events],
        "replaced": dict(look.replaced),
        "attributes": [_attribute(attribute) for attribute in look.attributes],
        "addresses": [
            {
                "kind": address.kind,
                "present": address.present,
                "valid": address.valid,
                "shared": address.shared,
            }
            for address in look.addresses
        ],
        "channels": [
            {
                "channel": reach.channel,
                "class": reach.message_class.value,
                "reached": reach.both,
                "addressed": reach.addressed,
                "agreed": reach.agreed,
            }
            for reach in look.reach
        ],
        "segments": dict(look.segments),
        "tests": [_test(test) for test in look.tests],
        "campaigns": [
            {
                "campaign": campaign.campaign,
                "lacks": [
                    {"sort": lack.sort, "name": lack.name, "found": lack.found}
                    for lack in campaign.lacks
                ],
            }
            for campaign in look.campaigns
        ],
    }


def readiness_json(look: Readiness) -> str:
    """Write what the data are worth as JSON, the same for the same data."""
    return json.dumps(readiness_data(look), ensure_ascii=False, indent=2)


def _identity(identity: IdentityLook) -> dict[str, Any]:
    return {
        "records": identity.records,
        "people": identity.people,
        "elsewhere": identity.elsewhere,
        "merged": [{"by": rule, "records": times} for rule, times in identity.merged],
        "rejected": [
            {"source": source, "column": column, "reason": reason, "values": times}
            for source, column, reason, times in identity.rejected
        ],
    }


def _event(event: EventLook) -> dict[str, Any]:
    return {
        "event": event.name,
        "times": event.count,
        "customers": event.customers,
        "median": event.median,
        "first": None if event.first is None else instant_data(event.first),
        "last": None if event.last is None else instant_data(event.last),
    }


def _attribute(attribute: AttributeLook) -> dict[str, Any]:
    return {
        "attribute": attribute.name,
        "kind": attribute.kind.value,
        "present": attribute.present,
        "distinct": attribute.distinct,
        "top": [{**value_data(value), "customers": times} for value, times in attribute.top],
        "least": _value(attribute.least),
        "median": _value(attribute.median),
        "greatest": _value(attribute.greatest),
    }


def _value(value: Value | None) -> dict[str, Any] | None:
    return None if value is None else value_data(value)


def _test(test: Outcome) -> dict[str, Any]:
    return {
        "subject": test.subject,
        "test": test.test,
        "verdict": test.verdict.value,
        "found": test.found,
        "advice": test.advice or None,
        "rows": test.rows,
        "failing": test.failing,
        "examples": [{"row": each.row, "value": each.value} for each in test.examples],
    }
