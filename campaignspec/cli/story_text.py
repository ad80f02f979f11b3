"""Writing a person's story: as people read it, and as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from campaignspec.cli.explanation import Words, event_data, event_line, proof_data, proof_lines
from campaignspec.cli.values import instant_data
from campaignspec.clock import SECOND, format_instant
from campaignspec.engine.facts import Kind
from campaignspec.story import Because, Chapter, Record, Silence, Story, Told

_FORMAT_VERSION: Final = "1.0"


def story_lines(story: Story) -> Iterator[str]:
    """Write a story: a chapter an enrolment, a line a fact, what proves it below."""
    words = Words(zone=story.zone, currency=story.currency)
    yield f"{story.customer}, by the clock of {_clock(story)}"
    start, end = (format_instant(at, story.zone) for at in (story.start, story.end))
    yield f"told from {story.source}; after {start} and up to {end}"
    yield _sum(story)
    for chapter in story.chapters:
        yield from ("", _title(chapter))
        for told in chapter.told:
            yield from _told(words, told)
        if chapter.standing:
            yield f"  {chapter.standing}"
    for silence in story.silences:
        yield from ("", f"{silence.campaign}: never entered{_where(silence.line)}")
        yield f"  {silence.text}"
        yield from _reasons(words, silence.because)


def story_data(story: Story) -> dict[str, Any]:
    """Return a story as plain data; its instants are UTC, whatever clock its sentences go by."""
    return {
        "format_version": _FORMAT_VERSION,
        "customer": story.customer,
        "zone": story.zone,
        "home": story.home,
        "currency": story.currency,
        "source": story.source,
        "start": instant_data(story.start),
        "end": instant_data(story.end),
        "chapters": [_chapter_data(chapter) for chapter in story.chapters],
        "silences": [_silence_data(silence) for silence in story.silences],
    }


def _sum(story: Story) -> str:
    """Say how much there is to tell."""
    kinds = Counter(told.record.kind for chapter in story.chapters for told in chapter.told)
    counted = ((Kind.SENT, "sent"), (Kind.SUPPRESSED, "not sent"), (Kind.FAILED, "refused"))
    words = ", ".join(f"{kinds[kind]} {word}" for kind, word in counted if kinds[kind])
    entered = kinds[Kind.ENTERED]
    return f"{entered} enrolment{'' if entered == 1 else 's'}; messages: {words or 'none'}"


def _clock(story: Story) -> str:
    return story.zone if story.zone == story.home else f"{story.zone}; at home in {story.home}"


def _title(chapter: Chapter) -> str:
    about = "" if chapter.key is None else f", for {chapter.key}"
    number = f"enrolment {chapter.enrolment}" if chapter.enrolment else "not enrolled"
    return f"{chapter.campaign}, {number}{about}"


def _told(words: Words, told: Told) -> Iterator[str]:
    at = format_instant(told.record.at // SECOND * SECOND, words.zone)
    yield f"  {at}  {told.text}{_where(told.line)}"
    yield from _reasons(words, told.because)


def _reasons(words: Words, because: tuple[Because, ...]) -> Iterator[str]:
    for each in because:
        yield f"    · {each.text}{_where(each.line)}"
        for event in each.events:
            yield f"        {event_line(words, event)}"
        if each.proof is not None:
            for line in proof_lines(words, each.proof):
                yield f"        {line}"


def _where(line: str) -> str:
    return f"  ({line})" if line else ""


def _chapter_data(chapter: Chapter) -> dict[str, Any]:
    return {
        "campaign": chapter.campaign,
        "enrolment": chapter.enrolment,
        "key": chapter.key,
        "facts": [
            {
                **_record_data(told.record),
                "text": told.text,
                "line": told.line or None,
                "because": [_because_data(each) for each in told.because],
            }
            for told in chapter.told
        ],
        "standing": chapter.standing or None,
    }


def _record_data(record: Record) -> dict[str, Any]:
    return {
        "at": instant_data(record.at),
        "seq": record.seq,
        "kind": record.kind.value,
        "node": record.node,
        "edge": record.edge,
        "channel": record.channel,
        "reason": record.reason,
        "value": record.value,
    }


def _silence_data(silence: Silence) -> dict[str, Any]:
    return {
        "campaign": silence.campaign,
        "text": silence.text,
        "line": silence.line or None,
        "because": [_because_data(each) for each in silence.because],
    }


def _because_data(because: Because) -> dict[str, Any]:
    return {
        "text": because.text,
        "line": because.line or None,
        "events": [event_data(event) for event in because.events],
        "proof": None if because.proof is None else proof_data(because.proof),
    }
