"""Findings that know the trade: a sound project can still be a poor one."""

from __future__ import annotations

from campaignspec.lint.rules import lint
from campaignspec.lint.scope import Scope

__all__ = ["Scope", "lint"]
