"""THE interpreter: one engine for rehearsal and run."""

from __future__ import annotations
