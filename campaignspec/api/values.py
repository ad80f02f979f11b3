"""Check a project against the values that occur in its history."""

from __future__ import annotations

from dataclasses import replace

from campaignspec.api.check import Checkup
from campaignspec.api.history import history_of
from campaignspec.assembly import audience_of
from campaignspec.diagnostics import in_order
from campaignspec.quality.literals import check_literals


def with_values(checkup: Checkup) -> Checkup:
    """Add what the history says of the values that rules ask for.

    A project with errors is returned as it is: its rules cannot be trusted to mean anything.

    Raises:
        HistoryError: A source cannot be read.
    """
    project = checkup.project
    if project is None:
        return checkup
    history = history_of(project)
    found = check_literals(project, audience_of(project, history), history.last)
    return replace(checkup, diagnostics=in_order([*checkup.diagnostics, *found]))
