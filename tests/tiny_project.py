"""A tiny project that uses every part of the language, for tests that break it in one place."""

from __future__ import annotations

from pathlib import Path

from campaignspec.diagnostics import Diagnostic
from campaignspec.project import Loaded, load_project

SETTINGS, AUDIENCES, CHANNELS = "campaignspec.yaml", "audiences.yaml", "channels.yaml"
CAMPAIGN, TESTS = "win-back/campaign.yaml", "win-back/some.test.yaml"

CLEAN = {
    SETTINGS: """\
spec: 1
project: shop
timezone: Europe/Moscow
currency: USD
tick: 1h
sources:
  - customers: customers.csv
    attributes: {city: text, age: number, birthday: date, vip: boolean}
  - events: orders.csv
    names: [order.placed, order.returned]
    properties: {amount: money, items: number, sku: text}
  - events: visits.csv
    names: [view, click]
    as: visit
    properties: {seconds: number}
responses:
  usual:
    seed: one
    channels:
      email: {opened: 30%, basis: last year}
environments:
  prod:
    ledger: prod.db
    campaigns: [win-back]
    channels: {email: {connector: outbox}}
    responses: usual
""",
    AUDIENCES: """\
traits:
  orders_total: {count: order.placed}
  spend: {sum: order.placed.amount, within: 365d, where: sku != 'gift'}
  last_order: {latest: order.placed}
segments:
  lapsed: {where: orders_total >= 1 and last_order older than 60d}
  good: {where: spend > 100 and not segment('lapsed')}
""",
    CHANNELS: """\
channels:
  email: {connector: outbox, cost: 0.0004 USD}
  sms: {connector: outbox}
policies:
  caps:
    - {at_most: 1, per: calendar_day}
    - {at_most: 3, within: 7d, channel: sms}
""",
    CAMPAIGN: """\
campaign: win-back
enter:
  on: {event: order.placed, where: amount > 10 and orders_total = 1}
  where: city = 'Москва' and birthday is known
goal: {event: order.placed, within: 30d, value: amount, where: items >= 1}
leave:
  - when: {event: order.returned, where: amount > 1}
  - when: {segment: good}
journey:
  - send: hello
    via: email
  - wait: {for: {opened: hello}, at_most: 5d}
    then:
      - {send: thanks, via: email}
  - branch:
      - if: clicked('hello') and segment('lapsed')
        do: [{leave: done}]
      - else: []
  - experiment: offer
    seed: offer
    arms:
      a: {share: 50%, do: [{send: ten-off, via: sms}]}
      b: {share: 50%}
kpis:
  conversion_rate: {target: ">= 5%"}
  cost_per_conversion: {guardrail: "<= 3 USD"}
""",
    TESTS: """\
never:
  - {send: ten-off, after: {event: order.returned, where: amount > 1}, for: city = 'Москва'}
  - {via: sms, class: promotional, between: {from: "21:00", to: "09:00"}}
  - {after: {clicked: hello}, messages: "> 2", within: 7d}
tests:
  - test: nobody is bothered
    customer:
      attributes: {city: Москва}
      consent: {email: true}
      arms: {offer: b}
    timeline:
      - {event: order.placed, at: 2017-03-01 12:00, properties: {amount: 20}}
      - {opened: hello, at: 2017-03-02 12:00}
      - {clicked: hello, at: 2017-03-02 12:01}
      - {unsubscribed: email, at: 2017-03-02 12:02}
      - {agreed: email, at: 2017-03-02 12:03}
    expect:
      messages: [{send: hello, at: 2017-03-01 12:00, via: email, cost: 0.0004 USD}]
      contains: [{send: hello, arm: a, times: 0}]
      suppressed: [{send: ten-off, reason: consent}]
      refused: [{reason: once, at: 2017-03-01 12:00}]
      path: [entry, hello, offer > a]
      conversions: [{at: 2017-03-01 12:00, value: 20 USD}]
      cost: "<= 1 USD"
      ends: left done at 2017-03-01 12:00
""",
}


def load_files(root: Path, files: dict[str, str]) -> Loaded:
    """Write the files and load them as a project."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_project(root, relative_to=root)


def shown(finding: Diagnostic) -> str:
    """Return all words of a finding."""
    return f"{finding.message} | {finding.help}"
