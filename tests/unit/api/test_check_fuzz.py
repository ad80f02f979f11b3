"""No text that a person may write ends in a traceback, whichever file it is in."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shop import write_shop

from campaignspec.api.check import check
from campaignspec.api.lint import with_lint
from campaignspec.diagnostics import render
from campaignspec.graph.compile import compile_campaign

FILES = (
    "campaignspec.yaml",
    "channels.yaml",
    "audiences.yaml",
    "welcome/campaign.yaml",
    "come-back/campaign.yaml",
    "welcome/templates/hello/email.j2",
)
SCRAPS = (
    "", "x", ": ", "- ", "{{ a }}", "&a *a", "!!python/object:os.system", "0x1F", "22:00", "[",
    "}", "\t", "\uff1a", "名称", "%", "'", '"', "journey:", "wait: 99999d", "share: 0%", "null",
    "segment('quiet')", "orders_total = ", "not not", "{% block x %}", "{% endblock %}", "9" * 40,
    "\u202e", "\x00", "2017-02-30", "-1d",
)  # fmt: skip


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shop(tmp_path_factory.mktemp("clean") / "shop", customers=2)


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, list[tuple[int, int, str]]]:
    edits = st.tuples(st.integers(0, 2000), st.integers(0, 30), st.sampled_from(SCRAPS))
    return draw(st.sampled_from(FILES)), draw(st.lists(edits, min_size=1, max_size=3))


@given(mutation=mutations())
@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_mutated_project_has_findings_or_compiles(
    clean: Path, tmp_path: Path, mutation: tuple[str, list[tuple[int, int, str]]]
):
    root = tmp_path / "shop"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(clean, root)
    name, edits = mutation
    text = (root / name).read_text(encoding="utf-8")
    for at, length, scrap in edits:
        begin = at % (len(text) + 1)
        text = text[:begin] + scrap + text[begin + length :]
    (root / name).write_text(text, encoding="utf-8")

    checkup = with_lint(check(root), today=date(2025, 1, 1))

    for form in ("text", "json", "sarif", "github"):
        render(checkup.diagnostics, sources=checkup.texts, form=form)
    for finding in checkup.diagnostics:
        assert 0 <= finding.span.start <= finding.span.end <= len(checkup.texts[finding.span.file])
    if checkup.project is not None:
        for campaign in checkup.project.campaigns:
            compile_campaign(checkup.project, campaign).to_networkx()


@given(raw=st.binary(max_size=300), name=st.sampled_from(FILES))
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_bytes_in_any_file_are_findings(clean: Path, tmp_path: Path, raw: bytes, name: str):
    root = tmp_path / "shop"
    if not root.exists():
        shutil.copytree(clean, root)
    before = (root / name).read_bytes()
    (root / name).write_bytes(raw)

    try:
        checkup = check(root)
    finally:
        (root / name).write_bytes(before)

    assert checkup.project is None or name.endswith(".j2")
