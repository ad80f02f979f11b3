from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import sections, texts

from campaignspec.document import load_text
from campaignspec.spec import SCHEMAS, Campaign, read, schema_of, to_yaml, write
from campaignspec.spec.yaml_text import yaml_text

GOLDEN = Path(__file__).parents[2] / "golden" / "spec"
LAW = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def reread(text: str, section: type) -> Any:
    document = load_text(text, "x.yaml")
    assert document.value is not None, document.diagnostics
    result = read(document.value, section)
    assert result.diagnostics == ()
    return result.value


@given(st.sampled_from(list(SCHEMAS.values())).flatmap(sections))
@LAW
def test_reading_what_was_written_gives_the_same_section(section: Any) -> None:
    assert reread(to_yaml(section), type(section)) == section


@given(st.sampled_from(list(SCHEMAS.values())).flatmap(sections))
@LAW
def test_what_is_written_fits_the_schema(section: Any) -> None:
    jsonschema.Draft202012Validator(schema_of(type(section))).validate(write(section))


@given(texts())
@LAW
def test_text_stays_text(text: str) -> None:
    for data in ({"a": text}, {text or "k": 1}, [text], [[text, text]], {"a": [{"b": text}]}):
        document = load_text(yaml_text(data), "x.yaml")

        assert document.value is not None, document.diagnostics
        assert document.value.data == data


@pytest.mark.parametrize("text", ["22:00", "010", "NO", "on", "null", "~", "1e5", "0x1F", "1_000"])
def test_text_that_other_yaml_readers_misread_is_quoted(text: str) -> None:
    assert yaml.safe_load(yaml_text({"a": text})) == {"a": text}


@pytest.mark.parametrize(
    "text", ["7d", "10%", "order.placed", "500 USD", "orders >= 1 and a = 'x'"]
)
def test_everyday_text_needs_no_quotes(text: str) -> None:
    assert yaml_text({"a": text}) == f"a: {text}\n"


def test_a_written_campaign_leaves_out_what_goes_without_saying(golden: Any) -> None:
    text = (GOLDEN / "valid.yaml").read_text(encoding="utf-8")

    written = to_yaml(reread(text, Campaign))

    assert "again: never" not in written
    golden("spec/valid.written", written)
