"""``campaignspec test``."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from campaignspec.cli.options import project_option
from campaignspec.errors import ExitCode, UsageError
from campaignspec.project.discover import find_projects

_WIDE = 100
"""How wide a page is of which the width is not known."""


@click.command("test")
@click.argument("names", nargs=-1, metavar="[CAMPAIGN | FOLDER]...")
@project_option
@click.option("-k", "only", metavar="TEXT", default="", help="Run the tests that hold this text.")
@click.option("--story", is_flag=True, help="Tell of every test what happened, also of the good.")
@click.option("--coverage", is_flag=True, help="List every way of a journey, and who walked it.")
@click.option(
    "--min-coverage",
    "least",
    metavar="SHARE",
    help="Leave with 1 if a campaign's tests walk a smaller share of its ways: `100%`.",
)
@click.option(
    "--fuzz",
    "fuzzed",
    type=click.IntRange(min=1),
    metavar="NUMBER",
    help="Try what must `never` happen on so many random customers.",
)
@click.option("--seed", default=1, show_default=True, help="What random customers are drawn by.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "junit"]),
    default="text",
    show_default=True,
    help="How the outcome is written.",
)
@click.pass_context
def command(
    context: click.Context,
    *,
    names: tuple[str, ...],
    start: Path,
    only: str,
    story: bool,
    coverage: bool,
    least: str | None,
    fuzzed: int | None,
    seed: int,
    form: str,
) -> None:
    """Run the tests that stand beside campaigns, `*.test.yaml`.

    Names are those of campaigns; a folder stands for the project in it, and the projects in the
    folders below. Each test makes one customer with a timeline, runs the same engine that
    rehearses and sends, and holds the outcome against what is expected. Leaves with 1 if one fails.
    """
    from campaignspec.api.cases import CampaignTests, try_projects
    from campaignspec.api.check import folder_named, opened
    from campaignspec.cli.test_forms import as_json, as_junit
    from campaignspec.cli.test_text import campaign_lines, summary_line

    share = None if least is None else _share(least)
    if only and (coverage or least):
        raise UsageError("coverage is of all tests of a campaign; leave -k out")
    start, names = folder_named(start, names)
    projects = [opened(root)[0] for root in find_projects(start)]
    width = shutil.get_terminal_size((_WIDE, 24)).columns
    done: list[CampaignTests] = []
    for tests in try_projects(projects, names, only=only, fuzzed=fuzzed or 0, seed=seed):
        done.append(tests)
        if form == "text":
            for line in campaign_lines(tests, width=width, story=story, coverage=coverage):
                click.echo(line)
    match form:
        case "json":
            click.echo(as_json(done))
        case "junit":
            click.echo(as_junit(done))
        case _:
            click.echo(summary_line(done))
    thin = [each for each in done if each.coverage and each.coverage.fraction < (share or 0)]
    for each in thin:
        click.echo(f"error: the tests of {each.campaign} walk less than {least}", err=True)
    if thin or not all(each.passed for each in done):
        context.exit(ExitCode.FINDINGS)


def _share(text: str) -> float:
    from campaignspec.spec.kinds import KINDS, Share

    try:
        share: Share = KINDS[Share].parse(text)
    except ValueError as error:
        raise UsageError(f"--min-coverage {text}: {error}") from None
    return share.fraction
