"""Reading a template: parse, look at every node, and only then compile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Final

from campaignspec.connector import Capabilities, Limit
from campaignspec.content.source import Source
from campaignspec.content.template import Block, RenderError, Template, Uses, VariableTree
from campaignspec.diagnostics import Checked, Diagnostic, has_errors, in_order

if TYPE_CHECKING:
    from campaignspec.content.lookups import Assumed, Known
    from campaignspec.content.shared import Fragment
    from campaignspec.content.source import SharedTexts
    from campaignspec.content.tree import Tree

_LONGEST: Final = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a channel takes.

    Attributes:
        parts: The parts it needs. Empty means that it takes whatever blocks there are, and
            needs at least one.
        optional_parts: The parts it takes if they are there.
        escaped_parts: The parts that hold markup, so that values are escaped in them.
        limits: How long parts may be.
    """

    parts: tuple[str, ...] = ()
    optional_parts: tuple[str, ...] = ()
    escaped_parts: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()

    @classmethod
    def of(cls, capabilities: Capabilities, limits: Sequence[Limit] = ()) -> Form:
        """Return what a connector takes; limits of the channel stand in place of its own."""
        ruled = {(limit.part, limit.measure) for limit in limits}
        kept = (each for each in capabilities.limits if (each.part, each.measure) not in ruled)
        return cls(
            parts=capabilities.parts,
            optional_parts=capabilities.optional_parts,
            escaped_parts=capabilities.escaped_parts,
            limits=(*limits, *kept),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What is known of a template that has no errors: a template without what can be run.

    Attributes:
        file: Where it was read from.
        parts: The parts it renders, in the channel's order.
        escaped_parts: Those in which values are escaped, in the channel's order.
        files: Its own file, and those of the texts that it includes.
        uses: What it asks for.
        limits: How long parts may be.
        included: By name, the shared texts that it includes, directly or not.
    """

    file: str
    parts: tuple[str, ...]
    escaped_parts: tuple[str, ...]
    files: tuple[str, ...]
    uses: Uses
    limits: tuple[Limit, ...]
    included: Mapping[str, str]

    def template(self, text: str) -> Template:
        """Return the template of this outline and its text."""
        return Template(
            file=self.file,
            parts=self.parts,
            escaped_parts=frozenset(self.escaped_parts),
            files=self.files,
            uses=self.uses,
            limits=self.limits,
            _blocks=cache(partial(_blocks, text, self.included, self.escaped_parts)),
        )


def read_template(
    text: str,
    *,
    file: str,
    form: Form,
    variables: VariableTree,
    known: Known | None = None,
    shared: SharedTexts | None = None,
    assumed: Assumed | None = None,
) -> Checked[Template]:
    """Read one channel's template of a message; see `read_outline`."""
    checked = read_outline(
        text,
        file=file,
        form=form,
        variables=variables,
        known=known,
        shared=shared,
        assumed=assumed,
    )
    template = checked.value.template(text) if checked.value is not None else None
    return Checked(value=template, diagnostics=checked.diagnostics)


def read_outline(
    text: str,
    *,
    file: str,
    form: Form,
    variables: VariableTree,
    known: Known | None = None,
    shared: SharedTexts | None = None,
    assumed: Assumed | None = None,
) -> Checked[Outline]:
    """Read one channel's template of a message.

    Args:
        text: The template, with one block for each part of the message.
        file: Its path, for findings.
        form: What the channel takes.
        variables: What a template may use.
        known: What its functions may name; nothing, if not given.
        shared: The texts that it may include; none, if not given.
        assumed: What is assumed of values where lengths are limited; not judged, if not given.

    Returns:
        The template's outline, unless there are errors, and everything found. Nothing but the
        arguments, and what they read, decides about either.
    """
    from campaignspec.content.lengths import check_lengths
    from campaignspec.content.lookups import NOTHING
    from campaignspec.content.source import NO_SHARED

    source = Source(text=text, file=file)
    tree = _parse(source)
    if isinstance(tree, Diagnostic):
        return Checked(value=None, diagnostics=(tree,))
    reading = _Reading(tree, source, form, variables, known or NOTHING, shared or NO_SHARED)
    found, fragments = reading.findings()
    if has_errors(found):
        return Checked(value=None, diagnostics=found)
    outline = reading.outline(fragments)
    if outline.limits and assumed is not None:
        lengths = check_lengths(outline.template(text), tree, source, fragments, assumed)
        found = in_order([*found, *lengths])
    return Checked(value=None if has_errors(found) else outline, diagnostics=found)


def _parse(source: Source) -> Tree | Diagnostic:
    from jinja2 import TemplateSyntaxError

    from campaignspec.content.sandbox import environment
    from campaignspec.content.tree import Tree

    if len(source.text) > _LONGEST:
        return source.finding("CNT704", "the template is longer than 256 KB")
    try:
        return Tree(environment(escaped=False).parse(source.text))
    except TemplateSyntaxError as error:
        message = (error.message or "this is not valid Jinja").rstrip(".")
        return source.finding("CNT701", message, line=error.lineno)
    except RecursionError:
        return source.finding("CNT704", "expressions or blocks are nested too deeply")
    except ValueError as error:  # a number of thousands of digits
        return source.finding("CNT701", str(error))


@lru_cache(maxsize=256)
def _parsed_once(source: Source) -> Tree | Diagnostic:
    """Parse a text that many templates share; nobody changes what comes of it."""
    return _parse(source)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One template while it is read."""

    tree: Tree
    source: Source
    form: Form
    variables: VariableTree
    known: Known
    shared: SharedTexts

    def findings(self) -> tuple[tuple[Diagnostic, ...], Mapping[str, Fragment]]:
        from campaignspec.content.blocks import check_blocks
        from campaignspec.content.guard import check_constructs
        from campaignspec.content.shared import fragments_of

        forbidden = in_order(check_constructs(self.tree, self.source))
        if forbidden:  # names inside a construct that is not understood would be guesses
            return forbidden, {}
        fragments, astray = fragments_of(self.tree, self.source, self.shared, _parsed_once)
        found = [
            *check_blocks(self.tree, self.source, self.form.parts, self.form.optional_parts),
            *self._names(self.tree, self.source),
            *astray,
        ]
        for each in fragments.values():
            not_allowed = list(check_constructs(each.tree, each.source, shared=True))
            found += not_allowed or list(self._names(each.tree, each.source))
        return in_order(found), fragments

    def outline(self, fragments: Mapping[str, Fragment]) -> Outline:
        form, written = self.form, list(self.tree.blocks)
        order = (*form.parts, *form.optional_parts)
        names = [name for name in order if name in written] or written
        return Outline(
            file=self.source.file,
            parts=tuple(names),
            escaped_parts=form.escaped_parts,
            files=(self.source.file, *(each.source.file for each in fragments.values())),
            uses=self._uses([self.tree, *(each.tree for each in fragments.values())]),
            limits=tuple(limit for limit in form.limits if limit.part in names),
            included={name: each.source.text for name, each in fragments.items()},
        )

    def _names(self, tree: Tree, source: Source) -> Iterator[Diagnostic]:
        from campaignspec.content.functions import check_functions
        from campaignspec.content.variables import check_variables

        yield from check_variables(tree, source, self.variables)
        yield from check_functions(tree, source, self.known)

    def _uses(self, trees: Sequence[Tree]) -> Uses:
        from campaignspec.content.functions import named
        from campaignspec.content.variables import variables_in

        return Uses(
            variables=frozenset(each for t in trees for each in variables_in(t, self.variables)),
            segments=frozenset(each for tree in trees for each in named(tree, "segment")),
            offers=frozenset(each for tree in trees for each in named(tree, "offer")),
            links=frozenset(each for tree in trees for each in named(tree, "link")),
        )


def _blocks(text: str, shared: Mapping[str, str], escaped: Sequence[str]) -> Mapping[str, Block]:
    """Compile a template's blocks, those that hold markup so that values are escaped in them.

    Raises:
        RenderError: They are sound one by one, and too much when put together.
    """
    from jinja2 import TemplateError

    from campaignspec.content.sandbox import compile_blocks

    try:
        plain = compile_blocks(text, escaped=False, shared=shared)
        if not set(escaped) & set(plain):
            return plain
        markup = compile_blocks(text, escaped=True, shared=shared)
    except (TemplateError, RecursionError, SyntaxError) as error:
        raise RenderError(f"it cannot be compiled: {error}") from error
    return {name: (markup if name in escaped else plain)[name] for name in plain}
