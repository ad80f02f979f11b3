"""Response models: how people are assumed to answer, stated with every number."""

from __future__ import annotations

from campaignspec.forecast.rates import RateResponses

__all__ = ["RateResponses"]
