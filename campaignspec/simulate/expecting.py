"""Holding what a test expects against what came: one function for each key of ``expect``.

A key that comes with a new kind of fact is one more function in `EXPECTATIONS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, TypeAlias

from campaignspec.clock import Instant
from campaignspec.engine.facts import Kind
from campaignspec.money import MICROS, Money, format_micros
from campaignspec.simulate.aligning import align
from campaignspec.simulate.bench import Told, clock
from campaignspec.simulate.scene import Mismatch, Pair, Scene, Verdict
from campaignspec.simulate.telling import tell
from campaignspec.spec.case import ExpectedMessage, Silence
from campaignspec.spec.kinds import Ending, Moment, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """An item of a list in ``expect``: its words, its time, and the facts that it may be."""

    words: str
    at: Instant | None
    fits: Callable[[Told], bool] = field(repr=False)

    def is_(self, fact: Told) -> bool:
        return self.at in {None, fact.at} and self.fits(fact)

    def line(self, zone: str) -> str:
        return self.words if self.at is None else f"{clock(self.at, zone)}  {self.words}"


Expectation: TypeAlias = Callable[[Scene], Iterator[Verdict]]


def judge(scene: Scene) -> tuple[Verdict, ...]:
    """Say of every key of ``expect`` that is given what became of it."""
    return tuple(verdict for expectation in EXPECTATIONS for verdict in expectation(scene))


def _entered(scene: Scene) -> Iterator[Verdict]:
    if scene.expect.entered is not None:
        wanted = [
            _Wanted(words="entered", at=scene.instant(at), fits=lambda _: True)
            for at in scene.expect.entered
        ]
        yield _listed(scene, "entered", wanted, scene.of(Kind.ENTERED))


def _refused(scene: Scene) -> Iterator[Verdict]:
    if scene.expect.refused is not None:
        wanted = [
            _Wanted(
                words=f"refused: {each.reason}",
                at=scene.instant(each.at),
                fits=_is_for(each.reason),
            )
            for each in scene.expect.refused
        ]
        yield _listed(scene, "refused", wanted, scene.of(Kind.REFUSED))


def _messages(scene: Scene) -> Iterator[Verdict]:
    if scene.expect.messages is not None:
        wanted = [_message(scene, each) for each in scene.expect.messages]
        yield _listed(scene, "messages", wanted, scene.of(Kind.SENT))


def _contains(scene: Scene) -> Iterator[Verdict]:
    for each in scene.expect.contains:
        wanted = _message(scene, each)
        found = [at for at in scene.of(Kind.SENT) if wanted.is_(scene.facts[at])]
        good = bool(found) if each.times is None else len(found) == each.times
        pairs = [Pair(expected=wanted.words, at=wanted.at, fact=at, key="contains") for at in found]
        if good:
            yield Verdict(pairs=tuple(pairs))
            continue
        # One too many is told below the timelines: nobody can say which of them it is.
        often = "at least once" if each.times is None else f"{each.times} times"
        came = tuple(_line(scene, at) for at in found) or ("not sent",)
        missing = Pair(expected=wanted.words, at=wanted.at, fact=None, key="contains")
        yield Verdict(
            pairs=() if found else (missing,),
            mismatch=Mismatch(
                what="contains", expected=(f"{wanted.line(scene.zone)}, {often}",), actual=came
            ),
        )


def _done(scene: Scene) -> Iterator[Verdict]:
    if scene.expect.done is not None:
        wanted = [
            _Wanted(words=f"done {each.step}", at=scene.instant(each.at), fits=_is_at(each.step))
            for each in scene.expect.done
        ]
        yield _listed(scene, "done", wanted, scene.of(*_DEEDS))


def _suppressed(scene: Scene) -> Iterator[Verdict]:
    if scene.expect.suppressed is not None:
        wanted = [
            _Wanted(
                words=f"suppressed {each.send}: {each.reason}",
                at=scene.instant(each.at),
                fits=_is_silence(each),
            )
            for each in scene.expect.suppressed
        ]
        yield _listed(scene, "suppressed", wanted, scene.of(Kind.SUPPRESSED))


def _conversions(scene: Scene) -> Iterator[Verdict]:
    if scene.expect.conversions is not None:
        wanted = [
            _Wanted(
                words="goal" if each.value is None else f"goal: {each.value}",
                at=scene.instant(each.at),
                fits=_is_worth(each.value),
            )
            for each in scene.expect.conversions
        ]
        yield _listed(scene, "conversions", wanted, scene.of(Kind.CONVERTED))


def _path(scene: Scene) -> Iterator[Verdict]:
    if not scene.expect.path:
        return
    gone = [fact for fact in scene.facts if fact.kind not in _NO_STEPS]
    left = iter(gone)
    for passage in scene.expect.path:
        if not any(_is_passed(passage, fact) for fact in left):
            break
    else:
        yield Verdict()
        return
    # A step that defers or tries again is one step of the path, however many facts it leaves.
    came = [passage for passage, _ in groupby(_passage(fact) for fact in gone)]
    yield Verdict(
        mismatch=Mismatch(
            what="path",
            expected=tuple(str(passage) for passage in scene.expect.path),
            actual=tuple(str(passage) for passage in came) or ("never entered",),
        )
    )


def _cost(scene: Scene) -> Iterator[Verdict]:
    limit = scene.expect.cost
    if limit is None:
        return
    spent = sum(scene.facts[at].value or 0 for at in scene.of(*_COSTLY))
    if limit.is_met_by(spent / MICROS):
        yield Verdict()
        return
    actual = f"{format_micros(spent)} {scene.currency}"
    yield Verdict(mismatch=Mismatch(what="cost", expected=(str(limit),), actual=(actual,)))


_ENDS: Final = {
    Kind.CONVERTED: "goal",
    Kind.LEFT: "left",
    Kind.COMPLETED: "completed",
    Kind.EXPIRED: "expired",
}
_NO_STEPS: Final = (
    Kind.REFUSED,
    Kind.OPENED,
    Kind.CLICKED,
    Kind.UNSUBSCRIBED,
    Kind.REACHED,
    Kind.OFFER_EXPIRED,
)
_DEEDS: Final = (
    Kind.DONE,
    Kind.EMITTED,
    Kind.MARKED,
    Kind.GRANTED,
    Kind.REDEEMED,
    Kind.REVOKED,
)
_COSTLY: Final = (Kind.SENT, Kind.DONE)


def _ends(scene: Scene) -> Iterator[Verdict]:
    """Hold the end of the last enrolment against the first fact that ends it."""
    wanted = scene.expect.ends
    if wanted is None:
        return
    begun = [fact for fact in scene.facts if fact.kind is Kind.ENTERED]
    last = (begun[-1].enrolment, begun[-1].key) if begun else None
    place = next(
        (
            at
            for at, fact in enumerate(scene.facts)
            if fact.kind in _ENDS and (fact.enrolment, fact.key) == last
        ),
        None,
    )
    actual = _ending(scene, place, has_begun=last is not None)
    at = scene.instant(wanted.at)
    good = (
        wanted.word == actual.word
        and wanted.reason in {None, actual.reason}
        and at in {None, None if place is None else scene.facts[place].at}
    )
    if good:
        words = f"ends: {Ending(wanted.word, wanted.reason)}"
        pair = Pair(expected=words, at=at, fact=place, key="ends")
        yield Verdict(pairs=() if place is None else (pair,))
        return
    pairs = [Pair(expected=f"ends: {wanted}", at=at, fact=None, key="ends")]
    if place is not None:
        pairs.append(Pair(expected=None, at=None, fact=place, key="ends"))
    mismatch = Mismatch(what="ends", expected=(str(wanted),), actual=(str(actual),))
    yield Verdict(pairs=tuple(pairs), mismatch=mismatch)


def _ending(scene: Scene, place: int | None, *, has_begun: bool) -> Ending:
    """Say how the last enrolment ends: by the fact at a place, or not at all."""
    if place is None:
        return Ending("open" if has_begun else "never entered")
    fact = scene.facts[place]
    return Ending(_ENDS[fact.kind], fact.reason, Moment(clock(fact.at, scene.zone)))


EXPECTATIONS: Final[tuple[Expectation, ...]] = (
    _entered,
    _refused,
    _messages,
    _contains,
    _suppressed,
    _done,
    _path,
    _conversions,
    _cost,
    _ends,
)
"""One function a key of ``expect``; it yields nothing where the key is not given."""


def _message(scene: Scene, each: ExpectedMessage) -> _Wanted:
    extras = (
        f"via {each.via}" if each.via else "",
        f"in arm {each.arm}" if each.arm else "",
        f"for {each.cost}" if each.cost else "",
    )

    def fits(fact: Told) -> bool:
        return (
            fact.node == each.send
            and each.via in {None, fact.channel}
            and (each.arm is None or _has_drawn(scene, each.arm, fact))
            and (each.cost is None or fact.value == each.cost.micros)
        )

    words = " ".join(filter(None, (f"sent {each.send}", *extras)))
    return _Wanted(words=words, at=scene.instant(each.at), fits=fits)


def _is_at(step: str) -> Callable[[Told], bool]:
    return lambda fact: fact.node == step


def _is_for(reason: str) -> Callable[[Told], bool]:
    return lambda fact: fact.reason == reason


def _is_silence(silence: Silence) -> Callable[[Told], bool]:
    return lambda fact: (fact.node, fact.reason) == (silence.send, silence.reason)


def _is_worth(value: Money | None) -> Callable[[Told], bool]:
    return lambda fact: value is None or fact.value == value.micros


def _has_drawn(scene: Scene, arm: str, by: Told) -> bool:
    return any(
        fact.kind is Kind.ASSIGNED
        and fact.edge == arm
        and (fact.enrolment, fact.key) == (by.enrolment, by.key)
        and fact.at <= by.at
        for fact in scene.facts
    )


def _listed(scene: Scene, key: str, wanted: Sequence[_Wanted], places: Sequence[int]) -> Verdict:
    """Hold an exact list against the facts that it speaks of."""
    matches = align(len(wanted), len(places), lambda w, p: wanted[w].is_(scene.facts[places[p]]))
    pairs = tuple(
        Pair(
            expected=None if item is None else wanted[item].words,
            at=None if item is None else wanted[item].at,
            fact=None if place is None else places[place],
            key=key,
        )
        for item, place in matches
    )
    if all(item is not None and place is not None for item, place in matches):
        return Verdict(pairs=pairs)
    return Verdict(
        pairs=pairs,
        mismatch=Mismatch(
            what=key,
            expected=tuple(item.line(scene.zone) for item in wanted) or ("none",),
            actual=tuple(_line(scene, place) for place in places) or ("none",),
        ),
    )


def _line(scene: Scene, place: int) -> str:
    fact = scene.facts[place]
    return f"{clock(fact.at, scene.zone)}  {tell(fact)}"


def _passage(fact: Told) -> Passage:
    return Passage(fact.node, fact.edge if fact.edge not in {None, "next"} else None)


def _is_passed(passage: Passage, fact: Told) -> bool:
    return fact.node == passage.step and passage.way in {None, fact.edge}
