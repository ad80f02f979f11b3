"""The journeys written by hand as an interpreter with a heap: everybody in the order of time."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heapify, heappop, heappush
from typing import Final, TypeAlias

from benchmarks.engine.by_hand import (
    BEFORE_THE_COUPON,
    CONVERTED,
    DAY,
    KINDS,
    NEVER,
    PATIENCE,
    VALID_FOR,
    Book,
    Crowd,
    Node,
    Plan,
    What,
    names_of,
)
from benchmarks.engine.facts import Facts
from benchmarks.engine.made import END

Act: TypeAlias = Callable[[int, int, int], None]
"""What a node does to an enrolment, whose customer it is, and when."""

_FREE: Final = -1


def walk(crowd: Crowd, plan: Plan, customers: int) -> Facts:
    """Walk everybody through the journeys, and return what happened."""
    return _Walk(crowd, plan, customers).run()


class _Walk:
    """All enrolments; one is a customer's in a journey: journey times customers plus customer."""

    def __init__(self, crowd: Crowd, plan: Plan, customers: int) -> None:
        self._crowd = crowd
        self._plan = plan
        self._size = len(crowd.rows)
        self._book = Book(names_of(plan))
        self._note = self._book.note
        self._left = self._full = plan.coupons(customers)
        self._day = 0
        self._held_until = [_FREE] * self._size
        enrolments = self._size * len(plan.journeys)
        self._nodes: list[int] = [Node.LEAD] * enrolments
        self._is_back = [False] * enrolments
        self._is_open = [True] * enrolments
        self._heap: list[tuple[int, int, int]] = []
        self._acts: dict[int, Act] = {
            Node.LEAD: self._lead,
            Node.HELLO: self._hello,
            Node.VISIT_IN_ONE_DAY: self._visit,
            Node.VISIT_IN_TWO_DAYS: self._visit,
            Node.THINKING: self._grant,
            Node.WITH_COUPON: self._with_coupon,
            Node.REMINDER: self._reminder,
        }

    def run(self) -> Facts:
        """Walk until the end."""
        self._crowd.draw(self._plan.coupon)
        self._enter()
        heap, nodes, acts, size = self._heap, self._nodes, self._acts, self._size
        goal, is_open = self._crowd.goal, self._is_open
        while heap:
            now, _, enrolment = heappop(heap)
            if now > END:
                break
            who = enrolment % size
            if goal[who] <= now:
                self._convert(enrolment, who)
            else:
                acts[nodes[enrolment]](enrolment, who, now)
        for enrolment in range(len(nodes)):
            if is_open[enrolment] and goal[enrolment % size] <= END:
                self._convert(enrolment, enrolment % size)
        return self._book.facts(self._crowd.rows)

    def _enter(self) -> None:
        crowd, size = self._crowd, self._size
        for place, journey in enumerate(self._plan.journeys):
            first = Node.LEAD if journey.lead_days else Node.HELLO
            for who, at in enumerate(crowd.entered):
                self._note(at, who, place * KINDS + What.ENTERED)
                self._nodes[place * size + who] = first
                due = at + journey.lead_days * DAY
                self._heap.append((due, self._turn(place, who), place * size + who))
        heapify(self._heap)

    def _turn(self, place: int, who: int) -> int:
        """Return what decides at one instant: the journey, then the customer's hash."""
        return place * self._size + self._crowd.turn[who]

    def _push(self, enrolment: int, who: int, due: int, node: Node) -> None:
        """Let an enrolment rest at a node until an instant."""
        self._nodes[enrolment] = node
        heappush(self._heap, (due, self._turn(enrolment // self._size, who), enrolment))

    def _tell(self, enrolment: int, who: int, now: int, what: int) -> None:
        self._note(now, who, enrolment // self._size * KINDS + what)

    def _convert(self, enrolment: int, who: int) -> None:
        self._is_open[enrolment] = False
        self._tell(enrolment, who, self._crowd.goal[who], CONVERTED + self._nodes[enrolment])

    def _lead(self, enrolment: int, who: int, now: int) -> None:
        self._tell(enrolment, who, now, What.LED)
        self._hello(enrolment, who, now)

    def _hello(self, enrolment: int, who: int, now: int) -> None:
        if not self._send(enrolment, who, now, Node.HELLO, What.HELLO):
            return
        arm = self._crowd.arm[who]
        self._tell(enrolment, who, now, What.TWO_DAYS + arm)
        back, latest = self._crowd.back_at(who, now), now + PATIENCE[arm]
        self._is_back[enrolment] = back <= latest
        node = Node.VISIT_IN_ONE_DAY if arm else Node.VISIT_IN_TWO_DAYS
        self._push(enrolment, who, min(back, latest), node)

    def _visit(self, enrolment: int, who: int, now: int) -> None:
        arm = self._crowd.arm[who]
        if self._is_back[enrolment]:
            self._tell(enrolment, who, now, What.BACK_IN_TWO + arm)
            self._push(enrolment, who, now + BEFORE_THE_COUPON, Node.THINKING)
        else:
            self._tell(enrolment, who, now, What.NOT_BACK_IN_TWO + arm)
            self._reminder(enrolment, who, now)

    def _grant(self, enrolment: int, who: int, now: int) -> None:
        self._tell(enrolment, who, now, What.THOUGHT)
        answer = self._claim(who, now)
        self._tell(enrolment, who, now, answer)
        if answer is not What.GRANTED:
            self._tell(enrolment, who, now, What.NO_COUPON)
            self._nodes[enrolment] = Node.NO_COUPON
            return
        if self._held_until[who] <= END:
            self._tell(enrolment, who, self._held_until[who], What.EXPIRED)
        self._with_coupon(enrolment, who, now)

    def _claim(self, who: int, now: int) -> What:
        """Take a coupon; three journeys never ask more than three times, which is allowed."""
        if self._plan.is_daily and now // DAY > self._day:
            self._day, self._left = now // DAY, self._full
        if self._held_until[who] > now:
            return What.ALREADY_HAS
        if not self._left:
            return What.NONE_LEFT
        self._left -= 1
        self._held_until[who] = now + VALID_FOR if self._plan.is_daily else NEVER
        return What.GRANTED

    def _with_coupon(self, enrolment: int, who: int, now: int) -> None:
        if self._send(enrolment, who, now, Node.WITH_COUPON, What.OFFER):
            self._tell(enrolment, who, now, What.HAS_COUPON)
            self._nodes[enrolment] = Node.HAS_COUPON

    def _reminder(self, enrolment: int, who: int, now: int) -> None:
        if not self._crowd.agrees_to_sms[who]:
            self._tell(enrolment, who, now, What.REMINDER_REFUSED)
        elif not self._send(enrolment, who, now, Node.REMINDER, What.REMINDER):
            return
        self._tell(enrolment, who, now, What.COMPLETED)
        self._nodes[enrolment] = Node.END

    def _send(self, enrolment: int, who: int, now: int, node: Node, sent: What) -> bool:
        """Send a message, or let it wait; before what is sent stands why it may wait."""
        until, why = self._crowd.end_of_quiet(who, now), sent - 2
        if until == now:
            until, why = self._crowd.end_of_cap(who, now), sent - 1
        if until > now:
            self._tell(enrolment, who, now, why)
            self._push(enrolment, who, until, node)
            return False
        self._tell(enrolment, who, now, sent)
        self._crowd.sent[who].append(now)
        return True
