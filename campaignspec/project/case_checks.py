"""The tests beside a campaign: they speak of things that exist, and ask something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, Final

from campaignspec.diagnostics import Diagnostic
from campaignspec.money import parse_money
from campaignspec.project.journey_names import (
    arm_names,
    experiment_names,
    experiments_of,
    step_names,
)
from campaignspec.project.names import FactKind, Names
from campaignspec.project.scope import Part, Scope
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.case import (
    Calls,
    Clicks,
    Contained,
    Conversion,
    Expect,
    ExpectedMessage,
    Happens,
    Opens,
    OptsIn,
    Person,
    Silence,
    TestCase,
)
from campaignspec.spec.entering import OnCall
from campaignspec.spec.journey import Split
from campaignspec.spec.kinds import Comparison
from campaignspec.spec.never import Never
from campaignspec.spec.project import Settings
from campaignspec.spec.reading import Piece, Place
from campaignspec.spec.waiting import OnClicked, OnOpened

_CURRENCY: Final = re.compile("[A-Z]{3}")
_MESSAGES: Final[tuple[Place, ...]] = (
    (Opens, "opened"),
    (Clicks, "clicked"),
    (ExpectedMessage, "send"),
    (Contained, "send"),
    (Silence, "send"),
    (Never, "send"),
    (OnOpened, "opened"),
    (OnClicked, "clicked"),
)
_CHANNELS: Final[tuple[Place, ...]] = (
    (OptsIn, "agreed"),
    (ExpectedMessage, "via"),
    (Contained, "via"),
    (Never, "via"),
)
_AMOUNTS: Final[tuple[Place, ...]] = (
    (ExpectedMessage, "cost"),
    (Contained, "cost"),
    (Conversion, "value"),
)


def attributes_of_tests(scope: Scope) -> Iterator[Diagnostic]:
    """Check the attributes of a test's customer."""
    for piece in scope.entry_names(Person, "attributes"):
        yield from scope.find(scope.names.attributes, piece)


def properties_of_tests(scope: Scope) -> Iterator[Diagnostic]:
    """Check the properties of a test's events."""
    for piece in scope.entry_names(Happens, "properties"):
        path = piece.loc.path[:-2]
        event = scope.parts[piece.loc.file].pieces.at((*path, "event"))
        if event is not None:
            known = scope.names.properties_of(event)
            yield from scope.find(known, piece)


def arms_of_tests(scope: Scope) -> Iterator[Diagnostic]:
    """Check the experiments and arms that a test's customer draws."""
    for test, campaign in scope.files.tests:
        splits = _splits(campaign)
        experiments = experiment_names(campaign)
        known = replace(experiments, known=(*experiments.known, *splits))
        for piece in test.pieces.names_of(Person, "arms"):
            yield from scope.find(known, piece)
        arms = {each.value: arm_names(campaign, each) for each in experiments_of(campaign)}
        arms |= splits
        for piece in test.pieces.values_of(Person, "arms"):
            of = arms.get(piece.loc.path[-1])
            if of:
                yield from scope.find(of, piece)


def messages_of_tests(scope: Scope) -> Iterator[Diagnostic]:
    """Check the messages that a test expects, and those that its customer answers."""
    for test, campaign in scope.files.tests:
        names = step_names(campaign, scope.shared, scope.mixes)
        for section, key in _MESSAGES:
            for piece in test.pieces.values_of(section, key):
                yield from scope.find(names, piece)


def arms_of_messages(scope: Scope) -> Iterator[Diagnostic]:
    """Check the arms that a test expects messages in."""
    for test, campaign in scope.files.tests:
        if campaign.value is None:  # an arm may stand where the mistake is
            continue
        arms = _all_arms(campaign)
        for section in (ExpectedMessage, Contained):
            for piece in test.pieces.values_of(section, "arm"):
                yield from scope.find(arms, piece)


def channels_of_tests(scope: Scope) -> Iterator[Diagnostic]:
    """Check the channels that a test expects messages through."""
    for section, key in _CHANNELS:
        for piece in scope.values(section, key):
            yield from scope.find(scope.names.channels, piece)


def calls_of_tests(scope: Scope) -> Iterator[Diagnostic]:
    """Check the calls by which a test's customer enters."""
    for test, campaign in scope.files.tests:
        calls = Names(
            noun="call",
            plural="calls",
            known=tuple(piece.value for piece in campaign.pieces.values_of(OnCall, "call")),
            complete=campaign.value is not None,
            home="let people enter by it: `enter: {on: {call: …}}`",
        )
        for piece in test.pieces.values_of(Calls, "call"):
            yield from scope.find(calls, piece)


def personas_of_tests(scope: Scope) -> Iterator[Diagnostic]:
    """Check the personas that a test's customer is."""
    personas = _personas(scope)
    for section, key in ((TestCase, "customer"), (Person, "like")):
        for piece in scope.values(section, key):
            yield from scope.find(personas, piece)


