"""What a blueprint leaves open, filled with what a project has, or else with what it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from string import Template
from types import MappingProxyType
from typing import Final, TypeVar

from campaignspec.errors import CampaignspecError
from campaignspec.plugins import load_connector
from campaignspec.project.definitions import vocabulary
from campaignspec.project.load import read_files
from campaignspec.project.names import FactKind, Vocabulary
from campaignspec.project.scope import Files
from campaignspec.spec.channel import Channel
from campaignspec.spec.traits import Count, Latest

T = TypeVar("T", Count, Latest)

_REVIEWED_AFTER: Final = timedelta(days=90)
_ORDERS: Final = ("order.placed", "order.paid", "order.completed", "purchase", "order", "basket")
_CARTS: Final = ("cart.added", "cart.updated", "cart.abandoned")
_NOT_ORDERS: Final = ("cart", "return", "cancel", "refund")
_QUIET: Final = ("lapsed", "quiet", "inactive", "dormant", "sleeping", "lost")
_GREETED: Final = ("first_name", "firstname", "given_name")
_PARTS: Final = ("subject", "text")


@dataclass(slots=True, kw_only=True)
class Slots:
    """A project's names as blueprints ask for them, and what was found to be missing.

    Attributes:
        files: The project's files, as far as they could be read.
        names: What they define.
        name: What is being made.
        today: The day of making; a campaign is to be looked at again 90 days later.
        needs: What the project must declare, each as a sentence or as YAML with its file.
    """

    files: Files
    names: Vocabulary
    name: str
    today: date
    needs: list[str] = field(default_factory=list)

    def fill(self, text: str) -> str:
        """Fill in the slots of a text.

        Raises:
            KeyError: The text has a slot that nothing fills.
        """
        template = Template(text)
        return template.substitute({each: _FILL[each](self) for each in template.get_identifiers()})

    def need(self, what: str) -> None:
        """Note something that the project must declare, once."""
        if what not in self.needs:
            self.needs.append(what)

    def order(self) -> str:
        """Return the event of an order."""
        names = self.names
        paid = (
            event
            for event, held in sorted(names.properties.items())
            if FactKind.MONEY in held.values() and not any(w in event for w in _NOT_ORDERS)
        )
        return _first(_ORDERS, names.events.known) or next(paid, None) or self._event(_ORDERS[0])

    def cart(self) -> str:
        """Return the event of something put into a cart."""
        known = self.names.events.known
        alike = (event for event in known if "cart" in event)
        return _first(_CARTS, known) or next(alike, None) or self._event(_CARTS[0])

    def value(self) -> str:
        """Return what a goal is worth, as the goal goes on: ``, value: amount``, or nothing."""
        held = self.names.properties.get(self.order(), {})
        money = [name for name, kind in held.items() if kind is FactKind.MONEY]
        name = _first(("amount",), money) or next(iter(sorted(money)), None)
        return f", value: {name}" if name else ""

    def orders_total(self) -> str:
        """Return the trait that counts all orders."""
        order = self.order()
        known = (name for name, trait in self.traits(Count) if trait.count == order)
        name = next(known, None)
        if name is None:
            name = self._free("orders_total")
            self.need(f"in audiences.yaml:\n\ntraits:\n  {name}: {{count: {order}}}")
        return name

    def lapsed(self) -> str:
        """Return the segment of those who have fallen quiet."""
        known = self.names.segments.known
        alike = (name for name in known if any(word in name for word in _QUIET))
        name = _first(_QUIET, known) or next(alike, None)
        if name is None:
            name, order = _QUIET[0], self.order()
            latest = next((n for n, trait in self.traits(Latest) if trait.latest == order), None)
            trait = latest or self._free("last_order")
            declared = "" if latest else f"traits:\n  {trait}: {{latest: {order}}}\n"
            rule = f"segments:\n  {name}: {{where: {trait} older than 60d}}"
            self.need(f"in audiences.yaml:\n\n{declared}{rule}")
        return name

    def birthday(self) -> str:
        """Return the attribute that holds the birthday."""
        names = self.names
        dates = [n for n in names.attributes.known if names.facts.get(n) is FactKind.DATE]
        found = next((name for name in dates if "birth" in name), None)
        if found is None:
            self.need(
                "in campaignspec.yaml, at the source of customers:\n\n"
                "    attributes: {birthday: date}"
            )
        return found or "birthday"

    def channel(self) -> str:
        """Return the channel: e-mail, if there is any."""
        known = self.names.channels.known
        if not known:
            self.need("in channels.yaml:\n\nchannels:\n  email: {connector: outbox}")
        return _first(("email",), known) or next(iter(known), "email")

    def hello(self) -> str:
        """Return how a message greets."""
        known = self.names.attributes.known
        name = _first(_GREETED, known)
        return f'Hello {{{{ customer.{name} | default("again") }}}},' if name else "Hello,"

    def traits(self, kind: type[T]) -> Iterator[tuple[str, T]]:
        """Yield the plain traits of a kind with their names: over all events, and all time."""
        for part in self.files.audiences:
            for trait in part.pieces.sections(kind):
                if not any(getattr(trait, key, None) for key in ("within", "where", "by")):
                    yield str(trait.loc.path[-1]), trait

    def parts(self, channel: str) -> Sequence[str]:
        """Return the parts that a message of a channel must have; a letter's, if any will do."""
        part = self.files.channels
        known = part.pieces.sections(Channel) if part else iter(())
        connector = next((c.connector for c in known if c.loc.path[-1] == channel), None)
        try:
            wanted = load_connector(connector).capabilities.parts if connector else ()
        except CampaignspecError:
            wanted = ()
        return wanted or _PARTS

    def _event(self, name: str) -> str:
        self.need(f"in campaignspec.yaml, at a source of events:\n\n    names: [{name}]")
        return name

    def _free(self, name: str) -> str:
        names = self.names
        taken = {*names.traits.known, *names.attributes.known}
        free = (f"{name}_{n}" for n in range(2, len(taken) + 3))
        return name if name not in taken else next(each for each in free if each not in taken)


def slots_of(root: Path, *, name: str, today: date) -> Slots:
    """Read a project as far as it can be read, to make something of a name in it."""
    files = read_files(root, relative_to=Path.cwd())
    return Slots(files=files, names=vocabulary(files), name=name, today=today)


_FILL: Final[Mapping[str, Callable[[Slots], str]]] = MappingProxyType(
    {
        "name": lambda slots: slots.name,
        "review_by": lambda slots: (slots.today + _REVIEWED_AFTER).isoformat(),
        "order": Slots.order,
        "cart": Slots.cart,
        "value": Slots.value,
        "orders_total": Slots.orders_total,
        "lapsed": Slots.lapsed,
        "birthday": Slots.birthday,
        "channel": Slots.channel,
        "hello": Slots.hello,
    }
)


def _first(wanted: Sequence[str], known: Sequence[str]) -> str | None:
    return next((name for name in wanted if name in known), None)
