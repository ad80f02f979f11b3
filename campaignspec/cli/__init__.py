"""The command line: parse, call one use case, render, exit."""

from __future__ import annotations

from campaignspec.cli.main import main

__all__ = ["main"]
