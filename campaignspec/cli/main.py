"""The ``campaignspec`` command: one file a subcommand, loaded when it is called."""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Sequence

import click

from campaignspec import __version__
from campaignspec.errors import CampaignspecError, ExitCode

_OBJECTS = 250_000
"""After how many new objects the collector of circles looks about: what is read from files
stays, and looking through it again and again took a fourth of the time. The modules alone that a
command loads are a hundred thousand."""

COMMANDS = {
    "init": "Make a project of your own that works at once.",
    "new": "Write the beginning of a campaign, a segment, a trait or a message.",
    "validate": "Find everything that is wrong with a project, all at once.",
    "ls": "List what a project has, and what uses what.",
    "explain": "Say what a finding means; or tell what happened to a person, and why.",
    "fmt": "Write YAML files the one way, with every comment.",
    "graph": "Draw the journey of a campaign.",
    "render": "Show a message as somebody would get it.",
    "profile": "Say what the data are worth, and what campaigns lack.",
    "segment": "Look at segments: who matches, and why.",
    "mix": "Say by which channel of a mix a customer is written to, and why.",
    "audience": "Write who matches a segment to a file.",
    "test": "Run the tests that stand beside campaigns.",
    "simulate": "Rehearse campaigns on the project's history.",
    "run": "Run campaigns in an environment.",
    "enrol": "Let a customer into a campaign that is entered by a call.",
    "approve": "Open or close a gate at which people wait, or list the gates.",
    "status": "Show who is where in an environment.",
    "compare": "Hold two files of facts against each other.",
    "report": "Make a report of facts.",
    "programme": "Judge campaigns of several departments together.",
    "import": "Write the tables of a known data set, or move from another tool.",
    "schema": "Write the JSON Schemas of the language, or with a project's own names.",
    "connectors": "List the installed connectors.",
}
"""Every subcommand, with the line that ``--help`` shows for it."""


class _Commands(click.Group):
    """Knows the names of all commands, and imports one only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"campaignspec.cli.{cmd_name}_command")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from campaignspec.diagnostics import nearest

        name = args[0] if args else ""
        if name and name not in COMMANDS:
            meant = nearest(name, list(COMMANDS))
            advice = f" Did you mean {meant!r}?" if meant else ""
            ctx.fail(f"There is no command {name!r}.{advice}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="campaignspec")
def _command() -> None:
    """Campaigns as code: review, rehearse and run marketing journeys written in YAML."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and leave with its exit code.

    An error that campaignspec raises on purpose is one line on standard error; findings are
    shown in their lines. Nothing ends in a traceback but a fault of campaignspec itself.
    """
    gc.set_threshold(_OBJECTS)
    try:
        code = _command.main(
            list(arguments) if arguments is not None else None,
            prog_name="campaignspec",
            standalone_mode=False,
        )
    except click.ClickException as error:
        error.show()
        sys.exit(ExitCode.USAGE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped; nothing is half-written", err=True)
        sys.exit(130)
    except CampaignspecError as error:
        _show(error)
        sys.exit(error.exit_code)
    # Without standalone mode click returns what `context.exit` was given.
    sys.exit(code if isinstance(code, int) else ExitCode.FINE)


def _show(error: CampaignspecError) -> None:
    from campaignspec.api.check import FindingsError
    from campaignspec.cli.findings import show_findings

    if isinstance(error, FindingsError):
        show_findings(error.checkup, form="text")
    else:
        click.echo(f"error: {error}", err=True)
