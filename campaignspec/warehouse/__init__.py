"""The same rules in SQL, for those whose data live in a database: one rule, two compilers."""

from __future__ import annotations

from campaignspec.warehouse.dialects import Dialect, write_sql
from campaignspec.warehouse.layout import Layout, Relation, layout_of, make_layout
from campaignspec.warehouse.query import Query, Rules, matches_of, members_of

__all__ = [
    "Dialect",
    "Layout",
    "Query",
    "Relation",
    "Rules",
    "layout_of",
    "make_layout",
    "matches_of",
    "members_of",
    "write_sql",
]
