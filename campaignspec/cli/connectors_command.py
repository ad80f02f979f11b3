"""``campaignspec connectors``."""

from __future__ import annotations

import click


@click.command("connectors")
def command() -> None:
    """List the installed connectors, with their settings."""
    from campaignspec.plugins import find_connectors

    for name, info in sorted(find_connectors().items()):
        connector = info.load()
        summary = (connector.__doc__ or "").strip().partition("\n")[0]
        click.echo(f"{name}  {info.distribution} {info.version}\n  {summary}")
        for key, setting in connector.settings.items():
            given = "" if setting.default is None else f", {setting.default} if not given"
            needed = ", required" if setting.required else given
            click.echo(f"    {key}: {setting.kind}{needed}. {setting.summary}")
