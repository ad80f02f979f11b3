# ruff: noqa: RUF001 - the scripts of authors are what is tested
from __future__ import annotations

import json

import pytest

from campaignspec.diagnostics import CODES, Diagnostic, Severity, Span, render
from campaignspec.diagnostics.frame import width
from campaignspec.diagnostics.lines import LineTable


def finding(
    text: str, marked: str, *, file: str = "f.yaml", code: str = "REF301", **more: object
) -> Diagnostic:
    start = text.index(marked)
    span = LineTable(text).span(file, start, start + len(marked))
    return Diagnostic(code=code, span=span, **{"message": "this is wrong", **more})  # type: ignore[arg-type]


def shown(text: str, marked: str) -> str:
    output = render([finding(text, marked)], sources={"f.yaml": text}, form="text")
    return output.removesuffix("\n\n1 error in 1 file")


def test_a_finding_is_shown_with_its_line() -> None:
    file = "campaigns/win-back/campaign.yaml"
    text = "\n" * 13 + "  segment: lapsed_vip\n"
    other = Span(file="segments.yaml", line=3, column=5)
    found = finding(
        text,
        "lapsed_vip",
        file=file,
        message='no segment is called "lapsed_vip"',
        help='did you mean "lapsed_vips"?',
        related=((other, "it is defined here"),),
    )

    output = render([found], sources={file: text}, form="text")

    assert output == (
        "campaigns/win-back/campaign.yaml:14:12: error REF301 unknown-name\n"
        "   |\n"
        "14 |   segment: lapsed_vip\n"
        "   |            ^^^^^^^^^^\n"
        '   no segment is called "lapsed_vip". did you mean "lapsed_vips"?\n'
        "   segments.yaml:3:5: it is defined here\n"
        "\n"
        "1 error in 1 file"
    )


@pytest.mark.parametrize(
    ("text", "marked", "line", "carets"),
    [
        ("a: bc", "bc", " 1 | a: bc", "   |    ^^"),
        ("名称: 挽回", "挽回", " 1 | 名称: 挽回", "   |       ^^^^"),
        ("имя: Вернись", "Вернись", " 1 | имя: Вернись", "   |      ^^^^^^^"),
        ("e\u0301te\u0301: x", "x", " 1 | e\u0301te\u0301: x", "   |      ^"),
        ("\ta: \tb", "b", " 1 |     a:  b", "   |         ^"),
        ("ab: 🎁 x", "x", " 1 | ab: 🎁 x", "   |        ^"),
        ("a: [b\nc", "[b\nc", " 1 | a: [b", "   |    ^^"),
        ("a:", "", " 1 | a:", "   | ^"),
        ("x\x1b[31m: b", "b", " 1 | x\ufffd[31m: b", "   |         ^"),
        ("\u202ex: b", "b", " 1 | \ufffdx: b", "   |     ^"),
    ],
)
def test_carets_stand_under_what_they_mean(text: str, marked: str, line: str, carets: str) -> None:
    output = shown(text, marked).split("\n")

    assert output[1:4] == ["   |", line, carets]


def test_a_long_line_is_cut_around_the_caret() -> None:
    output = shown("x" * 5000 + "here" + "x" * 5000, "here").split("\n")

    caret = output[3].index("^")
    assert output[2][caret : caret + 4] == "here"
    assert len(output[2]) < 200


def test_a_high_line_number_moves_the_gutter() -> None:
    output = shown("\n" * 999 + "ab", "ab").split("\n")

    assert output[1:] == ["     |", "1000 | ab", "     | ^^", "     this is wrong"]


def test_a_finding_without_its_source_is_shown_without_a_line() -> None:
    output = render([finding("a: b", "b")], sources={}, form="text")

    assert output == (
        "f.yaml:1:4: error REF301 unknown-name\n   this is wrong\n\n1 error in 1 file"
    )


def test_a_byte_order_mark_moves_no_caret() -> None:
    output = render([finding("a: b", "b")], sources={"f.yaml": "\ufeffa: b"}, form="text")

    assert " 1 | a: b\n   |    ^\n" in output


@pytest.mark.parametrize(
    ("severities", "summary"),
    [
        ("", "no findings"),
        ("e", "1 error in 1 file"),
        ("eew", "2 errors, 1 warning in 3 files"),
        ("ww", "2 warnings in 2 files"),
    ],
)
def test_the_last_line_counts(severities: str, summary: str) -> None:
    kinds = {"e": Severity.ERROR, "w": Severity.WARNING}
    found = [
        finding("a: b", "b", file=f"{index}.yaml", severity=kinds[kind])
        for index, kind in enumerate(severities)
    ]

    assert render(found, sources={}, form="text").split("\n")[-1] == summary


