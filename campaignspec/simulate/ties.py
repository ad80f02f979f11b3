"""Who is tied to whom: whether what one customer does may change what becomes of another."""

from __future__ import annotations

from campaignspec.assembly import Assembly
from campaignspec.clock import Instant
from campaignspec.engine.foresight import waiting_for_turns
from campaignspec.engine.winning import undecided
from campaignspec.errors import UsageError


def claims_anything(assembly: Assembly) -> bool:
    """Say whether customers take of what they share: codes, budgets, capacities."""
    return any(program.claims.any() for program in assembly.programs)


def is_tied(assembly: Assembly, end: Instant) -> bool:
    """Say whether what one customer does may change what becomes of another.

    Customers are tied by what they share and by experiments whose winner is decided by ``end`` by
    what all of them did; by nothing else.
    """
    return claims_anything(assembly) or bool(undecided(assembly.programs, assembly.world, end))


def is_apart(assembly: Assembly, end: Instant) -> bool:
    """Say whether customers may walk in several places, though they are tied."""
    return not _in_one_place(assembly, end)


def check_is_apart(assembly: Assembly, end: Instant) -> None:
    """Make sure that customers may walk in several places.

    Raises:
        UsageError: A step must see all customers at once; it names each.
    """
    steps = _in_one_place(assembly, end)
    if steps:
        raise UsageError(
            "these campaigns need all customers in one place: rehearse them on one machine\n"
            + "\n".join(f"- {step}" for step in steps)
        )


def _in_one_place(assembly: Assembly, end: Instant) -> list[str]:
    """Name the steps that must see all customers at once."""
    return [
        *(
            f"{program.graph.campaign}: the winner of `{node.id}` depends on what everybody did"
            for _, program, node in undecided(assembly.programs, assembly.world, end)
        ),
        *(
            f"{program.graph.campaign}: at `{node.id}` what one gets depends on who came before"
            for program, node in waiting_for_turns(assembly.programs, assembly.world)
        ),
    ]
