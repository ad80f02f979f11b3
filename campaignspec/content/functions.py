"""The functions of templates, held against what there is to ask for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from jinja2 import nodes

from campaignspec.content.lookups import OFFER_FIELDS, Known, is_address
from campaignspec.content.source import Source
from campaignspec.content.tree import Tree
from campaignspec.diagnostics import Diagnostic, nearest

FUNCTIONS: Final[Mapping[str, str]] = {
    "segment": "segment('champions')",
    "offer": "offer('ten-off').code",
    "link": "link('home') or link('https://shop.example/', 'home')",
}
"""By name, how each function is written."""


def function_of(node: nodes.Node) -> str | None:
    """Return the function that a node calls; None if it calls none that there is."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
        return node.node.name if node.node.name in FUNCTIONS else None
    return None


def first_text(call: nodes.Call) -> str | None:
    """Return a call's first argument, if it is a text as written."""
    return text_of(call.args[0]) if call.args else None


def text_of(node: nodes.Node) -> str | None:
    """Return a text as written; None for anything else."""
    return node.value if isinstance(node, nodes.Const) and isinstance(node.value, str) else None


def malformed(call: nodes.Call) -> str | None:
    """Say how a call is written, if it is written otherwise."""
    name = function_of(call)
    if name is None:
        return None
    plain = not (call.kwargs or call.dyn_args or call.dyn_kwargs)
    most = 2 if name == "link" else 1
    texts = [text_of(argument) for argument in call.args]
    sound = plain and 1 <= len(texts) <= most and None not in texts[1:]
    if name != "link":
        sound = sound and texts[0] is not None
    return None if sound else f"write {FUNCTIONS[name]}"


def named(tree: Tree, function: str) -> Iterator[str]:
    """Yield what a function is asked for in a template: the last name that each call gives."""
    for call in tree.all(nodes.Call):
        if function_of(call) == function:
            name = text_of(call.args[-1])
            if name is not None:
                yield name


def check_functions(tree: Tree, source: Source, known: Known) -> Iterator[Diagnostic]:
    """Find every segment, offer and link that is asked for and does not exist."""
    targets: dict[str, str] = {}
    for call in tree.all(nodes.Call):
        match function_of(call):
            case "segment":
                yield from _named(call, source, "segment", known.segments)
            case "offer":
                yield from _named(call, source, "offer", known.offers)
            case "link":
                yield from _link(call, source, known, targets)
            case _:
                pass
    yield from _fields(tree, source)


def _named(
    call: nodes.Call, source: Source, noun: str, known: Collection[str]
) -> Iterator[Diagnostic]:
    name = first_text(call) or ""
    if name in known:
        return
    close = nearest(name, tuple(known))
    files = {"segment": "`segments:` in audiences.yaml", "offer": "`offers:` in offers.yaml"}
    yield source.finding(
        "REF301",
        f"no {noun} is called `{name}`",
        line=call.lineno,
        words=name,
        help=f"did you mean `{close}`?" if close else f"define it under {files[noun]}",
    )


def _link(
    call: nodes.Call, source: Source, known: Known, targets: dict[str, str]
) -> Iterator[Diagnostic]:
    target = first_text(call)
    name = text_of(call.args[1]) if len(call.args) > 1 else None
    if target is not None and target not in known.links and not is_address(target):
        yield _no_link(call, source, target, known)
        return
    if name is None and target not in known.links:
        yield source.finding(
            "CNT708",
            "a link to an address has no name by which its clicks are told apart",
            line=call.lineno,
            words=target,
            help="write link('https://shop.example/', 'home'), or give the address a name under "
            "`links:` in campaignspec.yaml",
        )
        return
    shown, leads = name or str(target), target or "(as the data say)"
    if targets.setdefault(shown, leads) != leads:
        yield source.finding(
            "CNT708",
            f'two links are called "{shown}" and lead to different places',
            line=call.lineno,
            words=shown,
            help=f"give them different names; the other one leads to {targets[shown]}",
        )


def _no_link(call: nodes.Call, source: Source, target: str, known: Known) -> Diagnostic:
    close = nearest(target, tuple(known.links))
    return source.finding(
        "REF301",
        f"no link is called `{target}`",
        line=call.lineno,
        words=target,
        help=f"did you mean `{close}`?"
        if close
        else "define it under `links:` in campaignspec.yaml, or write an address that begins "
        "with https://",
    )


def _fields(tree: Tree, source: Source) -> Iterator[Diagnostic]:
    """Find what is asked of an offer and is not there, and offers printed as a whole."""
    reached = set()
    for node in tree.all(nodes.Getattr):
        if function_of(node.node) == "offer":
            reached.add(id(node.node))
            if node.attr not in OFFER_FIELDS:
                yield _no_field(node, source)
    for call in tree.all(nodes.Call):
        if function_of(call) == "offer" and id(call) not in reached:
            yield source.finding(
                "CNT702",
                "an offer is a group of values, not a value",
                line=call.lineno,
                words=first_text(call),
                help=f"write one of them: {FUNCTIONS['offer']}",
            )


def _no_field(node: nodes.Getattr, source: Source) -> Diagnostic:
    close = nearest(node.attr, OFFER_FIELDS)
    return source.finding(
        "CNT702",
        f'an offer has no "{node.attr}"',
        line=node.lineno,
        words=node.attr,
        help=f'did you mean "{close}"?' if close else f"it has: {', '.join(OFFER_FIELDS)}",
    )
