"""What all tests share: golden files and the way to update them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


@pytest.fixture(scope="session", autouse=True)
def packs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let commands keep what they read in a folder of the tests, not in the user's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Hold a text against `tests/golden/NAME`, or rewrite it under ``--update-golden``."""
    update = bool(request.config.getoption("--update-golden"))

    def check(name: str | Path, actual: str) -> None:
        check_golden(GOLDEN / name, actual, update=update)

    return check
