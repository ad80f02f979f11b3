"""Reading a template: parse, look at every node, and only then compile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from campaignspec.content.source import Source
from campaignspec.content.template import Template, VariableTree
from campaignspec.diagnostics import Checked, Diagnostic, has_errors, in_order

if TYPE_CHECKING:
    from jinja2 import nodes

_LONGEST: Final = 256 * 1024


def read_template(
    text: str,
    *,
    file: str,
    parts: Sequence[str],
    optional_parts: Sequence[str],
    escaped_parts: Sequence[str],
    variables: VariableTree,
) -> Checked[Template]:
    """Read one channel's template of a message.

    Args:
        text: The template, with one block for each part of the message.
        file: Its path, for findings.
        parts: The parts the channel needs. Empty means that the channel takes whatever
            blocks there are, and needs at least one.
        optional_parts: The parts it takes if they are there.
        escaped_parts: The parts that hold markup, so that values are escaped in them.
        variables: What a template may use.

    Returns:
        The template, unless there are errors, and everything found.
    """
    source = Source(text=text, file=file)
    if len(text) > _LONGEST:
        return _refused(source.finding("CNT704", "the template is longer than 256 KB"))
    tree = _parse(source)
    if isinstance(tree, Diagnostic):
        return _refused(tree)
    found = _findings(tree, source, parts, optional_parts, variables)
    if has_errors(found):
        return Checked(value=None, diagnostics=found)
    return Checked(
        value=_compiled(source, (*parts, *optional_parts), escaped_parts), diagnostics=found
    )


def _refused(finding: Diagnostic) -> Checked[Template]:
    return Checked(value=None, diagnostics=(finding,))


def _parse(source: Source) -> nodes.Template | Diagnostic:
    from jinja2 import TemplateSyntaxError

    from campaignspec.content.sandbox import environment

    try:
        return environment(escaped=False).parse(source.text)
    except TemplateSyntaxError as error:
        message = (error.message or "this is not valid Jinja").rstrip(".")
        return source.finding("CNT701", message, line=error.lineno)
    except RecursionError:
        return source.finding("CNT704", "expressions or blocks are nested too deeply")
    except ValueError as error:  # a number of thousands of digits
        return source.finding("CNT701", str(error))


def _findings(
    tree: nodes.Template,
    source: Source,
    parts: Sequence[str],
    optional_parts: Sequence[str],
    variables: VariableTree,
) -> tuple[Diagnostic, ...]:
    from campaignspec.content.blocks import check_blocks
    from campaignspec.content.guard import check_constructs
    from campaignspec.content.variables import check_variables

    forbidden = in_order(check_constructs(tree, source))
    if forbidden:  # names inside a construct that is not understood would be guesses
        return forbidden
    return in_order(
        (
            *check_blocks(tree, source, parts, optional_parts),
            *check_variables(tree, source, variables),
        )
    )


def _compiled(source: Source, order: Sequence[str], escaped_parts: Sequence[str]) -> Template:
    from campaignspec.content.sandbox import compile_blocks

    plain = compile_blocks(source.text, escaped=False)
    escaped = compile_blocks(source.text, escaped=True) if set(escaped_parts) & set(plain) else {}
    names = [name for name in order if name in plain] or list(plain)
    return Template(
        file=source.file,
        parts=tuple(names),
        escaped_parts=frozenset(escaped_parts),
        _blocks={name: (escaped if name in escaped_parts else plain)[name] for name in names},
    )
