"""``campaignspec test``."""

from __future__ import annotations

from pathlib import Path

import click

from campaignspec.cli.options import project_option
from campaignspec.errors import ExitCode


@click.command("test")
@click.argument("names", nargs=-1, metavar="[CAMPAIGN]...")
@project_option
@click.option("--story", is_flag=True, help="Tell of every test what happened, also of the good.")
@click.pass_context
def command(
    context: click.Context,
    names: tuple[str, ...],
    start: Path,
    story: bool,  # noqa: FBT001 - a flag of the command line
) -> None:
    """Run the tests that stand beside campaigns, `*.test.yaml`.

    Each test makes one customer with a timeline, runs the same engine that rehearses and
    sends, and holds the outcome against what is expected. Leaves with 1 if one fails.
    """
    from campaignspec.api.check import opened
    from campaignspec.api.names import campaigns_of
    from campaignspec.simulate.case import run_case

    project, _ = opened(start)
    passed = failed = 0
    for name in campaigns_of(project, names):
        for case in project.tests.get(name, ()):
            result = run_case(project, name, case)
            good = not result.mismatches
            passed, failed = passed + good, failed + (not good)
            click.echo(f"{'pass' if good else 'FAIL'}  {name}: {case.test}")
            for mismatch in result.mismatches:
                click.echo(f"      {mismatch.what}")
                for line in mismatch.lines():
                    click.echo(f"        {line}")
            if story or not good:
                click.echo("      what happened")
                for line in result.story or ("nothing",):
                    click.echo(f"        {line}")
    click.echo(f"{passed} passed, {failed} failed")
    if failed:
        context.exit(ExitCode.FINDINGS)
