from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from campaignspec.document import load_bytes
from campaignspec.spec import Campaign, read

VALID = (Path(__file__).parents[2] / "golden" / "spec" / "valid.yaml").read_bytes()
_PIECES = (b"\t", b": ", b"- ", b"\n", b"{", b"]", b"'", b"&a ", b"*a", b"<<: ", b"!!int ", b"# ")
_EDITS = st.tuples(
    st.integers(0, len(VALID)),
    st.integers(0, 12),
    st.sampled_from(_PIECES) | st.binary(max_size=4) | st.text(max_size=3).map(str.encode),
)


@given(st.lists(_EDITS, min_size=1, max_size=4))
@settings(deadline=None, max_examples=100)
def test_no_bytes_make_reading_raise_or_point_outside_the_file(
    edits: list[tuple[int, int, bytes]],
) -> None:
    raw = VALID
    for at, length, piece in edits:
        raw = raw[:at] + piece + raw[at + length :]

    document = load_bytes(raw, "x.yaml")
    findings = document.diagnostics
    value = None
    if document.value is not None:
        result = read(document.value, Campaign)
        findings, value = findings + result.diagnostics, result.value

    length = len(raw.decode("utf-8", "replace"))
    assert value is not None or findings
    assert all(0 <= d.span.start <= d.span.end <= length for d in findings)
