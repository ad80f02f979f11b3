"""Policies and journeys that do not fit each other."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from campaignspec.clock import DAY, HOUR, WEEK
from campaignspec.connector import MessageClass
from campaignspec.content import Template
from campaignspec.diagnostics import Diagnostic, Span
from campaignspec.diagnostics.lines import LineTable
from campaignspec.lint.edits import first_key
from campaignspec.lint.scope import Scope, advice
from campaignspec.lint.steps import first_sends, goes_past, jumps, lists_of, place_of, takes_no_time
from campaignspec.project.walk import Sending, message_of, sends_of, ways_of
from campaignspec.spec.campaign import Campaign, Sort
from campaignspec.spec.journey import Step, Wait
from campaignspec.spec.policy import Cap, Otherwise, Per, QuietHours
from campaignspec.spec.waiting import WaitUntil

_LONGEST: Final = {
    Per.CALENDAR_DAY: DAY + HOUR,
    Per.CALENDAR_WEEK: WEEK + HOUR,
    Per.CALENDAR_MONTH: 31 * DAY + HOUR,
}
"""Calendar units in which clocks are put back."""

_LEAST_DAYS: Final = {Per.CALENDAR_DAY: 1, Per.CALENDAR_WEEK: 7, Per.CALENDAR_MONTH: 28}
"""How many days a calendar unit has at least."""

_TOUCHED: Final = {
    (Per.CALENDAR_WEEK, Per.CALENDAR_DAY): 7,
    (Per.CALENDAR_MONTH, Per.CALENDAR_DAY): 31,
    (Per.CALENDAR_MONTH, Per.CALENDAR_WEEK): 6,
    (Per.CALENDAR_WEEK, Per.CALENDAR_MONTH): 2,
}
"""How many of the second units one of the first touches at most; else one."""

_DAY_MINUTES: Final = 24 * 60

_CONSENT: Final = "consent: {promotional: opt_in, service: opt_in}"
"""What holds where nothing is said."""

_PROMOTION: Final = re.compile(
    r"\d+\s*(?:%|percent|dollars?|euros?|rubles?) off|\bdiscounts?\b|\bcoupons?\b|\bvouchers?\b"
    r"|\bpromo(?:tional)? codes?\b|\bspecial offers?\b|\bbuy one,? get one\b"
    r"|скидк\w+|промокод\w*|купон\w*|распродаж\w+|спецпредложени\w+"
    r"|优惠|折扣|促销|打折|满减|特价|红包",
    re.IGNORECASE,
)


def missing_consent(scope: Scope) -> Iterator[Diagnostic]:
    """Find projects that promote, and do not say what consent that needs."""
    project = scope.project
    sends = (step for campaign in scope.campaigns for step in sends_of(campaign))
    promoting = {scope.channel_of(s) for s in sends if s.class_ is MessageClass.PROMOTIONAL}
    channels = [channel for name, channel in project.channels.items() if name in promoting]
    said = (project.policies.consent, *(channel.consent for channel in channels))
    if not channels or any(MessageClass.PROMOTIONAL in consent for consent in said):
        return
    written = project.policies.loc.file != ""
    yield advice(
        "POL510",
        "nothing says what consent promotion needs",
        scope.key_span(project.policies.loc if written else channels[0].loc),
        f"write what holds now, or what you were given: `{_CONSENT}` under `policies:`",
        fix=first_key(scope, project.policies.loc, _CONSENT)
        if written and not project.policies.consent
        else None,
    )


def misused_classes(scope: Scope) -> Iterator[Diagnostic]:
    """Find promotion in messages that need no consent to promotion."""
    for campaign in scope.campaigns:
        for step in sends_of(campaign):
            if step.class_ is MessageClass.PROMOTIONAL:
                yield from _promotion_that_is_owed(scope, campaign, step)
                continue
            for span, words in _promotion(scope, campaign, step):
                yield advice(
                    "POL511",
                    f"`{message_of(step)}` is {step.class_}, and it says “{words}”",
                    scope.span(place_of(step)),
                    "take the promotion out of the message, or make it `class: promotional`, "
                    "which asks for consent",
                    related=((span, "here it promotes"),),
                )


def quiet_windows(scope: Scope) -> Iterator[Diagnostic]:
    """Find waits for a time of day at which nothing may be sent."""
    for campaign in scope.campaigns:
        for steps in lists_of(campaign):
            for at, step in enumerate(steps, start=1):
                if isinstance(step, Wait):
                    for following in first_sends(steps[at:]):
                        yield from _quiet(scope, step, following)


def caps_always_hit(scope: Scope) -> Iterator[Diagnostic]:
    """Find journeys that send more at one moment than a cap allows in all its time."""
    for campaign in scope.campaigns:
        for cap in () if jumps(campaign) else scope.project.policies.caps:
            found: list[Sending] = []
            if cap.campaign not in {None, campaign.campaign}:
                continue
            _count(scope, campaign.journey, cap, 0, found)
            for step in found[:1]:
                yield advice(
                    "POL513",
                    f"nobody gets `{message_of(step)}`: it comes at once after {cap.at_most} "
                    f"{'other' if cap.at_most == 1 else 'others'}, and a cap allows no more",
                    scope.span(place_of(step)),
                    "wait before it, or raise the cap",
                    related=((scope.span(cap.loc / "at_most"), "the cap"),),
                )


def caps_never_reached(scope: Scope) -> Iterator[Diagnostic]:
    """Find caps that another cap makes idle, and caps on what is never counted."""
    caps = scope.project.policies.caps
    for at, cap in enumerate(caps):
        if cap.class_ is MessageClass.TRANSACTIONAL:
            yield advice(
                "POL514",
                "this cap never holds anything back: transactional messages are not counted",
                scope.span(cap.loc / "class"),
                "remove the cap",
            )
            continue
        stricter = next(
            (c for n, c in enumerate(caps) if n != at and _is_idle(cap, c, later=n < at)), None
        )
        if stricter is not None:
            yield advice(
                "POL514",
                f"{cap.at_most} are never reached here, because another cap is stricter",
                scope.span(cap.loc / "at_most"),
                "remove one of the two, or lower this one",
                related=((scope.span(stricter.loc / "at_most"), "the stricter cap"),),
            )


# --- promotion ---


def _promotion_that_is_owed(
    scope: Scope, campaign: Campaign, step: Sending
) -> Iterator[Diagnostic]:
    if campaign.sort is Sort.TRANSACTIONAL:
        yield advice(
            "POL511",
            f"`{message_of(step)}` is promotional, and `{campaign.campaign}` is transactional",
            scope.span(place_of(step)),
            "say its own class, or move it to a campaign that promotes",
            related=((scope.span(campaign.loc / "sort"), "the sort of the campaign"),),
        )


def _promotion(scope: Scope, campaign: Campaign, step: Sending) -> Iterator[tuple[Span, str]]:
    """Find the first words of each of a message's templates that promote."""
    for file, text in _texts(scope, campaign, step):
        found = _PROMOTION.search(text)
        if found:
            yield LineTable(text).span(file, *found.span()), " ".join(found[0].split())


