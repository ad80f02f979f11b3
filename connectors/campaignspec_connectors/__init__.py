"""The connectors that come with campaignspec, found through the same door as anybody's."""

from __future__ import annotations
