"""What the numbers of the past say against a plan.

With the history at hand, people are counted in it. Without it, a segment's own `expect:` says how
many there are; where neither does, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from campaignspec.clock import DAY, Duration
from campaignspec.diagnostics import Diagnostic
from campaignspec.lint.power import smallest_difference
from campaignspec.lint.scope import Related, Scope, advice
from campaignspec.lint.told import Joining, Told
from campaignspec.plugins import load_connector
from campaignspec.project.walk import steps_of
from campaignspec.spec.acting import AddTo
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.entering import OnDate, OnEvent, OnOnce, OnPhase, OnSchedule, OnSegment
from campaignspec.spec.journey import Arm, Experiment, Goal
from campaignspec.spec.kinds import Comparison
from campaignspec.spec.kpi_registry import CONVERSION_RATE, LIFT

if TYPE_CHECKING:
    from campaignspec.audience import Audience

PERIOD: Final = 90 * DAY
"""How long people are counted who enter: as long as a campaign is left alone until its review."""

_OCCASIONS: Final = (OnDate, OnOnce, OnPhase, OnSchedule)

_UPPER_BOUNDS: Final = frozenset({Comparison.AT_MOST, Comparison.BELOW})

_RATE: Final = 0.05
"""The rate that is taken where a campaign promises none."""

_PLAUSIBLE: Final = 0.5
"""An effect of more than half of the rate is more than messages bring."""

NEED_DATA: Final = frozenset({"MSR640"})
"""The findings that only data can show."""

COUNTED: Final = NEED_DATA | {"MSR641", "MSR642", "MSR646", "DAT814"}
"""The findings that data may show where nothing else does."""


def short_windows(scope: Scope) -> Iterator[Diagnostic]:
    """Find goals whose window is shorter than the usual time from one such event to the next.

    The purchase cycle is the median of the times between two events of one customer, over all
    pairs in the history that follow each other. A campaign for a day is judged by that day.
    """
    if scope.audience is None:
        return
    for campaign in scope.campaigns:
        goal = campaign.goal
        cycle = None if goal is None else _cycle(scope, scope.audience, goal)
        if goal is None or cycle is None or isinstance(campaign.enter.on, _OCCASIONS):
            continue
        windows = [("the goal", goal.within, goal.loc / "within")]
        windows += [
            (f"`{name}`", kpi.window, kpi.loc / "window")
            for name, kpi in campaign.kpis.items()
            if kpi.window is not None
        ]
        for what, window, loc in windows:
            if window.micros < cycle:
                yield advice(
                    "MSR640",
                    f"{what} counts for {window}, and half of all customers take "
                    f"{_days(cycle)} or longer from one `{goal.event}` to the next",
                    scope.span(loc),
                    f"count at least one cycle: `{loc.path[-1]}: {_days(cycle)}`",
                )


def small_tests(scope: Scope) -> Iterator[Diagnostic]:
    """Find experiments that too few people come to: only an implausible effect would show."""
    for campaign in scope.campaigns:
        crowd = crowd_of(scope, campaign)
        for step in steps_of(campaign) if crowd else ():
            if crowd and isinstance(step, Experiment) and _is_compared(step):
                yield from _small_test(scope, campaign, step, crowd)


def small_holdouts(scope: Scope) -> Iterator[Diagnostic]:
    """Find holdouts that too few people are in for the lift to show."""
    for campaign in scope.campaigns:
        held, crowd = campaign.enter.holdout, crowd_of(scope, campaign)
        if held is None or crowd is None or not 0 < held.fraction < 1:
            continue
        rate, people = _rate(campaign), crowd.people
        aside, treated = people * held.fraction, people * (1 - held.fraction)
        seen = smallest_difference(aside, treated, rate=rate) if aside else 1.0
        wanted, why = _wanted(campaign, rate)
        if seen > wanted:
            yield advice(
                "MSR642",
                f"of about {people:,} people {held} are {round(aside):,}: the lift shows from "
                f"{100 * seen:.1f} percentage points on",
                scope.span(campaign.enter.loc / "holdout"),
                f"{why}; hold out more, or wait for more people",
                related=crowd.basis,
            )


def joining(scope: Scope, campaign: Campaign) -> Iterator[Joining]:
    """Yield whom a campaign puts into audiences of advertising systems."""
    steps = {s.add_to: s for s in steps_of(campaign) if isinstance(s, AddTo)}
    crowd = crowd_of(scope, campaign) if steps else None
    for name, step in steps.items():
        yield Joining(
            destination=name,
            people=crowd.people if crowd else None,
            span=scope.span(step.loc / "add_to"),
            basis=crowd.basis if crowd else (),
        )


def small_audiences(scope: Scope, told: Sequence[Told]) -> Iterator[Diagnostic]:
    """Find audiences for which there are fewer people than their system takes.

    Whoever has no address, or does not agree, is not even counted out: fewer are handed over.
    """
    for name, destination in scope.project.destinations.items():
        channel = scope.project.channels[destination.via]
        able = load_connector(channel.connector).capabilities
        least = max(destination.minimum or 0, able.least_audience)
        if destination.mirror is None:
            adding = [a for each in told for a in each.joining if a.destination == name]
            yield from _too_few_added(adding, name, least)
            continue
        crowd = _members(scope, destination.mirror)
        if crowd is not None and crowd.people < least:
            yield advice(
                "DAT814",
                f"`{name}` needs {least:,} people, and only {crowd.people:,} match "
                f"`{destination.mirror}`",
                scope.span(destination.loc / "mirror"),
                "mirror a wider segment, or wait until it has grown: until then nobody is handed "
                "over",
                related=crowd.basis,
            )


def _too_few_added(adding: Sequence[Joining], name: str, least: int) -> Iterator[Diagnostic]:
    """Find an audience that journeys fill, to all of which together too few people come."""
    known = [each.people for each in adding if each.people is not None]
    people = sum(known)
    if known and len(known) == len(adding) and people < least:
        yield advice(
            "DAT814",
            f"`{name}` needs {least:,} people, and only {people:,} come in {PERIOD // DAY} days to "
            "where they are added",
            adding[0].span,
            "let more people in, or wait: until there are enough nobody is handed over",
            related=tuple(basis for each in adding for basis in each.basis),
        )


# --- how long people take ---


def _cycle(scope: Scope, audience: Audience, goal: Goal) -> int | None:
    """Return the median time between two goal events of one customer; None without enough."""
    key = ("cycle", goal.event, goal.where.term if goal.where else None)

    def counted() -> int | None:
        from campaignspec.lint.counted import median_gap

        return median_gap(audience, goal)

    return scope.once_for_all(key, counted)


def _days(micros: int) -> str:
    return str(Duration(-(-micros // DAY) * DAY))


# --- how many come ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """How many people enter in `PERIOD` at most.

    Attributes:
        people: The number.
        basis: Where the number is written, if it is.
    """

    people: int
    basis: tuple[Related, ...] = ()


def crowd_of(scope: Scope, campaign: Campaign) -> Crowd | None:
    """Return how many people enter; None where nothing tells, or nobody ever did."""
    found = _comers(scope, campaign)
    return found if found and found.people else None


def _comers(scope: Scope, campaign: Campaign) -> Crowd | None:
    match campaign.enter.on:
        case OnSegment(segment=name):
            return scope.once_for_all(("comers", name), lambda: _of_segment(scope, name))
        case OnEvent(event=name):
            return scope.once_for_all(("event", name), lambda: _of_event(scope, name))
        case OnSchedule(who=who) | OnOnce(who=who) | OnPhase(who=who):
            return _of_everybody(scope) if who is None else _of_segment(scope, who)
        case _:
            return None


def _of_segment(scope: Scope, name: str) -> Crowd | None:
    """Count who matches now, and who came to match in the period before."""
    if scope.audience is None:
        return _members(scope, name)
    from campaignspec.lint.counted import members_and_comers

    return Crowd(people=members_and_comers(scope.audience, name, PERIOD))


def _members(scope: Scope, name: str) -> Crowd | None:
    """Count who matches now; without data the least size that the segment expects of itself."""
    if scope.audience is not None:
        from campaignspec.lint.counted import members

        return Crowd(people=members(scope.audience, name))
    expected = scope.project.segments[name].expect
    size = expected.size if expected else None
    if expected is None or size is None or size.comparison in _UPPER_BOUNDS:
        return None
    basis = (scope.span(expected.loc / "size"), "so many are expected")
    return Crowd(people=int(size.limit), basis=(basis,))


def _of_everybody(scope: Scope) -> Crowd | None:
    return Crowd(people=len(scope.audience.history.customers)) if scope.audience else None


def _of_event(scope: Scope, name: str) -> Crowd | None:
    """Count to whom the event happened in the last period; a rule over it only lets fewer in."""
    if scope.audience is None:
        return None
    from campaignspec.lint.counted import is_known, people_of_event

    if not is_known(scope.audience, name):
        return None
    return Crowd(people=people_of_event(scope.audience, name, PERIOD))


# --- what a test could see ---


def _small_test(
    scope: Scope, campaign: Campaign, step: Experiment, crowd: Crowd
) -> Iterator[Diagnostic]:
    rate = _rate(campaign)
    shares = sorted(arm.share.fraction for arm in step.arms.values() if arm.share.fraction)
    treated = crowd.people * (1 - held_out(campaign))
    few, many = treated * shares[0], treated * shares[-1]
    seen = smallest_difference(few, many, rate=rate) if few else 1.0
    wanted, why = _wanted(campaign, rate)
    if seen > wanted:
        yield advice(
            "MSR641",
            f"about {crowd.people:,} people come here at most: a rate of {_percent(rate)} would "
            f"have to change by {100 * seen:.1f} percentage points to show",
            scope.span(step.loc / "experiment"),
            f"{why}; compare fewer arms, let more people in, or decide without a test",
            related=crowd.basis,
        )


def held_out(campaign: Campaign) -> float:
    """Return the share of a campaign's people who are held out, as a fraction."""
    return campaign.enter.holdout.fraction if campaign.enter.holdout else 0.0


def _is_compared(step: Experiment) -> bool:
    arms: list[Arm] = [arm for arm in step.arms.values() if arm.share.fraction]
    return len(arms) > 1


def _rate(campaign: Campaign) -> float:
    """Return the conversion rate that a campaign promises, or a usual one."""
    kpi = campaign.kpis.get(CONVERSION_RATE)
    limit = kpi.target.limit if kpi and kpi.target and not kpi.target.sign else _RATE
    return limit if 0 < limit < 1 else _RATE


def _wanted(campaign: Campaign, rate: float) -> tuple[float, str]:
    """Return the effect that a campaign promises, or the largest plausible one, and which it is."""
    kpi = campaign.kpis.get(LIFT)
    target = kpi.target if kpi else None
    if target is not None and target.limit > 0 and target.sign != "x":
        return target.limit, f"`{LIFT}` promises {target}"
    return _PLAUSIBLE * min(rate, 1 - rate), f"a rate of {_percent(rate)} hardly changes so much"


def _percent(rate: float) -> str:
    return f"{100 * rate:.15g} %"
