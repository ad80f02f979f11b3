"""The dry run: the engine over the whole history at once, answered by a response model."""

from __future__ import annotations

from campaignspec.simulate.sample import Sample
from campaignspec.simulate.simulate import USUAL, Listener, Manner, Rehearsal, rehearse

__all__ = ["USUAL", "Listener", "Manner", "Rehearsal", "Sample", "rehearse"]
