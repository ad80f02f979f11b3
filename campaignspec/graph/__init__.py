"""The journey graph: compiled from a campaign, drawn for people, walked by the engine."""

from __future__ import annotations
