"""Calls of other programs over HTTP: webhooks, tasks, records, slots of a site."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar, Final
from urllib.parse import SplitResult, urlsplit

from campaignspec.clock import to_datetime
from campaignspec.connector import (
    Accepted,
    Capabilities,
    Context,
    Deed,
    FailureKind,
    Idempotency,
    InDoubt,
    Message,
    Receipt,
    Rejected,
    Retry,
    Setting,
    Value,
)
from campaignspec.errors import ConnectorError

_LATER: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_SETUP: Final = frozenset({401, 403, 404, 405})
_LONGEST_ANSWER: Final = 64 * 1024


class Webhook:
    """Posts each deed as JSON, and keeps what the other program answers.

    Every call bears the header ``Idempotency-Key``: the program must do the same key once. A
    line that breaks after the call was sent leaves it in doubt, and then it is sent again.
    """

    name: ClassVar[str] = "webhook"
    capabilities: ClassVar[Capabilities] = Capabilities(
        parts=(),
        max_batch=100,
        idempotency=Idempotency.NATIVE,
        deeds=frozenset(Deed),
    )
    settings: ClassVar[Mapping[str, Setting]] = {
        "url": Setting(kind="text", summary="Where calls are posted to.", required=True),
        "token": Setting(
            kind="secret",
            summary="The environment variable that holds the token of `Authorization: Bearer`.",
        ),
        "timeout_seconds": Setting(
            kind="integer", summary="How long to wait for an answer.", default=10
        ),
        "at_once": Setting(kind="integer", summary="How many calls run side by side.", default=4),
    }

    def __init__(self, context: Context) -> None:
        """Read the settings.

        Raises:
            ConnectorError: The address is not one of http or https.
        """
        given = context.settings
        self._url = urlsplit(given["url"])
        if self._url.scheme not in {"http", "https"} or not self._url.hostname:
            raise ConnectorError(
                f"channel {context.channel!r}: `url` is {given['url']!r}; "
                "it must begin with http:// or https://"
            )
        self._token = given["token"]
        self._timeout = given["timeout_seconds"]
        self._at_once = max(1, given["at_once"])
        self._channel = context.channel

    def __repr__(self) -> str:
        return f"Webhook({self._url.scheme}://{self._url.netloc})"

    def deliver(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        """Post every deed, several side by side."""
        if len(batch) == 1:
            return [self._post(batch[0])]
        with ThreadPoolExecutor(max_workers=min(self._at_once, len(batch) or 1)) as pool:
            return list(pool.map(self._post, batch))

    def lookup(self, keys: Sequence[str]) -> Mapping[str, bool]:
        """Judge nothing: the other program recognises a key."""
        del keys
        return {}

    def close(self) -> None:
        """Nothing is kept open."""

    def _post(self, message: Message) -> Receipt:
        line = _connection(self._url, self._timeout)
        try:
            try:
                line.connect()
            except OSError as error:
                return Retry(reason=f"{self!r}: {error}")
            try:
                line.request("POST", _path(self._url), _body(message), self._headers(message))
                response = line.getresponse()
                content = response.read(_LONGEST_ANSWER)
            except (OSError, http.client.HTTPException) as error:
                return InDoubt(reason=f"{self!r}: {error or type(error).__name__}")
            return _receipt(response, content)
        finally:
            line.close()

    def _headers(self, message: Message) -> Mapping[str, str]:
        headers = {"Content-Type": "application/json", "Idempotency-Key": message.key}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        return headers


def _connection(url: SplitResult, timeout: float) -> http.client.HTTPConnection:
    host = url.hostname or ""
    if url.scheme == "https":
        return http.client.HTTPSConnection(
            host, url.port, timeout=timeout, context=ssl.create_default_context()
        )
    return http.client.HTTPConnection(host, url.port, timeout=timeout)


def _path(url: SplitResult) -> str:
    return (url.path or "/") + (f"?{url.query}" if url.query else "")


def _body(message: Message) -> bytes:
    told = {
        "key": message.key,
        "deed": message.deed,
        "customer": message.customer,
        "address": message.address or None,
        "campaign": message.campaign,
        "node": message.node,
        "class": message.message_class,
        "at": to_datetime(message.at).isoformat().replace("+00:00", "Z"),
        "parts": dict(message.parts),
        "details": dict(message.details),
    }
    return json.dumps(told, ensure_ascii=True).encode()


def _receipt(response: http.client.HTTPResponse, content: bytes) -> Receipt:
    status = response.status
    reason = f"HTTP {status} {response.reason}".rstrip()
    if status in range(200, 300):
        return Accepted(answer=_answer(content))
    if status in _LATER:
        return Retry(reason=reason, after_seconds=_pause(response.getheader("Retry-After")))
    if status in _SETUP or status in range(300, 400):
        return Rejected(kind=FailureKind.CONFIGURATION, reason=reason)
    if status == http.client.GONE:
        return Rejected(kind=FailureKind.RECIPIENT, reason=reason)
    return Rejected(kind=FailureKind.CONTENT, reason=reason)


def _answer(content: bytes) -> Mapping[str, Value]:
    """Read the plain values of a JSON object; any other answer says nothing that is kept."""
    try:
        told: Any = json.loads(content)
    except ValueError:
        return {}
    if not isinstance(told, dict):
        return {}
    return {str(k): v for k, v in told.items() if isinstance(v, bool | int | float | str | None)}


def _pause(header: str | None) -> float:
    return float(header) if header is not None and header.isdecimal() else 60.0
