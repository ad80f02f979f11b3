"""What people who extend campaignspec test their extensions with; needs pytest."""

from __future__ import annotations
