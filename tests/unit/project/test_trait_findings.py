"""What can be wrong with a trait, each mistake in one row."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_project import AUDIENCES, CLEAN, load_files, shown

SOUND = """traits:
  age_in_days: {tenure: order.placed, where: items > 1}
  years: {tenure: birthday}
  months: {streak: order.placed, per: month}
  large: {share: order.placed, where: amount > 10, among: items > 0, within: 30d}
  state: {new_or_returning: visit, within: 30d}
  group: {nps: visit.seconds, within: 365d}
  loved: {affinity: order.placed.sku, at_least: 50%}
  wanted: {interest: order.placed.sku, without: order.placed.sku, at_least: 2, within: 14d}
  hour: {preferred_hour: visit}
  arm: {bucket: spring, hash: growthbook}
  then: {value: loved, ago: 30d}
  city_then: {value: city, ago: 30d}
  by_sku: {count: order.placed, by: sku, within: 90d}
  cycle: {median_gap: order.placed, by: sku}
  pace: {ratio: months, to: cycle}
"""


def with_traits(traits: str, where: str = "age > 1") -> str:
    """Return the audiences of a clean project with other traits before its own."""
    own = CLEAN[AUDIENCES].replace("traits:\n", traits, 1)
    return own.replace("segments:", f"segments:\n  asked: {{where: {where}}}", 1)


def test_sound_traits_have_no_finding(tmp_path: Path) -> None:
    rule = (
        "years >= 18 and months > 2 and large < 0.5 and state = 'new' and group = 'promoter' "
        "and loved = 'tea' and wanted != 'cup' and hour > 8 and arm < 0.2 and then = 'tea' "
        "and city_then = 'Омск' and by_sku('tea') >= 2 and cycle < 30 and cycle('tea') < 30 "
        "and pace > 1 and age_in_days in (1, 2)"
    )
    text = with_traits(SOUND, f'"{rule}"')

    loaded = load_files(tmp_path, CLEAN | {AUDIENCES: text})

    assert [shown(finding) for finding in loaded.diagnostics] == []
    assert loaded.project is not None


MISTAKES = [
    ("REF301", "x: {tenure: «order.place»}", "no event is called", "`order.placed`?"),
    ("REF305", "x: {tenure: «city»}", "`city` is text, and only a date begins a tenure", "a date"),
    ("SPC206", "x: {tenure: birthday, «where»: age > 1}", "begins with an attribute", "remove"),
    ("REF301", "x: {streak: «vist», per: day}", "no event is called", "`visit`?"),
    ("SPC203", "x: {streak: visit, per: «year»}", "`year`", "`day`, `week`, `month`"),
    ("SPC202", "«x»: {streak: visit}", "lacks `per`", "days, weeks or months"),
    ("SPC202", "«x»: {share: visit}", "lacks `where`", "discount > 0"),
    ("REF301", "x: {share: visit, where: «second» > 1}", "no property of `visit`", "`seconds`"),
    ("REF301", "x: {share: visit, where: seconds > 1, among: «sku» = 'a'}", "`order.placed`"),
    ("SPC204", "x: {share: visit, where: seconds > 1, within: «0d»}", "`within` is zero"),
    ("REF301", "x: {new_or_returning: «vist», within: 1d}", "no event", "`visit`?"),
    ("REF305", "x: {nps: order.placed.«sku»}", "is text and has no nps", "wants a number"),
    ("REF305", "x: {nps: order.placed.«amount»}", "is an amount of money and has no nps"),
    ("REF305", "x: {affinity: order.placed.«items», at_least: 50%}", "wants text"),
    ("SPC204", "x: {affinity: order.placed.sku, at_least: «half»}", "a percentage"),
    ("REF301", "x: {interest: order.placed.«skuu», without: order.placed.sku, at_least: 1}",
     "no property", "`sku`?"),
    ("REF301", "x: {interest: order.placed.sku, without: «orders».sku, at_least: 1}", "no event"),
    ("REF305", "x: {interest: order.placed.sku, without: visit.«seconds», at_least: 1}",
     "`seconds` of `visit` is a number, and only text is good to end an interest with"),
    ("SPC204", "x: {interest: order.placed.sku, without: order.placed.sku, at_least: «0»}",
     "nobody sees something 0 times"),
    ("REF301", "x: {preferred_channel: «vist»}", "no event", "`visit`?"),
    ("REF301", "x: {preferred_channel: «visit»}", "no property of `visit` is called `channel`"),
    ("REF301", "x: {preferred_hour: «vist»}", "no event"),
    ("SPC203", "x: {bucket: a, hash: «sha1»}", "`sha1`", "`md5`, `growthbook`"),
    ("REF301", "x: {value: «spendd», ago: 1d}", "no trait is called `spendd`", "`spend`?"),
    ("REF303", "x: {value: «x», ago: 1d}", "`x` is defined by itself"),
    ("REF303", "x: {value: y, ago: 1d}\n  y: {ratio: «x», to: spend}", "`y` → `x` → `y`"),
    ("REF301", "x: {count: order.placed, by: «skuu»}", "no property", "`sku`?"),
    ("REF305", "x: {count: order.placed, by: «items»}", "only text is good to be told apart by"),
    ("REF301", "x: {sum: order.placed.amount, by: «seconds»}", "a property of `visit`"),
    ("SPC201", "x: {most_frequent: order.placed.sku, «by»: sku}", "`by`", "belongs to"),
    ("REF305", "x: {ratio: spend, to: «y»}\n  y: {count: order.placed, by: sku}",
     "`y` is told apart by a property"),
    ("REF305", "x: {value: «y», ago: 1d}\n  y: {count: order.placed, by: sku}",
     "`y` is told apart by a property"),
    ("REF305", "x: {ratio: spend, to: «y»}\n  y: {tenure: visit}", "grows with every day"),
    ("REF305", "x: {ratio: spend, to: «y»}\n  y: {value: z, ago: 1d}\n  z: {tenure: visit}",
     "grows with every day"),
    ("REF305", "x: {ratio: spend, to: «y»}\n  y: {nps: visit.seconds}", "is text and has no ratio"),
]  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda each: f"{each[0]} {each[1]}")
def test_a_mistake_in_a_trait_is_found_once_at_its_place(
    tmp_path: Path, mistake: tuple[str, ...]
) -> None:
    code, written, *words = mistake

    check_mistake(tmp_path, code, with_traits(f"traits:\n  {written}\n"), words)


RULES = [
    ("by_sku >= 2", "«by_sku» >= 2", "no value of it is named", "by_sku('value')"),
    ("by_sku is known", "«by_sku» is known", "no value of it is named"),
    ("age('tea') >= 2", "age('«tea»') >= 2", "`age` is not told apart", "write `age` alone"),
    ("loved('tea') = 'x'", "loved('«tea»') = 'x'", "`loved` is not told apart"),
    ("by_sk('tea') >= 2", "«by_sk»('tea') >= 2", "no trait or attribute", "`by_sku`?"),
    ("by_sku('tea') = 'x'", "by_sku('tea') = «'x'»", "`by_sku` is a number"),
    ("state > 'new'", "«state» > 'new'", "has no order"),
    ("then = 5", "then = «5»", "`then` is text"),
    ("years older than 5d", "«years» older than 5d", "`years` is a number"),
]


@pytest.mark.parametrize(("rule", "marked", "words"), [(r, m, w) for r, m, *w in RULES])
def test_a_rule_that_does_not_suit_a_trait_is_marked_at_the_word(
    tmp_path: Path, rule: str, marked: str, words: list[str]
) -> None:
    code = "REF301" if rule.startswith("by_sk(") else "REF305"

    check_mistake(tmp_path, code, with_traits(SOUND, f'"{marked}"'), words)


def check_mistake(root: Path, code: str, marked: str, words: list[str]) -> None:
    """Read audiences with one mistake; its finding must cover what stands in «»."""
    text = marked.replace("«", "").replace("»", "")

    loaded = load_files(root, CLEAN | {AUDIENCES: text})

    assert [finding.code for finding in loaded.diagnostics] == [code]
    (finding,) = loaded.diagnostics
    for word in words:
        assert word in shown(finding)
    start = marked.index("«")
    assert text[finding.span.start : finding.span.end] == marked[start + 1 : marked.index("»")]


def test_a_tenure_of_what_is_an_event_and_an_attribute_is_ambiguous(tmp_path: Path) -> None:
    settings = {
        name: text.replace("birthday:", "visit: date, birthday:") for name, text in CLEAN.items()
    }
    text = with_traits("traits:\n  x: {tenure: visit}\n")

    loaded = load_files(tmp_path, settings | {AUDIENCES: text})

    assert "REF302" in [finding.code for finding in loaded.diagnostics]


def test_a_mistake_elsewhere_does_not_hide_that_a_trait_is_told_apart(tmp_path: Path) -> None:
    text = with_traits(
        "traits:\n  by_sku: {count: order.placd, by: sku}\n", "\"by_sku('tea') >= 2\""
    )

    loaded = load_files(tmp_path, CLEAN | {AUDIENCES: text})

    assert [finding.code for finding in loaded.diagnostics] == ["REF301"]
