"""``campaignspec compare``."""

from __future__ import annotations

from pathlib import Path

import click

from campaignspec.errors import ExitCode


@click.command("compare")
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
@click.option("--limit", default=20, show_default=True, help="How many differences are named.")
@click.pass_context
def command(context: click.Context, first: Path, second: Path, limit: int) -> None:
    """Hold two files of facts against each other.

    Leaves with 1 if they differ, and names the facts that only one of them has: `-` only in
    the FIRST, `+` only in the SECOND.
    """
    from campaignspec.api.compare import differences
    from campaignspec.ledger.facts_file import read_facts

    left, right = read_facts(first), read_facts(second)
    found = differences(left, right)
    if not found:
        click.echo(f"the same {left.num_rows:,} facts")
        return
    for difference in found[:limit]:
        click.echo(str(difference))
    if len(found) > limit:
        click.echo(f"… and {len(found) - limit:,} more")
    click.echo(f"{len(found):,} facts differ", err=True)
    context.exit(ExitCode.FINDINGS)
