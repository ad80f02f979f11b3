"""The policies: what they forbid must leave something to send, and what they need must be there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from campaignspec.diagnostics import Diagnostic, Span
from campaignspec.project.names import FactKind, listed
from campaignspec.project.scope import Scope
from campaignspec.project.walk import Sending, sends_of
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.channel import Channels
from campaignspec.spec.journey import Send
from campaignspec.spec.kinds import LocalTime
from campaignspec.spec.policy import (
    Arbitration,
    Cap,
    Consent,
    OpenHours,
    Policies,
    QuietDay,
    QuietHours,
    Ratio,
    Regulated,
    SuppressList,
    UnknownZone,
    WhenOutranked,
)
from campaignspec.spec.project import Environment
from campaignspec.spec.shape import Loc
from campaignspec.spec.waiting import Weekday

_HIGHEST: Final = 100
_DAY: Final = 24 * 60
_POLICY_KEYS: Final = ("consent", "confirmed_by", "hours", "capacity")


def caps_of_nothing(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a cap allows something."""
    for piece in scope.values(Cap, "at_most"):
        if piece.value < 1:
            yield Diagnostic(
                code="SPC204",
                message=f"a cap of {piece.value} would forbid every message",
                span=scope.span_of(piece),
                help="allow at least 1, or remove the channel",
            )


