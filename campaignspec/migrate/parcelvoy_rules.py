"""Parcelvoy's rules as terms."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from campaignspec.migrate.columns import Act, Form, Happening, Taken
from campaignspec.migrate.conditions import compare
from campaignspec.migrate.draft import Draft, Notebook, all_of, any_of, duration_of, rule_of
from campaignspec.migrate.json_file import (
    Node,
    kind_of,
    node_of,
    nodes_of,
    number_of,
    text_of,
    word_of,
)
from campaignspec.migrate.json_path import JsonPath, read_path
from campaignspec.migrate.notes import LostError
from campaignspec.migrate.parcelvoy_values import condition, length_of
from campaignspec.spec.rule import Fact, Not, Operator, Term
from campaignspec.spec.traits import Count

_DEEPEST: Final = 60
"""How deep a tree may be; rules are read to a depth of 64."""
_MOST_ALTERNATIVES: Final = 8
"""Of how many rules "exactly one" may be asked: each is written out beside all others."""
_COUNTS: Final = {
    "=": Operator.EQUAL,
    "!=": Operator.NOT_EQUAL,
    "<": Operator.LESS,
    "<=": Operator.AT_MOST,
    ">": Operator.GREATER,
    ">=": Operator.AT_LEAST,
}


class About(StrEnum):
    """What a rule's paths lead into."""

    USER = "user"
    EVENT = "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTree:
    """A tree of rules on its way.

    Attributes:
        draft: What has been carried over so far.
        note: Takes what is different.
    """

    draft: Draft
    note: Notebook

    def term(self, rule: Node, about: About, depth: int = 0) -> Term:
        """Turn a rule, and those in it, into a term.

        Raises:
            LostError: It cannot be carried over.
        """
        if depth > _DEEPEST:
            raise LostError("broken-tree", f"the rules are nested more than {_DEEPEST} deep")
        if about is About.USER and rule.get("group") == "event":
            return self._of_events(rule, depth)
        if rule.get("type") == "wrapper":
            return self._joined(rule, about, depth)
        return condition(rule, lambda form, item: self._fact(rule, about, form, item), self.note)

    def _joined(self, rule: Node, about: About, depth: int) -> Term:
        terms = [self.term(child, about, depth + 1) for child in nodes_of(rule, "children")]
        if not terms:
            raise LostError("broken", "a wrapper has no rules in it")
        match rule.get("operator"):
            case "and":
                return all_of(terms)
            case "or":
                return any_of(terms)
            case "none":
                return Not(term=any_of(terms))
            case "xor":
                return _exactly_one(terms)
            case other:
                raise LostError("unknown", f"the operator {other!r} of a wrapper is not known")

    def _of_events(self, rule: Node, depth: int) -> Term:
        """Count the events that a rule is about; without a frequency one is enough."""
        if rule.get("type") == "wrapper":
            happening = Happening(act=Act.TRACK, name=text_of(rule, "value"))
            where = self._of_one_event(rule, depth)
        else:
            happening = Happening(act=Act.ANY)
            where = self.term({**rule, "group": "user"}, About.EVENT, depth + 1)
        event = self.draft.event(happening)
        frequency = node_of(rule.get("frequency") or {}, "the frequency")
        seconds = length_of(node_of(frequency.get("period") or {}, "the period"), self.note)
        within = None if seconds is None else duration_of(seconds, self.note)
        counted = Count(count=event, within=within, where=rule_of(where) if where else None)
        wish = f"{event}_count" if within is None else f"{event}_count_{within}"
        operator = word_of(frequency, "operator", ">=")
        if operator not in _COUNTS:
            raise LostError("unknown", f"the comparison {operator!r} is not known")
        return compare(
            self.draft.trait(counted, wish), _COUNTS[operator], number_of(frequency, "count", 1)
        )

    def _of_one_event(self, rule: Node, depth: int) -> Term | None:
        """Turn the rules in an event's wrapper into a term about one event."""
        path = word_of(rule, "path", "name")
        if path not in {"name", "$.name"}:
            raise LostError("unknown", f"events are chosen by {path!r}, not by their name")
        if not nodes_of(rule, "children"):
            return None
        operator = "and" if word_of(rule, "operator", "=") == "=" else rule["operator"]
        return self._joined({**rule, "operator": operator}, About.EVENT, depth)

    def _fact(self, rule: Node, about: About, form: Form, item: str) -> Fact:
        taken = Taken(places=(_path(rule),), form=form, item=item)
        if item:
            self.note.write("computed-column", f"{taken.places[0]} {form} {item!r} is a column")
        match about:
            case About.USER:
                return Fact(name=self.draft.attribute(taken))
            case About.EVENT:
                return Fact(name=self.draft.column(taken))


def _exactly_one(terms: list[Term]) -> Term:
    if len(terms) > _MOST_ALTERNATIVES:
        raise LostError("unwritable", f"exactly one of {len(terms)} rules is too long to write out")
    alone = [
        all_of([term, *(Not(term=other) for other in terms[:at] + terms[at + 1 :])])
        for at, term in enumerate(terms)
    ]
    return any_of(alone)


def _path(rule: Node) -> JsonPath:
    path: Any = rule.get("path")
    if not isinstance(path, str):
        raise LostError("broken", f"{kind_of(rule)} has no path")
    try:
        return read_path(path)
    except ValueError as error:
        raise LostError("broken", str(error)) from None
