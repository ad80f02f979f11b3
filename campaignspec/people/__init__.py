"""Who is who: phones, e-mails and names in one form, and records joined to people."""

from __future__ import annotations

from campaignspec.people.columns import Normalised
from campaignspec.people.consents import inherited
from campaignspec.people.emails import normalise_emails
from campaignspec.people.name_shape import Order
from campaignspec.people.names import Names, split_names
from campaignspec.people.phones import Phones, normalise_phones
from campaignspec.people.resolution import Resolution, write_lineage
from campaignspec.people.rules import Identity, MatchKey, Newest, Precedence, Reference

__all__ = [
    "Identity",
    "MatchKey",
    "Names",
    "Newest",
    "Normalised",
    "Order",
    "Phones",
    "Precedence",
    "Reference",
    "Resolution",
    "inherited",
    "normalise_emails",
    "normalise_phones",
    "split_names",
    "write_lineage",
]
