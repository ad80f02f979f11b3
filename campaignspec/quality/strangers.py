"""Channels and purposes in the data that a project does not have: most are misspelt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from campaignspec.connector import MessageClass
from campaignspec.diagnostics import nearest
from campaignspec.history import History, Stream
from campaignspec.project import Project
from campaignspec.quality.outcome import Outcome, Verdict
from campaignspec.spec.sources import Response

_CLASSES = tuple(MessageClass)
_FEW = 5
"""So many words are named."""


def unknown_purposes(history: History) -> Iterator[Outcome]:
    """Yield a warning for purposes of consents and classes of messages that nobody knows."""
    yield from _purposes(history)
    classes = _added(_words(stream, "class") for stream in history.messages.values())
    yield from _warned("messages", "class", classes, _CLASSES)


def unknown_channels(project: Project, history: History) -> Iterator[Outcome]:
    """Yield a warning for the channels of consents, messages and answers that a project lacks.

    Most data have channels that no campaign uses, so this is for a report, not for every run. A
    project without channels says nothing of them, and nothing is said here.
    """
    channels = tuple(map(str, project.channels))
    if not channels:
        return
    said = Counter[str]()
    for (channel, _), stream in history.consents.items():
        said[channel] += len(stream.ts)
    yield from _warned("consents", "channel", said, channels)
    sent = Counter({channel: len(stream.ts) for channel, stream in history.messages.items()})
    yield from _warned("messages", "channel", sent, channels)
    yield from _warned("responses", "channel", _answered(history), channels)


def _purposes(history: History) -> Iterator[Outcome]:
    said, refused = Counter[str](), 0
    for (_, purpose), stream in history.consents.items():
        said[purpose] += len(stream.ts)
        if purpose not in _CLASSES:
            said_of = stream.properties["granted"]
            refused += int((~said_of.values & ~said_of.missing).sum())
    more = (
        f"; {refused:,} of these refuse, which counts as refusing every purpose on that channel"
        if refused
        else ""
    )
    yield from _warned("consents", "purpose", said, _CLASSES, more)


def _answered(history: History) -> Counter[str]:
    names = (f"message.{answer}" for answer in Response)
    streams = (history.streams[name] for name in names if name in history.streams)
    return _added(_words(stream, "channel") for stream in streams)


def _words(stream: Stream, name: str) -> Mapping[str, int]:
    column = stream.properties.get(name)
    if column is None or not len(column.words):
        return {}
    counts = np.bincount(column.values[~column.missing], minlength=len(column.words))
    return {str(word): int(count) for word, count in zip(column.words, counts, strict=True)}


def _added(counts: Iterable[Mapping[str, int]]) -> Counter[str]:
    total = Counter[str]()
    for each in counts:
        total.update(each)
    return total


def _warned(
    table: str, column: str, times: Counter[str], known: Sequence[str], more: str = ""
) -> Iterator[Outcome]:
    unknown = sorted(
        ((word, count) for word, count in times.items() if count and word not in known),
        key=lambda found: (-found[1], found[0]),
    )
    if not unknown:
        return
    words = [f"'{word}' ({count:,})" for word, count in unknown[:_FEW]]
    words += ["…"] if len(unknown) > _FEW else []
    failing, rows = sum(count for _, count in unknown), times.total()
    yield Outcome(
        subject=table,
        test=f"a {column} that is known",
        verdict=Verdict.WARNED,
        found=f"{failing:,} of {rows:,} rows name another: {', '.join(words)}{more}",
        advice=_advice([word for word, _ in unknown[:_FEW]], column, known),
        rows=rows,
        failing=failing,
    )


def _advice(words: Sequence[str], column: str, known: Sequence[str]) -> str:
    meant = {word: nearest(word.strip().lower(), known) for word in words}
    guesses = [f"'{word}' may mean '{close}'" for word, close in meant.items() if close]
    return "; ".join([*guesses, f"known as {column}: {', '.join(known)}"])
