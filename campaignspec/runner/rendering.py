"""From a queued message to the text that one person reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from campaignspec.audience import Audience, FactKind, Moment, Values
from campaignspec.clock import to_datetime
from campaignspec.connector import Message
from campaignspec.content import Library, RenderError, TemplateKey
from campaignspec.graph.nodes import JourneyGraph
from campaignspec.ledger.queue import Queued
from campaignspec.money import MICROS
from campaignspec.spec.rule import Fact


class Renderer:
    """Renders messages with what is known of the customer when the message is decided."""

    def __init__(
        self,
        library: Library,
        audience: Audience,
        *,
        graphs: Mapping[str, JourneyGraph],
        traits: tuple[str, ...],
        address_kinds: Mapping[str, str],
        zone: str,
    ) -> None:
        self._library = library
        self._audience = audience
        self._graphs = graphs
        self._traits = traits
        self._address_kinds = address_kinds
        self._zone = zone

    def render(self, queued: Queued) -> Message:
        """Render one message.

        Raises:
            RenderError: A value that is printed is missing.
        """
        template = self._library.templates.get(
            TemplateKey(queued.campaign, queued.message, queued.channel)
        )
        if template is None:
            raise RenderError(f"message {queued.message} has no template for {queued.channel}")
        history = self._audience.history
        row = history.row_of[queued.customer]
        address = history.addresses[self._address_kinds[queued.channel]][row]
        return Message(
            key=queued.key,
            customer=queued.customer,
            address=str(address),
            parts=template.render(self._values(queued, row)),
            message_class=queued.message_class,
            at=queued.at,
            campaign=queued.campaign,
            node=queued.node,
        )

    def _values(self, queued: Queued, row: int) -> Mapping[str, Any]:
        history = self._audience.history
        attributes = {name: column.get(row) for name, column in history.attributes.items()}
        return {
            "customer": {**attributes, "id": queued.customer},
            "traits": {name: self._trait(name, row, queued.at) for name in self._traits},
            "campaign": {
                "name": queued.campaign,
                "title": self._graphs[queued.campaign].title,
            },
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
                return to_datetime(number, self._zone)
            case _:
                return number
