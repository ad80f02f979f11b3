"""Say what a KPI counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from campaignspec.errors import ProjectNotFoundError
from campaignspec.project.discover import find_root
from campaignspec.project.load import read_files
from campaignspec.spec.kpi_definition import Definition
from campaignspec.spec.kpi_promise import Need, needs_of
from campaignspec.spec.kpi_registry import BUILTINS
from campaignspec.spec.kpi_words import counted_as

_OWN = "Your own"


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiMeaning:
    """What a KPI counts.

    Attributes:
        kpi: Its name.
        group: What it is about.
        meaning: What it tells, in one sentence.
        counts: What stands above and below the line, in words.
        unit: What it is given in.
        needs: What a campaign or a project has to say for it to be counted.
    """

    kpi: str
    group: str
    meaning: str
    counts: str
    unit: str
    needs: tuple[str, ...]


def kpi_named(name: str, start: Path) -> KpiMeaning | None:
    """Look a KPI up: a built-in one, or one of the project's own where there is a project.

    Args:
        name: Its name.
        start: Where to look for a project.
    """
    builtin = BUILTINS.get(name)
    if builtin is not None:
        return _meaning(name, builtin.group, builtin.definition)
    definition = _own(start).get(name)
    return None if definition is None else _meaning(name, _OWN, definition)


def all_kpis(start: Path) -> tuple[KpiMeaning, ...]:
    """Return the meaning of every KPI, the built-in ones first."""
    return tuple(_all(start))


def _all(start: Path) -> Iterator[KpiMeaning]:
    for name, builtin in BUILTINS.items():
        yield _meaning(name, builtin.group, builtin.definition)
    for name, definition in _own(start).items():
        yield _meaning(name, _OWN, definition)


def _own(start: Path) -> Mapping[str, Definition]:
    """Return a project's own KPIs; none where there is no project, or its file is wrong."""
    try:
        root = find_root(start)
    except ProjectNotFoundError:
        return {}
    part = read_files(root, relative_to=start).kpis
    known = part.value.kpis if part is not None and part.value is not None else {}
    return {str(name): definition for name, definition in known.items()}


def _meaning(name: str, group: str, definition: Definition) -> KpiMeaning:
    needs = needs_of(name, definition)
    return KpiMeaning(
        kpi=name,
        group=group,
        meaning=definition.meaning,
        counts=counted_as(name, definition),
        unit=str(definition.unit),
        needs=tuple(str(need) for need in Need if need in needs),
    )
