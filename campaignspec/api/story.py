"""Tell one person's story: from a file of facts, an environment's ledger, or a rehearsal."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from campaignspec.api.history import history_of
from campaignspec.api.names import (
    campaigns_of,
    channels_of,
    customer_row,
    environment_of,
    require,
    responses_of,
    running_of,
)
from campaignspec.api.period import Period, period_of
from campaignspec.assembly import Assembly, assemble
from campaignspec.forecast import RateResponses
from campaignspec.history import History
from campaignspec.ledger.facts_file import read_facts
from campaignspec.ledger.opening import ledger_place, open_ledger
from campaignspec.ledger.reading import read_part
from campaignspec.ledger.store import Access
from campaignspec.project import Project
from campaignspec.simulate.parts import walk_in_parts
from campaignspec.simulate.ties import is_tied
from campaignspec.story import Lore, Story, lore_of, records_of, tell_story


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whose story is wanted, and how much of it.

    Attributes:
        customer: The person's id.
        campaigns: Which campaigns to tell of; all, if none is named.
        utc: Whether instants are told in UTC, and not by the person's own clock.
    """

    customer: str
    campaigns: tuple[str, ...] = ()
    utc: bool = False


def story_of_facts(
    project: Project,
    wanted: Wanted,
    path: Path,
    *,
    first: str | None = None,
    last: str | None = None,
) -> Story:
    """Tell a person's story from a file of facts.

    Args:
        project: The linked project; what it says today explains the facts.
        wanted: Whose story.
        path: The file, of `simulate --facts` or `run --facts`.
        first: The first date of the facts; the history's, if not given.
        last: The last date of the facts; the history's, if not given.

    Raises:
        UsageError: A name, the customer, a date or the file does not exist.
        HistoryError: A source cannot be read.
    """
    names = campaigns_of(project, wanted.campaigns)
    history = _history_with(project, wanted.customer)
    period = period_of(project, history, first=first, last=last)
    facts = read_facts(path)
    told = {record.campaign for record in records_of(facts, wanted.customer)} & set(
        running_of(project, ())
    )
    assembly = assemble(
        project,
        history,
        campaigns=sorted({*names, *told}),
        assumes=True,
        start=period.start,
        end=period.end,
    )
    lore = _lore(project, assembly, wanted, facts, period)
    return tell_story(lore, names, source=f"the facts in {path}")


def story_of_environment(project: Project, wanted: Wanted, environment: str) -> Story:
    """Tell a person's story from an environment's ledger; its runner may go on meanwhile.

    Args:
        project: The linked project; what it says today explains the facts.
        wanted: Whose story.
        environment: The environment's name.

    Raises:
        UsageError: A name or the customer does not exist, or a campaign is not run here.
        LedgerError: There is no ledger, or it cannot be read.
        HistoryError: A source cannot be read.
    """
    place = environment_of(project, environment)
    known = running_of(project, ())
    with open_ledger(ledger_place(project.root, place), Access.READ) as book:
        # Where a cap counts the messages to several people together, theirs are looked at, too.
        is_alone = not any(cap.by for cap in project.policies.caps)
        part = read_part(book, wanted.customer if is_alone else None)
    run = [name for name in part.campaigns if name in known]
    for name in wanted.campaigns:
        require(name, run, f"campaign of {environment}")
    history = _history_with(project, wanted.customer)
    assembly = assemble(
        project,
        history,
        campaigns=run,
        channels=channels_of(project, place),
        assumes=place.responses is not None,
        start=part.start,
        end=part.watermark,
    )
    period = Period(start=part.start, end=part.watermark)
    lore = _lore(project, assembly, wanted, part.facts, period)
    return tell_story(lore, wanted.campaigns or run, source=f"the ledger of {environment}")


def story_of_rehearsal(
    project: Project,
    wanted: Wanted,
    *,
    first: str | None = None,
    last: str | None = None,
    responses: str | None = None,
) -> Story:
    """Tell a person's story from a rehearsal that is made for it.

    All campaigns are rehearsed, whatever is told, since caps count what every campaign sends; and
    for everybody, where people are tied to each other: who is given the last code, or the last of
    a budget, depends on all others.

    Args:
        project: The linked project.
        wanted: Whose story.
        first: The first date; the history's, if not given.
        last: The last date; the history's, if not given.
        responses: The response model; the project's only one, if not given.

    Raises:
        UsageError: A name, the customer or a date does not exist.
        HistoryError: A source cannot be read.
    """
    names, model = campaigns_of(project, wanted.campaigns), responses_of(project, responses)
    history = _history_with(project, wanted.customer)
    period = period_of(project, history, first=first, last=last)
    assembly = assemble(
        project,
        history,
        campaigns=sorted({*names, *project.campaigns}),
        responses=RateResponses(project.settings.responses[model], history.ids) if model else None,
        assumes=True,
        start=period.start,
        end=period.end,
    )
    everybody = is_tied(assembly, period.end)
    alone = np.array([customer_row(history, wanted.customer)], np.int64)
    rows = np.arange(len(history.customers), dtype=np.int64) if everybody else alone
    parts = walk_in_parts(assembly, rows, start=period.start, end=period.end)
    lore = _lore(project, assembly, wanted, pa.concat_tables([p.facts for p in parts]), period)
    answers = f"the response model {model} answers messages" if model else "nobody answers messages"
    who = "everybody, since people share what there is" if everybody else "this person alone"
    source = f"a rehearsal of all campaigns for {who}, in which {answers}"
    return tell_story(lore, names, source=source)


def _history_with(project: Project, customer: str) -> History:
    """Load the history, if it knows the customer: what comes next takes longer."""
    history = history_of(project)
    customer_row(history, customer)
    return history


def _lore(
    project: Project, assembly: Assembly, wanted: Wanted, facts: pa.Table, period: Period
) -> Lore:
    row = customer_row(assembly.world.history, wanted.customer)
    return lore_of(
        project, assembly, facts, row=row, start=period.start, end=period.end, utc=wanted.utc
    )
