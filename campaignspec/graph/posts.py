"""The content plan of a campaign: what is published where, and when."""

from __future__ import annotations

from collections.abc import Iterator

from campaignspec.clock import DAY, MINUTE, Instant, ceil_to_tick, parse_instant
from campaignspec.graph.nodes import Planned
from campaignspec.spec.calendar import days_of
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.publishing import Post


def plan_of(campaign: Campaign, *, zone: str, tick: int) -> tuple[Planned, ...]:
    """Return all posts of a campaign, the earliest first."""
    planned = (
        Planned(
            id=post.name or post.post,
            message=post.post,
            channel=channel,
            at=int(ceil_to_tick(at, tick)),
            round=number,
            cost=post.cost.micros if post.cost else 0,
            kol=post.kol,
            code=post.code,
        )
        for post in campaign.publish
        for number, at in enumerate(_instants(post, campaign, zone), start=1)
        for channel in post.on
    )
    return tuple(sorted(planned, key=lambda each: (each.at, each.id, each.channel)))


def _instants(post: Post, campaign: Campaign, zone: str) -> Iterator[Instant]:
    if post.at is not None:
        yield parse_instant(post.at, zone)
    elif post.phase is not None and campaign.calendar is not None:
        # Few campaigns have posts, and columns take as long to import as many have to be compiled.
        import numpy as np

        from campaignspec.clock import zone_table

        table = zone_table(zone)
        for first, _ in days_of(campaign.calendar, post.phase):
            local = (first + post.day.days) * DAY + post.time.minutes * MINUTE
            yield int(table.to_instant(np.array([local]))[0])
