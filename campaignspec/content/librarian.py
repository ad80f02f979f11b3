"""Reading templates: found beside their campaigns, checked against what may be used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Final

from campaignspec.cache import NO_CACHE, Cache, NotedCache, digest
from campaignspec.connector import Capabilities, Limit, MessageClass
from campaignspec.content.disclaimers import missing_disclaimer
from campaignspec.content.inspection import check_text_beside_html, check_way_out, inspect
from campaignspec.content.library import Library, TemplateKey, links_of, lookups_of, variables_of
from campaignspec.content.lookups import Assumed, Known
from campaignspec.content.reading import Form, Outline, read_outline
from campaignspec.content.settings import check_settings
from campaignspec.content.shelf import Shelf, is_locale
from campaignspec.content.source import SharedTexts, Source
from campaignspec.content.template import Template, VariableTree
from campaignspec.content.translations import check_translations, missing_channels
from campaignspec.diagnostics import Checked, Diagnostic, Severity, Span, in_order, nearest
from campaignspec.plugins import load_connector
from campaignspec.project import Project
from campaignspec.project.discover import SUFFIX, TEMPLATES
from campaignspec.project.doing import Doers, channels_of, doers
from campaignspec.project.walk import Templated, message_of, templated_of
from campaignspec.spec.publishing import Post
from campaignspec.spec.shape import verb_of

_UNSUBSCRIBE: Final = "unsubscribe_url"


def read_library(
    project: Project, *, relative_to: Path, cache: Cache = NO_CACHE
) -> tuple[Library, tuple[Diagnostic, ...]]:
    """Read the templates of every step that shows a text, and say what is wrong with them.

    A template is looked for in the campaign's own folder, then in the project's.

    Args:
        project: Whose templates.
        relative_to: The folder that file names are shown relative to, where they are below it.
        cache: What keeps the readings of templates.
    """
    library, each = read_each(project, relative_to=relative_to, cache=cache)
    found = (finding for reading in each.values() for finding in reading.diagnostics)
    return library, in_order([*check_settings(project), *found])


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the templates of one campaign were read to.

    Attributes:
        diagnostics: What is wrong with them.
        kept: What of it is kept in the cache, by its keys.
    """

    diagnostics: tuple[Diagnostic, ...]
    kept: tuple[bytes, ...]


def read_each(
    project: Project, *, relative_to: Path, cache: Cache = NO_CACHE
) -> tuple[Library, Mapping[str, Reading]]:
    """Read the templates of each campaign, with what is wrong with them, by its name.

    See `read_library`. What is read for a campaign hangs on no other campaign.
    """
    reader = _Reader(project, Shelf(project, relative_to), NotedCache(cache))
    each = {name: reader.read(name) for name in project.campaigns}
    library = Library(
        templates=MappingProxyType(reader.templates),
        texts=MappingProxyType(reader.texts),
        locale=reader.default,
        read_for=MappingProxyType(reader.read_for),
    )
    return library, each


_FOR_EVERYBODY: Final[VariableTree] = {"campaign": {"name": None, "title": None}}
"""What a post may name: it is shown to nobody in particular."""


def _is_post(steps: list[Templated]) -> bool:
    return all(isinstance(step, Post) for step in steps)


