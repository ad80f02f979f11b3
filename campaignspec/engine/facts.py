"""Facts: what happened to whom, when, where in the journey, and why. Append-only.

A table of facts has the columns of `SCHEMA` and is sorted by `ORDER`. Rehearsal and run
write the same facts for the same inputs, row for row.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import pyarrow as pa


class Kind(StrEnum):
    """The closed list of facts."""

    ENTERED = "entered"
    """A customer begins the journey."""
    HELD_OUT = "held_out"
    """A customer enters and is kept from all treatment, to be compared."""
    REFUSED = "refused"
    """A customer met the entry and may not enter; the reason says why."""
    WAITED = "waited"
    """A wait is over; the edge says how: ``next``, ``in time`` or ``too late``."""
    BRANCHED = "branched"
    """A branch was decided; the edge is the way taken."""
    ASSIGNED = "assigned"
    """An experiment drew an arm; the edge is the arm."""
    SENT = "sent"
    """A message was handed to its channel; the value is its cost."""
    DEFERRED = "deferred"
    """A message waits for policy to allow it; the reason says which rule."""
    SUPPRESSED = "suppressed"
    """A message will not be sent; the reason says which rule."""
    DONE = "done"
    """Something other than a message was done; the value is its cost."""
    EMITTED = "emitted"
    """An event was emitted, which other journeys hear one tick later; the reason names it."""
    PUBLISHED = "published"
    """Something was published for everybody; it belongs to no customer. The value is its cost."""
    MARKED = "marked"
    """Something was remembered of the customer."""
    FAILED = "failed"
    """A channel refused a message for good; the reason is the channel's."""
    GRANTED = "granted"
    """An offer was given; the reason names it, and the value is what it is worth while held."""
    NOT_GRANTED = "not_granted"
    """An offer was not given; the reason says why."""
    REDEEMED = "redeemed"
    """An offer was made use of; the reason names it, and the value is what that cost. One that an
    event redeems is noted at the step that gave it."""
    REVOKED = "revoked"
    """An offer was taken back; the reason names it, and the value is what it was worth."""
    NOT_HELD = "not_held"
    """An offer was to be revoked or redeemed, and the customer did not hold it; the reason names
    it."""
    OFFER_EXPIRED = "offer_expired"
    """An offer was not used in time; the reason names it. It is noted at the step that gave it."""
    OPENED = "opened"
    """A message was opened."""
    CLICKED = "clicked"
    """A link of a message was clicked."""
    UNSUBSCRIBED = "unsubscribed"
    """A message was answered by an opt-out from its channel."""
    REACHED = "reached"
    """A stage on the way to the goal was reached; the edge is the stage."""
    CONVERTED = "converted"
    """The goal was reached; the value is what the goal counts."""
    LEFT = "left"
    """A leave rule or a leave step ended the journey; the reason says which."""
    COMPLETED = "completed"
    """The last step is done."""
    EXPIRED = "expired"
    """The goal's window closed without the goal."""


SCHEMA: Final = pa.schema(
    [
        pa.field("at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("campaign", pa.string(), nullable=False),
        pa.field("customer", pa.string(), nullable=False),
        pa.field("enrolment", pa.int32(), nullable=False),
        pa.field("seq", pa.int32(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("node", pa.string(), nullable=False),
        pa.field("edge", pa.string()),
        pa.field("channel", pa.string()),
        pa.field("reason", pa.string()),
        pa.field("value", pa.int64()),
        pa.field("key", pa.string()),
    ]
)
"""The columns of a table of facts.

``enrolment`` counts a customer's enrolments in a campaign from 1; ``seq`` counts the steps of
one enrolment from 0 (answers to messages have -1: they come from outside); ``edge`` is the way
taken out of the node; ``value`` is money in micro-units; ``key`` says, where a campaign has one
enrolment an order, which order this one is about, and is null elsewhere.
"""

ORDER: Final = ("customer", "at", "campaign", "enrolment", "seq", "kind", "node", "key")
"""No two facts agree in all of these columns. What happened to one customer stands together; what
was done for everybody at once belongs to nobody, whose id is empty, and comes first."""
