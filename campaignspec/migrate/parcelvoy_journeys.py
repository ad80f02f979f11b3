"""Parcelvoy's journeys: steps by id, each with the steps that follow it.

Written from Parcelvoy's public source (MIT), `apps/platform/src/journey/JourneyStep.ts`. A person
who comes to a step again ends the journey there, so a circle is no circle: it is left behind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from campaignspec.clock import DAY, HOUR, MINUTE, Duration
from campaignspec.migrate.columns import Act, Happening
from campaignspec.migrate.draft import Draft, Notebook, duration_of, rule_of
from campaignspec.migrate.flow import Box, Steps, steps_of
from campaignspec.migrate.json_file import Node, kind_of, node_of, nodes_of, number_of, text_of
from campaignspec.migrate.naming import name_like
from campaignspec.migrate.notes import LostError
from campaignspec.migrate.parcelvoy_rules import About, RuleTree
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.entering import (
    Again,
    Backlog,
    Enter,
    OnCall,
    OnEvent,
    OnSchedule,
    OnSegment,
)
from campaignspec.spec.journey import Arm, Branch, Case, Else, LeaveRule, Send, Split, Wait
from campaignspec.spec.kinds import KINDS, LocalTime, Name, Schedule, Share
from campaignspec.spec.waiting import WaitUntil

_CHANNELS: Final = {"email": "email", "text": "sms", "push": "push", "in_app": "in_app"}
_SECONDS: Final = {"days": DAY, "hours": HOUR, "minutes": MINUTE}


def carry_journey(
    draft: Draft,
    note: Notebook,
    name: str,
    journey: Node,
    lists: Mapping[str, str],
    campaigns: Mapping[str, Node],
) -> None:
    """Carry one journey over as a campaign.

    Args:
        draft: What has been carried over so far.
        note: Takes what is different.
        name: Its name.
        journey: The journey, with its ``steps`` by id.
        lists: The name of each list, by its id.
        campaigns: Parcelvoy's campaigns, which are messages, by their ids.

    Raises:
        LostError: The journey cannot be carried over.
    """
    steps = {
        str(key): node_of(step, f"the step {key}")
        for key, step in node_of(journey.get("steps"), "the steps").items()
    }
    entrances = [key for key, step in steps.items() if step.get("type") == "entrance"]
    if len(entrances) != 1:
        raise LostError("entrances", f"it has {len(entrances)} entrances; a campaign has one")
    flow = _Flow(draft=draft, note=note, lists=lists, campaigns=campaigns)
    inner = {
        key: step for key, step in steps.items() if step.get("type") not in ("entrance", "exit")
    }
    boxes = {key: flow.box(key, step) for key, step in inner.items()}
    exits = {key: Box(make=lambda _: (), ways=(None,)) for key in steps.keys() - inner.keys()}
    campaign = name_like(name, draft.campaigns)
    entrance = steps[entrances[0]]
    draft.campaigns[campaign] = Campaign(
        campaign=campaign,
        title=name if name != campaign else None,
        enter=flow.enter(entrance),
        leave=tuple(flow.exit(step) for step in steps.values() if step.get("type") == "exit"),
        journey=steps_of({**exits, **boxes}, flow.only_child(entrance)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flow:
    """One journey on its way."""

    draft: Draft
    note: Notebook
    lists: Mapping[str, str]
    campaigns: Mapping[str, Node]

    def enter(self, step: Node) -> Enter:
        data = node_of(step.get("data") or {}, "the entrance's data")
        again = Again.ALWAYS if data.get("multiple") else Again.NEVER
        if data.get("concurrent"):
            self.note.write("concurrent", "nobody is twice in a campaign at once without a key")
        match data.get("trigger", "none"):
            case "event":
                return Enter(on=self._event(data), again=again)
            case "schedule":
                who = self._list(data.get("list_id")) if data.get("list_id") else None
                return Enter(on=self._schedule(data, who), again=again)
            case "none" if data.get("list_id"):
                on = OnSegment(segment=self._list(data["list_id"]))
                return Enter(on=on, again=again, backlog=Backlog.EVERYBODY)
            case "none":
                return Enter(on=OnCall(call=Name("enter")), again=again)
            case other:
                raise LostError("unknown", f"an entrance by {other!r} is not known")

    def exit(self, step: Node) -> LeaveRule:
        """Turn an exit, which an event may take people to from anywhere, into a leave rule."""
        return LeaveRule(when=self._event(node_of(step.get("data") or {}, "the exit's data")))

    def only_child(self, step: Node) -> str | None:
        children = nodes_of(step, "children")
        if len(children) > 1:
            raise LostError("parallel", f"{kind_of(step)} leads to several steps at once")
        return text_of(children[0], "external_id") if children else None

    def box(self, key: str, step: Node) -> Box:
        """Turn a step into a box.

        Raises:
            LostError: It cannot be carried over.
        """
        data = node_of(step.get("data") or {}, "the step's data")
        match step.get("type"):
            case "delay":
                return self._single(step, (Wait(wait=self._delay(data)),))
            case "action":
                return self._single(step, self._action(data))
            case "gate":
                return self._gate(step, data)
            case "experiment":
                return self._experiment(key, step)
            case "balancer":
                self.note.write("rate-limit", "a limit of speed is set on the channel here")
                return self._single(step, ())
            case "sticky":
                return self._single(step, ())
            case "update":
                raise LostError("update", "it writes into the user's profile by a template")
            case "link" | "event":
                raise LostError("link", "it begins another journey")
            case _:
                raise LostError("unknown", f"{kind_of(step)} is not known")

    def _single(self, step: Node, steps: Steps) -> Box:
        return Box(make=lambda _: steps, ways=(self.only_child(step),))

    def _event(self, data: Node) -> OnEvent:
        event = self.draft.event(Happening(act=Act.TRACK, name=text_of(data, "event_name")))
        rule = data.get("rule")
        if not isinstance(rule, dict) or not rule.get("children"):
            return OnEvent(event=event)
        tree = RuleTree(draft=self.draft, note=self.note)
        return OnEvent(event=event, where=rule_of(tree.term(rule, About.EVENT)))

    def _schedule(self, data: Node, who: Name | None) -> OnSchedule:
        lines = str(data.get("schedule") or "").splitlines()
        text = next((line for line in lines if line.startswith("RRULE:")), "")
        try:
            schedule: Schedule = KINDS[Schedule].parse(text)
        except ValueError as error:
            raise LostError("schedule", f"the schedule {text!r} cannot be kept: {error}") from None
        self.note.write("schedule", "the time of day of a schedule is set with `at:` here")
        return OnSchedule(schedule=schedule, at=LocalTime(0), who=who)

    def _delay(self, data: Node) -> Duration | WaitUntil:
        match data.get("format", "duration"):
            case "duration":
                micros = sum(number_of(data, unit, 0) * each for unit, each in _SECONDS.items())
                return duration_of(micros / 1_000_000, self.note)
            case "time":
                return WaitUntil(until=_time(data))
            case other:
                raise LostError(
                    "date-of-template", f"a delay by {other!r} is worked out by a template"
                )

    def _action(self, data: Node) -> Steps:
        theirs = str(data.get("campaign_id"))
        known = self.campaigns.get(theirs, {})
        kind = str(known.get("channel", "email"))
        if kind not in _CHANNELS:
            raise LostError("unknown", f"a campaign on the channel {kind!r} is not known")
        self.note.write("texts", "the texts of messages are written anew")
        called = known.get("name")
        wish = called if isinstance(called, str) and called else f"campaign-{theirs}"
        message = self.draft.messages.message(theirs, wish, _CHANNELS[kind])
        return (Send(send=message, via=Name(_CHANNELS[kind])),)

    def _gate(self, step: Node, data: Node) -> Box:
        tree = RuleTree(draft=self.draft, note=self.note)
        rule = rule_of(tree.term(node_of(data.get("rule"), "the gate's rule"), About.USER))
        children = {str(child.get("path")): child for child in nodes_of(step, "children")}

        def make(ways: Sequence[Steps]) -> Steps:
            inside, outside = ways
            if not inside and not outside:
                return ()
            others = (Else(else_=outside),) if outside else ()
            return (Branch(branch=(Case(if_=rule, do=inside), *others)),)

        return Box(make=make, ways=(_target(children.get("yes")), _target(children.get("no"))))

    def _experiment(self, key: str, step: Node) -> Box:
        children = nodes_of(step, "children")
        ratios = [number_of(node_of(c.get("data") or {}, "data"), "ratio", 1) for c in children]
        total = sum(ratios)
        if not children or total <= 0:
            raise LostError("broken", "its ways share out nobody")
        shares = [round(ratio / total, 4) for ratio in ratios[:-1]]
        shares.append(round(1 - sum(shares), 4))
        self.note.write("draw", "ways are drawn anew, and stay the same from then on")

        def make(ways: Sequence[Steps]) -> Steps:
            arms = {
                f"way-{place}": Arm(share=Share(share), do=way)
                for place, (share, way) in enumerate(zip(shares, ways, strict=True), 1)
            }
            return (Split(split=arms, seed=key),)

        return Box(make=make, ways=tuple(_target(child) for child in children))

    def _list(self, theirs: Any) -> Name:
        name = self.draft.segment_names.get(self.lists.get(str(theirs), str(theirs)))
        if name is None:
            raise LostError("segment", f"it asks for the list {theirs!r}, which did not come over")
        return name


def _target(child: Node | None) -> str | None:
    return None if child is None else text_of(child, "external_id")


def _time(data: Node) -> LocalTime:
    try:
        found: LocalTime = KINDS[LocalTime].parse(text_of(data, "time"))
    except ValueError:
        raise LostError("broken", f"{data.get('time')!r} is no time of day") from None
    return found