class _Reader:
    """Reads one campaign after the other, and keeps templates and texts."""

    def __init__(self, project: Project, shelf: Shelf, cache: NotedCache) -> None:
        locales = project.settings.locales
        self._cache = cache
        self.shelf = shelf
        self.default = str(locales.default) if locales else ""
        self.templates: dict[TemplateKey, Template] = {}
        self.texts: dict[str, str] = {}
        self.read_for: dict[str, tuple[str, ...]] = {}
        self.findings: list[Diagnostic] = []
        self._project = project
        self._variables = variables_of(project)
        self._values = _values_of_personas(project)
        self._inspected: set[str] = set()
        self._looked_at: dict[bytes, tuple[Diagnostic, ...]] = {}
        self._doers = doers(project.channels)
        self._able: dict[str, Capabilities] = {}
        self._forms: dict[str, Form] = {}
        self._asked: dict[tuple[int, int], bytes] = {}

    @cached_property
    def known(self) -> Known:
        """What the functions of templates may name."""
        project = self._project
        return Known(segments=project.segments, offers=project.offers, links=links_of(project))

    def read(self, campaign: str) -> Reading:
        """Read all templates of a campaign, as if there were no other."""
        self.shelf.texts, self.findings, self._inspected = {}, [], set()
        messages: dict[str, dict[str, dict[str, Source]]] = {}
        for (message, channel), steps in _places(self._project, campaign, self._doers).items():
            files = self._files(campaign, message, channel, steps[0])
            sources = {locale: self.shelf.source(path) for locale, path in files.items()}
            messages.setdefault(message, {})[channel] = sources
            self._message(campaign, message, channel, sources, steps)
        for message, written in messages.items():
            self.findings += missing_channels(message, written, self.default)
        self.texts |= self.shelf.texts
        self.read_for[campaign] = tuple(self.shelf.texts)
        return Reading(diagnostics=in_order(self.findings), kept=self._cache.taken())

    def _files(
        self, campaign: str, message: str, channel: str, step: Templated
    ) -> Mapping[str, str]:
        """Return a message's templates by language, the project's own first."""
        found = self.shelf.files(campaign, message, channel)
        own = found.get("") or (found.get(self.default) if self.default else None)
        if own is None:
            self.findings.append(self._missing(campaign, message, channel, step))
        files = {self.default: own} if own else {}
        for suffix, path in found.items():
            if not suffix or path == own:
                continue
            if self.default and suffix != self.default and is_locale(suffix):
                files[suffix] = path
            else:
                self.findings.append(self._stray(suffix, self.shelf.source(path)))
        return files

    def _message(
        self,
        campaign: str,
        message: str,
        channel: str,
        sources: Mapping[str, Source],
        steps: list[Templated],
    ) -> None:
        made: dict[str, Template] = {}
        for locale, source in sources.items():
            key = TemplateKey(campaign, message, channel, locale)
            variables = _FOR_EVERYBODY if _is_post(steps) else self._variables
            template = self._template(key, source, variables)
            if template is not None:
                made[locale] = self.templates[key] = template
                self._inspect(template, source, channel, steps)
                texts = [self.shelf.texts[file] for file in template.files]
                self.findings += missing_disclaimer(self._project, campaign, source, texts)
        self.findings += check_translations(made, sources, self.default)

    def _template(
        self, key: TemplateKey, source: Source, variables: VariableTree
    ) -> Template | None:
        shared = self.shelf.shared(key.campaign, key.locale)
        checked = self._outline(key, source, variables, shared)
        self.findings += checked.diagnostics
        if checked.value is None:
            return None
        for name in checked.value.included:
            shared.read(name)  # so that its text is at hand, whoever read it first
        return checked.value.template(source.text)

    def _outline(
        self, key: TemplateKey, source: Source, variables: VariableTree, shared: SharedTexts
    ) -> Checked[Outline]:
        """Read a template, or take what was read of it before, with all its findings."""
        facts = {
            "campaign": key.campaign,
            "message": key.message,
            "step": key.message,
            "channel": key.channel,
            "class": MessageClass.PROMOTIONAL.value,
            "locale": key.locale,
        }
        form, title = self._form(key.channel), self._title(key.campaign)
        place = digest(source.file, source.text, *facts.values(), title)
        around = self.shelf.digest(key.campaign, key.locale)
        asked = digest("template", place, around, self._world, self._asked_of(form, variables))
        kept: Checked[Outline] | None = self._cache.get(asked)
        if kept is not None:
            return kept
        checked = read_outline(
            source.text,
            file=source.file,
            form=form,
            variables=variables,
            known=self.known,
            shared=shared,
            assumed=Assumed(
                values=self._values_in(key.campaign), lookups=lookups_of(self._project, facts)
            ),
        )
        if checked.value is not None:
            self._cache.put(asked, checked)
        return checked

    def _asked_of(self, form: Form, variables: VariableTree) -> bytes:
        """Return what stands for a form and for what templates may name: there are few of both."""
        place = (id(form), id(variables))  # both live as long as this reader does
        if place not in self._asked:
            self._asked[place] = digest(repr(form), repr(variables))
        return self._asked[place]

    @cached_property
    def _world(self) -> bytes:
        """What of the project every template depends on."""
        known = self.known
        names = (tuple(known.segments), tuple(known.offers), dict(known.links))
        tracking = dict(self._project.settings.tracking)
        return digest(repr(names), repr(tracking), repr(self._values))

    def _inspect(
        self, template: Template, source: Source, channel: str, steps: list[Templated]
    ) -> None:
        """Look once at each file, and at each message as a whole."""
        capabilities = self._capabilities(channel)
        texts = [self.shelf.texts[file] for file in template.files]
        for file, text in zip(template.files, texts, strict=True):
            if file not in self._inspected:
                self._inspected.add(file)
                markup, whole = capabilities.escaped_parts, file == template.file
                self.findings += self._inspected_file(file, text, markup, whole=whole)
        self.findings += check_text_beside_html(template, source, capabilities.escaped_parts)
        promotes = any(getattr(step, "class_", None) is MessageClass.PROMOTIONAL for step in steps)
        has_header = _UNSUBSCRIBE in self._project.channels[channel].with_
        if promotes and "subject" in capabilities.parts and not has_header:
            self.findings += check_way_out(template, texts, source, self.known.links)

    def _inspected_file(
        self, file: str, text: str, markup: tuple[str, ...], *, whole: bool
    ) -> tuple[Diagnostic, ...]:
        asked = digest("inspection", file, text, repr(markup), repr(whole))
        found: tuple[Diagnostic, ...] | None = self._looked_at.get(asked) or self._cache.get(asked)
        if found is None:
            found = tuple(inspect(Source(text=text, file=file), markup=markup, whole=whole))
            self._cache.put(asked, found)
        self._looked_at[asked] = found
        return found

    def _form(self, channel: str) -> Form:
        if channel not in self._forms:
            longest = self._project.channels[channel].longest
            limits = [
                Limit(part=str(part), most=length.number, measure=length.measure)
                for part, length in longest.items()
            ]
            self._forms[channel] = Form.of(self._capabilities(channel), limits)
        return self._forms[channel]

    def _capabilities(self, channel: str) -> Capabilities:
        if channel not in self._able:
            connector = self._project.channels[channel].connector
            self._able[channel] = load_connector(connector).capabilities
        return self._able[channel]

    def _values_in(self, campaign: str) -> Mapping[tuple[str, ...], tuple[str, ...]]:
        return {
            **self._values,
            ("campaign", "name"): (campaign,),
            ("campaign", "title"): (self._title(campaign),),
        }

    def _title(self, campaign: str) -> str:
        return self._project.campaigns[campaign].title or campaign

    def _missing(self, campaign: str, message: str, channel: str, step: Templated) -> Diagnostic:
        wanted = f"{TEMPLATES}/{message}/{channel}{SUFFIX}"
        meant = nearest(message, self.shelf.messages(campaign))
        advice = f"did you mean `{meant}`? Or write" if meant and meant != message else "write"
        return Diagnostic(
            code="REF304",
            message=f"there is no template for message `{message}` on channel `{channel}`",
            span=_span(self._project, step),
            help=f"{advice} {wanted}, in the campaign's folder or the project's",
        )

    def _stray(self, suffix: str, source: Source) -> Diagnostic:
        if not self.default:
            why = "the project has no languages"
            advice = "write `locales: {default: en, by: language}` in campaignspec.yaml"
        elif suffix == self.default:
            why = "the project's own language has a template without a language in its name"
            advice = "keep one of them"
        else:
            why = f"`{suffix}` is not how a language is written"
            advice = "write a language and, if need be, a region: ru, pt-BR, zh-Hant-TW"
        return Diagnostic(
            code="CNT705",
            message=f"nobody gets this template: {why}",
            span=source.at(1),
            severity=Severity.WARNING,
            help=advice,
        )


def _values_of_personas(project: Project) -> Mapping[tuple[str, ...], tuple[str, ...]]:
    """Return what the personas have for each attribute, as it is printed."""
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for persona in project.personas.values():
        for name, value in persona.attributes.items():
            path = ("customer", str(name))
            found[path] = (*found.get(path, ()), str(value))
    return found


def _places(
    project: Project, campaign: str, able: Doers
) -> Mapping[tuple[str, str], list[Templated]]:
    """Return every message of a campaign by channel, with the steps that show it."""
    found: dict[tuple[str, str], list[Templated]] = {}
    for step in templated_of(project.campaigns[campaign]):
        for channel in _channels(project, step, able):
            found.setdefault((message_of(step), channel), []).append(step)
    return found


def _channels(project: Project, step: Templated, able: Doers) -> Iterator[str]:
    """Yield the channels that a step may show its text by."""
    if isinstance(step, Post):
        yield from step.on
        return
    yield from (channel for channel in channels_of(project, step, able) if channel)


def _span(project: Project, step: Templated) -> Span:
    return project.documents[step.loc.file].span((*step.loc.path, verb_of(type(step))))
