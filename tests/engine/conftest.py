"""What the tests of the engine share: connectors are looked up once, not for each case."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from campaignspec import assembly, plugins


@pytest.fixture(scope="session", autouse=True)
def _one_look_for_connectors() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assembly, "load_connector", cache(plugins.load_connector))
        yield
