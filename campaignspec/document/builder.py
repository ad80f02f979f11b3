"""Plain data and positions from a stream of YAML events, one event at a time.

Nothing here recurses, so that no file can exhaust the stack, and everything an alias repeats
is counted before it is shared, so that no file can unfold into more than `MAX_VALUES`.
"""

from __future__ import annotations

import re
from typing import Any, Final

from yaml import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from campaignspec.diagnostics import Diagnostic, nearest
from campaignspec.document import lookalikes, remarks
from campaignspec.document.document import Node, Path, RawNode
from campaignspec.document.frames import MERGE, Anchored, Frame, Key
from campaignspec.document.merging import merge_into
from campaignspec.document.remarks import MAX_DEPTH, MAX_VALUES, Source
from campaignspec.document.scalars import read_plain
from campaignspec.document.syntax import bad_escape

_PROPERTIES: Final = re.compile(r"(?:[&!][^\s,\[\]{}]*\s+(?:#[^\r\n]*\s+)*)*")
_TAG: Final = re.compile(r"![^\s,\[\]{}]*")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
# The look back is short, so that one line of many values is not read once for each of them.
_LOOK_BACK: Final = 80
_OWN_LINE: Final = re.compile(r"(?:^|[\r\n])[ \t]*(?:-[ \t]+)*$")


