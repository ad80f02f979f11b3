from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from campaignspec.diagnostics import render
from campaignspec.document import load_text
from campaignspec.spec import Campaign, read

GOLDEN = Path(__file__).parents[2] / "golden" / "spec"
WRONG = sorted(path.stem for path in GOLDEN.glob("*.yaml") if path.stem != "valid")


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_campaign_is_explained(name: str, golden: Any) -> None:
    file = f"{name}.yaml"
    text = (GOLDEN / file).read_text(encoding="utf-8")

    document = load_text(text, file)
    findings = document.diagnostics
    if document.value is not None:
        findings += read(document.value, Campaign).diagnostics

    assert findings
    golden(f"spec/{name}.out", render(findings, sources={file: text}, form="text") + "\n")


def test_the_valid_campaign_has_no_findings() -> None:
    document = load_text((GOLDEN / "valid.yaml").read_text(encoding="utf-8"), "valid.yaml")

    assert document.diagnostics == ()
    assert document.value is not None
    assert read(document.value, Campaign).diagnostics == ()
