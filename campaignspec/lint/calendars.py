"""Campaigns around a date: what comes before it, and what comes twice."""

from __future__ import annotations

from collections.abc import Iterator

from campaignspec.diagnostics import Diagnostic, Span
from campaignspec.lint.scope import Scope, advice
from campaignspec.lint.steps import place_of
from campaignspec.project.walk import Sending, message_of, steps_of
from campaignspec.spec.calendar import Calendar
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.entering import OnPhase
from campaignspec.spec.journey import Wait
from campaignspec.spec.kinds import Name
from campaignspec.spec.waiting import WaitPhase


def no_preheat(scope: Scope) -> Iterator[Diagnostic]:
    """Find campaigns that begin when everybody else shouts already."""
    for campaign in scope.campaigns:
        calendar = campaign.calendar
        if calendar is None:
            continue
        acts = _phases_used(campaign)
        if acts and not any(calendar.phases[Name(name)].from_.days < 0 for name in acts):
            idle = [name for name, phase in calendar.phases.items() if phase.from_.days < 0]
            yield advice(
                "JRN418",
                f"nothing in `{campaign.campaign}` happens before D0: people hear of it when "
                "they have chosen already",
                _entry(scope, campaign, calendar),
                f"let people in at `{idle[0]}`"
                if idle
                else "add a phase such as `preheat: {from: D-14, to: D-8}`, and enter by it",
            )


def no_retouch(scope: Scope) -> Iterator[Diagnostic]:
    """Find campaigns with one wave only on the days that everything turns on."""
    for campaign in scope.campaigns:
        calendar = campaign.calendar
        sends = [] if calendar is None else list(_sends_in_burst(campaign, calendar))
        if len(sends) == 1:
            yield advice(
                "JRN419",
                f"`{message_of(sends[0])}` is the only message of the burst: who misses it hears "
                "nothing more",
                scope.span(place_of(sends[0])),
                "touch those a second time who have not answered: "
                "`wait: {for: {event: …}, at_most: 6h}` with `otherwise:`",
            )


def _entry(scope: Scope, campaign: Campaign, calendar: Calendar) -> Span:
    on = campaign.enter.on
    if isinstance(on, OnPhase):
        return scope.span(on.loc / "phase")
    return scope.key_span(calendar.loc / "phases")


def _phases_used(campaign: Campaign) -> tuple[str, ...]:
    """Return the phases that people enter by or wait for."""
    on = campaign.enter.on
    begun = (on.phase,) if isinstance(on, OnPhase) else ()
    return (*begun, *(wait.phase for wait in map(_phase_wait, steps_of(campaign)) if wait))


def _phase_wait(step: object) -> WaitPhase | None:
    if isinstance(step, Wait) and isinstance(step.wait, WaitPhase):
        return step.wait
    return None


def _sends_in_burst(campaign: Campaign, calendar: Calendar) -> Iterator[Sending]:
    """Yield what is sent from the phase on that holds D0, in reading order."""
    on = campaign.enter.on
    inside = isinstance(on, OnPhase) and _holds_the_day(calendar, on.phase)
    for step in steps_of(campaign):
        wait = _phase_wait(step)
        if wait is not None:
            inside = inside or _holds_the_day(calendar, wait.phase)
        if inside and isinstance(step, Sending):
            yield step


def _holds_the_day(calendar: Calendar, name: str) -> bool:
    phase = calendar.phases.get(Name(name))
    return phase is not None and phase.from_.days <= 0 <= phase.to.days
