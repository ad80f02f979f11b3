"""Every payload is a finding, a RenderError, or harmless text; none takes time or memory."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from campaignspec.content import Form, RenderError, VariableTree, read_template


class Account:
    """An object that must never be reached into."""

    _private = "for nobody"
    deleted = False

    def delete(self) -> str:
        Account.deleted = True
        return "deleted"


VARIABLES: VariableTree = {
    "c": None,
    "lst": None,
    "d": {"k": None, "l": None},
    "s": None,
    "long": None,
    "tags": None,
    "urls": None,
    "fmt": None,
}
VALUES = {
    "c": Account(),
    "lst": [1, 2],
    "d": {"a onload": "x", "k": 1, "l": list(range(9000))},
    "s": "a text",
    "long": "a" * 100_000,
    "tags": "<!--" * 50_000,
    "urls": "http://a." * 30_000,
    "fmt": "{0.__class__.__mro__}",
}
BIG = 10**9
DOUBLE = "{% set s = s + s %}" * 40
PAYLOADS = {
    "literal times": f"{{{{ 'a' * {BIG} }}}}",
    "literal list times": f"{{{{ ([1] * {BIG}) | length }}}}",
    "variable times": f"{{{{ s * {BIG} }}}}",
    "list times": f"{{{{ lst * {BIG} }}}}",
    "tower": "{{ 10 ** 10 ** 8 }}",
    "power": "{{ 10 ** 10 ** 6 }}",
    "percent": "{{ '%1000000000d' % 1 }}",
    "percent by variable": "{{ s % 1 }}",
    "format method": "{{ '{:>1000000000}'.format(1) }}",
    "format filter": "{{ '{:>1000000000}' | format(1) }}",
    "center": f"{{{{ 'a' | center({BIG}) }}}}",
    "ljust": f"{{{{ 'a'.ljust({BIG}) }}}}",
    "zfill": f"{{{{ 'a'.zfill({BIG}) }}}}",
    "indent": f"{{{{ 'a' | indent({BIG}, true) }}}}",
    "range": f"{{{{ range({BIG}) | length }}}}",
    "batch": f"{{{{ [1] | batch({BIG}, 0) | list }}}}",
    "slice filter": "{{ [1] | slice(100000000) | list }}",
    "lipsum": "{{ lipsum(n=100000, max=1000) }}",
    "nested ranges": "{% for a in range(99999) %}{% for b in range(99999) %}x" + "{% endfor %}" * 2,
    "namespace": "{% set n = namespace(s='a') %}{% set n.s = n.s ~ n.s %}",
    "replace growth": "{% set s = s | replace('a', 'aaaa') %}" * 13 + "{{ s }}",
    "replace at once": "{{ long | replace('a', long) }}",
    "replace nothing": "{{ s | replace('', 'x') }}",
    "tilde doubling": "{% set s = s ~ s %}" * 40 + "{{ s }}",
    "plus doubling": DOUBLE + "{{ s }}",
    "join growth": "{% set s = [s, s, s, s] | join(s) %}" * 20 + "{{ s }}",
    "list doubling": "{% set l = [lst, lst] %}{% set l = [l, l] %}{{ l == l }}",
    "list plus": "{% set l = lst + lst %}" * 40,
    "sum of lists": "{{ [lst, lst] | sum(start=[]) }}",
    "macro": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "parentheses": "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    "minuses": "{{ " + "-" * 3000 + "1 }}",
    "additions": "{{ " + "1 + " * 3000 + "1 }}",
    "additions in set": "{% set x = " + "1 + " * 3000 + "1 %}{{ x }}",
    "nots": "{{ " + "not " * 3000 + "1 }}",
    "ifs": "{% if 1 %}" * 500 + "x" + "{% endif %}" * 500,
    "digits": "{{ " + "9" * 100_000 + " }}",
    "list of lists": "{{ ([[1] * 1000] * 1000) | length }}",
    "wordwrap": "{{ long | wordwrap(1) }}",
    "urlize": "{{ urls | urlize }}",
    "striptags": "{{ tags | striptags }}",
    "large number": "{{ 1e15 * 1e15 }}",
    "large integer": "{{ 999999999999999 * 999999999999999 }}",
    "round down": "{{ 1 | round(-1000000000) }}",
    "round up": "{{ 1 | round(1000000000, 'ceil') }}",
    "date width": "{{ '2017-03-01' | date('%1000000000d') }}",
    "text loops": "{% for a in long %}{% for b in long %}{% endfor %}{% endfor %}x",
    "list loops": "{% for a in d.l %}{% for b in d.l %}{% endfor %}{% endfor %}x",
    "three loops": "{% for a in lst %}{% for b in lst %}{% for e in lst %}x" + "{% endfor %}" * 3,
    "recursive loop": "{% for a in lst recursive %}{{ loop(lst) }}{% endfor %}",
    "subclasses": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "class": "{{ ''.__class__ }}",
    "class by item": "{{ s['__class__'] }}",
    "class by filter": "{{ s | attr('__class__') }}",
    "format class": "{{ '{0.__class__.__mro__}'.format(1) }}",
    "format by variable": "{{ fmt.format(1) }}",
    "format_map": "{{ fmt.format_map(d) }}",
    "self": "{{ self.__init__.__globals__ }}",
    "self text": "{{ self.text() }}",
    "cycler": "{{ cycler.__init__.__globals__.os.popen('id') }}",
    "map": "{{ lst | map(attribute='__class__') | list }}",
    "groupby": "{{ lst | groupby('__class__') }}",
    "sort by class": "{{ lst | sort(attribute='__class__') | first }}",
    "sum by class": "{{ lst | sum(attribute='__class__') }}",
    "max by class": "{{ lst | max(attribute='__class__') }}",
    "map format": "{{ ['{0.__class__}'] | map('format', 1) | list }}",
    "append": "{{ lst.append(1) }}",
    "update": "{{ d.update({'x': 1}) }}",
    "delete": "{{ c.delete() }}",
    "method": "{{ c.delete }}",
    "private": "{{ c._private }}",
    "private by item": "{{ c['_private'] }}",
    "object": "{{ c }}",
    "xmlattr": "{{ d | xmlattr }}",
    "pprint": "{{ c | pprint }}",
    "include": "{% include '../../../../etc/passwd' %}",
    "include absolute": "{% include '/etc/passwd' %}",
    "import": "{% import 'os' as os %}{{ os }}",
    "from import": "{% from 'os' import path %}",
    "autoescape": "{% autoescape false %}{{ s }}{% endautoescape %}",
    "safe": "{{ s | safe }}",
    "set block": "{% set x %}{% for a in lst %}{{ long }}{% endfor %}{% endset %}",
    "undefined": "{{ nope.foo }}",
    "budget": "{{ (budget) }}",
}
HARMLESS = {"sort by class": "1", "max by class": "1"}


def outcome(body: str, part: str = "text") -> str:
    """Say what became of a template: ``finding``, ``render error``, or the text."""
    checked = read_template(
        f"{{% block {part} %}}{body}{{% endblock %}}",
        file="email.j2",
        form=Form(escaped_parts=("html",)),
        variables=VARIABLES,
    )
    if checked.value is None:
        assert checked.diagnostics
        return "finding"
    try:
        return checked.value.render(VALUES)[part]
    except RenderError:
        return "render error"


@pytest.mark.parametrize("part", ["text", "html"])
@pytest.mark.parametrize("name", PAYLOADS)
def test_a_hostile_template_is_stopped_quickly_and_in_little_memory(name: str, part: str) -> None:
    outcome("warm up", part)
    started = time.process_time()
    tracemalloc.start()
    try:
        result = outcome(PAYLOADS[name], part)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert result in {"finding", "render error", HARMLESS.get(name)}
    assert time.process_time() - started < 5  # seconds; the worst take about one
    assert peak < 64 * 2**20
    assert not Account.deleted


def test_json_cannot_end_a_script() -> None:
    checked = read_template(
        "{% block html %}{{ s | tojson }}{% endblock %}",
        file="email.j2",
        form=Form(escaped_parts=("html",)),
        variables=VARIABLES,
    )
    assert checked.value is not None

    assert "</script>" not in checked.value.render({"s": "</script>"})["html"]


def test_a_large_output_is_cut_short_by_an_error() -> None:
    loop = "{% for a in d.l %}", "{% endfor %}"

    assert outcome("x".join(loop)) == "x" * 9000
    assert outcome(("x" * 1000).join(loop)) == "render error"


def test_a_value_that_holds_nothing_can_be_too_deep_as_well() -> None:
    def deepest(value: str) -> int:
        text = "{% block text %}{{ " + "not " * 70 + value + " }}{% endblock %}"
        return next(d for d in range(70) if _is_too_deep(text.replace("not ", "", 70 - d)))

    assert deepest("s") == deepest("1") == deepest("d.k") + 1


def _is_too_deep(text: str) -> bool:
    found = read_template(text, file="t", form=Form(), variables=VARIABLES).diagnostics
    return any("nested too deeply" in each.message for each in found)
