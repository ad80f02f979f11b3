"""Dittofeed's user properties: one value a user, for templates."""

from __future__ import annotations

from typing import Any

from campaignspec.migrate.columns import Act, Beside, Form, Happening, Taken
from campaignspec.migrate.conditions import compare, text_like
from campaignspec.migrate.dittofeed_operators import path_or_none
from campaignspec.migrate.dittofeed_segments import happening_of
from campaignspec.migrate.draft import Draft, Notebook, all_of, rule_of
from campaignspec.migrate.json_file import Node, kind_of, node_of, nodes_of, text_of
from campaignspec.migrate.json_path import JsonPath, read_path
from campaignspec.migrate.notes import LostError
from campaignspec.spec.rule import Fact, Operator, Rule, Term
from campaignspec.spec.traits import LastValue


def carry_property(draft: Draft, note: Notebook, name: str, definition: Node) -> None:
    """Carry one user property over as a trait.

    Raises:
        LostError: It cannot be carried over.
    """
    match definition.get("type"):
        case "Id":
            draft.property_names[name] = None
        case "AnonymousId":
            event = draft.event(Happening(act=Act.ANY))
            taken = Taken(places=(Beside.ANONYMOUS,), form=Form.TEXT)
            _add(draft, name, LastValue(last_value=draft.property_of(event, taken)))
        case "Trait":
            _add(draft, name, _trait(draft, (_path(definition),)))
        case "Performed":
            _add(draft, name, _performed(draft, note, definition))
        case "Group":
            _add(draft, name, _trait(draft, _group(note, definition)))
        case other:
            raise _left_behind(definition, other)


def _add(draft: Draft, theirs: str, trait: LastValue) -> None:
    draft.property_names[theirs] = draft.trait(trait, theirs).name  # type: ignore[assignment]  # a fact's name is one that the draft gave


def _trait(draft: Draft, places: tuple[JsonPath, ...]) -> LastValue:
    event = draft.event(Happening(act=Act.IDENTIFY))
    column = draft.property_of(event, Taken(places=places, form=Form.TEXT))
    return LastValue(last_value=column)


def _performed(draft: Draft, note: Notebook, definition: Node) -> LastValue:
    event = draft.event(happening_of(text_of(definition, "event")))
    column = draft.property_of(event, Taken(places=(_path(definition),), form=Form.TEXT))
    return LastValue(last_value=column, where=_where(draft, note, definition))


def _where(draft: Draft, note: Notebook, definition: Node) -> Rule | None:
    terms: list[Term] = []
    for one in nodes_of(definition, "properties"):
        operator = node_of(one.get("operator"), "the operator")
        if operator.get("type") != "Equals":
            raise LostError("unknown", f"the operator {operator.get('type')!r} is not known")
        path = path_or_none(text_of(one, "path"), note)
        if path is not None:
            column = Fact(name=draft.column(Taken(places=(path,), form=Form.TEXT)))
            terms.append(compare(column, Operator.EQUAL, text_like(operator.get("value"))))
    return rule_of(all_of(terms)) if terms else None


def _group(note: Notebook, definition: Node) -> tuple[JsonPath, ...]:
    """Return the paths that a group looks at, in their order; all are traits."""
    nodes = {text_of(node, "id"): node for node in nodes_of(definition, "nodes")}
    paths: list[JsonPath] = []
    _gather(nodes, text_of(definition, "entry"), (), paths)
    if len(paths) > 1:
        shown = ", ".join(str(path) for path in paths)
        note.write("any-of", f"it is the latest value that came under any of {shown}")
    return tuple(paths)


def _gather(
    nodes: dict[str, Node], key: Any, above: tuple[str, ...], paths: list[JsonPath]
) -> None:
    if not isinstance(key, str) or key not in nodes:
        raise LostError("broken-tree", f"there is no node {key!r}")
    if key in above:
        chain = " → ".join((*above[above.index(key) :], key))
        raise LostError("broken-tree", f"the nodes name each other in a circle: {chain}")
    node = nodes[key]
    match node.get("type"):
        case "Trait":
            paths.append(_path(node))
        case "AnyOf":
            children = node.get("children")
            if not isinstance(children, list) or not children:
                raise LostError("broken-tree", f"{kind_of(node)} has no children")
            for child in children:
                _gather(nodes, child, (*above, key), paths)
        case other:
            raise _left_behind(node, other)


def _path(node: Node) -> JsonPath:
    try:
        return read_path(text_of(node, "path"))
    except ValueError as error:
        raise LostError("broken", str(error)) from None


def _left_behind(node: Node, kind: Any) -> LostError:
    match kind:
        case "PerformedMany":
            return LostError("many-values", "it is a list of events")
        case "KeyedPerformed":
            return LostError("keyed", "it depends on the event that began the journey")
        case "File":
            return LostError("file", "it is a file")
        case "Performed":
            return LostError("unknown", "a group of events is not known")
        case _:
            return LostError("unknown", f"{kind_of(node)} is not known")