class FatalFinding(Exception):  # noqa: N818 - a way out of the event loop, seen by nobody else
    """Reading cannot go on after this finding."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class Builder:
    """Takes events and holds what they have built so far.

    Attributes:
        data: The document's data.
        nodes: The place of every value.
        findings: What was found and did not stop the reading.
        usable: Whether the data are close enough to what was meant to go on with.
    """

    def __init__(self, source: Source) -> None:
        self.data: Any = None
        self.nodes: dict[Path, RawNode] = {}
        self.findings: list[Diagnostic] = []
        self.usable = True
        self._source = source
        self._stack: list[Frame] = []
        self._anchors: dict[str, Anchored] = {}
        self._count = 0
        self._last_end = 0
        self._documents = 0
        self._braces_start = 0
        self._braces_depth = 0

    def feed(self, event: Event) -> None:
        """Take in one event.

        Raises:
            FatalFinding: Nothing that follows can be read.
        """
        # Both parsers mark every event; only their shared base class allows for none.
        start, end = event.start_mark.index, event.end_mark.index  # type: ignore[union-attr]
        if self._braces_depth:
            self._pass_braces(event, start, end)
            return
        match event:  # the most frequent first
            case ScalarEvent():
                self._scalar(event, start, end)
            case CollectionStartEvent():
                self._open(event, start)
            case CollectionEndEvent():
                self._close(end)
            case AliasEvent():
                self._alias(event.anchor or "", start, end)
            case DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise FatalFinding(remarks.second_document(self._source.span(start, end)))
            case _:
                pass

    def finish(self) -> None:
        """Judge the document as a whole: was it meant to be more than one piece of text?"""
        root = Node(*self.nodes.setdefault((), (0, 0, None, False, False, None, None)))
        if not (root.plain and isinstance(self.data, str)):
            return
        raw = self._source.text[root.start : root.end]
        found = lookalikes.in_structure(raw, flow=False)
        colon = remarks.MISSING_SPACE.search(raw)
        if found is not None:
            self._give_up(remarks.lookalike(self._source, root.start + found))
        elif colon:
            self._give_up(remarks.missing_space(self._source, root.start + colon.start(1)))

    def _scalar(self, event: ScalarEvent, start: int, end: int) -> None:
        style, text = event.style, event.value
        # libyaml gives '' as the style of unquoted text, the Python parser None.
        plain = not style and event.implicit[0]
        if event.anchor is not None or event.tag is not None:
            start = self._after_properties(event, start, end)
        if style in ("|", ">"):
            end = start + len(self._source.text[start:end].rstrip(" \t\r\n"))
        self._last_end = end
        # libyaml refuses "\ud83d" itself; the Python parser lets half a character through.
        if style == '"' and _SURROGATE.search(text):
            at = self._source.text.find("\\u", start, end)
            raise FatalFinding(bad_escape(self._source, max(at, start)))
        frame = self._stack[-1] if self._stack else None
        if frame is not None and frame.wants_key():
            self._scalar_key(frame, event, (start, end), plain=plain)
            return
        self._spend(1, start, end)
        # Nothing is to be remarked on most values, and a call for each of them takes time.
        if plain and (start == end or not text.isascii()):
            self._remark_on_value(text, start, end)
        value = read_plain(text) if plain else text
        shift = 1 if style in ("'", '"') else 0
        agrees = self._source.text[start + shift : end - shift] == text
        path = self._record(start, end, scalar=True, plain=plain, shift=shift if agrees else None)
        self._store(value, path, start, end)
        if event.anchor is not None:
            self._anchors[event.anchor] = Anchored(value, 1, path)

    def _scalar_key(
        self, frame: Frame, event: ScalarEvent, place: tuple[int, int], *, plain: bool
    ) -> None:
        text = event.value
        step = MERGE if plain and text == "<<" else text
        frame.key = key = Key(place, step)
        if event.anchor is not None:
            self._anchors[event.anchor] = Anchored(text, 1, None)
        if plain and ((frame.flow and ":" in text) or not (text and text.isascii())):
            self._remark_on_key(text, key, flow=frame.flow)
        first = frame.seen.setdefault(step, key)
        if first is not key:
            key.step = None
            span, above = self._source.span(*place), self._source.span(*first.place)
            self.findings.append(remarks.duplicate_key(text, span, above))

    def _alias(self, name: str, start: int, end: int) -> None:
        self._last_end = end
        if self._wants_key():
            self.findings.append(remarks.key_is_no_text(self._source.span(start, end)))
            self._stack[-1].key = Key((start, end))
            return
        target = self._anchors.get(name) or self._undefined(name, start, end)
        self._spend(target.size, start, end)
        self._record(start, end, target=target.path)
        self._store(target.value, target.path, start, end)

    def _undefined(self, name: str, start: int, end: int) -> Anchored:
        inside = any(frame.anchor == name for frame in self._stack)
        meant = None if inside else nearest(name, tuple(self._anchors)[:MAX_DEPTH])
        span = self._source.span(start, end)
        self._give_up(remarks.undefined_alias(name, span, inside=inside, meant=meant))
        return Anchored(None, 1, None)

    def _open(self, event: CollectionStartEvent, start: int) -> None:
        if event.anchor is not None or event.tag is not None:
            start = self._after_properties(event, start, len(self._source.text))
        self._spend(1, start, start + 1)
        self._check_depth(len(self._stack), start)
        mapping = isinstance(event, MappingStartEvent)
        if mapping and self._source.text.startswith("{{", start):
            self._braces_start, self._braces_depth = start, 1
            return
        above = self._stack[-1] if self._stack else None
        as_key = above is not None and above.wants_key()
        if as_key:
            self.findings.append(remarks.key_is_no_text(self._source.span(start, start + 1)))
        frame = Frame(
            data={} if mapping else [],
            path=None if as_key else above.next_path() if above is not None else (),
            start=start,
            opened_at=self._count,
            anchor=event.anchor,
            flow=bool(event.flow_style),
            as_key=as_key,
        )
        self._stack.append(frame)

    def _close(self, end: int) -> None:
        frame = self._stack.pop()
        # The parser ends a block at the next token, behind blank lines and comments.
        end = self._last_end = end if frame.flow else self._last_end
        for merge in frame.merges:
            if not merge_into(frame, merge, self.nodes) and self.usable:
                span = self._source.span(merge.start, merge.end)
                self.findings.append(remarks.not_mergeable(span))
        if frame.as_key:
            self._stack[-1].key = Key((frame.start, end))
            return
        path = self._record(frame.start, end)
        self._store(frame.data, path, frame.start, end)
        if frame.anchor is not None:  # only what is finished, so nothing can contain itself
            size = self._count - frame.opened_at + 1
            self._anchors[frame.anchor] = Anchored(frame.data, size, frame.path)

    def _pass_braces(self, event: Event, start: int, end: int) -> None:
        """Pass over what stands between `{{` and `}}`, then take it as the text it is."""
        self._spend(1, start, end)
        if isinstance(event, CollectionStartEvent):
            self._check_depth(len(self._stack) + self._braces_depth, start)
            self._braces_depth += 1
        elif isinstance(event, CollectionEndEvent):
            self._braces_depth -= 1
        if self._braces_depth:
            return
        start, self._last_end = self._braces_start, end
        self.findings.append(remarks.unquoted_braces(self._source, start, end))
        if self._wants_key():
            self._stack[-1].key = Key((start, end))
            return
        path = self._record(start, end, scalar=True, shift=0)
        self._store(self._source.text[start:end], path, start, end)

    def _wants_key(self) -> bool:
        return bool(self._stack) and self._stack[-1].wants_key()

    def _record(
        self,
        start: int,
        end: int,
        *,
        scalar: bool = False,
        plain: bool = False,
        shift: int | None = None,
        target: Path | None = None,
    ) -> Path | None:
        """Note the place of the next value; return its path, or None when it will be dropped."""
        if not self._stack:
            self.nodes[()] = (start, end, None, scalar, plain, shift, target)
            return ()
        frame = self._stack[-1]
        path, key = frame.next_path(), frame.key
        if path is not None:
            place = key.place if key else None
            self.nodes[path] = (start, end, place, scalar, plain, shift, target)
        return path

    def _store(self, value: Any, path: Path | None, start: int, end: int) -> None:
        """Hand a finished value to the list or mapping that waits for it."""
        if self._stack:
            self._stack[-1].put(value, path, start, end)
        else:
            self.data = value

    def _after_properties(self, event: NodeEvent, start: int, end: int) -> int:
        """Step over an anchor and a tag, and refuse the tag."""
        tag = getattr(event, "tag", None)
        if tag is not None:
            found = _TAG.search(self._source.text, start)
            name, place = (found[0], found.span()) if found else (tag, (start, end))
            self.findings.append(remarks.tag(name, self._source.span(*place)))
        found = _PROPERTIES.match(self._source.text, start)
        return min(found.end(), end) if found else start

    def _remark_on_key(self, text: str, key: Key, *, flow: bool) -> None:
        if not text:
            self.findings.append(remarks.empty_key(self._source.span(*key.place)))
        start, end = key.place
        if flow and ":" in text:
            key.colon = start + text.index(":")
        if text.isascii():
            return
        raw = self._source.text[start:end]
        edge, within = lookalikes.at_key_edge(raw), lookalikes.within_key(raw)
        found = within if edge is None else edge
        if found is not None:
            remark = remarks.lookalike(self._source, start + found, certain=edge is not None)
            self.findings.append(remark)

    def _remark_on_value(self, text: str, start: int, end: int) -> None:
        frame = self._stack[-1] if self._stack else None
        if frame and frame.key and frame.key.colon is not None and start == end:
            self._give_up(remarks.missing_space(self._source, frame.key.colon))
        if frame is None or text.isascii():
            return
        before = self._source.text[max(0, start - _LOOK_BACK) : start]
        found = lookalikes.in_value(
            self._source.text[start:end],
            own_line=bool(_OWN_LINE.search(before)),
            in_flow_list=frame.flow and isinstance(frame.data, list),
        )
        if found is not None:
            self.findings.append(remarks.lookalike(self._source, start + found, certain=False))

    def _check_depth(self, depth: int, start: int) -> None:
        if depth >= MAX_DEPTH:
            raise FatalFinding(remarks.too_deep(self._source.span(start, start + 1)))

    def _spend(self, values: int, start: int, end: int) -> None:
        self._count += values
        if self._count > MAX_VALUES:
            raise FatalFinding(remarks.too_many_values(self._source.span(start, end)))

    def _give_up(self, diagnostic: Diagnostic) -> None:
        self.usable = False
        self.findings.append(diagnostic)
