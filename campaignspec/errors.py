"""What can go wrong outside the author's text, and the exit code that says so.

Mistakes in a campaign are values (`campaignspec.diagnostics`), not exceptions. An
exception means that the program was called wrongly or that the world failed.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of every command; the table in the docs is made from these lines."""

    FINE = 0
    FINDINGS = 1
    USAGE = 2
    WORLD_FAILED = 3
    GUARD_HALTED = 4
    REFUSED = 5
    IN_DOUBT = 6
    LOCKED = 75


class CampaignspecError(Exception):
    """The base of every error that campaignspec raises on purpose."""

    exit_code: ExitCode = ExitCode.WORLD_FAILED


class UsageError(CampaignspecError):
    """The command or function was asked for something that cannot be meant."""

    exit_code = ExitCode.USAGE


class ProjectNotFoundError(UsageError):
    """No ``campaignspec.yaml`` stands where the command was started, nor above it."""


class HistoryError(CampaignspecError):
    """A source of customers, events, messages or consents cannot be read as declared."""


class DataTestError(HistoryError):
    """A source is not what its data tests say, so nothing may be sent on the strength of it.

    It is a `HistoryError`: a runner that is under way stands still until the data are right.
    """

    exit_code = ExitCode.GUARD_HALTED


class MigrationError(CampaignspecError):
    """A file of another tool is not what that tool exports, or cannot be carried over."""


class LedgerError(CampaignspecError):
    """The ledger cannot be opened, or holds what this version did not write."""


class LedgerLockedError(LedgerError):
    """Another runner holds this ledger."""

    exit_code = ExitCode.LOCKED


class StaleLedgerError(LedgerError):
    """The ledger was begun with other campaigns, settings or dates than are asked for now."""

    exit_code = ExitCode.REFUSED


class ClusterError(CampaignspecError):
    """A cluster on which customers are to walk cannot be reached, or a task of it failed."""


class ConnectorError(CampaignspecError):
    """A connector cannot be found, configured or used."""
