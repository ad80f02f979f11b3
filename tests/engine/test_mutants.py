"""The comparison with the oracle has teeth: it finds an engine that is wrong in one line."""

from __future__ import annotations

import sys

import pytest
from engine_kit.cases import Case, case_of
from engine_kit.drive import differs, expected
from engine_kit.mutation import Mutant
from engine_kit.oracle import Fact

from campaignspec import assembly
from campaignspec.audience import attributes, audience
from campaignspec.audience.traits import windows
from campaignspec.clock import ZoneTable
from campaignspec.engine import (
    dates,
    entering,
    entries,
    holding,
    local_time,
    program,
    sending,
    touch,
)
from campaignspec.engine.crowd import Crowd
from campaignspec.engine.ending import Ender
from campaignspec.engine.notebook import Notebook
from campaignspec.engine.occasions import Occasions
from campaignspec.engine.seats import Seats
from campaignspec.engine.sending import Sender
from campaignspec.engine.state import Enrolments
from campaignspec.engine.stepper import Stepper
from campaignspec.engine.watching import Watch
from campaignspec.engine.world import World
from campaignspec.policy import counts, hours, others, people
from campaignspec.policy.hours import Window
from campaignspec.policy.rulebook import Rulebook

decide_module = sys.modules["campaignspec.policy.decide"]
"""The module, whose name in its package is that of its function."""

# The last three ask for an age on the dot, for an average of events without a value, and for quiet
# hours in a night in which the clock is turned back.
SEEDS = (*range(1000), 1064, 1089, 5642)

