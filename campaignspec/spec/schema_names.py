"""A schema with a project's own names in it, so that editors complete them.

It accepts what the published schema accepts: a name that is not known yet is not an editor's
business, because `campaignspec validate` says it better.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from campaignspec.spec.kinds import KINDS, Name, Property
from campaignspec.spec.reading import Place
from campaignspec.spec.schema import Schema, schema_of

Words: TypeAlias = Sequence[str]

_MOST: Final = 60
"""How many names of a sort a description lists; editors show it in a small window."""

_NAME: Final = {"$ref": "#/$defs/Name"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The names that editors are to complete.

    Attributes:
        sorts: What a list of names is called in the schema, with the names: ``event``.
        places: By key, the sorts of the names under it.
        entries: By key, the sorts of the names of entries under it.
        properties: Events with their properties: ``order.placed.amount``.
        rules: What a rule may use, in words, with the names: ``traits``.
    """

    sorts: Mapping[str, Words]
    places: Mapping[Place, tuple[str, ...]]
    entries: Mapping[Place, tuple[str, ...]]
    properties: Words
    rules: Mapping[str, Words]


def schema_with_names(section: type, known: Known) -> Schema:
    """Return a section's schema in which known names are completed and no other is refused."""
    schema = copy.deepcopy(schema_of(section))
    sections = {section.__name__: schema, **schema["$defs"]}
    wanted: set[tuple[str, ...]] = set()
    for (kind, key), sorts in known.places.items():
        if _words(known, sorts) and (held := _property(sections, kind, key)) is not None:
            wanted.add(sorts)
            sections[kind.__name__]["properties"][key] = _with_reference(held, _title(sorts))
    for (kind, key), sorts in known.entries.items():
        if (held := _property(sections, kind, key)) is not None and _words(known, sorts):
            _add_entries(held, _words(known, sorts))
    for sorts in sorted(wanted):
        schema["$defs"][_title(sorts)] = _choice(_words(known, sorts), _NAME)
    _describe(schema["$defs"], known)
    return schema


def _property(sections: Mapping[str, Schema], kind: type, key: str) -> Schema | None:
    found: Schema | None = sections.get(kind.__name__, {}).get("properties", {}).get(key)
    return found


def _words(known: Known, sorts: tuple[str, ...]) -> list[str]:
    """Return the names of some sorts, once each and sorted; what is no name is left out."""
    named = {word for sort in sorts for word in known.sorts.get(sort, ())}
    return sorted(word for word in named if re.search(KINDS[Name].pattern, word))


def _title(sorts: tuple[str, ...]) -> str:
    return f"{'_or_'.join(sorts)}_name"


def _choice(words: Words, general: Schema) -> Schema:
    """Offer words, and accept whatever the general schema does."""
    return {"anyOf": [{"enum": list(words)}, general]}


def _with_reference(schema: Any, title: str) -> Any:
    """Put the names of a sort in place of any name, wherever in a key's schema it stands."""
    if schema == _NAME:
        return {"$ref": f"#/$defs/{title}"}
    if isinstance(schema, dict):
        if "$ref" in schema and schema["$ref"] == _NAME["$ref"]:
            return {**schema, "$ref": f"#/$defs/{title}"}
        return {key: _with_reference(value, title) for key, value in schema.items()}
    if isinstance(schema, list):
        return [_with_reference(value, title) for value in schema]
    return schema


def _add_entries(held: Schema, words: Words) -> None:
    """Name entries one by one: each is what any entry is."""
    entry = held.get("additionalProperties")
    if isinstance(entry, dict):
        held["properties"] = dict.fromkeys(words, entry)


def _describe(definitions: dict[str, Schema], known: Known) -> None:
    """Say in the schema of rules and of properties what there is to name."""
    rule = definitions.get("Rule")
    if rule is not None:
        rule["description"] = "\n\n".join([rule["description"], *_paragraphs(known)])
    pattern = KINDS[Property].pattern
    sound = sorted({word for word in known.properties if re.search(pattern, word)})
    if "Property" in definitions and sound:
        definitions["Property"] = _choice(sound, definitions["Property"])


def _paragraphs(known: Known) -> Iterator[str]:
    for title, words in known.rules.items():
        listed = sorted(set(words))
        if listed:
            some = ", ".join(listed[:_MOST])
            more = f" and {len(listed) - _MOST} more" if len(listed) > _MOST else ""
            yield f"{title}: {some}{more}."
