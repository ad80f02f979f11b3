"""Where campaignspec means something else than other tools, on purpose, and why.

The page in the docs is made of these lines, the notes of a migration name their keys, and the
conformance tests let a case differ only for one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One deliberate difference.

    Attributes:
        tool: Whose users know it otherwise.
        theirs: What they know.
        ours: What it is here.
        reason: Why.
    """

    tool: str
    theirs: str
    ours: str
    reason: str


_D: Final = "Dittofeed"
_P: Final = "Parcelvoy"
_G: Final = "GrowthBook"
_BOTH: Final = "Dittofeed, Parcelvoy"

DIFFERENCES: Final[Mapping[str, Difference]] = MappingProxyType(
    {
        "any-of": Difference(
            tool=_D,
            theirs="A user property of several paths takes the first path that ever had a value.",
            ours="The trait takes the latest value that came under any of the paths; of one "
            "event's, the first path's.",
            reason="An address that somebody gave yesterday is better than one of last year.",
        ),
        "broadcast": Difference(
            tool=_D,
            theirs="Every broadcast makes a segment of those it was sent to.",
            ours="Left out; whom a message went to stands in the facts.",
            reason="It is what happened, not a rule that is true of a customer.",
        ),
        "broken": Difference(
            tool=_BOTH,
            theirs="A node that is not whole is passed over.",
            ours="The definition is left out, and the report says what is missing.",
            reason="Half a rule matches other people than the whole one.",
        ),
        "broken-tree": Difference(
            tool=_D,
            theirs="A child that does not exist is passed over; a circle never ends.",
            ours="The segment is left out, and the report names the child.",
            reason="Half a rule matches other people than the whole one.",
        ),
        "circle": Difference(
            tool=_BOTH,
            theirs="A journey may go back to a step; Parcelvoy ends it for who comes there again.",
            ours="The journey is left out, and the report says so.",
            reason="Without a bound nobody can say how many messages a person gets; `repeat` "
            "has one.",
        ),
        "computed-column": Difference(
            tool=_BOTH,
            theirs="Lists and parts of texts are asked in the rule.",
            ours="The question becomes a column of yes and no, which the report names and the "
            "import of events fills.",
            reason="Columns hold one value each, so rules stay short and run on any warehouse.",
        ),
        "concurrent": Difference(
            tool=_P,
            theirs="A person may be in a journey several times at once.",
            ours="A person is in a campaign once at a time, or once for each key.",
            reason="Two equal walks at once send everything twice.",
        ),
        "date-of-template": Difference(
            tool=_P,
            theirs="A delay may end at a date that a template works out.",
            ours="The journey is left out.",
            reason="A date is an attribute, or it cannot be forecast.",
        ),
        "day": Difference(
            tool=_D,
            theirs="A delay until a date is moved by seconds.",
            ours="It is moved by whole days, and has a time of day.",
            reason="A date is a day on the person's own clock.",
        ),
        "draw": Difference(
            tool=_BOTH,
            theirs="Whoever comes to a split is drawn anew.",
            ours="The draw is keyed: the same person takes the same way for ever.",
            reason="So a rehearsal takes the same ways as the run.",
        ),
        "entrances": Difference(
            tool=_P,
            theirs="A journey may have several entrances.",
            ours="The journey is left out; write a campaign for each.",
            reason="One campaign has one population, which its goal is measured on.",
        ),
        "file": Difference(
            tool=_D,
            theirs="A user property may be a file that is sent along.",
            ours="Left out; attachments belong to a message's template.",
            reason="A trait is a fact about a customer.",
        ),
        "hashed-text": Difference(
            tool=_G,
            theirs="Ids that are not ASCII are hashed by code units in some SDKs, by bytes in "
            "others.",
            ours="They are hashed by the bytes of their UTF-8.",
            reason="A warehouse hashes bytes, too; ids in ASCII are the same everywhere.",
        ),
        "keyed": Difference(
            tool=_D,
            theirs="`KeyedPerformed` looks at the events that share a key with the event that "
            "began the journey.",
            ours="Left out; a campaign names the event with `where:`.",
            reason="A segment is about a customer at an instant, whatever journey asks.",
        ),
        "last-performed": Difference(
            tool=_D,
            theirs="`LastPerformed` looks at the last event, even if it lacks the property.",
            ours="The trait `last_value` looks at the last event that has the property.",
            reason="A missing value says nothing; one incomplete event must not undo a fact.",
        ),
        "latch": Difference(
            tool=_P,
            theirs="A user who once did what an event rule asks stays in the list.",
            ours="A segment is asked anew at each instant.",
            reason="An audience of a past instant can be told only if nothing is latched.",
        ),
        "link": Difference(
            tool=_P,
            theirs="A step may send the person into another journey, or note an event.",
            ours="The journey is left out; `emit:` and an entry by that event do it here.",
            reason="Which of the events journeys make, and which they hear, is declared once.",
        ),
        "malformed-path": Difference(
            tool=_D,
            theirs="A condition on a path that cannot be read is silently passed over.",
            ours="It is passed over as well, and the report names it.",
            reason="The same people match as before; nothing is ignored in silence.",
        ),
        "many-values": Difference(
            tool=_BOTH,
            theirs="A user property may be a list of events, or an object.",
            ours="A list of events is left out; an object or a list is carried as its JSON text.",
            reason="A trait is one value, so that it can be compared, shown and counted.",
        ),
        "months": Difference(
            tool=_P,
            theirs="`subDate` and rolling periods know months and years of the calendar.",
            ours="A month is 30 days and a year is 365.",
            reason="A window has one length, so that its size can be compared over time.",
        ),
        "parallel": Difference(
            tool=_P,
            theirs="A step may lead to several steps at once.",
            ours="The journey is left out.",
            reason="A person is at one step at a time.",
        ),
        "random-bucket": Difference(
            tool=_D,
            theirs="`RandomBucket` hashes the user's id and the segment's name.",
            ours="A `bucket` trait with a seed of its own; the share is the same, the people are "
            "drawn anew.",
            reason="Renaming a segment must not draw its people anew.",
        ),
        "rate-limit": Difference(
            tool=_BOTH,
            theirs="A step of a journey limits the speed of sending.",
            ours="The step is left out; a channel has a `capacity`.",
            reason="The limit is the channel's, whichever campaign sends.",
        ),
        "schedule": Difference(
            tool=_P,
            theirs="A schedule's first time says the time of day.",
            ours="The days come over; the time of day is midnight until `at:` says another.",
            reason="A schedule runs on each person's own clock.",
        ),
        "segment": Difference(
            tool=_BOTH,
            theirs="A journey may ask for a segment that is written elsewhere.",
            ours="The journey is left out where that segment did not come over.",
            reason="A journey that asks for nothing lets everybody through.",
        ),
        "static-list": Difference(
            tool=_BOTH,
            theirs="People are put into a segment or a list by hand.",
            ours="Left out; export the ids to a file.",
            reason="Who was chosen by hand is data, not a rule.",
        ),
        "subscription": Difference(
            tool=_D,
            theirs="A message belongs to a subscription group.",
            ours="Consent is asked by channel and by class of message.",
            reason="One rule for every touch, which no message gets around.",
        ),
        "tangled": Difference(
            tool=_BOTH,
            theirs="Arrows may join and part in any way.",
            ours="A journey that would take more than 500 steps is left out.",
            reason="Steps within steps are what people review.",
        ),
        "template": Difference(
            tool=_P,
            theirs="A value may be a Handlebars template.",
            ours="Only `subDate` and `addDate` of `now` are read.",
            reason="A rule compares with values that a reviewer sees.",
        ),
        "texts": Difference(
            tool=_BOTH,
            theirs="A message's text is in the tool's own editor.",
            ours="A file stands in its place and says which message it was.",
            reason="A text that nobody has read is not sent.",
        ),
        "time-by-day": Difference(
            tool=_BOTH,
            theirs="How long ago the time in an attribute is, is counted in seconds.",
            ours="The attribute is a date, and is as old as its day.",
            reason="Attributes are dates; what happens at an instant is an event.",
        ),
        "unknown": Difference(
            tool=_BOTH,
            theirs="There are kinds of nodes and operators that this version does not know.",
            ours="The definition is left out, and the report names the kind.",
            reason="A guess could match other people.",
        ),
        "unwritable": Difference(
            tool=_BOTH,
            theirs="Any text can be compared with.",
            ours="A text with both kinds of quotes, and a number of over 15 digits, cannot.",
            reason="Rules have no escapes, so that they can be read aloud.",
        ),
        "update": Difference(
            tool=_P,
            theirs="A step writes into the person's profile by a template.",
            ours="The journey is left out; `set:` remembers fixed values.",
            reason="What a rule asks for has a declared kind.",
        ),
        "webhook": Difference(
            tool=_D,
            theirs="A webhook's body is a template.",
            ours="`webhook:` posts its `facts` in one form, under the message's key.",
            reason="Whoever receives it can tell a repeat.",
        ),
        "window": Difference(
            tool=_BOTH,
            theirs="A window includes its first instant, and may be rounded to the period of "
            "recomputation.",
            ours="`within 7d` begins right after its first instant and is exact; a duration has "
            "at most five digits.",
            reason="Two windows that touch never count an event twice.",
        ),
    }
)
"""Every difference by its key."""
