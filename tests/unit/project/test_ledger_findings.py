"""Every finding about where an environment keeps its ledger, each in one row."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_project import CLEAN, SETTINGS, load_files, shown

URL = "postgresql://me@db.shop.example/crm"


@pytest.mark.parametrize(
    ("code", "ledger", "words"),
    [
        pytest.param(
            "SPC209",
            "    ledger: «postgresql://me:secret@db.shop.example/crm»\n",
            ("a password stands here", f"write `{URL}`", "PGPASSWORD"),
            id="password",
        ),
        pytest.param(
            "SPC209",
            "    ledger: «postgresql://db/crm?password=secret»\n",
            ("a password stands here", "write `postgresql://db/crm`"),
            id="password among the options",
        ),
        pytest.param(
            "SPC204",
            "    ledger: «mysql://root:secret@db/crm»\n",
            ("`mysql://db/crm` is not a database that holds ledgers", "or name a file"),
            id="another kind of database",
        ),
        pytest.param(
            "SPC206",
            "    ledger: prod.db\n    «schema»: production\n",
            ("the ledger `prod.db` is a file", "leave `schema:` out"),
            id="schema of a file",
        ),
    ],
)
def test_a_mistake_about_a_ledger_is_found_where_it_stands(
    tmp_path: Path, code: str, ledger: str, words: tuple[str, ...]
) -> None:
    marked = CLEAN[SETTINGS].replace("    ledger: prod.db\n", ledger)
    text = marked.replace("«", "").replace("»", "")

    (finding,) = load_files(tmp_path, {**CLEAN, SETTINGS: text}).diagnostics

    assert finding.code == code
    start = marked.index("«")
    assert text[finding.span.start : finding.span.end] == marked[start + 1 : marked.index("»")]
    for word in words:
        assert word in shown(finding)
    assert "secret" not in shown(finding)


def test_a_ledger_on_a_server_with_a_schema_of_its_own_is_sound(tmp_path: Path) -> None:
    ledger = f"    ledger: {URL}\n    schema: production\n"
    text = CLEAN[SETTINGS].replace("    ledger: prod.db\n", ledger)

    assert not load_files(tmp_path, {**CLEAN, SETTINGS: text}).diagnostics
