"""Every finding about offers, each in one row."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_project import CAMPAIGN, CLEAN, load_files, shown

OFFERS = "offers.yaml"
RICH = """\
offers:
  ten-off:
    percent: 10%
    for: spend > 100 and segment('lapsed')
    valid_for: 14d
    codes: {generate: 100, pattern: "TEN-####", seed: one}
    limits: {total: 100, per_day: 10, per_customer: 2}
    stacking: {with: [gift]}
    redeemed_by: {event: order.placed, where: amount > 1, code: sku, value: amount}
  gift:
    gift: cup-1
    cost: 4 USD
    valid: {from: 2017-03-01, to: 2017-03-31}
    codes: {import: codes.csv, column: code}
    stacking: {with: [ten-off]}
  grows:
    cumulative:
      over: spend
      tiers:
        - {from: 0, percent: 3%}
        - {from: 1000 USD, amount: 5 USD}
    redeemed_by: {event: order.placed, value: amount}
    stacking: alone
    codes: {shared: SAVE10}
  price:
    personal_price: spend
    cost: 5%
  bigger:
    tiers: [{from: 50 USD, percent: 3%}, {from: 100 USD, percent: 5%}]
    cost: 2 USD
"""
JOURNEY = CLEAN[CAMPAIGN].replace(
    "  - branch:\n",
    """\
  - grant: ten-off
    otherwise: [{revoke: gift}, {grant: gift, name: consolation}]
  - redeem: grows
  - branch:
      - if: has_offer('ten-off') and not redeemed('gift')
        do: []
  - branch:
""",
)


def files(text: str, journey: str = JOURNEY) -> dict[str, str]:
    return CLEAN | {OFFERS: text, CAMPAIGN: journey, "codes.csv": "id,code\n1,A\n2,B\n"}


def row(code: str, before: str, after: str, *words: str) -> object:
    """Change the offers in one place; the finding must cover what stands in «»."""
    return pytest.param(code, before, after, words, id=f"{code} {after}")


FINDINGS = [
    row("POL520", "    percent: 10%\n", "    percent: 10%\n    «amount»: 5 USD\n",
        "gives both `percent` and `amount`", "make two offers of it"),
    row("POL520", "  gift:\n    gift: cup-1\n", "  «gift»:\n", "gives nothing", "`percent`"),
    row("POL520", "{from: 100 USD, p", "{from: «50 USD», p", "lowest step first"),
    row("POL520", "{from: 0, percent: 3%}", "{«from»: 0}", "either a `percent` or an `amount`"),
    row("POL521", "  gift:\n    gift: cup-1\n    cost: 4 USD\n", "  «gift»:\n    gift: cup-1\n",
        "nobody can say", "`cost: 4 USD`"),
    row("POL521", "  bigger:\n    tiers: [{from: 50 USD, percent: 3%}, "
        "{from: 100 USD, percent: 5%}]\n    cost: 2 USD\n",
        "  «bigger»:\n    percent: 5%\n    redeemed_by: {event: visit}\n",
        "nobody can say", "as `value:` in `redeemed_by`"),
    row("POL522", '"TEN-####"', '«"TEN-###"»', "of 27,000 codes", "add `#`"),
    row("POL522", '"TEN-####", seed: one', '«"TEN-####"», seed: one, checksum: true', "of 27,000"),
    row("POL522", "generate: 100", "generate: «0»", "0 codes are none"),
    row("POL522", "shared: SAVE10", 'shared: «" "»', "the code is empty"),
    row("POL523", "{with: [gift]}", "{with: [gift, «grows»]}", "`grows` stands alone",
        "take `grows` out here"),
    row("POL523", "  bigger:\n", "  bigger:\n    stacking: {with: [price, «gift»]}\n",
        "`gift` does not name `bigger`"),
    row("POL524", "per_customer: 2", "per_customer: «0»", "given to nobody", "at least one"),
    row("POL524", "generate: 100", "generate: «99»", "has 99 codes", "make 100 codes"),
    row("POL525", "to: 2017-03-31", "to: «2017-02-28»", "before it begins on 2017-03-01"),
    row("REF301", "{with: [gift]}", "{with: [«gifts»]}", "did you mean `gift`?"),
    row("REF301", "{event: order.placed, where", "{event: «order.place», where", "`order.placed`?"),
    row("REF301", "code: sku", "code: «skus»", "did you mean `sku`?"),
    row("REF301", "over: spend", "over: «spent»", "did you mean `spend`?"),
    row("REF301", "personal_price: spend", "personal_price: «spent»", "did you mean `spend`?"),
    row("REF301", "for: spend > 100", "for: «spent» > 100", "did you mean `spend`?"),
    row("REF301", "where: amount > 1", "where: «amuont» > 1", "did you mean `amount`?"),
    row("REF304", "import: codes.csv", "import: «code.csv»", "does not exist"),
    row("REF305", "code: sku", "code: «items»", "a code is text"),
    row("REF305", "where: amount > 1, code: sku, value: amount", "code: sku, value: «sku»",
        "an offer wants a number"),
    row("REF305", "over: spend", "over: «last_order»", "an offer wants a number"),
    row("REF305", "for: spend > 100", "for: has_offer('«gift»')", "cannot be asked in",
        "in the branches of a journey"),
    row("SPC204", "cost: 4 USD", "cost: «4 EUR»", "is in EUR", "write it in USD"),
]  # fmt: skip


def test_offers_and_the_steps_that_give_them_are_read(tmp_path: Path) -> None:
    loaded = load_files(tmp_path, files(RICH))

    assert [shown(finding) for finding in loaded.diagnostics] == []
    assert loaded.project is not None
    assert list(loaded.project.offers) == ["ten-off", "gift", "grows", "price", "bigger"]


@pytest.mark.parametrize(("code", "before", "after", "words"), FINDINGS)
def test_a_mistake_in_an_offer_is_one_finding_at_its_place(
    tmp_path: Path, code: str, before: str, after: str, words: tuple[str, ...]
) -> None:
    assert RICH.count(before) == 1
    marked = RICH.replace(before, after)
    text = marked.replace("«", "").replace("»", "")

    loaded = load_files(tmp_path, files(text))

    mine = [finding for finding in loaded.diagnostics if finding.span.file == OFFERS]
    assert [finding.code for finding in mine][:1] == [code], list(map(shown, loaded.diagnostics))
    finding, start = mine[0], marked.index("«")
    assert text[finding.span.start : finding.span.end] == marked[start + 1 : marked.index("»")]
    assert all(word in shown(finding) for word in words), shown(finding)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("grant: ten-off", "grant: «ten-of»"),
        ("revoke: gift", "revoke: «gifts»"),
        ("redeem: grows", "redeem: «grow»"),
        ("has_offer('ten-off')", "has_offer('«ten-of»')"),
    ],
)
def test_an_unknown_offer_in_a_journey_is_found(tmp_path: Path, before: str, after: str) -> None:
    marked = JOURNEY.replace(before, after)

    text = marked.replace("«", "").replace("»", "")
    loaded = load_files(tmp_path, files(RICH, text))

    (finding,) = loaded.diagnostics
    assert finding.code == "REF301"
    word = marked[marked.index("«") + 1 : marked.index("»")]
    assert text[finding.span.start : finding.span.end] == word
