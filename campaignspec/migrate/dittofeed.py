"""Dittofeed's segments and user properties in our language.

Written from the public types of Dittofeed (MIT), `packages/isomorphic-lib/src/types.ts`. What
somebody *is* comes there in ``identify`` events, which set traits; what somebody *does* in
``track`` events. Both become events here, and a trait is the last value that came.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from campaignspec.migrate.dittofeed_journeys import carry_journey
from campaignspec.migrate.dittofeed_properties import carry_property
from campaignspec.migrate.dittofeed_segments import carry_segment
from campaignspec.migrate.draft import Draft, Migration
from campaignspec.migrate.json_file import listed, node_of, read_json, text_of
from campaignspec.migrate.notes import Part


def read_dittofeed(path: Path) -> Migration:
    """Read an export: an object with ``segments`` or ``userProperties``, or both.

    Raises:
        MigrationError: The file cannot be read, or holds neither.
    """
    found = listed(read_json(path), "segments", "userProperties", "journeys", path=path)
    return migrate_dittofeed(
        segments=found["segments"],
        properties=found["userProperties"],
        journeys=found["journeys"],
    )


def migrate_dittofeed(
    *, segments: list[Any], properties: list[Any], journeys: list[Any] | None = None
) -> Migration:
    """Carry definitions over, each whole or not at all.

    User properties come first, so that the traits of segments get their names.
    """
    draft = Draft()
    for place, definition in enumerate(properties, 1):
        name = _name_of(definition, f"number {place}")
        with draft.carrying(Part.PROPERTY, name) as note:
            carry_property(draft, note, name, _definition_of(definition))
    for place, definition in enumerate(segments, 1):
        name = _name_of(definition, f"number {place}")
        with draft.carrying(Part.SEGMENT, name) as note:
            body = _definition_of(definition)
            carry_segment(draft, note, name, body, key=definition.get("id"))
    names = {
        str(each.get("id")): _name_of(each, f"number {place}")
        for place, each in enumerate(segments, 1)
        if isinstance(each, dict) and each.get("id")
    }
    for place, journey in enumerate(journeys or [], 1):
        name = _name_of(journey, f"number {place}")
        with draft.carrying(Part.JOURNEY, name) as note:
            carry_journey(draft, note, name, node_of(journey, "the journey"), names)
    return draft.migration()


def _name_of(definition: Any, otherwise: str) -> str:
    name = definition.get("name") if isinstance(definition, dict) else None
    return name if isinstance(name, str) and name else otherwise


def _definition_of(definition: Any) -> dict[str, Any]:
    text_of(node_of(definition, "the definition"), "name")
    return node_of(definition.get("definition"), "the definition")
