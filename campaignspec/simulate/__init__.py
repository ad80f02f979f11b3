"""The dry run: the engine over the whole history at once, answered by a response model."""

from __future__ import annotations

from campaignspec.simulate.simulate import Rehearsal, rehearse

__all__ = ["Rehearsal", "rehearse"]
