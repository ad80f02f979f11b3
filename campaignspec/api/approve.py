"""Decide the gates of journeys, and see who waits at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from campaignspec.api.names import environment_of, require, running_of
from campaignspec.errors import UsageError
from campaignspec.graph.compile import compile_campaign
from campaignspec.graph.wait_nodes import GateNode
from campaignspec.ledger.gates import Decision, decisions_of, put_decision, waiting_at
from campaignspec.ledger.opening import ledger_place, open_ledger
from campaignspec.ledger.store import Access
from campaignspec.project import Project
from campaignspec.spec.project import Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A gate of a campaign in an environment.

    Attributes:
        campaign: The campaign's name.
        name: The gate's name.
        by: Who decides.
        waiting: How many enrolments wait at it.
        decision: How it was decided; None while nobody has.
    """

    campaign: str
    name: str
    by: str
    waiting: int
    decision: Decision | None


def approve(
    project: Project,
    campaign: str,
    gate: str,
    *,
    environment: str,
    by: str,
    is_approved: bool = True,
    note: str | None = None,
) -> None:
    """Decide a gate for everybody in an environment, once; it holds from the next tick on.

    Args:
        project: The linked project.
        campaign: The campaign's name.
        gate: The gate's name: what its `approve` says.
        environment: The environment whose ledger takes the decision.
        by: Who decides; the one whom the step names.
        is_approved: Whether people pass; else they go the way of those who were refused.
        note: Why, in words; it is kept beside the decision.

    Raises:
        UsageError: A name does not exist, somebody else is to decide, or the environment answers
            for people by a response model.
        LedgerError: The ledger is not there or cannot be written, or the gate is decided already.
    """
    require(campaign, project.campaigns, "campaign")
    gates = _gates(project, campaign)
    require(gate, gates, f"gate of {campaign}")
    if by != gates[gate].by:
        raise UsageError(f"{gate} is for {gates[gate].by} to decide, not for {by}")
    place = _decided(project, environment)
    decision = Decision(is_approved=is_approved, by=by, note=note)
    with open_ledger(ledger_place(project.root, place), Access.ASK) as book:
        put_decision(book.store, campaign, gate, decision)


def gates(project: Project, environment: str) -> tuple[Gate, ...]:
    """Return the gates of an environment's campaigns, in the order of the journeys.

    Raises:
        UsageError: The environment does not exist, or answers for people by a response model.
        LedgerError: There is no ledger, or it cannot be read.
    """
    place = _decided(project, environment)
    with open_ledger(ledger_place(project.root, place), Access.READ) as book:
        decided = decisions_of(book.store)
        return tuple(
            Gate(
                campaign=campaign,
                name=name,
                by=node.by,
                waiting=waiting_at(book.store, campaign, name),
                decision=decided.get((campaign, name)),
            )
            for campaign in running_of(project, place.campaigns)
            for name, node in _gates(project, campaign).items()
        )


def _gates(project: Project, campaign: str) -> Mapping[str, GateNode]:
    nodes = compile_campaign(project, campaign).nodes
    return {name: node for name, node in nodes.items() if isinstance(node, GateNode)}


def _decided(project: Project, environment: str) -> Environment:
    """Return an environment in which people decide."""
    place = environment_of(project, environment)
    if place.responses is not None:
        raise UsageError(
            f"{environment} answers by the response model {place.responses}, so its gates open by "
            "what their steps `assume`; there is nothing to decide"
        )
    return place