def test_findings_are_sorted_and_said_once() -> None:
    text = "a: b\nc: d"
    late, early = finding(text, "d"), finding(text, "b")

    output = json.loads(render([late, early, late], sources={}, form="json"))

    assert [each["range"]["start"]["line"] for each in output["diagnostics"]] == [1, 2]


def test_colour_changes_nothing_but_colour() -> None:
    found = [finding("名称: 挽回", "挽回")]
    sources = {"f.yaml": "名称: 挽回"}

    coloured = render(found, sources=sources, form="text", colour=True)

    for escape in ("\x1b[1;31m", "\x1b[34m", "\x1b[1m", "\x1b[0m"):
        assert escape in coloured
        coloured = coloured.replace(escape, "")
    assert coloured == render(found, sources=sources, form="text")


def test_json_holds_everything() -> None:
    text = "a: 1\nимя: 挽回"
    other = LineTable(text).span("f.yaml", 0, 1)
    found = finding(text, "挽回", help="do that", related=((other, "see here"),))

    output = json.loads(render([found], sources={"f.yaml": text}, form="json"))

    (item,) = output.pop("diagnostics")
    fingerprint = item.pop("fingerprint")
    assert output == {"format_version": "1.1", "valid": False, "error_count": 1, "warning_count": 0}
    assert item == {
        "code": "REF301",
        "slug": "unknown-name",
        "severity": "error",
        "message": "this is wrong",
        "help": "do that",
        "file": "f.yaml",
        "range": {
            "start": {"line": 2, "column": 6, "offset": 10},
            "end": {"line": 2, "column": 8, "offset": 12},
        },
        "related": [
            {
                "message": "see here",
                "file": "f.yaml",
                "range": {
                    "start": {"line": 1, "column": 1, "offset": 0},
                    "end": {"line": 1, "column": 2, "offset": 1},
                },
            }
        ],
        "fix": None,
    }
    assert len(fingerprint) == 64


def test_warnings_alone_are_valid() -> None:
    found = [finding("a: b", "b", severity=Severity.WARNING)]

    output = json.loads(render(found, sources={}, form="json"))

    assert (output["valid"], output["warning_count"]) == (True, 1)


def test_a_fingerprint_survives_lines_added_above() -> None:
    def of(text: str) -> str:
        output = json.loads(render([finding(text, "b")], sources={}, form="json"))
        return str(output["diagnostics"][0]["fingerprint"])

    assert of("a: b") == of("# new\n\na: b")
    assert (
        of("a: b")
        != json.loads(render([finding("a: b", "b", message="other")], sources={}, form="json"))[
            "diagnostics"
        ][0]["fingerprint"]
    )


def test_sarif_names_its_rules_and_places() -> None:
    text = "a: 1\nимя: 挽回"
    found = finding(text, "挽回", file="my campaigns/挽回.yaml", help="do that")

    log = json.loads(render([found], sources={}, form="sarif"))

    (run,) = log["runs"]
    (result,) = run["results"]
    rules = run["tool"]["driver"]["rules"]
    assert log["version"] == "2.1.0"
    assert run["columnKind"] == "unicodeCodePoints"
    assert [rule["id"] for rule in rules] == list(CODES)
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == "REF301"
    assert result["level"] == "error"
    assert result["message"] == {"text": "this is wrong. do that"}
    assert result["partialFingerprints"].keys() == {"campaignspec/v1"}
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "my%20campaigns/%E6%8C%BD%E5%9B%9E.yaml"},
        "region": {
            "startLine": 2,
            "startColumn": 6,
            "endLine": 2,
            "endColumn": 8,
            "charOffset": 10,
            "charLength": 2,
        },
    }


def test_a_github_command_is_escaped() -> None:
    found = finding("a: b", "b", file="a,b:c.yaml", message="100%\nsure: yes, really")

    assert render([found], sources={}, form="github") == (
        "::error file=a%2Cb%3Ac.yaml,line=1,col=4,endLine=1,endColumn=5,"
        "title=REF301 unknown-name::100%25%0Asure: yes, really"
    )


def test_a_github_command_over_several_lines_has_no_columns() -> None:
    found = finding("a: [\nb]", "[\nb]", severity=Severity.WARNING)

    assert render([found], sources={}, form="github") == (
        "::warning file=f.yaml,line=1,endLine=2,title=REF301 unknown-name::this is wrong"
    )


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("挽回", 4), ("Я", 1), ("e\u0301", 1), ("ｆ", 2), ("\u200b", 0)],
)
def test_width_is_what_a_terminal_fills(text: str, columns: int) -> None:
    assert width(text) == columns


def test_lines_break_where_editors_break_them() -> None:
    table = LineTable("a\nb\r\nc\rd\u2028e")

    assert [table.line(number) for number in range(6)] == ["", "a", "b", "c", "d\u2028e", ""]
    assert table.position(5) == (3, 1)
