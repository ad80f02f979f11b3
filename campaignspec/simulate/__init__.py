"""The dry run: the engine over the whole history at once, answered by a response model."""

from __future__ import annotations

from campaignspec.simulate.sample import Sample
from campaignspec.simulate.simulate import Listener, Rehearsal, Watcher, rehearse

__all__ = ["Listener", "Rehearsal", "Sample", "Watcher", "rehearse"]