def cap_windows(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a cap counts over one stretch of time."""
    for cap in scope.sections(Cap):
        if (cap.per is None) == (cap.within is None):
            yield _cap_window(scope, cap)


def groups_of_caps(scope: Scope) -> Iterator[Diagnostic]:
    """Check that customers who count together have an attribute in common that can name them."""
    for piece in scope.values(Cap, "by"):
        yield from scope.find(scope.names.attributes, piece)
        known = piece.value in scope.names.attributes
        kind = scope.names.facts.get(piece.value) if known else None
        if kind not in {None, FactKind.TEXT, FactKind.NUMBER}:
            yield Diagnostic(
                code="REF305",
                message=f"the attribute `{piece.value}` is {kind}, which names no group",
                span=scope.span_of(piece),
                help="name an attribute of text or numbers, such as the firm: `by: account`",
            )


def ratios(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a ratio has two sides."""
    for key in ("promotional", "per_service"):
        for piece in scope.values(Ratio, key):
            if piece.value < 1:
                yield Diagnostic(
                    code="SPC204",
                    message=f"a ratio with {piece.value} `{key}` says nothing",
                    span=scope.span_of(piece),
                    help="write how many for how many: `promotional: 1`, `per_service: 2`",
                )


def priorities(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a campaign's priority is on the scale."""
    for piece in scope.values(Campaign, "priority"):
        if not 0 <= piece.value <= _HIGHEST:
            yield Diagnostic(
                code="SPC204",
                message=f"a priority of {piece.value} is not on the scale",
                span=scope.span_of(piece),
                help="write a number from 0 to 100; campaigns without one have 50",
            )


def hours_in_full(scope: Scope) -> Iterator[Diagnostic]:
    """Check that hours have a beginning and an end, and lie between them."""
    for quiet in scope.sections(QuietHours):
        if (quiet.from_ is None) != (quiet.to is None):
            yield _half(scope, quiet)
        elif quiet.from_ is None and not quiet.on:
            yield Diagnostic(
                code="POL501",
                message="these quiet hours never end: they name no hours and no days",
                span=scope.key_span(quiet.loc),
                help='add `from: "21:00"` and `to: "09:00"`, or the days that are quiet: '
                "`on: [sun, holiday]`",
            )
        elif quiet.from_ is not None and quiet.from_ == quiet.to:
            yield _no_length(scope, quiet.loc, quiet.from_, "quiet hours")
    for hours in scope.sections(OpenHours):
        if hours.from_ == hours.to:
            yield _no_length(scope, hours.loc, hours.from_, "hours")


def time_to_send(scope: Scope) -> Iterator[Diagnostic]:
    """Find hours that leave no minute of the week in which a channel may be used."""
    for channels in channels_of(scope):
        policies = channels.policies or Policies()
        for name, channel in channels.channels.items():
            silences = [q for q in policies.quiet_hours if not q.channels or name in q.channels]
            silences = [q for q in silences if not q.classes]
            if silences and _is_never_open(silences, channel.hours):
                yield Diagnostic(
                    code="POL502",
                    message=f"quiet hours and hours leave `{name}` no minute of the week",
                    span=scope.key_span(channels.loc / "policies" / "quiet"),
                    help="shorten the quiet hours, or let them hold for other `channels:` only",
                )


def holidays(scope: Scope) -> Iterator[Diagnostic]:
    """Find quiet hours on holidays where no day is a holiday."""
    for policies in scope.sections(Policies):
        for quiet in policies.quiet_hours:
            if QuietDay.HOLIDAY in quiet.on and not policies.holidays:
                yield Diagnostic(
                    code="POL503",
                    message="these hours are quiet on holidays, and no day is one",
                    span=scope.key_span(quiet.loc / "on"),
                    help="list the days under `policies:` as `holidays: [2018-01-01, 2018-05-09]`",
                )


def unknown_zones(scope: Scope) -> Iterator[Diagnostic]:
    """Check that there are zones in which customers of unknown zone may live."""
    for guess in scope.sections(UnknownZone):
        if not guess.zones:
            yield Diagnostic(
                code="SPC206",
                message="no zone is listed in which a customer of unknown zone may live",
                span=scope.key_span(guess.loc / "zones"),
                help="list some: `zones: [Europe/Kaliningrad, Asia/Kamchatka]`",
            )


def files_of_lists(scope: Scope) -> Iterator[Diagnostic]:
    """Check that the files exist in which people are listed who are to be left alone."""
    for piece in scope.values(SuppressList, "list"):
        path: Path = scope.parts[piece.loc.file].folder / piece.value
        if not scope.is_there(path):
            yield Diagnostic(
                code="REF304",
                message=f"the list `{piece.value}` does not exist",
                span=scope.span_of(piece),
                help="put the file there, or write its path from the folder of this file",
            )


def confirmations(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a consent which must be confirmed can be."""
    for channels in channels_of(scope):
        policies = channels.policies or Policies()
        for name, channel in channels.channels.items():
            needed = dict(policies.consent) | dict(channel.consent)
            if Consent.DOUBLE_OPT_IN in needed.values() and channel.confirmed_by is None:
                yield Diagnostic(
                    code="POL504",
                    message=f"consent for `{name}` must be confirmed, and nothing confirms it",
                    span=scope.key_span(channels.loc / "channels" / name),
                    help="name the event, `confirmed_by: {event: consent.confirmed}`; or write "
                    "`confirmed_by: state`, where the source of consents says `confirmed` itself",
                )


def arbitration(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a message which gives way knows when to ask again."""
    for rule in scope.sections(Arbitration):
        if rule.when_outranked is WhenOutranked.WAIT and rule.hold is None:
            yield Diagnostic(
                code="POL505",
                message="a message that waits for another campaign does not know when to ask again",
                span=scope.key_span(rule.loc / "when_outranked"),
                help="add `hold: 3d`: it asks again after that time",
            )


def exclusive_groups(scope: Scope) -> Iterator[Diagnostic]:
    """Check that an exclusive group has several campaigns, each once."""
    for policies in scope.sections(Policies):
        for at, group in enumerate(policies.exclusive):
            if len(set(group)) < 2 or len(set(group)) < len(group):
                yield Diagnostic(
                    code="POL506",
                    message="an exclusive group needs several campaigns, each once",
                    span=scope.span(policies.loc / "exclusive" / at),
                    help="write `[[win-back, newsletter]]`",
                )


def regulated_ages(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a person's age can be told where the law asks for it."""
    for law in scope.sections(Regulated):
        if (law.min_age is None) != (law.birthday is None):
            has_age = law.birthday is None
            yield Diagnostic(
                code="POL507",
                message="there is a lowest age, and nothing tells how old people are"
                if has_age
                else "a day of birth is named, and no age is asked for",
                span=scope.key_span(law.loc / ("min_age" if has_age else "birthday")),
                help="name the attribute with the day of birth: `birthday: birthday`"
                if has_age
                else "add `min_age: 18`, or remove it",
            )


def birthdays(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a day of birth is an attribute that holds a date."""
    for piece in scope.values(Regulated, "birthday"):
        yield from scope.find(scope.names.attributes, piece)
        known = piece.value in scope.names.attributes
        kind = scope.names.facts.get(piece.value) if known else None
        if kind not in {None, FactKind.DATE}:
            yield Diagnostic(
                code="REF305",
                message=f"the attribute `{piece.value}` is {kind}, not a date",
                span=scope.span_of(piece),
                help=f"declare it in campaignspec.yaml as `{piece.value}: date`, if it is one",
            )


def categories(scope: Scope) -> Iterator[Diagnostic]:
    """Check that the law is written down for every category that a campaign names."""
    known = _regulated(scope)
    if known is None:
        return
    for piece in scope.values(Campaign, "category"):
        if piece.value not in known:
            others = f"; categories: {listed(sorted(known))}" if known else ""
            yield Diagnostic(
                code="POL508",
                message=f"nothing says what holds for the category `{piece.value}`",
                span=scope.span_of(piece),
                help=f"add it in channels.yaml: `regulated: {{{piece.value}: {{min_age: 18, "
                f"birthday: birthday}}}}`{others}",
            )


def banned_channels(scope: Scope) -> Iterator[Diagnostic]:
    """Find messages about a category by a channel that it may not use."""
    known = _regulated(scope) or {}
    for campaign in scope.campaigns:
        law = known.get(campaign.category) if campaign.category else None
        for step in sends_of(campaign) if law is not None and law.channels else ():
            channel = channel_of_step(scope, step)
            if law is not None and channel is not None and channel not in law.channels:
                yield Diagnostic(
                    code="POL509",
                    message=f"`{campaign.category}` may not be promoted by `{channel}`",
                    span=scope.span(step.loc / "via") if step.via else scope.key_span(step.loc),
                    help=f"channels that are allowed: {listed(law.channels)}",
                )


def policies_of_environments(scope: Scope) -> Iterator[Diagnostic]:
    """Find policy in the channels of an environment, where it would have no effect."""
    for environment in scope.sections(Environment):
        for channel in environment.channels.values():
            for key in _POLICY_KEYS:
                if getattr(channel, key):
                    yield Diagnostic(
                        code="POL516",
                        message=f"`{key}` has no effect here: policy is the same everywhere",
                        span=scope.key_span(channel.loc / key),
                        help="write it in channels.yaml, for the channel of the same name",
                    )


def channel_of_step(scope: Scope, step: Sending) -> str | None:
    """Return the channel that a step sends by; None where that is not clear, or a mix chooses."""
    if isinstance(step, Send) and step.mix is not None:
        return None
    only = scope.names.channels.known
    return step.via or (only[0] if len(only) == 1 else None)


def channels_of(scope: Scope) -> Iterable[Channels]:
    """Return the project's channels, if there is no mistake in their file."""
    part = scope.files.channels
    return (part.value,) if part is not None and part.value is not None else ()


def _regulated(scope: Scope) -> dict[str, Regulated] | None:
    """Return the categories; None where a mistake may hide some."""
    part = scope.files.channels
    if part is None:
        return {}
    if part.value is None:
        return None
    policies = part.value.policies or Policies()
    return {str(name): law for name, law in policies.regulated.items()}


def _cap_window(scope: Scope, cap: Cap) -> Diagnostic:
    both = cap.per is not None
    return Diagnostic(
        code="SPC206",
        message="a cap counts over a calendar day or over a window, not over both"
        if both
        else "this cap does not say over what time it counts",
        span=scope.key_span(cap.loc / "per") if both else scope.key_span(cap.loc / "at_most"),
        help="keep either `per:` or `within:`"
        if both
        else "add `per: calendar_day`, or a window: `within: 7d`",
    )


def _half(scope: Scope, quiet: QuietHours) -> Diagnostic:
    written, missing = ("to", "from") if quiet.from_ is None else ("from", "to")
    return Diagnostic(
        code="POL501",
        message=f"these quiet hours have a `{written}` and no `{missing}`",
        span=scope.key_span(quiet.loc / written),
        help=f'add `{missing}: "09:00"`, or leave both out for whole days',
    )


def _no_length(scope: Scope, loc: Loc, time: LocalTime, what: str) -> Diagnostic:
    span: Span = scope.key_span(loc / "to")
    return Diagnostic(
        code="POL501",
        message=f"these {what} begin and end at {time}",
        span=span,
        help="give them a length; they may run over midnight",
    )


def _is_never_open(silences: Sequence[QuietHours], hours: OpenHours | None) -> bool:
    """Say whether hours cover every minute of a week without holidays.

    A set of minutes is a number with a bit for each, from Monday's first on.
    """
    closed = 0
    for quiet in silences:
        begin = 0 if quiet.from_ is None else quiet.from_.minutes
        length = _DAY if quiet.to is None else (quiet.to.minutes - begin) % _DAY
        for day, name in enumerate(Weekday):
            if not quiet.on or QuietDay(name.value) in quiet.on:
                closed |= _minutes(day * _DAY + begin, length)
    return not _open(hours) & ~closed


def _open(hours: OpenHours | None) -> int:
    """Return the minutes of the week in which a channel may be used."""
    if hours is None:
        return _minutes(0, 7 * _DAY)
    begin, end = hours.from_.minutes, hours.to.minutes
    # Hours over midnight are those of one day, before the end and after the beginning.
    parts = ((begin, end),) if begin < end else ((0, end), (begin, _DAY))
    found = 0
    for day, name in enumerate(Weekday):
        if not hours.on or name in hours.on:
            for first, last in parts:
                found |= _minutes(day * _DAY + first, last - first)
    return found


def _minutes(begin: int, length: int) -> int:
    """Return some minutes of the week; behind its last comes its first."""
    bits = ((1 << length) - 1) << begin
    week = 7 * _DAY
    return (bits & ((1 << week) - 1)) | (bits >> week)