MUTANTS = (
    Mutant(
        "a leave rule comes after the goal",
        Watch,
        "_ending",
        "first = who & (when <= at)",
        "first = who & ((when < at) | ((when == at) & (kind != Move.LEAVE)))",
    ),
    Mutant(
        "leaving closes the goal's window",
        Ender,
        "leave",
        "&= np.int8(~ACTIVE)",
        "= 0",
    ),
    Mutant(
        "the goal's window closes before the goal",
        Watch,
        "_ending",
        "first = who & (when <= at)",
        "first = who & ((when < at) | ((when == at) & (kind != Move.CONVERT)))",
    ),
    Mutant(
        "what ends an enrolment as its node acts is not looked for",
        Watch,
        "next_move",
        "every.ends_at.take(index) <= at",
        "every.ends_at.take(index) < at",
    ),
    Mutant(
        "an emitted goal is heard, and does not end the journey",
        Watch,
        "hear",
        "np.minimum(every.ends_at[index], at)",
        "every.ends_at[index]",
    ),
    Mutant(
        "a step follows another into a pause",
        program,
        "_follows",
        "graph.pauses or",
        "",
    ),
    Mutant(
        "a step follows another though a leave rule comes between",
        program,
        "_follows",
        "graph.leave or",
        "",
    ),
    Mutant(
        "a later rule's objections are about those who were asked first",
        decide_module,
        "_first_objections",
        "found.put(places.take(objects), said.of(objects))",
        "found.put(objects, said.of(objects))",
    ),
    Mutant(
        "an entry comes before what ends the enrolment before it",
        Stepper,
        "_look",
        "entry_at < at",
        "entry_at <= at",
    ),
    Mutant("a goal that stays ends the journey", Ender, "convert", "goal and goal.stay", "False"),
    Mutant(
        "the goal is worth what its event after next is worth",
        Ender,
        "_goal_value",
        "self._all.entered_at[index])",
        "self._all.entered_at[index]) - 1",
    ),
    Mutant(
        "a number that a goal is worth is cut off",
        Ender,
        "_goal_value",
        "np.rint(known * MICROS)",
        "np.trunc(known * MICROS)",
    ),
    Mutant(
        "answers of the enrolment before count",
        Stepper,
        "_begin",
        "every.forget(index.compress(number > 1))",
        "pass",
    ),
    Mutant(
        "an arm's share ends one draw too late",
        Stepper,
        "_draw",
        "draws < threshold(below)",
        "draws < threshold(below) + 2**28",
    ),
    Mutant(
        "who matches a leave rule's segment at entry stays",
        Watch,
        "endings",
        "np.where(already, since, at)",
        "at",
    ),
    Mutant(
        "who is in the segment already is waited for",
        Watch,
        "_one",
        "already = walk.world.audience.matches(on.segment, walk.rows(index), since)",
        "already = np.zeros(index.shape, np.bool_)",
    ),
    Mutant(
        "what is heard is acted on between ticks",
        Watch,
        "happening",
        "ceil_to_tick(found, self._walk.world.tick)",
        "found",
    ),
    Mutant(
        "caps do not know own messages",
        sending,
        "record_send",
        "sends.reshape(-1)[_oldest(sends, index)] = at",
        "pass",
    ),
    Mutant(
        "of one's own messages the first is forgotten last",
        touch,
        "_oldest",
        "other < least, begins + place, found",
        "other < least, found, begins + place",
    ),
    Mutant(
        "whoever was written to once may be written to again",
        touch,
        "_own",
        "found.append(own)",
        "found = [own]",
    ),
    Mutant(
        "what a wait heard is heard behind it",
        Watch,
        "listen_no_more",
        "place in self._listening",
        "False",
    ),
    Mutant(
        "what an enrolment heard is heard by the next",
        Enrolments,
        "forget",
        "self.heard_at[index] = NEVER",
        "pass",
    ),
    Mutant(
        "the facts of a later enrolment are numbered on",
        Enrolments,
        "forget",
        "self.seq[index] = 0",
        "pass",
    ),
    Mutant(
        "every enrolment is its customer's first",
        Notebook,
        "begin",
        "bool((numbers > 1).any())",
        "False",
    ),
    Mutant(
        "caps know one past message only",
        touch.TouchFacts,
        "kth_latest_message",
        "at, nths)",
        "at, [1 for _ in nths])",
    ),
    Mutant(
        "too few past messages are let in among the campaigns' own",
        touch.TouchFacts,
        "kth_latest_message",
        "max(k - len(others), 1)",
        "k",
    ),
    Mutant(
        "a capped person who should leave goes on",
        Sender,
        "_carry_out",
        "node.when_capped is WhenCapped.LEAVE",
        "node.when_capped is WhenCapped.SKIP",
    ),
    Mutant(
        "a cap's window has both its ends",
        counts,
        "counts_until",
        "sent + cap.within.micros",
        "sent + cap.within.micros + 1",
    ),
    Mutant(
        "a cap's window has neither of its ends",
        counts,
        "_free_again",
        "counts_until(cap, kth[here], zones[0])",
        "counts_until(cap, kth[here], zones[0]) - touches.tick",
    ),
    Mutant(
        "a calendar day is a day of UTC",
        counts,
        "counts_until",
        "zone.to_local(sent)",
        "sent",
    ),
    Mutant(
        "quiet hours end an hour early",
        hours,
        "_quiet",
        "quiet.to.minutes * MINUTE",
        "(quiet.to.minutes * MINUTE - DAY // 24) % DAY",
    ),
    Mutant(
        "quiet hours do not run over midnight",
        hours,
        "_holds",
        "tonight | ((time < window.end) & window.is_day(day - 1))",
        "tonight",
    ),
    Mutant(
        "silence is consent",
        Rulebook,
        "consent_needed",
        "else Consent.OPT_IN",
        "else Consent.OPT_OUT",
    ),
    Mutant(
        "a night of quiet belongs to the day on which it ends",
        hours,
        "_holds",
        "window.is_day(day - 1)",
        "window.is_day(day)",
    ),
    Mutant("holidays are days like others", Window, "is_day", "if self.holidays:", "if False:"),
    Mutant(
        "one of the zones of somebody unknown is enough",
        hours,
        "_is_closed",
        "for zone in zones]",
        "for zone in zones[:1]]",
    ),
    Mutant(
        "quiet hours hold for every class",
        hours,
        "_concerns",
        "touches.message_class in quiet.classes",
        "True",
    ),
    Mutant(
        "a campaign gives way to one of its own priority",
        others,
        "outranked",
        "each.priority > mine",
        "each.priority >= mine and name != touches.campaign",
    ),
    Mutant(
        "a message of a higher campaign holds nothing back",
        others,
        "_taken",
        "active | (latest + hold > at)",
        "active",
    ),
    Mutant("who entered last goes on", others, "_came_first", "theirs < ours", "theirs > ours"),
    Mutant(
        "the ratio forgets the message at hand", counts, "ratio", "(promotion + 1)", "promotion"
    ),
    Mutant(
        "who is left alone gets no transactional message",
        people,
        "concerns",
        "else not touches.is_owed",
        "else True",
    ),
    Mutant(
        "a message waits beyond its validity",
        decide_module,
        "_in_time",
        "ruling.until > touches.expires",
        "ruling.until < 0",
    ),
    Mutant(
        "a message's validity begins with the enrolment",
        Sender,
        "_expires",
        "self._walk.every.since[index]",
        "self._walk.every.entered_at[index]",
    ),
    Mutant(
        "a consent is confirmed before it is given",
        World,
        "is_confirmed",
        "(confirmed >= given)",
        "(confirmed != LONG_AGO)",
    ),
    Mutant(
        "the lowest priority goes first",
        assembly,
        "_turn",
        "-campaign.priority",
        "campaign.priority",
    ),
    Mutant(
        "weeks begin on Sunday",
        counts,
        "_next_period",
        "(day + 3) // 7 * 7 + 4",
        "(day + 4) // 7 * 7 + 3",
    ),
    Mutant(
        "months have the same end as the one before",
        counts,
        "_next_period",
        'astype("datetime64[M]") + 1',
        'astype("datetime64[M]") + 2',
    ),
    Mutant(
        "the zone's offset is an hour wrong",
        ZoneTable,
        "to_local",
        "instants + int(self",
        "instants + 3600000000 + int(self",
    ),
    Mutant(
        "a repeated local time comes the second time",
        ZoneTable,
        "to_instant",
        "_only_segment(self._ends, local)",
        "_only_segment(self.starts[1:] + self.offsets[1:], local)",
    ),
    Mutant("weekdays are one off", local_time, "_next", "_THURSDAY", "(_THURSDAY + 1)"),
    Mutant(
        "29 February is kept on the 1st of March",
        dates,
        "_every_year",
        "1 if leap is Leap.FEB_28 else 0",
        "0 if leap is Leap.FEB_28 else 1",
    ),
    Mutant(
        "an offset of more than a year is looked for in the wrong years",
        entries,
        "date_entries",
        "_year(start - shift) - 1, _year(min(end, LATEST) - shift) + 2",
        "_year(start) - 1, _year(min(end, LATEST)) + 2",
    ),
    Mutant(
        "a duration between entries is counted with its end",
        entering,
        "_refusals",
        "< again.micros",
        "<= again.micros",
    ),
    Mutant(
        "two entries of one tick are both met",
        entries,
        "on_ticks",
        "ceil_to_tick(stream.ts, world.tick)",
        "stream.ts // world.tick * world.tick",
    ),
    Mutant(
        "one enrolment more may be open at once than may be",
        entering,
        "_too_many",
        ">= most",
        "> most",
    ),
    Mutant(
        "an event without a key counts for keys that come later",
        Seats,
        "happenings",
        "self.since[everywhere] <= events.ts[index]",
        "self.since[everywhere] >= events.ts[index]",
    ),
    Mutant(
        "enrolments are numbered for each key",
        Stepper,
        "_begin",
        "self._seating.greatest(every.number, self._walk.people(index))",
        "every.number[index]",
    ),
    Mutant(
        "what is emitted is heard at once",
        Stepper,
        "_emit",
        "at + self._walk.world.tick",
        "at + 0 * self._walk.world.tick",
    ),
    Mutant(
        "a schedule lets in who does not match",
        Occasions,
        "lets_in",
        "self.who is None",
        "True",
    ),
    Mutant(
        "a schedule is on UTC",
        entries,
        "_zone",
        "world.audience.zone if on.clock is Whose.PROJECT else None",
        '"UTC"',
    ),
    Mutant(
        "the holdout shares its draw with the campaign's seed",
        program,
        "held_out",
        ":holdout",
        ":hold",
    ),
    Mutant(
        "the last campaign of a tie comes first",
        Crowd,
        "_compare",
        "places[other < due]",
        "places[other <= due]",
    ),
    Mutant(
        "a window has both its ends",
        windows,
        "window_start",
        "at - trait.within.micros",
        "at - trait.within.micros - 1",
    ),
    Mutant(
        "who has no such number does not wait",
        holding,
        "_by_trait",
        "np.where(known, bounded, longest)",
        "np.where(known, bounded, 0)",
    ),
    Mutant(
        "who does not match a segment waits for leaving it",
        Watch,
        "_one",
        "already = ~walk.world.audience.matches(on.left, walk.rows(index), since)",
        "already = np.zeros(index.shape, np.bool_)",
    ),
    Mutant(
        "!= does not hold where the fact is missing",
        audience,
        "compare",
        "~compare(values, Operator.EQUAL, literal)",
        "~compare(values, Operator.EQUAL, literal) & ~values.missing",
    ),
    Mutant(
        "an age begins a moment late",
        audience.Audience,
        "_age",
        "happened <= edge if",
        "happened < edge if",
    ),
    Mutant(
        "an average counts missing values as nothing",
        audience.Audience,
        "counted",
        "name is None or",
        "True or name is None or",
    ),
    Mutant(
        "a date that comes is noticed two days late",
        attributes,
        "attribute_changes",
        "column.values[known] * DAY",
        "(column.values[known] + 2) * DAY",
    ),
    Mutant(
        "an event that leaves a window changes no segment",
        windows,
        "window_changes",
        "yield rows, at + within.micros",
        "return",
    ),
)


@pytest.fixture(scope="module")
def truths() -> list[tuple[Case, list[Fact]]]:
    """Return fixed cases with what is right in them."""
    found = [case_of(seed) for seed in SEEDS]
    return [(case, expected(case)) for case in found]


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_oracle_finds_an_engine_in_which(
    mutant: Mutant, truths: list[tuple[Case, list[Fact]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    mutant.put(monkeypatch)

    assert any(differs(case, right) for case, right in truths)
