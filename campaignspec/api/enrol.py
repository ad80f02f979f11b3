"""Let somebody into a journey that is entered by a call."""

from __future__ import annotations

from uuid import uuid4

from campaignspec.api.names import environment_of, require
from campaignspec.errors import UsageError
from campaignspec.ledger.calls import put_call
from campaignspec.ledger.opening import ledger_place, open_ledger
from campaignspec.ledger.store import Access
from campaignspec.project import Project
from campaignspec.spec.entering import OnCall


def enrol(
    project: Project,
    campaign: str,
    *,
    environment: str,
    customer: str,
    key: str | None = None,
    request: str | None = None,
) -> bool:
    """Ask that a customer enters a campaign at the next tick; exactly once for each request.

    Whether the customer may enter is for the campaign to say, at that tick: by its `where`, and by
    whether the customer was in it before. Somebody who is in no source yet enters at the first
    tick at which a source tells of them.

    Args:
        project: The linked project.
        campaign: The campaign's name.
        environment: The environment whose ledger takes the call.
        customer: The customer's id.
        key: What the enrolment is about, where the campaign has one for each.
        request: What tells this request from others; made again, it changes nothing. A new one, if
            not given.

    Returns:
        Whether the request is new.

    Raises:
        UsageError: A name does not exist, the campaign is entered in another way, or a key is
            missing or too much.
        LedgerError: The ledger is not there or cannot be written, or the request was made before
            for something else.
    """
    require(campaign, project.campaigns, "campaign")
    enter = project.campaigns[campaign].enter
    if not isinstance(enter.on, OnCall):
        raise UsageError(
            f"{campaign} is not entered by a call; write `on: {{call: …}}` under `enter` for that"
        )
    if enter.key_ is not None and not key:
        raise UsageError(f"{campaign} has an enrolment for each {enter.key_}: say which with --key")
    if enter.key_ is None and key is not None:
        raise UsageError(f"{campaign} has one enrolment a customer, and takes no --key")
    place = environment_of(project, environment)
    with open_ledger(ledger_place(project.root, place), Access.ASK) as book:
        return put_call(
            book.store,
            request=request or uuid4().hex,
            campaign=campaign,
            customer=customer,
            key=key,
        )
