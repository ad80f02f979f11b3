"""The messages of journeys that were carried over: their channels, and texts to be written anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from campaignspec.migrate.naming import name_like
from campaignspec.spec.channel import Channel, Channels
from campaignspec.spec.kinds import Name

_ADDRESSES: Final = {"email": "email", "sms": "phone", "push": "push", "in_app": "push"}
"""The kind of address that each channel takes; webhooks take none."""


@dataclass(slots=True)
class Messages:
    """What journeys send.

    Attributes:
        names: Our name of each message, by their id of it.
        sent: By message, the channels that it goes through.
    """

    names: dict[str, Name] = field(default_factory=dict)
    sent: dict[Name, set[Name]] = field(default_factory=dict)
    channels: dict[Name, None] = field(default_factory=dict)

    def __copy__(self) -> Messages:
        """Return one that does not change with this one."""
        return Messages(
            names=dict(self.names),
            sent={name: set(channels) for name, channels in self.sent.items()},
            channels=dict(self.channels),
        )

    def message(self, theirs: str, wish: str, channel: str) -> Name:
        """Return our name of a message, and remember that it goes through a channel."""
        if theirs not in self.names:
            self.names[theirs] = name_like(wish, set(self.names.values()))
        name = self.names[theirs]
        self.sent.setdefault(name, set()).add(self.channel(channel))
        return name

    def channel(self, name: str) -> Name:
        """Return a channel, and remember that it is used."""
        self.channels.setdefault(Name(name))
        return Name(name)


def channels_of(names: Iterable[Name]) -> Channels:
    """Set channels up so that nothing leaves the machine: each writes into a file."""
    return Channels(
        channels={
            name: Channel(
                connector=Name("outbox"),
                address=Name(_ADDRESSES[name]) if name in _ADDRESSES else None,
                with_={"path": f"build/{name}.jsonl"},
            )
            for name in names
        }
    )


def template(tool: str, message: Name, theirs: str) -> str:
    """Write the stand-in of a template: what it is must be written anew."""
    return (
        "{% block text %}\n"
        f"Write this message anew: it was {theirs} in {tool}, and is {message} here.\n"
        "{% endblock %}\n"
    )
