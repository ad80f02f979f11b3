"""All rules of the lint, and the one function that asks them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from campaignspec.diagnostics import Diagnostic, in_order
from campaignspec.lint import (
    budgets,
    calendars,
    caps,
    contents,
    evidence,
    journeys,
    measurement,
    paths,
    policies,
    promises,
    segments,
)
from campaignspec.lint.scope import Rule, Scope
from campaignspec.lint.told import Told
from campaignspec.lint.waivers import waived, without_waived

Across: TypeAlias = Callable[[Scope, Sequence[Told]], Iterator[Diagnostic]]
"""A rule over all campaigns: it is given what they share, and of each no more than it tells."""

OF_A_CAMPAIGN: Final[tuple[Rule, ...]] = (
    journeys.blast,
    journeys.repeated_messages,
    journeys.identical_arms,
    journeys.shadowed_ways,
    journeys.waits_of_no_length,
    journeys.steps_after_the_goal,
    paths.silent_ways,
    paths.waits_for_nothing,
    paths.endless_gates,
    paths.past_phases,
    paths.slow_ways,
    calendars.no_preheat,
    calendars.no_retouch,
    policies.misused_classes,
    policies.quiet_windows,
    caps.caps_always_hit,
    measurement.missing_goals,
    measurement.missing_holdouts,
    measurement.missing_review_dates,
    measurement.missing_owners,
    measurement.kpis_without_owner,
    measurement.missing_hypotheses,
    measurement.missing_expectations,
    measurement.missing_seeds,
    measurement.untagged_touchpoints,
    measurement.missing_tests,
    paths.early_reviews,
    paths.early_decisions,
    promises.contradicting_limits,
    evidence.short_windows,
    evidence.small_tests,
    evidence.small_holdouts,
    budgets.small_budgets,
    contents.unused_templates,
    contents.personal_names,
    contents.personal_links,
    segments.contradictions,
    segments.tautologies,
)
"""Every question to a campaign, in the order of the families; it is given no other campaign."""

OF_ALL: Final[tuple[Rule, ...]] = (
    caps.caps_never_reached,
    contents.shared_personal_names,
    segments.duplicate_segments,
    segments.contradictions,
    segments.tautologies,
)
"""Every question to what all campaigns share; it is given no campaign."""

ACROSS: Final[tuple[Across, ...]] = (
    journeys.no_new_customers,
    policies.missing_consent,
    promises.opposing_kpis,
    evidence.small_audiences,
    budgets.small_limits,
    contents.unused_shared_templates,
    segments.unused_segments,
)
"""Every question to all campaigns together."""


def lint(scope: Scope, found: Iterable[Diagnostic] = ()) -> tuple[Diagnostic, ...]:
    """Ask every rule; what is waived is left out, and what is waived in vain is said.

    Args:
        scope: The project.
        found: What was found before; warnings among it may be waived as well.

    Returns:
        All findings, in order of position.
    """
    each = [scope.of(name) for name in scope.project.campaigns]
    apart = [finding for one in each for finding in lint_campaign(one)]
    return lint_across(scope.of_all(), [tell(one) for one in each], [*found, *apart])


def lint_campaign(scope: Scope) -> tuple[Diagnostic, ...]:
    """Ask every rule over one campaign.

    Args:
        scope: One campaign of a project; see `Scope.of`.
    """
    return in_order(finding for rule in OF_A_CAMPAIGN for finding in rule(scope))


def tell(scope: Scope) -> Told:
    """Return what rules over all campaigns ask of one of them.

    Args:
        scope: One campaign of a project; see `Scope.of`.
    """
    (campaign,) = scope.campaigns
    return Told(
        is_for_new=journeys.is_for_new(scope, campaign),
        promoting=policies.promoting(scope, campaign),
        segments=segments.named_in(scope, segments.own_sections(scope)),
        messages=contents.messages(scope, campaign),
        included=contents.included(scope),
        wishes=tuple(promises.wishes(scope, campaign)),
        unpaid=tuple(budgets.unpaid(scope, campaign)),
        joining=tuple(evidence.joining(scope, campaign)),
        waivers=tuple(waived(scope, each, campaign.loc.file) for each in campaign.lint),
    )


def lint_across(
    scope: Scope, told: Sequence[Told], found: Iterable[Diagnostic]
) -> tuple[Diagnostic, ...]:
    """Ask every rule over what is shared and over all campaigns together, and waive.

    Args:
        scope: What all campaigns share; see `Scope.of_all`.
        told: What each campaign tells, by their names.
        found: What was found before, in the campaigns as well.

    Returns:
        All findings, in order of position.
    """
    shared = (finding for rule in OF_ALL for finding in rule(scope))
    across = (finding for rule_ in ACROSS for finding in rule_(scope, told))
    return in_order(without_waived(scope, told, in_order([*found, *shared, *across])))
