"""Dittofeed's segments: trees of nodes that name each other by id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from campaignspec.migrate.columns import Act, Beside, Form, Happening, Taken
from campaignspec.migrate.conditions import compare, compare_time, is_true, moment_like, text_like
from campaignspec.migrate.dittofeed_operators import asks_for_absence, condition, path_or_none
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
from campaignspec.spec.habits import Bucket, ValueAgo
from campaignspec.spec.kinds import Name
from campaignspec.spec.rule import Fact, Known, Literal, Not, OneOf, Operator, Rule, Term
from campaignspec.spec.traits import Count, LastValue

_TIMES: Final = {"=": Operator.EQUAL, ">=": Operator.AT_LEAST, "<": Operator.LESS}
_SUBSCRIPTION: Final = Happening(act=Act.TRACK, name="DFSubscriptionChange")
_BY_HAND: Final = Happening(act=Act.TRACK, name="DFManualSegmentUpdate")
_IDENTIFY: Final = Happening(act=Act.IDENTIFY)
_DEEPEST: Final = 60
"""How deep a tree of nodes may be; rules are read to a depth of 64."""


def carry_segment(
    draft: Draft, note: Notebook, name: str, definition: Node, *, key: Any = None
) -> None:
    """Carry one segment over.

    Args:
        draft: What has been carried over so far.
        note: Takes what is different.
        name: Its name.
        definition: Its ``entryNode`` and ``nodes``.
        key: The id of the segment, which events about it name.

    Raises:
        LostError: The segment cannot be carried over.
    """
    entry = node_of(definition.get("entryNode"), "the entry node")
    nodes = {text_of(node, "id"): node for node in nodes_of(definition, "nodes")}
    segment = _Segment(draft=draft, note=note, nodes=nodes, key=key)
    draft.add_segment(name, segment.term(entry, ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Segment:
    """The tree of one segment on its way."""

    draft: Draft
    note: Notebook
    nodes: Mapping[str, Node]
    key: Any

    def term(self, node: Node, above: tuple[str, ...]) -> Term:
        """Turn a node, and what it names, into a term."""
        match node.get("type"):
            case "And":
                return all_of(self._children(node, above))
            case "Or":
                return any_of(self._children(node, above))
            case _:
                return self._leaf(node)

    def _leaf(self, node: Node) -> Term:
        """Turn a node that names no others into a term."""
        match node.get("type"):
            case "Trait":
                return self._trait(node)
            case "Performed":
                return self._performed(node)
            case "LastPerformed":
                return self._last_performed(node)
            case "Email":
                return self._email(node)
            case "SubscriptionGroup" | "SubscriptionGroupUnsubscribed":
                return self._subscription(node)
            case "Includes":
                return self._includes(node)
            case "Everyone":
                return self._everyone()
            case "RandomBucket":
                return self._bucket(node)
            case "Manual":
                return self._by_hand(node)
            case _:
                raise _left_behind(node)

    def _children(self, node: Node, above: tuple[str, ...]) -> list[Term]:
        children = node.get("children")
        if not isinstance(children, list) or not children:
            raise LostError("broken-tree", f"{kind_of(node)} has no children")
        own = (*above, str(node.get("id")))
        if len(own) > _DEEPEST:
            raise LostError("broken-tree", f"the nodes are nested more than {_DEEPEST} deep")
        return [self._child(child, own) for child in children]

    def _child(self, key: Any, above: tuple[str, ...]) -> Term:
        if not isinstance(key, str) or key not in self.nodes:
            raise LostError("broken-tree", f"there is no node {key!r}, which {above[-1]!r} names")
        if key in above:
            chain = " → ".join((*above[above.index(key) :], key))
            raise LostError("broken-tree", f"the nodes name each other in a circle: {chain}")
        return self.term(self.nodes[key], above)

    def _trait(self, node: Node) -> Term:
        path = self._path(node)
        operator = node_of(node.get("operator"), "the operator")

        def fact_of(form: Form, item: str) -> Fact:
            taken = Taken(places=(path,), form=form, item=item)
            event = self.draft.event(_IDENTIFY)
            column = self.draft.property_of(event, taken)
            return self.draft.trait(LastValue(last_value=column), column.rpartition(".")[2])

        if operator.get("type") == "HasBeen":
            return self._has_been(operator, fact_of(Form.TEXT, ""), path)
        return condition(operator, fact_of, self.note)

    def _has_been(self, operator: Node, now: Fact, path: JsonPath) -> Term:
        """Say that a trait was so a while ago, and that nothing else has come since."""
        value = text_like(operator.get("value"))
        length = duration_of(number_of(operator, "windowSeconds"), self.note)
        ago = ValueAgo(value=Name(now.name), ago=length)
        column = Fact(name=self.draft.column(Taken(places=(path,), form=Form.TEXT)))
        other = all_of([Known(fact=column, known=True), compare(column, Operator.NOT_EQUAL, value)])
        others = Count(count=self.draft.event(_IDENTIFY), within=length, where=rule_of(other))
        lasting = [
            compare(self.draft.trait(ago, f"{now.name}_{length}_ago"), Operator.EQUAL, value),
            compare(self.draft.trait(others, f"{now.name}_changes_{length}"), Operator.EQUAL, 0),
        ]
        match word_of(operator, "comparator"):
            case "GTE":
                return all_of(lasting)
            case "LT":
                return all_of([compare(now, Operator.EQUAL, value), Not(term=all_of(lasting))])
            case unknown:
                raise LostError("unknown", f"the comparator {unknown!r} is not known")

    def _includes(self, node: Node) -> Term:
        path, item = self._path(node), text_of(node, "item")
        event = self.draft.event(_IDENTIFY)
        taken = Taken(places=(path,), form=Form.INCLUDES, item=item)
        column = self.draft.property_of(event, taken)
        self.note.write("computed-column", f"{column.rpartition('.')[2]} is a column to compute")
        return is_true(self.draft.trait(LastValue(last_value=column), column.rpartition(".")[2]))

    def _performed(self, node: Node) -> Term:
        happening = happening_of(text_of(node, "event"))
        event = self.draft.event(happening)
        terms = self._of_properties(nodes_of(node, "properties"))
        wish, within = f"{event}_count", None
        match word_of(node, "timeOperator", "Within"):
            case "AfterAbsolute" | "BeforeAbsolute" as direction:
                terms.append(self._at_absolute(node, after=direction == "AfterAbsolute"))
            case "Within" if node.get("withinSeconds") is not None:
                within = duration_of(number_of(node, "withinSeconds"), self.note)
                wish = f"{wish}_{within}"
            case "Within":
                pass
            case other:
                raise LostError("unknown", f"the time operator {other!r} is not known")
        counted = Count(count=event, within=within, where=_rule(terms))
        return self._times(node, self.draft.trait(counted, wish))

    def _times(self, node: Node, counted: Fact) -> Term:
        operator = word_of(node, "timesOperator", ">=")
        if operator not in _TIMES:
            raise LostError("unknown", f"the comparison {operator!r} is not known")
        return compare(counted, _TIMES[operator], number_of(node, "times", 1))

    def _at_absolute(self, node: Node, *, after: bool) -> Term:
        moment = moment_like(text_of(node, "absoluteTimestamp"))

        def fact_of(form: Form, item: str) -> Fact:
            return Fact(name=self.draft.column(Taken(places=(Beside.AT,), form=form, item=item)))

        return compare_time(fact_of, Operator.AT_LEAST if after else Operator.LESS, moment)

    def _last_performed(self, node: Node) -> Term:
        event = self.draft.event(happening_of(text_of(node, "event")))
        where = _rule(self._of_properties(nodes_of(node, "whereProperties")))
        wanted = nodes_of(node, "hasProperties")
        terms = self._of_last(event, where, wanted)
        if not terms or any(asks_for_absence(one) for one in wanted):
            counted = self.draft.trait(Count(count=event, where=where), f"{event}_count")
            terms.append(compare(counted, Operator.AT_LEAST, 1))
        return all_of(terms)

    def _of_last(self, event: Name, where: Rule | None, wanted: list[Node]) -> list[Term]:
        """Turn conditions on the last event into terms about the last values."""
        terms = []
        for one in wanted:
            path = self._path_of_property(one)
            if path is None:
                continue

            def fact_of(form: Form, item: str, path: JsonPath = path) -> Fact:
                column = self.draft.property_of(event, Taken(places=(path,), form=form, item=item))
                wish = f"last_{event}_{column.rpartition('.')[2]}"
                return self.draft.trait(LastValue(last_value=column, where=where), wish)

            operator = node_of(one.get("operator"), "the operator")
            terms.append(condition(operator, fact_of, self.note))
            self.note.write("last-performed", f"the last {event} that has {path} is looked at")
        return terms

    def _email(self, node: Node) -> Term:
        event = self.draft.event(happening_of(text_of(node, "event")))
        template = self.draft.column(Taken(places=(read_path("templateId"),), form=Form.TEXT))
        term = compare(Fact(name=template), Operator.EQUAL, text_of(node, "templateId"))
        counted = self.draft.trait(
            Count(count=event, where=rule_of(term)), f"{event}_count_{node['templateId']}"
        )
        return self._times(node, counted)

    def _subscription(self, node: Node) -> Term:
        group = text_of(node, "subscriptionGroupId")
        changed = self._last_of(_SUBSCRIPTION, "action", {"subscriptionId": group}, group)
        if node["type"] == "SubscriptionGroupUnsubscribed":
            return compare(changed, Operator.EQUAL, "Unsubscribe")
        match node.get("subscriptionGroupType"):
            case "OptIn":
                return compare(changed, Operator.EQUAL, "Subscribe")
            case "OptOut":
                return compare(changed, Operator.NOT_EQUAL, "Unsubscribe")
            case other:
                raise LostError("unknown", f"the subscription group type {other!r} is not known")

    def _everyone(self) -> Term:
        counted = Count(count=self.draft.event(Happening(act=Act.ANY)))
        return compare(self.draft.trait(counted, "events_total"), Operator.AT_LEAST, 0)

    def _bucket(self, node: Node) -> Term:
        seed = self.note.name
        drawn = self.draft.trait(Bucket(bucket=seed), f"{seed}_bucket")
        self.note.write("random-bucket", f"its people are drawn anew, by the seed {seed!r}")
        return compare(drawn, Operator.LESS, number_of(node, "percent"))

    def _by_hand(self, node: Node) -> Term:
        if not isinstance(self.key, str):
            raise LostError("static-list", "its people were put in by hand, and it has no id")
        version = f"{number_of(node, 'version'):g}"
        asked = {"segmentId": self.key, "version": version}
        inside = self._last_of(_BY_HAND, "inSegment", asked, self.key)
        return OneOf(fact=inside, literals=(Literal(value="1"), Literal(value="true")))

    def _last_of(
        self, happening: Happening, value: str, asked: Mapping[str, str], wish: str
    ) -> Fact:
        """Return the last value of those events whose other values are as asked."""
        event = self.draft.event(happening)
        terms = [
            compare(Fact(name=self._text_column(key)), Operator.EQUAL, text)
            for key, text in asked.items()
        ]
        column = self.draft.property_of(event, Taken(places=(read_path(value),), form=Form.TEXT))
        return self.draft.trait(LastValue(last_value=column, where=_rule(terms)), f"{event}_{wish}")

    def _text_column(self, key: str) -> Name:
        return self.draft.column(Taken(places=(read_path(key),), form=Form.TEXT))

    def _of_properties(self, conditions: list[Node]) -> list[Term]:
        """Turn conditions on an event's properties into terms."""
        terms = []
        for one in conditions:
            path = self._path_of_property(one)
            if path is None:
                continue

            def fact_of(form: Form, item: str, path: JsonPath = path) -> Fact:
                return Fact(name=self.draft.column(Taken(places=(path,), form=form, item=item)))

            operator = node_of(one.get("operator"), "the operator")
            if operator.get("type") in {"Within", "HasBeen"}:
                raise LostError("unknown", f"{operator['type']} of a property is not known")
            terms.append(condition(operator, fact_of, self.note))
        return terms

    def _path_of_property(self, one: Node) -> JsonPath | None:
        return path_or_none(text_of(one, "path"), self.note)

    def _path(self, node: Node) -> JsonPath:
        text = text_of(node, "path")
        try:
            return read_path(text)
        except ValueError as error:
            raise LostError("broken", str(error)) from None


def happening_of(event: str) -> Happening:
    """Read the name of events; a star at its end means all that begin so."""
    if event == "*":
        return Happening(act=Act.TRACK, is_prefix=True)
    prefix = event.endswith("*")
    return Happening(act=Act.TRACK, name=event[:-1] if prefix else event, is_prefix=prefix)


def _left_behind(node: Node) -> LostError:
    match node.get("type"):
        case "KeyedPerformed":
            return LostError("keyed", "it depends on the event that began the journey")
        case "Broadcast":
            return LostError("broadcast", "it holds those that a broadcast was sent to")
        case _:
            return LostError("unknown", f"{kind_of(node)} is not known")


def _rule(terms: list[Term]) -> Rule | None:
    return rule_of(all_of(terms)) if terms else None
