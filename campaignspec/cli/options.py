"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

project_option: Decorator = click.option(
    "--project",
    "-p",
    "start",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="A folder in the project.  [default: the folder you stand in]",
)

from_option: Decorator = click.option(
    "--from", "first", metavar="DATE", help="The first date, in the project's time zone."
)

to_option: Decorator = click.option(
    "--to", "last", metavar="DATE", help="The last date; its whole day counts."
)

facts_option: Decorator = click.option(
    "--facts",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the facts to this Parquet file.",
)
