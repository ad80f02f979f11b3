"""Linking: every name resolved, every kind agreed, every finding over all files collected."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from campaignspec.diagnostics import Diagnostic, in_order
from campaignspec.project import (
    case_checks,
    definition_checks,
    journey_checks,
    journey_paths,
    reference_checks,
    rule_checks,
    setting_checks,
    source_checks,
    trait_checks,
)
from campaignspec.project.definitions import vocabulary
from campaignspec.project.scope import Files, Scope

Check: TypeAlias = Callable[[Scope], Iterable[Diagnostic]]

CHECKS: Final[tuple[Check, ...]] = (
    setting_checks.language_version,
    setting_checks.currency,
    setting_checks.costs,
    setting_checks.caps_of_nothing,
    setting_checks.cap_windows,
    setting_checks.lengths,
    setting_checks.kpi_goals,
    setting_checks.kpi_units,
    source_checks.options_of_files,
    source_checks.tables_or_queries,
    source_checks.delimiters,
    definition_checks.properties_agree,
    definition_checks.campaigns_once,
    definition_checks.folder_names,
    definition_checks.traits_once,
    definition_checks.traits_beside_attributes,
    trait_checks.properties,
    trait_checks.parts_of_ratios,
    trait_checks.ratios_in_circles,
    definition_checks.segments_once,
    definition_checks.segments_in_circles,
    reference_checks.events,
    reference_checks.segments,
    reference_checks.channels,
    reference_checks.answers,
    reference_checks.environments,
    reference_checks.dates,
    reference_checks.goal_values,
    reference_checks.sends_without_channel,
    rule_checks.rules_of_traits,
    rule_checks.rules_of_segments,
    rule_checks.rules_of_entries,
    rule_checks.rules_of_events,
    rule_checks.rules_of_goals,
    rule_checks.rules_of_branches,
    journey_checks.step_names_once,
    journey_checks.way_names_once,
    journey_checks.shares,
    journey_checks.something_is_sent,
    journey_checks.outcomes_of_waits,
    journey_paths.paths,
    case_checks.attributes_of_tests,
    case_checks.properties_of_tests,
    case_checks.arms_of_tests,
    case_checks.messages_of_tests,
)
"""Everything that is checked of a project, one function a question."""


def link(files: Files) -> tuple[Diagnostic, ...]:
    """Check everything that files say of each other; what cannot be read is left out."""
    parts = {part.file: part for part in files.all()}
    scope = Scope(files=files, names=vocabulary(files), parts=parts)
    return in_order(finding for check in CHECKS for finding in check(scope))