def _by_message(scope: Scope) -> Mapping[tuple[str, str], Sequence[Template]]:
    """Return each message's templates, in the order of the library."""
    found: dict[tuple[str, str], list[Template]] = {}
    for key, template in scope.library.templates.items():
        found.setdefault((key.campaign, key.message), []).append(template)
    return found


def _texts(scope: Scope, campaign: Campaign, step: Sending) -> Iterator[tuple[str, str]]:
    """Yield the file and the text of each template of a message."""
    seen: set[str] = set()
    for template in scope.once("templates", lambda: _by_message(scope)).get(
        (campaign.campaign, message_of(step)), ()
    ):
        if template.file not in seen:
            seen.add(template.file)
            yield template.file, scope.library.texts[template.file]


# --- quiet hours ---


def _quiet(scope: Scope, step: Wait, following: Sending) -> Iterator[Diagnostic]:
    if not isinstance(step.wait, WaitUntil):
        return
    for quiet in scope.project.policies.quiet_hours:
        if _is_about(scope, quiet, following) and _covers(quiet, step.wait):
            waits = quiet.otherwise is Otherwise.WAIT
            yield advice(
                "POL512",
                f"people wait until {step.wait.until}, which is quiet {_hours(quiet)}, so "
                f"`{message_of(following)}` {'waits on' if waits else 'is dropped'}",
                scope.span(step.wait.loc / "until"),
                "wait for a time at which it may go",
                related=((scope.key_span(quiet.loc), "the quiet hours"),),
            )


