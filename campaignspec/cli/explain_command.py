"""``campaignspec explain``."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import click

from campaignspec.api.meaning import Meaning, all_meanings, meaning_of
from campaignspec.cli.options import from_option, project_option, to_option

if TYPE_CHECKING:
    from campaignspec.api.kpi_meaning import KpiMeaning


Form: TypeAlias = Literal["text", "json"]


@click.command("explain")
@click.argument("code", required=False)
@click.option("--list", "every", is_flag=True, help="List all codes instead.")
@click.option("--kpis", is_flag=True, help="List all KPIs instead.")
@click.option("--customer", metavar="ID", help="Tell the story of this person instead.")
@click.option(
    "--campaign",
    "campaigns",
    multiple=True,
    metavar="NAME",
    help="With --customer: only of this campaign; may be given again.",
)
@click.option(
    "--facts",
    type=click.Path(dir_okay=False, path_type=Path),
    help="With --customer: tell it from this file of facts.",
)
@click.option(
    "--env", "environment", metavar="NAME", help="With --customer: from this environment's ledger."
)
@from_option
@to_option
@click.option("--responses", metavar="NAME", help="The response model of the rehearsal.")
@click.option("--utc", is_flag=True, help="Tell the time in UTC, not by the person's clock.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people or for machines.",
)
@project_option
def command(
    *,
    code: str | None,
    every: bool,
    kpis: bool,
    customer: str | None,
    campaigns: tuple[str, ...],
    facts: Path | None,
    environment: str | None,
    first: str | None,
    last: str | None,
    responses: str | None,
    utc: bool,
    form: Form,
    start: Path,
) -> None:
    """Say what a finding means; what a KPI counts; or what happened to a person, and why.

    CODE is a code such as REF301, its name such as unknown-name, or a KPI such as ctor.

    With --customer everything is told that campaigns did to one person, and did not do: why the
    person entered, why each branch went its way, why a message went by this channel, later, or
    not at all, and why a campaign never had anything to say. It is told from facts: those of a
    file, of an environment, or of a rehearsal of all campaigns that is made for it.
    """
    if (code is not None) + every + kpis + (customer is not None) != 1:
        raise click.UsageError(
            "Name one code or KPI, ask for all with --list or --kpis, or name a --customer."
        )
    if customer is not None:
        found = _Source(facts=facts, environment=environment, responses=responses)
        click.echo(_story(start, customer, campaigns, found, (first, last), form, utc=utc))
        return
    if campaigns or facts or environment or first or last or responses or utc:
        raise click.UsageError("--campaign, sources of facts and periods go with --customer.")
    click.echo(_meaning(code, form, kpis=kpis))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """Where facts are from: a file, an environment, or else a rehearsal."""

    facts: Path | None
    environment: str | None
    responses: str | None


def _story(
    start: Path,
    customer: str,
    campaigns: tuple[str, ...],
    source: _Source,
    period: tuple[str | None, str | None],
    form: Form,
    *,
    utc: bool,
) -> str:
    """Tell a person's story."""
    from campaignspec.api.check import opened
    from campaignspec.api.story import (
        Wanted,
        story_of_environment,
        story_of_facts,
        story_of_rehearsal,
    )
    from campaignspec.cli.story_text import story_data, story_lines

    _check(source, period)
    project, _ = opened(start)
    wanted = Wanted(customer=customer, campaigns=campaigns, utc=utc)
    first, last = period
    if source.facts is not None:
        story = story_of_facts(project, wanted, source.facts, first=first, last=last)
    elif source.environment is not None:
        story = story_of_environment(project, wanted, source.environment)
    else:
        story = story_of_rehearsal(
            project, wanted, first=first, last=last, responses=source.responses
        )
    return _json(story_data(story)) if form == "json" else "\n".join(story_lines(story))


def _check(source: _Source, period: tuple[str | None, str | None]) -> None:
    if source.facts is not None and source.environment is not None:
        raise click.UsageError("Name one source of facts: --facts or --env.")
    if source.environment is not None and any(period):
        raise click.UsageError("A ledger knows its own period: leave --from and --to out.")
    if source.responses is not None and (source.facts or source.environment):
        raise click.UsageError("--responses is for a rehearsal: leave it out.")


def _meaning(code: str | None, form: Form, *, kpis: bool) -> str:
    """Say what a finding means or a KPI counts, or list them."""
    from campaignspec.api.kpi_meaning import all_kpis, kpi_named

    if code is None:
        return _list_kpis(all_kpis(Path()), form) if kpis else _list(all_meanings(), form)
    known = kpi_named(code, Path())
    if known is not None:
        return _json(asdict(known)) if form == "json" else "\n".join(_kpi_lines(known))
    meaning = meaning_of(code)
    return _json(asdict(meaning)) if form == "json" else "\n".join(_lines(meaning))


def _list(meanings: Sequence[Meaning], form: Form) -> str:
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


def _list_kpis(kpis: Sequence[KpiMeaning], form: Form) -> str:
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
