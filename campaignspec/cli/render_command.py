"""``campaignspec render``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from campaignspec.cli.options import project_option
from campaignspec.errors import CampaignspecError, UsageError

if TYPE_CHECKING:
    from campaignspec.api.render import Reader
    from campaignspec.content.preview import Preview
    from campaignspec.project import Project


@click.command("render")
@click.argument("message", required=False)
@click.option(
    "--for",
    "personas",
    multiple=True,
    metavar="PERSONA",
    help="Somebody of personas.yaml; may be repeated.  [default: all of them]",
)
@click.option(
    "--for-customer",
    "customers",
    multiple=True,
    metavar="ID",
    help="A customer of the project's history; may be repeated.",
)
@click.option("--all", "everything", is_flag=True, help="Render every message that is sent.")
@click.option("--channel", help="Only by this channel.")
@click.option("--campaign", help="Only as this campaign sends it.")
@click.option("--locale", help="In this language, whatever the reader's is.")
@click.option(
    "--at",
    metavar="TIME",
    help="Look at the reader at this date, or date and time.  [default: what the persona says]",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "html", "json"]),
    default="text",
    show_default=True,
    help="How the result is written; html is a page with all of them side by side.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write to this file, or one file a part into this folder.",
)
@project_option
def command(
    *,
    message: str | None,
    personas: tuple[str, ...],
    customers: tuple[str, ...],
    everything: bool,
    channel: str | None,
    campaign: str | None,
    locale: str | None,
    at: str | None,
    form: str,
    out: Path | None,
    start: Path,
) -> None:
    """Show MESSAGE as a persona, or a customer, would get it.

    Traits and segments are computed from what has happened to the reader, as in a run. Each part
    is shown with its length, text messages with the SMS that they take, and with its links.
    Nothing is sent, and no consent, cap or hour is looked at.

    With --out, a name that ends in .html, .json or .txt is a file; any other is a folder.
    """
    from campaignspec.api.check import FindingsError, check
    from campaignspec.api.render import Choice, previews

    if (message is None) is not everything:
        raise UsageError("name a message, or render every one with --all")
    checkup = check(start)
    if checkup.project is None:
        raise FindingsError(checkup)
    readers = _readers(checkup.project, personas, customers, at)
    choice = Choice(message=message, campaign=campaign, channel=channel, locale=locale)
    made = previews(checkup, readers, choice)
    if out is None:
        click.echo(_written(made, form), nl=False)
    elif out.suffix in {".html", ".json", ".txt"}:
        _write(out, _written(made, {".html": "html", ".json": "json"}.get(out.suffix, "text")))
        click.echo(f"{len(made)} previews written to {out}")
    else:
        click.echo(f"{_write_parts(out, made)} files written to {out}")


def _readers(
    project: Project, personas: Sequence[str], customers: Sequence[str], at: str | None
) -> list[Reader]:
    from campaignspec.api.render import customer_reader, persona_reader
    from campaignspec.clock import SystemClock

    chosen = personas or (() if customers else tuple(project.personas))
    if not chosen and not customers:
        raise UsageError(
            "the project has no personas; write personas.yaml, or name a customer with "
            "--for-customer"
        )
    return [
        *(persona_reader(project, name, at=at, clock=SystemClock()) for name in chosen),
        *(customer_reader(project, customer, at=at) for customer in customers),
    ]


def _written(made: Sequence[Preview], form: str) -> str:
    from campaignspec.cli.previews import preview_data, preview_lines

    if form == "html":
        from campaignspec.report.contact_sheet import contact_sheet

        return contact_sheet(made, title="Messages")
    if form == "json":
        data = [preview_data(each) for each in made]
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    return "\n".join(preview_lines(made)) + "\n"


def _write_parts(folder: Path, made: Sequence[Preview]) -> int:
    """Write each part into a file of its own: campaign/message.channel.reader.part."""
    count = 0
    for preview in made:
        for part in preview.parts:
            ending = "html" if part.is_markup else f"{part.name}.txt"
            name = ".".join((preview.message, preview.channel, _safe(preview.reader), ending))
            _write(folder / preview.campaign / name, part.text + "\n")
            count += 1
    return count


def _safe(name: str) -> str:
    """Return a reader's id as a part of a file's name: an id may hold anything."""
    return "".join(each if each.isalnum() or each in "-_@" else "_" for each in name)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", errors="replace", newline="\n")
    except OSError as error:
        raise CampaignspecError(f"{path} cannot be written: {error.strerror or error}") from error
