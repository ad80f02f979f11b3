"""All rules of the lint, and the one function that asks them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

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
from campaignspec.lint.waivers import without_waived

RULES: Final[tuple[Rule, ...]] = (
    journeys.blast,
    journeys.repeated_messages,
    journeys.identical_arms,
    journeys.shadowed_ways,
    journeys.waits_of_no_length,
    journeys.steps_after_the_goal,
    journeys.no_new_customers,
    paths.silent_ways,
    paths.waits_for_nothing,
    paths.endless_gates,
    paths.past_phases,
    paths.slow_ways,
    calendars.no_preheat,
    calendars.no_retouch,
    policies.missing_consent,
    policies.misused_classes,
    policies.quiet_windows,
    caps.caps_always_hit,
    caps.caps_never_reached,
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
    promises.opposing_kpis,
    evidence.short_windows,
    evidence.small_tests,
    evidence.small_holdouts,
    evidence.small_audiences,
    budgets.small_budgets,
    budgets.small_limits,
    contents.unused_templates,
    contents.personal_names,
    contents.personal_links,
    segments.unused_segments,
    segments.duplicate_segments,
    segments.contradictions,
    segments.tautologies,
)
"""Every question to a project, in the order of the families."""


def lint(scope: Scope, found: Iterable[Diagnostic] = ()) -> tuple[Diagnostic, ...]:
    """Ask every rule; what is waived is left out, and what is waived in vain is said.

    Args:
        scope: The project.
        found: What was found before; warnings among it may be waived as well.

    Returns:
        All findings, in order of position.
    """
    more = (finding for rule in RULES for finding in rule(scope))
    return in_order(without_waived(scope, [*found, *more]))
