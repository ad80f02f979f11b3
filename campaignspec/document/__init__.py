"""YAML with positions: plain data, the place of every key and value, and no surprises."""

from __future__ import annotations

from campaignspec.document.again import document_again, noted
from campaignspec.document.document import Document, Path
from campaignspec.document.loader import load_bytes, load_text

__all__ = ["Document", "Path", "document_again", "load_bytes", "load_text", "noted"]
