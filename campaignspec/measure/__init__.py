"""What happened, in numbers: from facts to funnels, KPIs and lift, each with its class."""

from __future__ import annotations

from campaignspec.measure.ground import Ground
from campaignspec.measure.provenance import Provenance
from campaignspec.measure.result import Past, Result, measure
from campaignspec.measure.summary import Assumption

__all__ = ["Assumption", "Ground", "Past", "Provenance", "Result", "measure"]
