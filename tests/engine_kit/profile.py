"""How many examples a law is tried on: few at each change, many at night."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"

settings.register_profile("nightly", max_examples=2000, deadline=None)


def examples(count: int) -> settings:
    """Return settings for so many examples, or for 2,000 with ``HYPOTHESIS_PROFILE=nightly``."""
    return settings(
        max_examples=2000 if NIGHTLY else count,
        deadline=None,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.large_base_example,
        ],
    )