def values_of_tests(scope: Scope) -> Iterator[Diagnostic]:
    """Check that the values of attributes and of events' properties are of their kinds."""
    for test, _ in scope.files.tests:
        for piece in test.pieces.values_of(Person, "attributes"):
            kind = scope.names.facts.get(str(piece.loc.path[-1]))
            yield from _unfit(scope, piece, kind)
        for piece in test.pieces.values_of(Happens, "properties"):
            event = test.pieces.at((*piece.loc.path[:-2], "event"))
            kind = scope.names.properties.get(str(event), {}).get(str(piece.loc.path[-1]))
            yield from _unfit(scope, piece, kind)


def money_of_tests(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a test expects amounts of the project's currency."""
    written = (piece.value for piece in scope.values(Settings, "currency"))
    currency = next((each for each in written if _CURRENCY.fullmatch(each)), None)
    if currency is None:
        return
    for section, key in _AMOUNTS:
        for piece in scope.values(section, key):
            if piece.value.currency != currency:
                yield _currency(scope, piece, piece.value.currency, currency)
    for piece in scope.values(Expect, "cost"):
        if piece.value.unit != currency:
            yield _currency(scope, piece, piece.value.unit or "no currency", currency)


def times_of_tests(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a test says when it plays."""
    for case in scope.sections(TestCase):
        if not case.timeline and case.from_ is None:
            yield Diagnostic(
                code="JRN450",
                message="nothing happens in this test, and it does not say when it begins",
                span=scope.key_span(case.loc / "test"),
                help="add what happens under `timeline:`, or when to begin: `from: 2017-03-01`",
            )


def nevers_of_tests(scope: Scope) -> Iterator[Diagnostic]:
    """Check that what must never happen can happen."""
    for never in scope.sections(Never):
        fault = _idle(never)
        if fault is not None:
            message, key, advice = fault
            at = never.loc / key if key else never.loc
            span = scope.key_span(at) if key else scope.span(at)
            yield Diagnostic(code="JRN451", message=message, span=span, help=advice)


def _idle(never: Never) -> tuple[str, str | None, str] | None:
    """Say what is wrong with a `never`, at which key, and what to do."""
    if never == Never():
        return ("nothing is said of the messages that must never be", None, "name a step: `send:`")
    if never.within is not None and never.messages is None:
        advice = 'say how many messages are too many in that time: `messages: "> 2"`'
        return ("`within` stands without `messages`", "within", advice)
    limit = never.messages
    if limit is None:
        return None
    if limit.unit or limit.comparison not in {Comparison.ABOVE, Comparison.AT_LEAST}:
        advice = "write how many are too many: `> 2`, or `>= 3`"
        return (f"`{limit}` does not say how many messages are too many", "messages", advice)
    return None


def _splits(campaign: Part[Campaign]) -> dict[str, Names]:
    """Return the ways of the splits that have a name."""
    ways = campaign.pieces.names_of(Split, "split")
    return {
        str(piece.value): Names(
            noun=f"way of `{piece.value}`",
            plural="ways",
            known=tuple(way.value for way in ways if way.loc.path[:-2] == piece.loc.path[:-1]),
            complete=campaign.value is not None,
        )
        for piece in campaign.pieces.values_of(Split, "name")
    }


def _all_arms(campaign: Part[Campaign]) -> Names:
    names = [arm_names(campaign, each) for each in experiments_of(campaign)]
    return Names(
        noun="arm",
        plural="arms",
        known=tuple(dict.fromkeys(arm for each in names for arm in each.known)),
        complete=experiment_names(campaign).complete and all(each.complete for each in names),
    )


def _personas(scope: Scope) -> Names:
    part = scope.files.personas
    written = part.data.get("personas") if part and part.data else None
    return Names(
        noun="persona",
        plural="personas",
        known=tuple(written) if isinstance(written, dict) else (),
        complete=part is None or isinstance(written, dict),
        home="define it under `personas:` in personas.yaml",
    )


_EXAMPLES: Final = {
    FactKind.NUMBER: "a number: 3",
    FactKind.MONEY: "an amount: 25 USD",
    FactKind.DATE: "a date: 2018-03-01",
    FactKind.BOOLEAN: "true or false",
}


def _unfit(scope: Scope, piece: Piece, kind: FactKind | None) -> Iterator[Diagnostic]:
    if kind is not None and piece.value != "" and not _fits(piece.value, kind):
        name = piece.loc.path[-1]
        yield Diagnostic(
            code="REF305",
            message=f"`{name}` is {kind}, and `{piece.value}` is not",
            span=scope.span_of(piece),
            help=f"write {_EXAMPLES[kind]}" if kind in _EXAMPLES else None,
        )


def _fits(value: Any, kind: FactKind) -> bool:
    match kind:
        case FactKind.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case FactKind.MONEY:
            return not isinstance(value, str) or _is_read(parse_money, value)
        case FactKind.DATE:
            return _is_read(date.fromisoformat, str(value))
        case FactKind.BOOLEAN:
            return isinstance(value, bool)
        case FactKind.TEXT | FactKind.INSTANT:
            return True


def _is_read(parse: Any, text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def _currency(scope: Scope, piece: Piece, written: str, currency: str) -> Diagnostic:
    return Diagnostic(
        code="SPC204",
        message=f"the test counts in {written}, but the project in {currency}",
        span=scope.span_of(piece),
        help=f"write it in {currency}",
    )
