"""The schemas with a project's own names, for editors."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from campaignspec.content.library import SHARED, SUFFIX, TEMPLATES
from campaignspec.errors import CampaignspecError
from campaignspec.plugins import find_connectors
from campaignspec.project import find_root
from campaignspec.project.definitions import vocabulary
from campaignspec.project.discover import find_files
from campaignspec.project.inline import writable
from campaignspec.project.journey_names import experiment_names, step_names, target_names
from campaignspec.project.load import read_files
from campaignspec.project.places import ENTRY_PLACES, PLACES, Sort
from campaignspec.project.scope import Files
from campaignspec.project.waiting_checks import phase_names
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.journey import Send
from campaignspec.spec.kpi import Kpi
from campaignspec.spec.schema import SCHEMAS
from campaignspec.spec.schema_names import Known, schema_with_names

FOLDER: Final = "schemas"
"""Where schemas are written, from the project's folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """Schemas as they were written.

    Attributes:
        folder: Where they stand, relative to the present folder if it is below it.
        schemas: Where each stands, by the kind of file that it describes.
        modelines: The comments by which editors find them, each with the project's files at
            whose head it belongs, relative to the present folder if they are below it.
    """

    folder: str
    schemas: Mapping[str, Path]
    modelines: Mapping[str, tuple[str, ...]]


def export_schemas(start: Path, *, out: Path | None = None) -> Exported:
    """Write the schemas of the project that ``start`` is in; mistakes in its files do not matter.

    Args:
        start: A folder in the project.
        out: Where to write; the folder ``schemas`` of the project, if not given.

    Raises:
        ProjectNotFoundError: There is no project.
        CampaignspecError: The folder cannot be written.
    """
    root = find_root(start)
    folder = (out or root / FOLDER).absolute()
    known = known_names(read_files(root, relative_to=Path.cwd()))
    texts = {
        name: json.dumps(schema_with_names(section, known), indent=2, ensure_ascii=False) + "\n"
        for name, section in SCHEMAS.items()
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            _path(folder, name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise CampaignspecError(f"{folder} cannot be written: {error.strerror or error}") from error
    return Exported(
        folder=_near(folder),
        schemas={name: _path(folder, name) for name in texts},
        modelines=_modelines(root, folder),
    )


def modeline(file: Path, schema: Path) -> str:
    """Return the comment by which editors find a file's schema."""
    way = Path(os.path.relpath(schema, file.parent)).as_posix()
    return f"# yaml-language-server: $schema={way}"


def known_names(files: Files) -> Known:
    """Collect the names of a project's files; what a mistake hides is left out."""
    names = vocabulary(files)
    campaigns = files.campaigns
    sends = (piece for part in campaigns for piece in part.pieces.values_of(Send, "send"))
    properties = {
        f"{event}.{name}": name for event, held in names.properties.items() for name in held
    }
    sorts: dict[str, tuple[str, ...]] = {
        Sort.CAMPAIGN: names.campaigns.known,
        Sort.SEGMENT: names.segments.known,
        Sort.TRAIT: tuple(n for n in names.facts if n not in names.attributes),
        Sort.ATTRIBUTE: names.attributes.known,
        Sort.EVENT: names.events.known,
        Sort.PROPERTY: tuple(properties.values()),
        Sort.CHANNEL: names.channels.known,
        Sort.CONNECTOR: tuple(find_connectors()),
        Sort.MESSAGE: (*(str(piece.value) for piece in sends), *_messages(files)),
        Sort.STEP: tuple(dict.fromkeys(_steps(files))),
        Sort.EXPERIMENT: tuple(n for part in campaigns for n in experiment_names(part).known),
        Sort.RESPONSE: names.responses.known,
        Sort.OFFER: names.offers.known,
        Sort.JOURNEY: names.journeys.known,
        Sort.PHASE: tuple(n for part in campaigns for n in phase_names(part).known),
        Sort.OWNER: tuple(_owners(files)),
    }
    return Known(
        sorts=sorts,
        places=PLACES,
        entries=ENTRY_PLACES,
        properties=tuple(properties),
        rules={
            "Traits": sorts[Sort.TRAIT],
            "Attributes": names.attributes.known,
            "Segments, as segment('…')": names.segments.known,
            "Properties of events": tuple(properties),
        },
    )


def _steps(files: Files) -> Iterator[str]:
    """Yield the names of steps, those of rounds and shared journeys too."""
    found = files.journeys.value if files.journeys else None
    shared = writable(found.journeys) if found else {}
    for part in files.campaigns:
        yield from step_names(part, shared).known
        yield from target_names(part, shared).known


def _messages(files: Files) -> Iterator[str]:
    """Yield the messages that have templates, sent or not."""
    folders = (files.settings.folder, *(part.folder for part in files.campaigns))
    for folder in folders:
        names = (path.parent.name for path in folder.glob(f"{TEMPLATES}/*/*{SUFFIX}"))
        yield from (name for name in names if name != SHARED)


def _owners(files: Files) -> Iterator[str]:
    for part in files.campaigns:
        for section in (Campaign, Kpi):
            yield from (str(piece.value) for piece in part.pieces.values_of(section, "owner"))


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.schema.json"


def _modelines(root: Path, folder: Path) -> Mapping[str, tuple[str, ...]]:
    found = find_files(root)
    kinds: Mapping[str, tuple[Path, ...]] = {
        "project": (found.settings,),
        "audiences": found.audiences,
        "channels": (found.channels,) if found.channels else (),
        "campaign": found.campaigns,
        "test": found.tests,
        "personas": (found.personas,) if found.personas else (),
        "offers": (found.offers,) if found.offers else (),
        "journeys": (found.journeys,) if found.journeys else (),
        "kpis": (found.kpis,) if found.kpis else (),
        "programmes": (found.programmes,) if found.programmes else (),
    }
    files: dict[str, tuple[str, ...]] = {}
    for kind, paths in kinds.items():
        for path in paths:
            line = modeline(path, _path(folder, kind))
            files[line] = (*files.get(line, ()), _near(path))
    return files


def _near(path: Path) -> str:
    here = Path.cwd()
    return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()
