"""Writing a migration as a project that validates: definitions, settings, and what was lost."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from campaignspec.errors import MigrationError, UsageError
from campaignspec.migrate.draft import Migration
from campaignspec.migrate.messages import channels_of, template
from campaignspec.migrate.naming import name_like
from campaignspec.migrate.report import report
from campaignspec.migrate.tables import CUSTOMERS, EVENTS
from campaignspec.spec.kinds import ZoneName
from campaignspec.spec.project import Settings
from campaignspec.spec.sources import CustomersSource, EventsSource, Source
from campaignspec.spec.write import to_yaml

AUDIENCES: Final = "audiences.yaml"
CHANNELS: Final = "channels.yaml"
SETTINGS: Final = "campaignspec.yaml"
REPORT: Final = "moved.md"
DATA: Final = "data"
"""The folder of the tables, in the project's."""


def write_folder(migration: Migration, tool: str, folder: Path) -> tuple[Path, ...]:
    """Write the definitions, the report, and settings where the folder has none.

    Returns:
        The files that were written.

    Raises:
        UsageError: There is an ``audiences.yaml`` or a report already; nothing is overwritten.
        MigrationError: The folder cannot be written.
    """
    made = _journeys(migration, tool)
    for name in (AUDIENCES, REPORT, *made):
        if (folder / name).exists():
            raise UsageError(f"{folder / name} is there already; name a new folder with --out")
    texts = {AUDIENCES: to_yaml(migration.audiences), **made}
    if not (folder / SETTINGS).exists():
        texts[SETTINGS] = to_yaml(settings_of(migration, folder.absolute().name))
    texts[REPORT] = report(migration, tool)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise MigrationError(f"{folder} cannot be written: {error.strerror or error}") from error
    return tuple(folder / name for name in texts)


def _journeys(migration: Migration, tool: str) -> dict[str, str]:
    """Write the campaigns, their channels, and stand-ins of their templates, by file."""
    if not migration.campaigns:
        return {}
    messages = migration.messages
    texts = {CHANNELS: to_yaml(channels_of(messages.channels))}
    for name, campaign in migration.campaigns.items():
        texts[f"{name}/campaign.yaml"] = to_yaml(campaign)
    theirs = {ours: name for name, ours in messages.names.items()}
    for message, channels in messages.sent.items():
        for channel in sorted(channels):
            path = f"templates/{message}/{channel}.j2"
            texts[path] = template(tool, message, theirs[message])
    return texts


def settings_of(migration: Migration, name: str) -> Settings:
    """Declare the tables that a migration needs; the zone and the currency are to be set."""
    return Settings(
        spec=1,
        project=name_like(name, (), dots=True),
        timezone=ZoneName("UTC"),
        currency="USD",
        sources=_sources(migration),
    )


def _sources(migration: Migration) -> tuple[Source, ...]:
    plan = migration.plan
    customers = CustomersSource(
        customers=f"{DATA}/{CUSTOMERS}",
        attributes={name: taken.form.kind for name, taken in plan.attributes.items()},
    )
    if not plan.events:
        return (customers,)
    events = EventsSource(
        events=f"{DATA}/{EVENTS}",
        names=tuple(plan.events),
        properties={name: taken.form.kind for name, taken in plan.properties.items()},
    )
    return (customers, events)
