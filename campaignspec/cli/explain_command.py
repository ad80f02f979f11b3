"""``campaignspec explain``."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from campaignspec.api.meaning import Meaning, all_meanings, meaning_of

if TYPE_CHECKING:
    from campaignspec.api.kpi_meaning import KpiMeaning


@click.command("explain")
@click.argument("code", required=False)
@click.option("--list", "every", is_flag=True, help="List all codes instead.")
@click.option("--kpis", is_flag=True, help="List all KPIs instead.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people or for machines.",
)
def command(
    code: str | None,
    every: bool,  # noqa: FBT001 - a flag of the command line
    kpis: bool,  # noqa: FBT001 - a flag of the command line
    form: Literal["text", "json"],
) -> None:
    """Say what a finding means, with a wrong example and the right one; or what a KPI counts.

    CODE is a code such as REF301, its name such as unknown-name, or a KPI such as ctor.
    """
    from campaignspec.api.kpi_meaning import all_kpis, kpi_named

    if (code is not None) + every + kpis != 1:
        raise click.UsageError("Name one code or KPI, or ask for all with --list or --kpis.")
    if code is None:
        click.echo(_list_kpis(all_kpis(Path()), form) if kpis else _list(all_meanings(), form))
        return
    known = kpi_named(code, Path())
    if known is not None:
        shown = _json(asdict(known)) if form == "json" else "\n".join(_kpi_lines(known))
        click.echo(shown)
        return
    meaning = meaning_of(code)
    click.echo(_json(asdict(meaning)) if form == "json" else "\n".join(_lines(meaning)))


def _list(meanings: Sequence[Meaning], form: Literal["text", "json"]) -> str:
    if form == "json":
        keys = ("code", "slug", "family", "summary")
        return _json([{key: getattr(each, key) for key in keys} for each in meanings])
    width = max(len(each.slug) for each in meanings)
    parts = [
        "\n".join(
            [family, *(f"  {each.code}  {each.slug:<{width}}  {each.summary}" for each in some)]
        )
        for family, some in itertools.groupby(meanings, key=lambda each: each.family)
    ]
    return "\n\n".join(parts)


def _list_kpis(kpis: Sequence[KpiMeaning], form: Literal["text", "json"]) -> str:
    if form == "json":
        return _json([asdict(each) for each in kpis])
    width = max(len(each.kpi) for each in kpis)
    parts = [
        "\n".join([group, *(f"  {each.kpi:<{width}}  {each.counts}" for each in some)])
        for group, some in itertools.groupby(kpis, key=lambda each: each.group)
    ]
    return "\n\n".join(parts)


def _kpi_lines(kpi: KpiMeaning) -> Iterator[str]:
    yield from (f"{kpi.kpi}: {kpi.meaning}", "")
    yield f"  counts  {kpi.counts}"
    yield f"  unit    {kpi.unit}"
    if kpi.needs:
        yield f"  needs   {', '.join(kpi.needs)}"


def _lines(meaning: Meaning) -> Iterator[str]:
    yield f"{meaning.code} {meaning.slug}: {meaning.summary}"
    example = meaning.example
    if example is None:
        return
    yield from ("", f"wrong, in {example.file}:", "", *_indented(example.wrong))
    yield from ("", "what `campaignspec validate` says:", "", *_indented(example.output))
    if example.right:
        yield from ("", "right:", "", *_indented(example.right))


def _indented(text: str) -> Iterator[str]:
    """Set a text off; an empty file is said to be one."""
    for line in text.split("\n") if text else ["(nothing)"]:
        yield f"    {line}" if line else ""


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)
