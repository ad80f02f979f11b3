"""Reading a document as a section of the language: all findings in one walk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any, Final, TypeVar, get_args, get_origin

from campaignspec.diagnostics import Diagnostic, Span, in_order, nearest
from campaignspec.document import Document
from campaignspec.spec.read_places import key_names, places_below, places_beside
from campaignspec.spec.read_scalars import (
    MistakeError,
    Reader,
    Written,
    one_reader,
    reader_of,
    taken_as_is,
)
from campaignspec.spec.reading import Notes, Place, Reading
from campaignspec.spec.schema_check import check_schema
from campaignspec.spec.sentences import (
    Path,
    alternatives,
    as_clause,
    described,
    listed,
    quoted,
    subject,
)
from campaignspec.spec.shape import Key, Loc, is_section, keys_of, members_of, verb_of

T = TypeVar("T")

_FAILED: Final = object()

_TWINS: Final = {"else": "otherwise", "otherwise": "else", "do": "then", "then": "do"}
"""Keys that say the same in different sections, and are taken for each other."""


def read(document: Document, section: type[T]) -> Reading[T]:
    """Read a whole file as a section, or else what can be read of it.

    What only the published schema objects to is found as well.

    Args:
        document: The file.
        section: What it must hold: `Campaign`, `Settings`, `Audiences`, `Channels`, `TestFile`.
    """
    reading = walk(document, section)
    if reading.diagnostics:
        return reading
    beyond = check_schema(document, section)
    return replace(reading, value=None, diagnostics=beyond) if beyond else reading


def walk(document: Document, section: type[T]) -> Reading[T]:
    """Read a file by its types alone, without the schema."""
    reader = _Reader(document, section)
    value: Any = reader.root()
    return Reading(
        value=None if reader.findings else value,
        pieces=reader.notes.pieces(),
        diagnostics=in_order(reader.findings),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Forms:
    """How a value of a type may be written.

    Attributes:
        sections: The sections that it may be.
        only_sections: Whether it may be nothing else.
        items: The forms of what it holds as a list; None if it may be none.
        only_items: Whether it may be a list and no scalar.
        entries: The forms of the values that it holds by name; None if it is no mapping.
        names: What reads the names of those.
        as_is: The types of data that are right as they are.
        scalar: What reads anything else that is neither a section nor a list nor a mapping.
    """

    sections: tuple[type, ...]
    only_sections: bool
    items: _Forms | None
    only_items: bool
    entries: _Forms | None
    names: Reader | None
    as_is: frozenset[type]
    scalar: Reader


@cache
def _forms_of(kind: Any) -> _Forms:
    members = members_of(kind)
    others = tuple(member for member in members if not is_section(member))
    lists = tuple(member for member in others if get_origin(member) is tuple)
    names, values = get_args(kind) if get_origin(kind) is Mapping else (None, None)
    plain = tuple(member for member in others if member not in lists)
    return _Forms(
        sections=tuple(member for member in members if is_section(member)),
        only_sections=not others,
        items=_forms_of(get_args(lists[0])[0]) if lists else None,
        only_items=bool(lists) and not plain,
        entries=_forms_of(values) if names else None,
        names=one_reader(names) if names else None,
        as_is=frozenset() if names else taken_as_is(plain),
        scalar=reader_of(plain),
    )


@cache
def _by_verb(sections: tuple[type, ...]) -> Mapping[str, type]:
    return MappingProxyType({verb_of(section): section for section in sections})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slot:
    """How the value of a key is read, worked out once for all files.

    Attributes:
        key: The key.
        attribute: The attribute that holds its value.
        forms: How the value may be written.
        place: The key of its section, by which the value is noted.
    """

    key: Key
    attribute: str
    forms: _Forms
    place: Place


@cache
def _slots_of(section: type) -> tuple[Mapping[str, _Slot], Mapping[str, Key]]:
    """Return the slots of all keys of a section, and the keys that it needs, by their names."""
    slots = {
        key.name: _Slot(
            key=key,
            attribute=key.attribute,
            forms=_forms_of(key.type),
            place=(section, key.name),
        )
        for key in keys_of(section)
    }
    required = {name: slot.key for name, slot in slots.items() if slot.key.required}
    return MappingProxyType(slots), MappingProxyType(required)


class _Reader:
    """One walk over one document; mistakes are noted, and the walk goes on beside them."""

    def __init__(self, document: Document, root: type) -> None:
        self.findings: list[Diagnostic] = []
        self.notes = Notes(document.file)
        self._document = document
        self._root = root

    def root(self) -> Any:
        data = self._document.data
        if isinstance(data, dict):
            return self._section(self._root, data, ())
        start, end = self._document.lines.bounds(1)
        span = self._document.lines.span(self._document.file, start, end)
        name = subject((), self._root)
        what = "the file is empty" if data is None else described(data, self._document.raw(()))
        required = tuple(key.name for key in keys_of(self._root) if key.required)
        advice = f"begin with {listed(required or key_names(self._root))}"
        return self._report("SPC205", f"{name} wants a group of keys, but {what}", span, advice)

    def _value(self, forms: _Forms, data: Any, path: Path, place: Place | None) -> Any:
        """Read any value as a type: a section, a list, a mapping or a scalar."""
        if type(data) in forms.as_is:
            self.notes.value(path, data, place)
            return data
        if data is None:
            return self._empty(path)
        if forms.sections and (isinstance(data, dict) or forms.only_sections):
            return self._section_of(forms.sections, data, path)
        if forms.items is not None and (isinstance(data, list) or forms.only_items):
            return self._list(forms.items, data, path, place)
        if forms.entries is not None and forms.names is not None:
            return self._mapping(forms.names, forms.entries, data, path, place)
        return self._scalar(forms.scalar, data, path, place)

    def _section_of(self, sections: tuple[type, ...], data: Any, path: Path) -> Any:
        if not isinstance(data, dict):
            return self._no_keys(sections, data, path)
        if len(sections) == 1:
            return self._section(sections[0], data, path)
        verbs = _by_verb(sections)
        present = [verb for verb in verbs if verb in data]
        if not present:
            return self._no_verb(sections, data, path)
        chosen = verbs[present[0]]
        others = [verb for verb in present[1:] if verb not in key_names(chosen)]
        for verb in others:
            self._second_verb(present[0], verb, path)
        also = frozenset(name for verb in others for name in key_names(verbs[verb]))
        return self._section(chosen, data, path, siblings=sections, overlooked=also)

    def _section(
        self,
        section: type,
        data: Mapping[str, Any],
        path: Path,
        *,
        siblings: tuple[type, ...] = (),
        overlooked: frozenset[str] = frozenset(),
    ) -> Any:
        """Read a section: known keys, unknown keys, and keys that should be there."""
        before = len(self.findings)
        slots, required = _slots_of(section)
        missing = {name: key for name, key in required.items() if name not in data}
        parts: dict[str, Any] = {}
        # Nobody can say what a section with two verbs was meant to be.
        self.notes.kinds[path] = None if overlooked else section
        for name, value in data.items():
            slot = slots.get(name)
            if slot is not None and value is None:
                self._empty((*path, name), required=slot.key.required)
            elif slot is not None:
                place = None if overlooked else slot.place
                parts[slot.attribute] = self._value(slot.forms, value, (*path, name), place)
            elif name not in overlooked:
                free = [known for known in slots if known not in data]
                twin = _TWINS.get(name)
                twin = twin if twin in free else None
                meant = twin or nearest(name, list(missing)) or nearest(name, free)
                missing.pop(meant or "", None)
                advice = self._advice(name, meant, section, siblings)
                span = self._document.key_span((*path, name))
                message = f"unknown key {quoted(name)} in {self._called(section, path, siblings)}"
                self._report("SPC201", message, span, advice)
        for key in missing.values():
            self._missing(key, self._called(section, path, siblings), data, path)
        if len(self.findings) > before or overlooked:
            return _FAILED
        sound = section(**parts, loc=Loc(self._document.file, path))
        self.notes.sections[path] = sound
        return sound

    def _called(self, section: type, path: Path, siblings: tuple[type, ...]) -> str:
        """Name a section in a sentence: a step by its verb, anything else by its key."""
        step = siblings and path and isinstance(path[-1], int)
        return quoted(verb_of(section)) if step else subject(path, self._root)

    def _advice(
        self, name: str, meant: str | None, section: type, siblings: tuple[type, ...]
    ) -> str:
        """Say what to do about an unknown key."""
        if meant is not None and meant == _TWINS.get(name):
            return f"it is called {quoted(meant)} here"
        beside = places_beside(name, section, siblings)
        if beside:
            return f"{quoted(name)} belongs to {alternatives(beside)}"
        if meant is not None:
            return f"did you mean {quoted(meant)}?"
        elsewhere = places_below(self._root).get(name)
        if elsewhere is not None:
            return f"{quoted(name)} belongs to {elsewhere}"
        return f"known here are {listed(key_names(section))}"

    def _missing(self, key: Key, place: str, data: Mapping[str, Any], path: Path) -> None:
        if data and not (path and isinstance(path[-1], str)):
            span = self._document.key_span((*path, next(iter(data))))
        else:
            span = self._document.key_span(path)
        advice = f"add {quoted(key.name)}: {as_clause(key.summary)}"
        self._hole((*path, key.name), "SPC202", f"{place} lacks {quoted(key.name)}", span, advice)

    def _no_keys(self, sections: tuple[type, ...], data: Any, path: Path) -> Any:
        written = self._written(data, path)
        message = f"{written.subject} wants a group of keys, but {described(data, written.raw)}"
        if len(sections) == 1:
            advice = f"its keys are {listed(key_names(sections[0]))}"
        else:
            advice = f"begin with one of {listed(map(verb_of, sections))}"
        return self._hole(path, "SPC205", message, self._document.span(path), advice)

    def _no_verb(self, sections: tuple[type, ...], data: Mapping[str, Any], path: Path) -> Any:
        """Report a section of which nothing says what it is, at the key that comes nearest."""
        verbs = [verb_of(section) for section in sections]
        known = {name for section in sections for name in key_names(section)}
        for name in data:
            meant = nearest(name, verbs)
            if meant is not None and name not in known:
                return self._report(
                    "SPC207",
                    f"{quoted(name)} is not one of {listed(verbs)}",
                    self._document.key_span((*path, name)),
                    f"did you mean {quoted(meant)}?",
                )
        here = (*path, next(iter(data))) if data else path
        return self._hole(
            path,
            "SPC207",
            f"{subject(path, self._root)} needs one of {listed(verbs)}",
            self._document.key_span(here),
            f"begin it with what it does: {quoted(f'{verbs[0]}: …')}",
        )

    def _second_verb(self, first: str, second: str, path: Path) -> None:
        step = bool(path) and isinstance(path[-1], int)
        self._report(
            "SPC207",
            f"{subject(path, self._root)} has both {quoted(first)} and {quoted(second)}",
            self._document.key_span((*path, second)),
            "one step, one verb: make two entries of it" if step else "keep one of them",
        )

    def _list(self, forms: _Forms, data: Any, path: Path, place: Place | None) -> Any:
        if isinstance(data, list):
            items = enumerate(data)
            return tuple([self._value(forms, item, (*path, at), place) for at, item in items])
        written = self._written(data, path)
        message = f"{written.subject} wants a list, but {described(data, written.raw)}"
        single = isinstance(data, dict)
        advice = "put `- ` before it" if single else f"write [{written.raw}]"
        span = self._document.key_span(path) if single else self._document.span(path)
        return self._hole(path, "SPC205", message, span, advice)

    def _mapping(
        self, names: Reader, forms: _Forms, data: Any, path: Path, place: Place | None
    ) -> Any:
        if not isinstance(data, dict):
            written = self._written(data, path)
            message = f"{written.subject} wants entries by name, but "
            message += described(data, written.raw)
            advice = "write a name, a colon and the entry below it"
            return self._hole(path, "SPC205", message, self._document.span(path), advice)
        entries = {}
        for name, value in data.items():
            below = (*path, name)
            entry = self._attempt(names, name, below, at_key=True)
            if entry is not _FAILED:
                self.notes.name(below, entry, place)
            entries[entry] = self._value(forms, value, below, place)
        return MappingProxyType(entries)

    def _empty(self, path: Path, *, required: bool = False) -> Any:
        message = f"{subject(path, self._root)} is empty"
        advice = "give it a value" if required else "give it a value, or leave it out"
        return self._hole(path, "SPC205", message, self._document.key_span(path), advice)

    def _scalar(self, reader: Reader, data: Any, path: Path, place: Place | None) -> Any:
        value = self._attempt(reader, data, path)
        if value is _FAILED:
            self.notes.holes.append(path)
        else:
            self.notes.value(path, value, place)
        return value

    def _attempt(self, reader: Reader, data: Any, path: Path, *, at_key: bool = False) -> Any:
        """Read a scalar, and note the mistake in it."""
        try:
            return reader(Written(data, path, self._document, self._root))
        except MistakeError as mistake:
            if at_key:
                span = self._document.key_span(path)
            elif mistake.part is not None:
                span = self._document.part(path, *mistake.part)
            else:
                span = self._document.span(path)
            return self._report(mistake.code, mistake.message, span, mistake.help)

    def _written(self, data: Any, path: Path) -> Written:
        return Written(data, path, self._document, self._root)

    def _hole(self, path: Path, code: str, message: str, span: Span, advice: str | None) -> Any:
        """Report that nothing can be read at a path."""
        self.notes.holes.append(path)
        return self._report(code, message, span, advice)

    def _report(self, code: str, message: str, span: Span, advice: str | None) -> Any:
        self.findings.append(Diagnostic(code=code, message=message, span=span, help=advice))
        return _FAILED
