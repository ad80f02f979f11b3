"""Names that the language allows, as near as possible to those that people know."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import count
from typing import Final

from campaignspec.document.scalars import read_plain
from campaignspec.spec.kinds import Name
from campaignspec.spec.rule_tokens import KEYWORDS

_CALLED: Final = frozenset({"segment", "sent", "opened", "clicked"})
"""Words that a parenthesis may follow in a rule; legible only where they are nothing else."""


def name_like(text: str, taken: Collection[str], *, dots: bool = False) -> Name:
    """Make a name of a text that nothing else has.

    Args:
        text: Whatever people called it.
        taken: The names that are given already.
        dots: Whether dots stay; properties have none.

    Returns:
        Letters, digits, ``-``, ``_`` and perhaps ``.``, beginning with a letter; not a word of
        the rules, nor one that YAML reads as something else than text.
    """
    allowed = r"[^\w.-]+" if dots else r"[^\w-]+"
    base = re.sub(allowed, "-", text.strip()).strip("-.")
    base = re.sub(r"^[\W\d_]+", "", base) or "unnamed"
    if base in KEYWORDS | _CALLED or read_plain(base) != base:
        base = f"{base}_value"
    if base not in taken:
        return Name(base)
    return next(Name(f"{base}_{n}") for n in count(2) if f"{base}_{n}" not in taken)
