"""Say what a finding means."""

from __future__ import annotations

from dataclasses import dataclass

from campaignspec.diagnostics import CODES, nearest
from campaignspec.diagnostics.codes import FAMILIES
from campaignspec.diagnostics.examples import Example, example_of
from campaignspec.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a finding means.

    Attributes:
        code: The finding's code.
        slug: Its name in words.
        family: What all findings are about whose codes begin with the same letters.
        summary: What it means, in one sentence.
        example: What is wrong, what is said to it, and what is right, where one is kept.
    """

    code: str
    slug: str
    family: str
    summary: str
    example: Example | None


def meaning_of(name: str) -> Meaning:
    """Look a finding up by its code, in capital letters or small ones, or by its name in words.

    Raises:
        UsageError: There is no such finding.
    """
    by_name = {code.slug: code.code for code in CODES.values()}
    known = name.upper() if name.upper() in CODES else by_name.get(name.lower())
    if known is None:
        meant = nearest(name.upper(), tuple(CODES)) or nearest(name.lower(), tuple(by_name))
        advice = f"did you mean {meant!r}?" if meant else "see `campaignspec explain --list`"
        raise UsageError(f"no finding has the code {name!r}; {advice}")
    code = CODES[known]
    return Meaning(
        code=code.code,
        slug=code.slug,
        family=FAMILIES[code.code[:3]],
        summary=code.summary,
        example=example_of(known),
    )


def all_meanings() -> tuple[Meaning, ...]:
    """Return the meaning of every finding, in the order of the reference."""
    return tuple(map(meaning_of, CODES))
