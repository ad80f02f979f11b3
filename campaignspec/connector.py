"""The connector port: what carries messages to people, and how it answers.

A connector is a class found by an entry point in the group ``campaignspec.connectors``. It
receives messages that are already decided, rendered and recorded, and says for each what
became of it. It decides nothing: consent, caps and hours were judged before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Final, Protocol, TypeAlias, runtime_checkable


class MessageClass(StrEnum):
    """Why a message is sent; each class has its own consent, caps and hours."""

    PROMOTIONAL = "promotional"
    SERVICE = "service"
    TRANSACTIONAL = "transactional"


class Deed(StrEnum):
    """What a connector is asked to do."""

    MESSAGE = "message"
    """Send a message to a person."""
    TASK = "task"
    """Give somebody of our own people a task."""
    CALL = "call"
    """Call another program, which may answer."""
    RECORD = "record"
    """Write into the customer's record in a CRM."""
    ADD = "add"
    """Put a person into an audience of an advertising system."""
    REMOVE = "remove"
    """Take a person out of such an audience."""
    SHOW = "show"
    """Show something in a place that is kept for the customer."""
    POST = "post"
    """Publish something for everybody."""


REACHING_PEOPLE: Final = frozenset({Deed.MESSAGE, Deed.ADD, Deed.SHOW})
"""The deeds that reach a customer, if only by an advertisement; policy is asked for them."""

Value: TypeAlias = bool | int | float | str | None
"""What details and answers hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One rendered message to one person, or one other deed.

    Attributes:
        key: The idempotency key; the same message always has the same.
        customer: The customer's id, for the connector's own records.
        address: Where the channel delivers: an e-mail address, a phone number, a token.
        parts: Rendered text by part: ``subject``, ``text``, ``html`` for e-mail.
        message_class: Why it is sent.
        at: The instant the message was decided, microseconds since 1970 UTC.
        campaign: The campaign's name, for tagging.
        node: The journey step's id, for tagging.
        deed: What is asked for.
        details: Of a deed that is no message, what it takes: the ``audience`` of a change, the
            fields of a record, the ``slot`` and the seconds of a show, the facts of a call.
    """

    key: str
    customer: str
    address: str
    parts: Mapping[str, str]
    message_class: MessageClass
    at: int
    campaign: str
    node: str
    deed: Deed = Deed.MESSAGE
    details: Mapping[str, Value] = field(default_factory=dict)


class FailureKind(StrEnum):
    """What a rejection is about: who, what, or the set-up."""

    RECIPIENT = "recipient"
    CONTENT = "content"
    CONFIGURATION = "configuration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The channel took the message.

    Attributes:
        provider_id: The channel's own name for it.
        answer: What the other program answered to a call.
    """

    provider_id: str | None = None
    answer: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """The channel will never take this message; nothing was sent."""

    kind: FailureKind
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """The channel did not take the message now; nothing was sent; it may be tried again."""

    reason: str
    after_seconds: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class InDoubt:
    """The answer was lost after the message left: it may have been sent or not."""

    reason: str


Receipt: TypeAlias = Accepted | Rejected | Retry | InDoubt


class Idempotency(StrEnum):
    """What happens when the same key is delivered twice.

    ``NATIVE``: the channel recognises the key and sends once. ``LOOKUP``: the connector can
    say whether a key was sent. ``NONE``: neither.
    """

    NATIVE = "native"
    LOOKUP = "lookup"
    NONE = "none"


class Measure(StrEnum):
    """What the length of a part is counted in."""

    CHARACTERS = "characters"
    BYTES = "bytes"
    SMS = "sms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How long a part of a message may be.

    Attributes:
        part: The part.
        most: The greatest length.
        measure: What it is counted in; bytes are those of UTF-8.
        is_firm: Whether a longer message is never sent; otherwise authors are warned.
        basis: Who says so, for authors.
    """

    part: str
    most: int
    measure: Measure = Measure.CHARACTERS
    is_firm: bool = True
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What the runner and the compiler may rely on.

    Attributes:
        parts: The parts a message must have, in the order they are shown.
        optional_parts: Parts that are used when the template has them.
        escaped_parts: Parts that hold markup, so values are escaped in them.
        max_batch: How many messages one call of ``deliver`` takes at most.
        idempotency: What a repeat of the same key does.
        address: The kind of address, a key of the customer's addresses, such as ``email``.
        deeds: What it can be asked to do.
        limits: How long parts may be.
        least_audience: The fewest people an audience may have, where there are audiences.
    """

    parts: tuple[str, ...]
    optional_parts: tuple[str, ...] = ()
    escaped_parts: tuple[str, ...] = ()
    max_batch: int = 100
    idempotency: Idempotency = Idempotency.NONE
    address: str = "email"
    deeds: frozenset[Deed] = frozenset({Deed.MESSAGE})
    least_audience: int = 0
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One key of a connector's configuration, as an author writes it under ``with:``.

    Attributes:
        kind: ``text``, ``integer``, ``boolean`` or ``secret``. A secret is never written in
            the file: its value is the name of an environment variable.
        summary: One sentence for the schema, the docs and the editor.
        required: Whether it must be given.
        default: What holds when it is not.
    """

    kind: str
    summary: str
    required: bool = False
    default: str | int | bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a connector is built from.

    Attributes:
        channel: The channel's name in the project.
        settings: Checked values of the declared settings, secrets resolved.
        sender: The channel's ``from:``, if it has one.
        base: The folder that relative paths start from.
    """

    channel: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    sender: str | None = None
    base: str = "."


@runtime_checkable
class Connector(Protocol):
    """The port. Construction opens nothing; the first delivery does."""

    name: ClassVar[str]
    capabilities: ClassVar[Capabilities]
    settings: ClassVar[Mapping[str, Setting]]

    def __init__(self, context: Context) -> None: ...

    def deliver(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        """Send each message; answer in the same number and order.

        A failure of one message is a receipt, never an exception.
        """

    def lookup(self, keys: Sequence[str]) -> Mapping[str, bool]:
        """Say of each key whether it was sent; only with ``Idempotency.LOOKUP``.

        Keys that the channel cannot judge are left out.
        """

    def close(self) -> None:
        """Give back connections and files; may be called twice."""
