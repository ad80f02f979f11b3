"""A template's tree, walked once, gives what Jinja finds by walking for each question."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import nodes

from campaignspec.content.sandbox import environment
from campaignspec.content.tree import Tree, nodes_within

ROOT = Path(__file__).parents[3]
TEMPLATES = sorted((ROOT / "campaigns").rglob("*.j2"))
TEXT = """
{% block a %}{% if x.y %}{{ x["z"] | upper }}{% else %}
{{ offer('o').code }}{% endif %}{% endblock %}
{% block b %}{% for i in items %}{{ loop.index }}
{% include 'f' %}{{ [i, (1, 2)] }}{% endfor %}{% endblock %}
"""
KINDS = (nodes.Block, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Call, nodes.Include)


def parsed(text: str) -> nodes.Template:
    return environment(escaped=False).parse(text)


@pytest.mark.parametrize("text", [TEXT, *(path.read_text(encoding="utf-8") for path in TEMPLATES)])
def test_nodes_come_in_the_order_in_which_they_are_written(text: str) -> None:
    root = parsed(text)
    tree = Tree(root)

    assert [id(n) for n in nodes_within(root)] == [id(n) for n in root.find_all(nodes.Node)]
    for kind in KINDS:
        assert list(map(id, tree.all(kind))) == list(map(id, root.find_all(kind)))
    assert list(map(id, tree.any_of(*KINDS))) == list(map(id, root.find_all(KINDS)))
    assert list(tree.blocks) == [block.name for block in root.find_all(nodes.Block)]


def test_how_deep_a_template_is_does_not_matter() -> None:
    root = parsed("{{ " + "-" * 100 + "x }}")
    deep: nodes.Expr = nodes.Name("x", "load", lineno=1)
    for _ in range(20_000):
        deep = nodes.Neg(deep, lineno=1)
    root.body = [nodes.Output([deep], lineno=1)]

    assert len(Tree(root).all(nodes.Neg)) == 20_000
