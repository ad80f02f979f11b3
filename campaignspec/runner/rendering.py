"""From a queued message to the text that one person reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np

from campaignspec.audience import Audience, FactKind, Moment, Values
from campaignspec.clock import to_datetime
from campaignspec.connector import Deed, Message, Value
from campaignspec.content import Library, Lookups, RenderError, TemplateKey, Uses
from campaignspec.content.library import lookups_of
from campaignspec.content.locales import locale_of
from campaignspec.graph.nodes import ActNode, JourneyGraph
from campaignspec.ledger.queue import Queued
from campaignspec.money import MICROS
from campaignspec.project import Project
from campaignspec.spec.acting import Webhook
from campaignspec.spec.rule import Fact
from campaignspec.spec.shape import EMPTY

_WITHOUT_TEXT = frozenset({Deed.CALL, Deed.RECORD, Deed.ADD, Deed.REMOVE})
"""The deeds for which no template is needed."""


Offers: TypeAlias = Callable[[Queued], Mapping[str, Mapping[str, Any]]]
"""Says by name what offers the customer of a message holds: code, last day, title."""


class Renderer:
    """Renders messages with what is known of the customer when the message is decided."""

    def __init__(
        self,
        project: Project,
        library: Library,
        audience: Audience,
        *,
        graphs: Mapping[str, JourneyGraph],
        address_kinds: Mapping[str, str],
        offers: Offers | None = None,
        segments: Mapping[str, bool] = EMPTY,
    ) -> None:
        """Take what messages are made of.

        Args:
            project: The linked project.
            library: Its templates.
            audience: What answers for traits and segments.
            graphs: The campaigns' journeys.
            address_kinds: By channel, the kind of address.
            offers: What customers hold; nothing, if not given.
            segments: Segments that are taken as given, for previews.
        """
        self._project = project
        self._library = library
        self._audience = audience
        self._graphs = graphs
        self._address_kinds = address_kinds
        self._offers = offers
        self._segments = segments

    def render(self, queued: Queued) -> Message:
        """Render one message.

        Raises:
            RenderError: A value that is printed is missing, or a part is too long.
        """
        if queued.deed in _WITHOUT_TEXT:
            return self._deed(queued, {})
        if queued.deed is Deed.POST:
            return self._post(queued)
        return self._deed(queued, self.parts(queued, self.key_of(queued)))

    def _post(self, queued: Queued) -> Message:
        """Render what is published for everybody."""
        locale = None
        key = self._library.key_for(queued.campaign, queued.message, queued.channel, locale)
        if key is None:
            raise RenderError(f"post {queued.message} has no template for {queued.channel}")
        template = self._library.templates[key]
        facts = {"campaign": queued.campaign, "message": queued.message, "step": queued.node}
        facts |= {"channel": queued.channel, "class": queued.message_class.value}
        lookups = lookups_of(self._project, {**facts, "locale": key.locale})
        return Message(
            key=queued.key,
            customer="",
            address="",
            parts=template.render({"campaign": self._campaign(queued.campaign)}, lookups),
            message_class=queued.message_class,
            at=queued.at,
            campaign=queued.campaign,
            node=queued.node,
            deed=Deed.POST,
            details=self._whose(queued),
        )

    def _whose(self, queued: Queued) -> Mapping[str, Value]:
        """Return the opinion leader and the code of a post, as far as it has them."""
        posts = self._graphs[queued.campaign].posts
        post = next((each for each in posts if each.id == queued.node), None)
        told = {} if post is None else {"kol": post.kol, "code": post.code}
        return {name: value for name, value in told.items() if value is not None}

    def _campaign(self, name: str) -> Mapping[str, Any]:
        return {"name": name, "title": self._project.journey(name).title or name}

    def parts(self, queued: Queued, key: TemplateKey) -> dict[str, str]:
        """Render the parts of a message from one of its templates.

        Raises:
            RenderError: A value that is printed is missing, or a part is too long.
        """
        template = self._library.templates[key]
        row = self._audience.history.row_of[queued.customer]
        values = self._values(queued, row, template.uses)
        return template.render(values, self._lookups(queued, row, key, template.uses))

    def key_of(self, queued: Queued, *, locale: str | None = None) -> TemplateKey:
        """Return the template that a message is rendered from.

        Args:
            queued: The message.
            locale: The language; the customer's own, if not given.

        Raises:
            RenderError: There is none.
        """
        row = self._audience.history.row_of[queued.customer]
        key = self._library.key_for(
            queued.campaign, queued.message, queued.channel, locale or self._language(row)
        )
        if key is None:
            raise RenderError(f"message {queued.message} has no template for {queued.channel}")
        return key

    def _language(self, row: int) -> str | None:
        """Return the language that a customer's record names, if it names one."""
        locales = self._project.settings.locales
        column = self._audience.history.attributes.get(locales.by or "") if locales else None
        return None if column is None else locale_of(column.get(row))

    def _lookups(self, queued: Queued, row: int, key: TemplateKey, uses: Uses) -> Lookups:
        facts = {
            "campaign": queued.campaign,
            "message": queued.message,
            "step": queued.node,
            "channel": queued.channel,
            "class": queued.message_class.value,
            "locale": key.locale,
        }
        return replace(
            lookups_of(self._project, facts),
            segments={name: self._matches(name, row, queued.at) for name in uses.segments},
            offers=self._offers(queued) if self._offers and uses.offers else EMPTY,
        )

    def _matches(self, segment: str, row: int, at: int) -> bool:
        if segment in self._segments:
            return self._segments[segment]
        rows, now = np.array([row], np.int64), np.array([at], np.int64)
        return bool(self._audience.matches(segment, rows, now)[0])

    def _deed(self, queued: Queued, parts: Mapping[str, str]) -> Message:
        row = self._audience.history.row_of[queued.customer]
        return Message(
            key=queued.key,
            customer=queued.customer,
            address=self._address(queued.channel, row),
            parts=parts,
            message_class=queued.message_class,
            at=queued.at,
            campaign=queued.campaign,
            node=queued.node,
            deed=queued.deed,
            details=self._details(queued, row),
        )

    def _address(self, channel: str, row: int) -> str:
        """Return where the channel reaches the customer; for a task, perhaps nowhere."""
        addresses = self._audience.history.addresses.get(self._address_kinds[channel])
        found = None if addresses is None else addresses[row]
        return "" if found is None else found

    def _details(self, queued: Queued, row: int) -> Mapping[str, Value]:
        node = self._graphs[queued.campaign].nodes.get(queued.node)
        if not isinstance(node, ActNode):
            return {}
        told = node.step.facts if isinstance(node.step, Webhook) else ()
        return {**node.details, **{str(name): self._told(name, row, queued.at) for name in told}}

    def _told(self, name: str, row: int, at: int) -> Value:
        """Return a trait or an attribute as another program is told it."""
        value = self._trait(name, row, at)
        return value if isinstance(value, bool | int | float | str | None) else str(value)

    def _values(self, queued: Queued, row: int, uses: Uses) -> Mapping[str, Any]:
        """Return what a template prints; only the traits that it names are computed."""
        history = self._audience.history
        attributes = {name: column.get(row) for name, column in history.attributes.items()}
        traits = (path[1] for path in uses.variables if path[0] == "traits" and len(path) > 1)
        return {
            "customer": {**attributes, "id": queued.customer},
            "traits": {name: self._trait(name, row, queued.at) for name in sorted(traits)},
            "campaign": {**self._campaign(queued.campaign), "key": queued.entry_key},
        }

    def _trait(self, name: str, row: int, at: int) -> Any:
        moment = Moment(rows=np.array([row], np.int64), at=np.array([at], np.int64))
        return self._plain(self._audience.values(Fact(name=name), moment))

    def _plain(self, values: Values) -> Any:
        if values.missing[0]:
            return None
        number = values.data[0].item()
        match values.kind:
            case FactKind.MONEY:
                return number / MICROS
            case FactKind.INSTANT:
                return to_datetime(number, self._project.settings.timezone)
            case _:
                return number
