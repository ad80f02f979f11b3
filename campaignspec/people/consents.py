"""Consent of people who are several customers: a refusal wins.

A person stands consented at an instant when at least one of its customers has granted, and none
stands refused. So only the customer that refused can take the refusal back; a grant that another
of them gave, even later, does not.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


def inherited(
    person: Numbers, customer: Numbers, at: Numbers, granted: Flags
) -> tuple[Numbers, Flags]:
    """Turn decisions of customers, on one channel for one purpose, into the state of people.

    Args:
        person: Whose decision each is.
        customer: Which of the person's customers decided.
        at: When, in microseconds. Of a customer's decisions of one instant a refusal counts.
        granted: What was decided.

    Returns:
        The decisions in the order of people and time, as places in the arrays that were given;
        and for each of them whether its person stands consented from then on.
    """
    refused = np.int64(1) - granted
    mine = np.lexsort((refused, at, customer, person))
    before = np.zeros(len(mine), np.int64)
    goes_on = customer[mine][1:] == customer[mine][:-1]
    before[1:] = np.where(goes_on, refused[mine][:-1], 0)
    change = np.empty(len(mine), np.int64)
    change[mine] = refused[mine] - before
    order = np.lexsort((refused, customer, at, person))
    standing = np.cumsum(change[order])
    begins = np.ones(len(order), np.bool_)
    begins[1:] = person[order][1:] != person[order][:-1]
    earlier = np.append(0, standing)[np.flatnonzero(begins)]
    standing -= np.repeat(earlier, np.diff(np.flatnonzero(begins), append=len(order)))
    return order, standing == 0
