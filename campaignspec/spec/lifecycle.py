"""Lifecycles: the stages that a customer goes through, and what leads from one to another."""

from __future__ import annotations

from dataclasses import dataclass

from campaignspec.spec.kinds import Name
from campaignspec.spec.rule import Rule
from campaignspec.spec.shape import Change, Loc, key, location


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One way from stages to a stage."""

    to: Name = key("The stage that it leads to.", Change.ROUTING)
    from_: tuple[Name, ...] = key(
        "The stages that it leads from; all others, if not given.", Change.ROUTING, default=()
    )
    when: Rule = key("What is true of a customer who moves.", Change.ROUTING)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """The stage that a customer is in, by a machine that is declared here.

    Everybody begins in the first stage. At each tick a customer takes the first move whose
    `from` holds the present stage and whose rule is true, then again from the new stage, until
    no move is left, or until the next would lead to a stage that was entered at this tick.
    """

    lifecycle: tuple[Name, ...] = key(
        "The stages; the first is where everybody begins.", Change.ROUTING
    )
    moves: tuple[Move, ...] = key("The ways between them, in the order tried.", Change.ROUTING)
    loc: Loc = location()
