"""A poor project in which as much as can be hangs on other files, on the day, and on the disk."""

from __future__ import annotations

import shutil
from pathlib import Path

SHOP = Path(__file__).parent / "golden" / "lint" / "shop"

_JOURNEYS = """\
journeys:
  thanks:
    - wait: 0d
    - send: thanks
"""
_PROGRAMME = """\
programmes:
  shop:
    title: From the first order to the next
    owner: board
    campaigns: {welcome: brings, win-back: keeps}
    order: {event: order.placed, value: amount, within: 30d}
    margin: 30%
    cac: 20 EUR
    budget: 2000 EUR
"""
_SEGMENTS = """\
  vips: {listed: vips.csv}
  idle: {where: orders_total >= 9}
exclusive: [[lapsed, champions]]
"""
_LIMITS = """\
  exclusive: [[welcome, win-back]]
  budgets: [{at_most: 0.0001 EUR, per: day, class: promotional}]
"""
_WAIVERS = "lint:\n  - {ignore: MSR638, reason: nobody renames, until: 2017-03-31}\n"
_RUNNING = """\
campaign: %s
owner: care
objective: retain
serves: customer
hypothesis: Who is thanked comes back.
enter:
  on: {segment: vips}
  holdout: 10%%
goal: {event: order.placed, within: 30d}
journey:
  - run: thanks
kpis:
  conversion_rate: {target: "%s 20%%", owner: care}
lint:
  - {ignore: MSR639, reason: the texts are not ready, until: 2017-05-31}
"""
_LETTER = (
    "{% block subject %}Thanks{% endblock %}\n"
    "{% block text %}Dear {{ customer.first_name }}, thanks.\n"
    "{% include 'footer' %}{% endblock %}\n"
)
_FOOTER = "Write to us. {{ link('https://shop.example/unsubscribe', 'unsubscribe') }}\n"


def write_wide_shop(root: Path) -> Path:
    """Write it: no error, and findings in campaigns, in what they share, and across."""
    shutil.copytree(SHOP, root, ignore=shutil.ignore_patterns("data"))
    more = {
        "journeys.yaml": _JOURNEYS,
        "programme.yaml": _PROGRAMME,
        "vips.csv": "customer\n1\n",
        "regulars/campaign.yaml": _RUNNING % ("regulars", ">="),
        "friends/campaign.yaml": _RUNNING % ("friends", "<="),
        "templates/thanks/email.j2": _LETTER,
        "templates/nobody/email.j2": _LETTER,
        "templates/_shared/footer.j2": _FOOTER,
        "templates/_shared/idle.j2": _FOOTER,
    }
    for name, text in more.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for name, text in (
        ("audiences.yaml", _SEGMENTS),
        ("channels.yaml", _LIMITS),
        ("campaignspec.yaml", _WAIVERS),
    ):
        with (root / name).open("a", encoding="utf-8") as file:
            file.write(text)
    return root
