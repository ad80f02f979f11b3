"""Parcelvoy's lists in our language: trees of rules over a user and the user's events.

Written from Parcelvoy's public source (MIT), `apps/platform/src/rules/`. A rule there is "some
value matches", so that nothing holds of a missing value, not even ``!=``; here each such rule
says so.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from campaignspec.migrate.draft import Draft, Migration
from campaignspec.migrate.json_file import listed, node_of, read_json
from campaignspec.migrate.notes import LostError, Part
from campaignspec.migrate.parcelvoy_journeys import carry_journey
from campaignspec.migrate.parcelvoy_rules import About, RuleTree


def read_parcelvoy(path: Path) -> Migration:
    """Read an export: an object with ``lists``, or with ``results`` as the list's API answers.

    Raises:
        MigrationError: The file cannot be read, or holds neither.
    """
    found = listed(read_json(path), "lists", "results", "journeys", "campaigns", path=path)
    return migrate_parcelvoy(
        found["lists"] + found["results"],
        journeys=found["journeys"],
        campaigns=found["campaigns"],
    )


def migrate_parcelvoy(
    lists: list[Any], *, journeys: list[Any] | None = None, campaigns: list[Any] | None = None
) -> Migration:
    """Carry lists over as segments and journeys as campaigns, each whole or not at all.

    Args:
        lists: Parcelvoy's lists.
        journeys: Its journeys, each with its ``steps``.
        campaigns: Its campaigns, which are messages: what the journeys send.
    """
    draft = Draft()
    for place, definition in enumerate(lists, 1):
        name = _name_of(definition, f"number {place}")
        with draft.carrying(Part.LIST, name) as note:
            tree = RuleTree(draft=draft, note=note)
            draft.add_segment(name, tree.term(_rule_of(definition), About.USER))
    names = {
        str(each.get("id")): _name_of(each, f"number {place}")
        for place, each in enumerate(lists, 1)
        if isinstance(each, dict) and each.get("id") is not None
    }
    sent = {str(each.get("id")): each for each in campaigns or () if isinstance(each, dict)}
    for place, journey in enumerate(journeys or [], 1):
        name = _name_of(journey, f"number {place}")
        with draft.carrying(Part.JOURNEY, name) as note:
            carry_journey(draft, note, name, node_of(journey, "the journey"), names, sent)
    return draft.migration()


def _name_of(definition: Any, otherwise: str) -> str:
    name = definition.get("name") if isinstance(definition, dict) else None
    return name if isinstance(name, str) and name else otherwise


def _rule_of(definition: Any) -> dict[str, Any]:
    whole = node_of(definition, "the list")
    if whole.get("type") == "static":
        raise LostError("static-list", "its people were put in by hand or from a file")
    return node_of(whole.get("rule"), "the rule")
