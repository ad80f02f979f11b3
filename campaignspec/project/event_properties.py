"""Which events the sources give, and which properties each event has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, assert_never

from campaignspec.spec.kinds import Name
from campaignspec.spec.sources import (
    SENT,
    ColumnKind,
    ConsentsSource,
    CustomersSource,
    EventsSource,
    MessagesSource,
    OrderLines,
    OrdersSource,
    ProductsSource,
    Response,
    ResponsesSource,
    Source,
)

PRODUCT: Final = "product"
"""The property by which an event gets a product's attributes."""

_TEXT: Final = ColumnKind.TEXT
_ORDER: Final = {"order": _TEXT, "amount": ColumnKind.MONEY}
_ITEMS: Final = {"items": ColumnKind.NUMBER}
_LINE: Final = {
    "order": _TEXT,
    PRODUCT: _TEXT,
    "quantity": ColumnKind.NUMBER,
    "amount": ColumnKind.MONEY,
}
_MESSAGE: Final = {"channel": _TEXT, "class": _TEXT, "campaign": _TEXT}
_RESPONSE: Final = {"channel": _TEXT, "campaign": _TEXT}

MAKING_EVENTS: Final[tuple[type[Any], ...]] = (OrdersSource, MessagesSource, ResponsesSource)
"""The sources that give events under names of their own."""

Properties = dict[str, dict[str, ColumnKind]]


def event_of_response(response: Response) -> str:
    """Return the event of an answer."""
    return f"message.{response}"


def properties_of_events(sources: Iterable[Source]) -> Mapping[str, Mapping[str, ColumnKind]]:
    """Return what each event's properties hold, by event and property."""
    listed = tuple(sources)
    found: Properties = {}
    for source in listed:
        for event, properties in _given(source):
            found.setdefault(event, {}).update(properties)
    for source in listed:
        if isinstance(source, ProductsSource):
            _add_attributes(source, found)
    return found


def own_properties(source: OrdersSource | OrderLines) -> Mapping[str, ColumnKind]:
    """Return the properties that an event of an order or of a line has without a declaration."""
    if isinstance(source, OrderLines):
        return _LINE
    return {**_ORDER, **_ITEMS} if source.lines else _ORDER


def _given(source: Source) -> Iterable[tuple[str, Mapping[str, ColumnKind]]]:
    match source:
        case EventsSource():
            product = {} if source.product is None else {PRODUCT: _TEXT}
            for event in (source.as_,) if source.as_ else source.names:
                yield event, {**_plain(source.properties), **product}
        case OrdersSource():
            yield source.as_, {**_plain(source.properties), **own_properties(source)}
            if source.lines:
                lines = source.lines
                yield lines.as_, {**_plain(lines.properties), **own_properties(lines)}
        case MessagesSource():
            yield SENT, _MESSAGE
        case ResponsesSource():
            for response in Response:
                yield event_of_response(response), _RESPONSE
        case CustomersSource() | ProductsSource() | ConsentsSource():
            return
        case _:
            assert_never(source)


def _plain(properties: Mapping[Name, ColumnKind]) -> dict[str, ColumnKind]:
    return {str(name): kind for name, kind in properties.items()}


def _add_attributes(source: ProductsSource, found: Properties) -> None:
    """Give the attributes of products to events that name one; what an event has, it keeps."""
    for properties in found.values():
        if properties.get(PRODUCT) is _TEXT:
            for name, kind in source.attributes.items():
                properties.setdefault(str(name), kind)
