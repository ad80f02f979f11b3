"""Dittofeed's journeys: nodes that name their children, from an entry to the exit.

Written from the public types of Dittofeed (MIT), `packages/isomorphic-lib/src/types.ts`. A child
that is missing is the exit there, and so it is here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from campaignspec.clock import DAY, SECOND
from campaignspec.connector import MessageClass
from campaignspec.migrate.columns import Act, Form, Happening, Taken
from campaignspec.migrate.draft import Draft, Notebook, duration_of, rule_of
from campaignspec.migrate.flow import Box, Steps, steps_of
from campaignspec.migrate.json_file import Node, kind_of, node_of, nodes_of, number_of, text_of
from campaignspec.migrate.json_path import read_path
from campaignspec.migrate.naming import name_like
from campaignspec.migrate.notes import LostError
from campaignspec.spec.acting import Webhook
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.entering import Again, Backlog, Enter, OnEvent, OnSegment
from campaignspec.spec.journey import Arm, Branch, Case, Else, Send, Split, Wait
from campaignspec.spec.kinds import LocalTime, Name, Offset, Share
from campaignspec.spec.rule import InSegment
from campaignspec.spec.waiting import (
    OnAny,
    WaitDate,
    WaitFor,
    WaitUntil,
    Weekday,
)

_SUNDAY_FIRST: Final = (
    Weekday.SUN,
    Weekday.MON,
    Weekday.TUE,
    Weekday.WED,
    Weekday.THU,
    Weekday.FRI,
    Weekday.SAT,
)
_CHANNELS: Final = {"Email": "email", "Sms": "sms", "MobilePush": "push"}
_WHOLE: Final = 100


def carry_journey(
    draft: Draft, note: Notebook, name: str, journey: Node, segments: Mapping[str, str]
) -> None:
    """Carry one journey over as a campaign.

    Args:
        draft: What has been carried over so far.
        note: Takes what is different.
        name: Its name.
        journey: The journey's resource, with its ``definition``.
        segments: The name of each segment, by its id.

    Raises:
        LostError: The journey cannot be carried over.
    """
    definition = node_of(journey.get("definition"), "the definition")
    entry = node_of(definition.get("entryNode"), "the entry node")
    flow = _Flow(draft=draft, note=note, segments=segments)
    boxes = {
        text_of(node, "id"): flow.box(node)
        for node in nodes_of(definition, "nodes")
        if node.get("type") != "ExitNode"
    }
    campaign = name_like(name, draft.campaigns)
    draft.campaigns[campaign] = Campaign(
        campaign=campaign,
        title=name if name != campaign else None,
        enter=flow.enter(entry, journey),
        journey=steps_of(boxes, flow.child(entry)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flow:
    """One journey on its way."""

    draft: Draft
    note: Notebook
    segments: Mapping[str, str]

    def enter(self, entry: Node, journey: Node) -> Enter:
        match entry.get("type"):
            case "EntryNode":
                again = Again.ALWAYS if entry.get("reEnter") else Again.NEVER
                return Enter(
                    on=OnSegment(segment=self._segment(entry.get("segment"))),
                    again=again,
                    backlog=Backlog.EVERYBODY,
                )
            case "EventEntryNode":
                return self._by_event(entry, journey)
            case _:
                raise LostError("unknown", f"{kind_of(entry)} is no entry")

    def _by_event(self, entry: Node, journey: Node) -> Enter:
        theirs = text_of(entry, "event")
        event = self.draft.event(Happening(act=Act.TRACK, name=theirs))
        key = entry.get("key")
        taken = Taken(places=(read_path(str(key)),), form=Form.TEXT) if key else None
        again = Again.ALWAYS if journey.get("canRunMultiple") else Again.NEVER
        return Enter(
            on=OnEvent(event=event), key_=self.draft.column(taken) if taken else None, again=again
        )

    def child(self, node: Node, key: str = "child") -> str | None:
        """Return the id of a child, or None for the exit."""
        found = node.get(key)
        return None if found is None or found == "ExitNode" else str(found)

    def box(self, node: Node) -> Box:
        """Turn a node into a box; its steps are made when their ways are known.

        Raises:
            LostError: It cannot be carried over.
        """
        match node.get("type"):
            case "DelayNode":
                return self._single(node, (Wait(wait=self._delay(node)),))
            case "MessageNode":
                return self._single(node, self._message(node))
            case "SegmentSplitNode":
                return self._split(node)
            case "WaitForNode":
                return self._wait_for(node)
            case "RandomCohortNode":
                return self._cohorts(node)
            case "RateLimitNode":
                self.note.write("rate-limit", "a limit of speed is set on the channel here")
                return self._single(node, ())
            case _:
                raise LostError("unknown", f"{kind_of(node)} is not known")

    def _single(self, node: Node, steps: Steps) -> Box:
        return Box(make=lambda _: steps, ways=(self.child(node),))

    def _delay(self, node: Node) -> Any:
        variant = node_of(node.get("variant"), "the delay's variant")
        match variant.get("type"):
            case "Second":
                return duration_of(number_of(variant, "seconds"), self.note)
            case "LocalTime":
                days = variant.get("allowedDaysOfWeek")
                listed = days if isinstance(days, list) else []
                on = tuple(_SUNDAY_FIRST[day] for day in range(7) if day in listed)
                minutes = int(number_of(variant, "hour")) * 60 + int(
                    number_of(variant, "minute", 0)
                )
                return WaitUntil(until=LocalTime(minutes % (24 * 60)), on=_in_order(on))
            case "UserProperty":
                return self._until_date(variant)
            case _:
                raise LostError("unknown", f"a delay of {kind_of(variant)} is not known")

    def _until_date(self, variant: Node) -> WaitDate:
        seconds = number_of(variant, "offsetSeconds", 0)
        days, rest = divmod(round(seconds), DAY // SECOND)
        if rest:
            self.note.write("day", "the offset of a date is whole days here; the rest is left out")
        sign = -1 if variant.get("offsetDirection") == "before" else 1
        taken = Taken(places=(read_path(text_of(variant, "userProperty")),), form=Form.DATE)
        return WaitDate(date=self.draft.attribute(taken), offset=Offset(sign * days))

    def _message(self, node: Node) -> Steps:
        variant = node_of(node.get("variant"), "the message's variant")
        kind, theirs = variant.get("type"), str(variant.get("templateId") or node.get("id"))
        called = node.get("name")
        wish = called if isinstance(called, str) and called else theirs
        if kind == "Webhook":
            name = name_like(wish, ())
            self.note.write("webhook", "a webhook tells what its `facts` name, in its own form")
            return (Webhook(webhook=name, via=self.draft.messages.channel("webhook")),)
        channel = _CHANNELS.get(str(kind))
        if channel is None:
            raise LostError("unknown", f"a message of {kind_of(variant)} is not known")
        self.note.write("texts", "the texts of messages are written anew")
        if node.get("subscriptionGroupId"):
            self.note.write("subscription", "consent is asked by channel and class of message")
        message = self.draft.messages.message(theirs, wish, channel)
        return (Send(send=message, via=Name(channel), class_=MessageClass.PROMOTIONAL),)

    def _split(self, node: Node) -> Box:
        variant = node_of(node.get("variant"), "the split's variant")
        rule = rule_of(InSegment(segment=self._segment(variant.get("segment"))))

        def make(ways: Sequence[Steps]) -> Steps:
            inside, outside = ways
            if not inside and not outside:
                return ()
            others = (Else(else_=outside),) if outside else ()
            return (Branch(branch=(Case(if_=rule, do=inside), *others)),)

        return Box(
            make=make, ways=(self.child(variant, "trueChild"), self.child(variant, "falseChild"))
        )

    def _wait_for(self, node: Node) -> Box:
        children = nodes_of(node, "segmentChildren")
        if not children:
            raise LostError("broken", "it waits for no segment")
        names = [self._segment(child.get("segmentId")) for child in children]
        seconds = number_of(node, "timeoutSeconds")
        at_most = duration_of(seconds, self.note)

        def make(ways: Sequence[Steps]) -> Steps:
            *joined, too_late = ways
            waited = OnSegment(segment=names[0]) if len(names) == 1 else None
            happening = waited or OnAny(any=tuple(OnSegment(segment=name) for name in names))
            return (
                Wait(
                    wait=WaitFor(for_=happening, at_most=at_most),
                    then=joined[0] if len(names) == 1 else _by_segment(names, joined),
                    otherwise=too_late,
                ),
            )

        ways = (*(self.child(child, "id") for child in children), self.child(node, "timeoutChild"))
        return Box(make=make, ways=ways)

    def _cohorts(self, node: Node) -> Box:
        children = nodes_of(node, "children")
        shares = [number_of(child, "percent") for child in children]
        if not children or round(sum(shares), 4) > _WHOLE:
            raise LostError("broken", "its cohorts share out more than everybody, or nobody")
        names: list[str] = []
        for place, child in enumerate(children, 1):
            names.append(name_like(str(child.get("name") or f"cohort-{place}"), names))
        rest = round(_WHOLE - sum(shares), 4)
        self.note.write("draw", "cohorts are drawn anew, and stay the same from then on")
        seed = text_of(node, "id")

        def make(ways: Sequence[Steps]) -> Steps:
            arms = {
                name: Arm(share=Share(round(share / _WHOLE, 6)), do=way)
                for name, share, way in zip(names, shares, ways, strict=False)
            }
            if rest:
                arms[name_like("others", names)] = Arm(share=Share(round(rest / _WHOLE, 6)))
            return (Split(split=arms, seed=seed),)

        ends = (None,) if rest else ()
        return Box(make=make, ways=(*(self.child(child, "id") for child in children), *ends))

    def _segment(self, theirs: Any) -> Name:
        name = self.draft.segment_names.get(self.segments.get(str(theirs), str(theirs)))
        if name is None:
            raise LostError(
                "segment", f"it asks for the segment {theirs!r}, which did not come over"
            )
        return name


def _by_segment(names: Sequence[Name], ways: Sequence[Steps]) -> Steps:
    if not any(ways):
        return ()
    cases = tuple(
        Case(if_=rule_of(InSegment(segment=name)), do=way)
        for name, way in zip(names, ways, strict=True)
    )
    return (Branch(branch=cases),)


def _in_order(days: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
    return tuple(day for day in Weekday if day in days)
