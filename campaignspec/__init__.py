"""Campaigns as code: one language, one graph, one engine for rehearsal and run."""

from __future__ import annotations

__version__ = "0.1.0"
