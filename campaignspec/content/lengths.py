"""Whether parts of a template can come out longer than their channel takes, and why."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

from jinja2 import nodes

from campaignspec.connector import Limit, Measure
from campaignspec.content.extent import lengths_assumed, longest, shortest
from campaignspec.content.limits import length_of, sms_words, too_long
from campaignspec.content.lookups import Assumed
from campaignspec.content.masking import STAND_IN, masked_parts
from campaignspec.content.shared import Fragment
from campaignspec.content.sms import (
    REPLACEMENTS,
    Alphabet,
    alphabet_of,
    foreign_characters,
    replaced,
    text_message,
)
from campaignspec.content.source import Source
from campaignspec.content.template import Template, tidy
from campaignspec.content.tree import Tree
from campaignspec.diagnostics import Diagnostic, Edit, Fix, Severity

_FEW: Final = 3


def check_lengths(
    template: Template,
    tree: Tree,
    source: Source,
    fragments: Mapping[str, Fragment],
    assumed: Assumed,
) -> Iterator[Diagnostic]:
    """Hold each limited part against its limits, at its shortest and at its longest."""
    blocks = tree.blocks
    for limit in template.limits:
        block = blocks[limit.part]
        most = tidy(limit.part, longest(block.body, fragments, limit.part, assumed, limit.measure))
        least = tidy(
            limit.part, shortest(block.body, fragments, limit.part, assumed, limit.measure)
        )
        if length_of(least, limit.measure) > limit.most:
            yield _always(source, block, limit, least)
        elif length_of(most, limit.measure) > limit.most:
            yield _at_worst(source, block, limit, most, template, assumed)
        if limit.measure is Measure.SMS:
            yield from _foreign(source, limit.part, most)


def _always(source: Source, block: nodes.Block, limit: Limit, text: str) -> Diagnostic:
    return Diagnostic(
        code="CNT710",
        message=f"the {limit.part} is too long: {too_long(limit, text)}",
        span=source.at(block.lineno, block.name),
        severity=Severity.ERROR if limit.is_firm else Severity.WARNING,
        help="say it in fewer words",
    )


def _at_worst(
    source: Source,
    block: nodes.Block,
    limit: Limit,
    text: str,
    template: Template,
    assumed: Assumed,
) -> Diagnostic:
    names = sorted(template.uses.variables)[:_FEW]
    taken = ", ".join(lengths_assumed(names, assumed)) or "the longest way through it"
    sent = "; then nothing is sent" if limit.is_firm else ""
    return Diagnostic(
        code="CNT710",
        message=f"the {limit.part} can come out too long{sent}: {too_long(limit, text)}",
        span=source.at(block.lineno, block.name),
        severity=Severity.WARNING,
        help=f"assumed: {taken}; say it in fewer words, or cut values: "
        "{{ name | truncate(20) }}",
    )


def _foreign(source: Source, part: str, text: str) -> Iterator[Diagnostic]:
    """Find the few signs that make a text twice as long, where the alphabet is not the reason."""
    foreign = foreign_characters(text.replace(STAND_IN, ""))
    if not foreign or any(_is_letter(each) for each in foreign):
        return
    masked = masked_parts(source.text).get(part, "")
    places = [at for at, each in enumerate(masked) if each in foreign]
    if not places:
        return  # they come with values, or with a shared text, which is judged by itself
    before, after = text_message(text), text_message(replaced(text))
    names = ", ".join(f'"{each}"' for each in foreign)
    can = alphabet_of(replaced(text)) is Alphabet.GSM_7
    if can:
        advice = f"write {_swaps(foreign)}: then {sms_words(after)}"
    else:
        advice = f"leave out {names}, unless the message is worth it"
    yield Diagnostic(
        code="CNT711",
        message=f"{names} {'makes' if len(foreign) == 1 else 'make'} the whole {part} UCS-2: "
        f"{sms_words(before)}",
        span=source.span(places[0], places[0] + 1),
        severity=Severity.WARNING,
        help=advice,
        fix=_fix(source, masked, places) if can else None,
    )


def _fix(source: Source, masked: str, places: list[int]) -> Fix:
    return Fix(
        title="write what GSM-7 has",
        edits=tuple(
            Edit(span=source.span(at, at + 1), text=REPLACEMENTS[masked[at]]) for at in places
        ),
    )


def _swaps(foreign: tuple[str, ...]) -> str:
    return ", ".join(f'"{REPLACEMENTS[each]}" for "{each}"' for each in foreign)


def _is_letter(character: str) -> bool:
    return character not in REPLACEMENTS and unicodedata.category(character).startswith("L")
