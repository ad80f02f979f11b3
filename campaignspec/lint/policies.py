"""Policies and journeys that do not fit each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from campaignspec.connector import MessageClass
from campaignspec.content import Template
from campaignspec.diagnostics import Diagnostic, Span
from campaignspec.diagnostics.lines import LineTable
from campaignspec.lint.edits import first_key
from campaignspec.lint.scope import Scope, advice
from campaignspec.lint.steps import first_sends, lists_of, place_of
from campaignspec.lint.told import Told
from campaignspec.project.walk import Sending, message_of, sends_of
from campaignspec.spec.campaign import Campaign, Sort
from campaignspec.spec.journey import Wait
from campaignspec.spec.policy import Otherwise, QuietHours
from campaignspec.spec.waiting import WaitUntil

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

_STEMS: Final = (
    *("off", "scount", "coupon", "voucher", "promo", "buy one"),
    *("скид", "промокод", "купон", "распродаж", "спецпредложени"),
    *("优惠", "折扣", "促销", "打折", "满减", "特价", "红包"),
)
"""One of these is in whatever promotes; to look for them takes a tenth of the expression's time."""


def promoting(scope: Scope, campaign: Campaign) -> frozenset[str]:
    """Return the channels that a campaign sends promotion by; empty where one is chosen."""
    promotion = (s for s in sends_of(campaign) if s.class_ is MessageClass.PROMOTIONAL)
    return frozenset(scope.channel_of(step) for step in promotion)


def missing_consent(scope: Scope, told: Sequence[Told]) -> Iterator[Diagnostic]:
    """Find projects that promote, and do not say what consent that needs."""
    project = scope.project
    used = {channel for each in told for channel in each.promoting}
    channels = [channel for name, channel in project.channels.items() if name in used]
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
        folded = text.casefold()
        found = _PROMOTION.search(text) if any(stem in folded for stem in _STEMS) else None
        if found:
            yield LineTable(text).span(file, *found.span()), " ".join(found[0].split())


def _by_message(scope: Scope) -> Mapping[tuple[str, str], Sequence[Template]]:
    """Return each message's templates, in the order of the library."""
    found: dict[tuple[str, str], list[Template]] = {}
    for key, template in scope.library.templates.items():
        found.setdefault((key.campaign, key.message), []).append(template)
    return found


def _texts(scope: Scope, campaign: Campaign, step: Sending) -> Iterator[tuple[str, str]]:
    """Yield the file and the text of each template of a message, and of what they include."""
    seen: set[str] = set()
    for template in scope.once("templates", lambda: _by_message(scope)).get(
        (campaign.campaign, message_of(step)), ()
    ):
        for file in dict.fromkeys((template.file, *template.files)):
            if file not in seen:
                seen.add(file)
                yield file, scope.library.texts[file]


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
