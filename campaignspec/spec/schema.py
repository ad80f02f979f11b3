"""The JSON Schema of a section, made from its types; editors and other tools read it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import MISSING
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias, get_args, get_origin

from campaignspec.spec.audience import Audiences
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.case import TestFile
from campaignspec.spec.channel import Channels
from campaignspec.spec.kinds import KINDS
from campaignspec.spec.kpi_definition import Kpis
from campaignspec.spec.offer import Offers
from campaignspec.spec.persona import Personas
from campaignspec.spec.programme import Programmes
from campaignspec.spec.project import Settings
from campaignspec.spec.rule import Rule
from campaignspec.spec.shape import Key, is_section, keys_of, members_of, summary_of, verb_of
from campaignspec.spec.shared_journey import Journeys
from campaignspec.spec.write import default_of, write

Schema: TypeAlias = dict[str, Any]

SCHEMAS: Mapping[str, type] = MappingProxyType(
    {
        "campaign": Campaign,
        "project": Settings,
        "audiences": Audiences,
        "channels": Channels,
        "test": TestFile,
        "personas": Personas,
        "offers": Offers,
        "journeys": Journeys,
        "kpis": Kpis,
        "programmes": Programmes,
    }
)
"""The published schemas: one for each kind of file."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean"}
_RULE = {
    "title": "a rule",
    "type": "string",
    "examples": ["orders_total >= 2 and not segment('champions')"],
}


@cache
def schema_of(section: type) -> Schema:
    """Return the JSON Schema (2020-12) of a section. It is shared: do not change it."""
    builder = _Builder()
    body = builder.section(section)
    definitions = {name: builder.definitions[name] for name in sorted(builder.definitions)}
    return {"$schema": _DIALECT, **body, "$defs": definitions}


def schema_text(section: type) -> str:
    """Return the schema as it is committed."""
    return json.dumps(schema_of(section), indent=2, ensure_ascii=False) + "\n"


def write_schemas(folder: Path) -> None:
    """Write every schema as ``NAME.schema.json``."""
    for name, section in SCHEMAS.items():
        path = folder / f"{name}.schema.json"
        path.write_text(schema_text(section), encoding="utf-8", newline="\n")


class _Builder:
    """Builds schemas and collects the definitions that they refer to."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}
        self._kinds: dict[str, Any] = {}

    def section(self, section: type) -> Schema:
        keys = keys_of(section)
        schema: Schema = {
            "title": _title(section),
            "description": summary_of(section),
            "type": "object",
            "properties": {key.name: self._property(section, key) for key in keys},
            "required": [key.name for key in keys if key.required],
            "additionalProperties": False,
        }
        return schema if schema["required"] else _without(schema, "required")

    def _property(self, section: type, key: Key) -> Schema:
        default = default_of(section, key.attribute)
        simple = default is not MISSING and default is not None and not is_section(type(default))
        written = write(default) if simple else None
        return {
            **self._type(key.type),
            "description": key.summary,
            **({"default": written} if written not in (None, [], {}) else {}),
            "x-change": key.change.value,
        }

    def _type(self, kind: Any) -> Schema:
        members = members_of(kind)
        if len(members) > 1:
            return self._union(members)
        origin = get_origin(kind)
        if origin is tuple:
            return {"type": "array", "items": self._type(get_args(kind)[0])}
        if origin is Mapping:
            return self._mapping(*get_args(kind))
        if kind in _PLAIN:
            return {"type": _PLAIN[kind]}
        return self._named(kind)

    def _mapping(self, names: Any, values: Any) -> Schema:
        if _is_enum(names):
            entry = self._type(values)
            properties = {name.value: entry for name in names}
            return {"type": "object", "properties": properties, "additionalProperties": False}
        schema = {"type": "object", "additionalProperties": self._type(values)}
        return schema if names is str else {**schema, "propertyNames": self._type(names)}

    def _named(self, kind: Any) -> Schema:
        """Refer to a section, an enum, a kind or the rule by name, and define it once."""
        name = kind.__name__
        known = self._kinds.setdefault(name, kind)
        assert known is kind, f"{known} and {kind} would have one definition"  # noqa: S101
        if name not in self.definitions:
            self.definitions[name] = {}  # sections hold each other: the name stands first
            self.definitions[name] = self._definition(kind)
        return _reference(name)

    def _definition(self, kind: Any) -> Schema:
        if is_section(kind):
            return self.section(kind)
        if kind is Rule:
            return {**_RULE, "description": summary_of(Rule)}
        if _is_enum(kind):
            words = [word.value for word in kind]
            return {"description": summary_of(kind), "type": "string", "enum": words}
        known = KINDS[kind]
        examples = list(known.examples)
        return {
            "title": known.noun,
            "type": "string",
            "pattern": known.pattern,
            "examples": examples,
        }

    def _union(self, members: tuple[Any, ...]) -> Schema:
        sections = tuple(member for member in members if is_section(member))
        scalars = tuple(member for member in members if not is_section(member))
        if not sections:
            return self._scalars(scalars)
        chosen = self._named(sections[0]) if len(sections) == 1 else self._chosen(sections)
        if not scalars:
            return chosen
        return {"if": {"type": "object"}, "then": chosen, "else": self._scalars(scalars)}

    def _chosen(self, sections: tuple[type, ...]) -> Schema:
        """Refer to a choice between sections by its name, and define it once."""
        name = "_or_".join(verb_of(section) for section in sections)
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = self._by_verb(sections)
        return _reference(name)

    def _scalars(self, kinds: tuple[Any, ...]) -> Schema:
        if len(kinds) == 1:
            return self._type(kinds[0])
        if all(kind in _PLAIN for kind in kinds):
            names = {_PLAIN[kind] for kind in kinds}
            return {"type": sorted(names - {"integer"} if "number" in names else names)}
        return {"anyOf": [self._type(kind) for kind in kinds]}

    def _by_verb(self, sections: tuple[type, ...]) -> Schema:
        """Choose by the first verb that is there, so that errors stay those of one section.

        Where no verb is there, what is left can never hold; it names the verbs.
        """
        verbs = [verb_of(section) for section in sections]
        schema: Schema = {
            "type": "object",
            "properties": {
                verb: {"description": summary_of(section)}
                for verb, section in zip(verbs, sections, strict=True)
            },
            "anyOf": [{"required": [verb]} for verb in verbs],
        }
        for verb, section in reversed(list(zip(verbs, sections, strict=True))):
            schema = {
                "if": {"type": "object", "required": [verb]},
                "then": self._named(section),
                "else": schema,
            }
        return schema


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, StrEnum)


def _reference(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _title(section: type) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", section.__name__).lower()


def _without(schema: Schema, name: str) -> Schema:
    return {key: value for key, value in schema.items() if key != name}
