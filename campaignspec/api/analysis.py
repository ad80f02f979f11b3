"""The use case of asking what holds for every path through a journey."""

from __future__ import annotations

import json

from campaignspec.graph.analysis import Analysis, analyse
from campaignspec.graph.analysis_render import analysis_data, analysis_text
from campaignspec.graph.compile import compile_campaign
from campaignspec.graph.nodes import JourneyGraph
from campaignspec.project import Project


def analysed(project: Project, graph: JourneyGraph) -> Analysis:
    """Say what holds for every path through a compiled campaign of a project."""
    costs = {
        name: channel.cost.micros for name, channel in project.channels.items() if channel.cost
    }
    return analyse(graph, tick=project.settings.tick.micros, costs=costs)


def journey_analysis(project: Project, campaign: str, form: str) -> str:
    """Write what holds for every path through a campaign's journey, as text or JSON."""
    graph = compile_campaign(project, campaign)
    analysis, currency = analysed(project, graph), project.settings.currency
    if form == "json":
        data = analysis_data(graph, analysis, currency)
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    return analysis_text(graph, analysis, currency)
