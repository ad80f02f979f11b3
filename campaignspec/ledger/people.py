"""The numbers by which a ledger knows customers, and what rows of the history they are.

A customer gets a number at the first enrolment. Those who enter together have numbers side by side,
so what concerns them together lies together on the disk.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from campaignspec.engine.journal import NOBODY
from campaignspec.history import History
from campaignspec.history.sorting import distinct
from campaignspec.ledger.store import Persons, Rows, Store

Places = npt.NDArray[np.int64]

EVERYBODY = 0
"""The number of nobody in particular: of what is done for everybody at once."""
_STRANGER = -1


class People:
    """Who is who: rows of a history and numbers of a ledger, both ways.

    Attributes:
        history: The history.
    """

    def __init__(self, store: Store, history: History) -> None:
        """Look everybody up, once."""
        self.history = history
        self._store = store
        self._customers = history.customers
        found = store.query("SELECT person, customer FROM person WHERE person > 0 ORDER BY person")
        row_of = history.row_of
        persons = np.fromiter((person for person, _ in found), np.int64, len(found))
        rows = np.fromiter((row_of.get(who, _STRANGER) for _, who in found), np.int64, len(found))
        self._last = int(persons.max(initial=EVERYBODY))
        self._row_of = np.full(self._last + 1, _STRANGER, np.int64)
        self._row_of[persons] = rows
        # One place more than there are customers: the row of nobody is the last.
        self._person_of = np.full(len(self._customers) + 1, EVERYBODY, np.int64)
        self._person_of[rows[rows != _STRANGER]] = persons[rows != _STRANGER]

    def rows(self, persons: Persons) -> Places:
        """Return the rows of persons, ascending, each once; of whom no source tells, none."""
        rows = distinct(self._row_of[persons])
        found: Places = rows[rows != _STRANGER]
        return found

    def places(self, persons: Persons, who: Places) -> Places:
        """Return where persons stand among ascending rows, all of which must be there."""
        return np.searchsorted(who, self._row_of[persons])

    def known(self, rows: Places) -> Persons:
        """Return the numbers of those who have one."""
        persons = self._person_of[rows]
        found: Persons = persons[persons != EVERYBODY]
        return found

    def numbers(self, rows: Places) -> Persons:
        """Return the number of each row; whoever has none gets one, in the order given."""
        persons = self._person_of[rows]
        new = rows[(persons == EVERYBODY) & (rows != NOBODY)]
        if len(new):
            _, first = np.unique(new, return_index=True)
            self._number(new[np.sort(first)])
            persons = self._person_of[rows]
        return persons

    def _number(self, rows: Places) -> None:
        persons = np.arange(len(rows), dtype=np.int64) + self._last + 1
        self._store.put(
            Rows(
                table="person",
                size=len(rows),
                columns={"person": persons, "customer": [self._customers[row] for row in rows]},
            )
        )
        self._last += len(rows)
        if self._last >= len(self._row_of):
            more = np.full(max(len(self._row_of), len(rows)), _STRANGER, np.int64)
            self._row_of = np.concatenate([self._row_of, more])
        self._row_of[persons] = rows
        self._person_of[rows] = persons
