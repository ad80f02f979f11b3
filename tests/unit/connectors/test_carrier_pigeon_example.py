from __future__ import annotations

import importlib.util
import sys
import tomllib
from pathlib import Path

EXAMPLE = Path(__file__).parents[3] / "connectors" / "example" / "campaignspec-carrier-pigeon"


def load(name: str, path: Path) -> object:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


pigeon = load("campaignspec_carrier_pigeon", EXAMPLE / "campaignspec_carrier_pigeon.py")
_tests = load("carrier_pigeon_tests", EXAMPLE / "tests" / "test_carrier_pigeon.py")


class TestTheExamplesOwnTests(_tests.TestCarrierPigeon):  # type: ignore[name-defined,misc]
    """The example's tests, run here as its author runs them there."""


def test_the_entry_point_names_the_class() -> None:
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))["project"]

    declared = project["entry-points"]["campaignspec.connectors"]

    assert declared == {pigeon.CarrierPigeon.name: "campaignspec_carrier_pigeon:CarrierPigeon"}