def _is_about(scope: Scope, quiet: QuietHours, step: Sending) -> bool:
    named = step.class_ in quiet.classes
    usual = not quiet.classes and step.class_ is not MessageClass.TRANSACTIONAL
    return (named or usual) and (not quiet.channels or scope.channel_of(step) in quiet.channels)


def _covers(quiet: QuietHours, wait: WaitUntil) -> bool:
    """Say whether quiet hours last from the beginning of a wait's hours to their end."""
    if quiet.from_ is None or quiet.to is None:
        return bool(wait.on) and set(wait.on) <= set(quiet.on)
    length = (quiet.to.minutes - quiet.from_.minutes) % _DAY_MINUTES
    begins = (wait.until.minutes - quiet.from_.minutes) % _DAY_MINUTES
    lasts = 1 if wait.to is None else (wait.to.minutes - wait.until.minutes) % _DAY_MINUTES
    if begins + (lasts or _DAY_MINUTES) > length:
        return False
    # What is quiet after midnight belongs to the day before, so weekdays say nothing of it.
    same_day = wait.until.minutes >= quiet.from_.minutes
    return not quiet.on or (same_day and bool(wait.on) and set(wait.on) <= set(quiet.on))


def _hours(quiet: QuietHours) -> str:
    if quiet.from_ is None or quiet.to is None:
        return "all day"
    return f"from {quiet.from_} to {quiet.to}"


# --- caps ---


def _count(scope: Scope, steps: Sequence[Step], cap: Cap, sent: int, found: list[Sending]) -> int:
    """Count along all paths what a cap counts since the last wait; the most of any path."""
    for step in steps:
        if isinstance(step, Sending):
            sent += _counts(scope, cap, step)
            if sent > cap.at_most and _counts(scope, cap, step):
                found.append(step)
            continue
        before = sent if takes_no_time(step) else 0
        ends = [_count(scope, way, cap, before, found) for way in ways_of(step)]
        if not ends or goes_past(step):
            ends.append(before)
        # The least: what is said must be true of everybody who comes here.
        sent = min(ends)
    return sent


def _counts(scope: Scope, cap: Cap, step: Sending) -> bool:
    return (
        step.class_ is not MessageClass.TRANSACTIONAL
        and cap.class_ in {None, step.class_}
        and cap.channel in {None, scope.channel_of(step)}
    )


def _is_idle(cap: Cap, other: Cap, *, later: bool) -> bool:
    """Say whether a cap is never reached because of another; of two equal ones the later."""
    pairs = (
        (other.class_, cap.class_),
        (other.channel, cap.channel),
        (other.campaign, cap.campaign),
    )
    if not all(wide in {None, narrow} for wide, narrow in pairs):
        return False
    if other == cap:
        return later
    return other.at_most * _stretches(cap, other) <= cap.at_most


def _stretches(cap: Cap, other: Cap) -> int:
    """Return in how many stretches of another cap's time all of a cap's time lies."""
    if other.within is not None:
        length = cap.within.micros if cap.within else _LONGEST[cap.per or Per.CALENDAR_DAY]
        return math.ceil(length / other.within.micros)
    unit = other.per or Per.CALENDAR_DAY
    if cap.within is not None:
        # A rolling window of two days touches three days of the calendar.
        return math.ceil(cap.within.micros / (_LEAST_DAYS[unit] * DAY)) + 1
    return _TOUCHED.get((cap.per or Per.CALENDAR_DAY, unit), 1)
