"""Traits of what a customer is like: loyal, new, fond of something, easy to reach somewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlglot import exp

from campaignspec.clock import DAY, Duration
from campaignspec.project.names import FactKind
from campaignspec.spec.habits import (
    Affinity,
    Bucket,
    BucketHash,
    Interest,
    NewOrReturning,
    Nps,
    PreferredChannel,
    ShareOf,
    Tenure,
    ValueAgo,
)
from campaignspec.spec.rule import AllOf, Fact, Rule
from campaignspec.spec.sources import SENT
from campaignspec.warehouse.frames import ASKED, SEEN, Frame
from campaignspec.warehouse.inexpressible import refuse_trait
from campaignspec.warehouse.layout import CUSTOMER
from campaignspec.warehouse.shelf import WHO, best_of
from campaignspec.warehouse.traits.happenings import whole_days
from campaignspec.warehouse.traits.properties import COUNTED, OFTEN, ranked_words, tallied_words
from campaignspec.warehouse.traits.translating import Asked, Expressed
from campaignspec.warehouse.traits.walks import (
    PLACE,
    VALUE,
    count_events,
    events_of,
    first_instant,
    last_instant,
    pick,
    property_field,
)
from campaignspec.warehouse.value import Value
from campaignspec.warehouse.words import (
    ascending,
    by_bytes,
    column,
    descending,
    divide,
    double,
    filled,
    is_known,
    named,
    over,
    row_number,
    text,
    whole,
    within_brackets,
)

_CHANNEL: Final = "channel"
_SENT: Final = "sent"
_OVER: Final = "over_with"
_FITS: Final = "fits"
_FITTING: Final = "fitting"
_GROUPS: Final = ((9, "promoter"), (7, "passive"), (0, "detractor"))
"""From which answer on, downwards; to 10 at most."""


def _tenure(trait: Tenure, asked: Asked) -> Value:
    at = asked.sheet.frame.at
    if asked.translator.is_attribute(trait.tenure):
        date = asked.translator.fact(Fact(name=trait.tenure), asked.sheet).tree
        begun = exp.Mul(this=date, expression=whole(DAY))
        come = exp.LTE(this=begun.copy(), expression=at.copy())
        passed = exp.paren(exp.Sub(this=at, expression=begun))
        return Value(
            kind=FactKind.NUMBER, tree=exp.Case(ifs=[exp.If(this=come, true=whole_days(passed))])
        )
    events = asked.translator.events(trait.tenure, trait.where)
    passed = exp.paren(exp.Sub(this=at, expression=first_instant(asked, events)))
    return Value(kind=FactKind.NUMBER, tree=whole_days(passed))


def _share(trait: ShareOf, asked: Asked) -> Value:
    among = asked.translator.events(trait.share, trait.among)
    both = trait.where
    if trait.among is not None:
        both = Rule(text="", term=AllOf(terms=(trait.among.term, trait.where.term)))
    fitting = count_events(asked, asked.translator.events(trait.share, both), trait.within)
    below = exp.Nullif(this=double(count_events(asked, among, trait.within)), expression=whole(0))
    return Value(kind=FactKind.NUMBER, tree=divide(double(fitting), below))


def _new_or_returning(trait: NewOrReturning, asked: Asked) -> Value:
    events = events_of(trait, asked)
    first, latest = first_instant(asked, events), last_instant(asked, events)
    after = asked.sheet.frame.after(trait.within)
    new = exp.If(this=exp.GT(this=first, expression=after), true=text("new"))
    returning = exp.If(this=exp.GT(this=latest, expression=after.copy()), true=text("returning"))
    return Value(kind=FactKind.TEXT, tree=exp.Case(ifs=[new, returning]))


def _nps(trait: Nps, asked: Asked) -> Value:
    held, events = property_field(trait, asked), events_of(trait, asked)
    score = pick(asked, events, held.column, last=True, within=trait.within)
    return Value(kind=FactKind.TEXT, tree=_group(score))


def _group(score: exp.Expr) -> exp.Expr:
    """Name the group of an answer; from 6 to 7 and from 8 to 9 it belongs to the lower one."""
    inside = exp.LTE(this=score.copy(), expression=whole(10))
    ifs = [
        exp.If(
            this=exp.and_(exp.GTE(this=score.copy(), expression=whole(least)), inside.copy()),
            true=text(name),
        )
        for least, name in _GROUPS
    ]
    return exp.Case(ifs=ifs)


def _affinity(trait: Affinity, asked: Asked) -> Value:
    events, frame = events_of(trait, asked), asked.sheet.frame
    held = property_field(trait, asked).column
    share = trait.at_least.fraction

    def make() -> exp.Select:
        counted = tallied_words(frame, events, trait.within, held)
        often, all_of = (
            column(OFTEN, COUNTED),
            over(exp.Sum(this=column(OFTEN, COUNTED)), [column(WHO, COUNTED)]),
        )
        reached = exp.GTE(
            this=double(often),
            expression=exp.Mul(this=exp.convert(share), expression=double(all_of)),
        )
        return best_of(ranked_words(_marked(counted, reached)), PLACE, VALUE)

    part = asked.translator.shelf.part(
        ("affinity", frame, events, held, trait.within, share),
        f"affinity_{held}_of_{events}{frame.suffix(trait.within)}",
        make,
    )
    return Value(kind=FactKind.TEXT, tree=asked.sheet.column(part, VALUE))


def _marked(counted: exp.Select, condition: exp.Expr) -> exp.Select:
    """Keep the words for which a condition over `COUNTED` holds."""
    marked = exp.select(
        named(column(WHO, COUNTED), WHO),
        named(column(VALUE, COUNTED), VALUE),
        named(column(OFTEN, COUNTED), OFTEN),
        named(column(PLACE, COUNTED), PLACE),
        named(condition, _FITS),
    ).from_(within_brackets(counted, COUNTED))
    return (
        exp.select(*(column(name, _FITTING) for name in (WHO, VALUE, OFTEN, PLACE)))
        .from_(within_brackets(marked, _FITTING))
        .where(column(_FITS, _FITTING))
    )


def _interest(trait: Interest, asked: Asked) -> Value:
    events, frame = events_of(trait, asked), asked.sheet.frame
    held = property_field(trait, asked).column
    event, _, name = trait.without.rpartition(".")
    ended = asked.translator.relation(event).fields[name].column
    ending = asked.translator.events(event, None)

    def make() -> exp.Select:
        counted = tallied_words(frame, events, trait.within, held)
        over_with = (
            frame.see(ending, trait.within)
            .where(is_known(column(ended, SEEN)))
            .select(named(frame.who, WHO), named(column(ended, SEEN), VALUE))
            .distinct()
        )
        same = exp.and_(
            *(
                exp.EQ(this=column(each, _OVER), expression=column(each, COUNTED))
                for each in (WHO, VALUE)
            )
        )
        left = (
            exp.select(*(column(each, COUNTED) for each in (WHO, VALUE, OFTEN, PLACE)))
            .from_(within_brackets(counted, COUNTED))
            .join(within_brackets(over_with, _OVER), on=same, join_type="left")
            .where(
                exp.GTE(this=column(OFTEN, COUNTED), expression=whole(trait.at_least)),
                exp.Is(this=column(WHO, _OVER), expression=exp.Null()),
            )
        )
        return best_of(ranked_words(left), PLACE, VALUE)

    part = asked.translator.shelf.part(
        ("interest", frame, events, held, ending, ended, trait.within, trait.at_least),
        f"interest_{held}_of_{events}{frame.suffix(trait.within)}",
        make,
    )
    return Value(kind=FactKind.TEXT, tree=asked.sheet.column(part, VALUE))


def _preferred_channel(trait: PreferredChannel, asked: Asked) -> Value:
    frame = asked.sheet.frame
    answers = asked.translator.events(trait.preferred_channel, None)
    sent = asked.translator.events(SENT, None)
    channels = [
        asked.translator.relation(event).fields[_CHANNEL].column
        for event in (trait.preferred_channel, SENT)
    ]

    def make() -> exp.Select:
        counted = _by_channel(frame, answers, trait.within, channels[0])
        messages = _by_channel(frame, sent, trait.within, channels[1])
        same = exp.and_(
            *(
                exp.EQ(this=column(each, _SENT), expression=column(each, COUNTED))
                for each in (WHO, VALUE)
            )
        )
        often = column(OFTEN, COUNTED)
        above = double(exp.Add(this=often, expression=whole(1)))
        below = double(exp.Add(this=filled(column(OFTEN, _SENT), whole(0)), expression=whole(2)))
        order = [
            descending(divide(above, below)),
            descending(often.copy()),
            ascending(by_bytes(column(VALUE, COUNTED))),
        ]
        ranked = (
            exp.select(
                named(column(WHO, COUNTED), WHO),
                named(column(VALUE, COUNTED), VALUE),
                named(row_number([column(WHO, COUNTED)], order), PLACE),
            )
            .from_(within_brackets(counted, COUNTED))
            .join(within_brackets(messages, _SENT), on=same, join_type="left")
        )
        return best_of(ranked, PLACE, VALUE)

    part = asked.translator.shelf.part(
        ("preferred channel", frame, answers, trait.within),
        f"preferred_channel_of_{answers}{frame.suffix(trait.within)}",
        make,
    )
    return Value(kind=FactKind.TEXT, tree=asked.sheet.column(part, VALUE))


def _by_channel(frame: Frame, events: str, within: Duration | None, channel: str) -> exp.Select:
    """Count each one's events in a window by channel."""
    return (
        frame.see(events, within)
        .where(is_known(column(channel, SEEN)))
        .select(
            named(frame.who, WHO),
            named(column(channel, SEEN), VALUE),
            named(exp.Count(this=exp.Star()), OFTEN),
        )
        .group_by(frame.who, column(channel, SEEN))
    )


def _bucket(trait: Bucket, asked: Asked) -> Value:
    if trait.hash is not BucketHash.MD5:
        raise refuse_trait(asked.name, "databases have no 32-bit FNV hash")
    customer = column(CUSTOMER, ASKED)
    salted = exp.DPipe(this=text(f"{trait.bucket}:"), expression=customer, safe=True)
    digits = exp.Substring(this=exp.MD5(this=salted), start=whole(1), length=whole(8))
    return Value(kind=FactKind.NUMBER, tree=digits, always=True, digits=True)


def _value_ago(trait: ValueAgo, asked: Asked) -> Value:
    return asked.translator.fact(Fact(name=trait.value), asked.sheet.before(trait.ago))


HABITS: Final[Mapping[type, Expressed]] = {
    Tenure: _tenure,
    ShareOf: _share,
    NewOrReturning: _new_or_returning,
    Nps: _nps,
    Affinity: _affinity,
    Interest: _interest,
    PreferredChannel: _preferred_channel,
    Bucket: _bucket,
    ValueAgo: _value_ago,
}
