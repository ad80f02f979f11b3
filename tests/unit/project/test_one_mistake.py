"""Laws of mistakes: one in the shape of a file makes no others, and hides none."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tiny_project import AUDIENCES, CAMPAIGN, CHANNELS, CLEAN, SETTINGS, TESTS, load_files

from campaignspec.diagnostics import Diagnostic
from campaignspec.document import Document, load_text
from campaignspec.spec import Audiences, Campaign, Channels, Settings, TestFile, read
from campaignspec.spec.yaml_text import yaml_text

LAW = settings(
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
KINDS = {
    SETTINGS: Settings,
    AUDIENCES: Audiences,
    CHANNELS: Channels,
    CAMPAIGN: Campaign,
    TESTS: TestFile,
}
VALUES = {"7": 7, "? ?": "? ?", "[]": [], "null": None}
_ADDED = ("colour", "send", "wait", "event", "segment", "count", "customers")


class Mistake(NamedTuple):
    """One change of plain data.

    Attributes:
        path: What is changed.
        how: In which way.
    """

    path: tuple[str | int, ...]
    how: str


def document(text: str, file: str) -> Document:
    loaded = load_text(text, file).value
    assert loaded is not None
    return loaded


PLAIN = {file: document(text, file).data for file, text in CLEAN.items()}


def paths(data: Any, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    for step in data if isinstance(data, dict) else range(len(data)):
        yield (*above, step)
        if isinstance(data[step], dict | list):
            yield from paths(data[step], (*above, step))


def mistakes(file: str) -> list[Mistake]:
    """List every change that may be a mistake: of a scalar's value, or of a key."""
    found = []
    for path in paths(PLAIN[file]):
        holder = held(PLAIN[file], path[:-1])
        scalar = not isinstance(holder[path[-1]], dict | list)
        found += [Mistake(path, how) for how in (VALUES if scalar else ("null",))]
        if isinstance(holder, dict):
            found += [Mistake(path, how) for how in ("misspell", "rename", "remove")]
            found += [Mistake((*path[:-1], name), "add") for name in _ADDED if name not in holder]
    return list(dict.fromkeys(found))


def held(data: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


def spoilt(file: str, mistake: Mistake) -> str:
    """Make one mistake in a clean file."""
    data = copy.deepcopy(PLAIN[file])
    holder, step = held(data, mistake.path[:-1]), mistake.path[-1]
    if mistake.how in VALUES:
        holder[step] = VALUES[mistake.how]
    elif mistake.how == "add":
        holder[step] = "x"
    elif mistake.how == "remove":
        del holder[step]
    else:
        other = "colour" if mistake.how == "rename" else f"{str(step)[:-1]}x"
        entries = [(other if name == step else name, value) for name, value in holder.items()]
        holder.clear()
        holder.update(entries)
    return yaml_text(data)


def beyond_the_shape(root: Path, file: str, text: str) -> list[Diagnostic]:
    """Return the findings of a project besides those that one file has by itself."""
    alone = read(document(text, file), KINDS[file]).diagnostics
    assume(alone)
    everything = load_files(root, CLEAN | {file: text}).diagnostics
    assert set(alone) <= set(everything)
    return [finding for finding in everything if finding not in alone]


def is_at(finding: Diagnostic, file: str, text: str, mistake: Mistake) -> bool:
    """Say whether a finding is on what the mistake itself put there."""
    name = "colour" if mistake.how == "rename" else mistake.path[-1]
    name = f"{str(name)[:-1]}x" if mistake.how == "misspell" else name
    path = (*mistake.path[:-1], name)
    changed = document(text, file)
    return finding.span in {changed.key_span(path), changed.span(path)}


@pytest.mark.parametrize("file", CLEAN)
@given(data=st.data())
@LAW
def test_a_mistake_in_the_shape_makes_no_other_finding(
    tmp_path: Path, file: str, data: st.DataObject
) -> None:
    mistake = data.draw(st.sampled_from(mistakes(file)))
    text = spoilt(file, mistake)

    others = beyond_the_shape(tmp_path, file, text)

    assert [finding for finding in others if not is_at(finding, file, text, mistake)] == []


@pytest.mark.parametrize("file", CLEAN)
@given(data=st.data())
@LAW
def test_nothing_that_is_called_sound_has_a_mistake_in_it(file: str, data: st.DataObject) -> None:
    broken = document(spoilt(file, data.draw(st.sampled_from(mistakes(file)))), file)

    reading = read(broken, KINDS[file])

    assert (reading.value is None) == bool(reading.diagnostics)
    for path in reading.pieces.sound:
        place = broken.span(path)
        assert not any(place.start <= d.span.start < place.end for d in reading.diagnostics), path
