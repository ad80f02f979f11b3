"""What people read: one report in three forms, with a class beside every number."""

from __future__ import annotations

from campaignspec.report.headlines import headlines
from campaignspec.report.model import Brief, Headline, Report, Section
from campaignspec.report.render import render_report

__all__ = ["Brief", "Headline", "Report", "Section", "headlines", "render_report"]
