"""What all tests share: golden files and the way to update them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from golden_files import GOLDEN, check_golden
from hypothesis import HealthCheck, settings
from postgres_server import postgres as postgres  # noqa: PLC0414 (a fixture for all tests)

# How long an example takes says something of the machine, and of what its first test has to set up.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

Golden = Callable[[str, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag that rewrites golden files."""
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden/**")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Hold a text against `tests/golden/NAME`, or rewrite it under ``--update-golden``."""
    update = bool(request.config.getoption("--update-golden"))

    def check(name: str | Path, actual: str) -> None:
        check_golden(GOLDEN / name, actual, update=update)

    return check
