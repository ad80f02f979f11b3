"""A project: its files found, read as one, and linked."""

from __future__ import annotations

from campaignspec.project.connectors import check_connectors
from campaignspec.project.discover import find_root
from campaignspec.project.load import Loaded, load_project
from campaignspec.project.project import Project

__all__ = ["Loaded", "Project", "check_connectors", "find_root", "load_project"]
