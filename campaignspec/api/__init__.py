"""The use cases: what a program or a command can ask of campaignspec, one function each."""

from __future__ import annotations
