"""Reading the files that other tools export, without trusting that they are whole."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from campaignspec.errors import MigrationError
from campaignspec.migrate.notes import LostError

Node: TypeAlias = dict[str, Any]
"""A JSON object."""


def read_json(path: Path) -> Any:
    """Read a JSON file.

    Raises:
        MigrationError: The file cannot be read or holds no JSON; with the line and column.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_no_number)
    except OSError as error:
        raise MigrationError(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise MigrationError(f"{path} is not UTF-8: export it as UTF-8 JSON") from error
    except json.JSONDecodeError as error:
        where = f"{path}:{error.lineno}:{error.colno}"
        raise MigrationError(f"{where}: this is no JSON: {error.msg}") from error
    except RecursionError as error:
        raise MigrationError(f"{path} is nested too deeply to be an export") from error
    except ValueError as error:
        raise MigrationError(f"{path}: this is no JSON: {error}") from error


def listed(document: Any, *keys: str, path: Path) -> dict[str, list[Any]]:
    """Return the lists that stand under the given keys of a document's top; missing ones empty.

    Raises:
        MigrationError: The document has none of the keys, or no list under one of them.
    """
    expected = " or ".join(f'"{key}"' for key in keys)
    if not isinstance(document, dict) or not any(key in document for key in keys):
        raise MigrationError(f"{path}: at the top there should be an object with {expected}")
    found = {key: document.get(key) or [] for key in keys}
    for key, value in found.items():
        if not isinstance(value, list):
            raise MigrationError(f'{path}: under "{key}" there should be a list')
    return found


def node_of(value: Any, what: str) -> Node:
    """Return an object, or say that it is none.

    Raises:
        LostError: It is something else.
    """
    if not isinstance(value, dict):
        raise LostError("broken", f"{what} is no object")
    return value


def text_of(node: Node, key: str) -> str:
    """Return a text that must be there.

    Raises:
        LostError: It is not.
    """
    value = node.get(key)
    if not isinstance(value, str) or not value:
        raise LostError("broken", f"{kind_of(node)} has no text `{key}`")
    return value


def word_of(node: Node, key: str, default: str = "") -> str:
    """Return a text that chooses among a few; what is no text is its JSON, which chooses none."""
    value = node.get(key)
    if value is None:
        return default
    return value if isinstance(value, str) else json.dumps(value)


def number_of(node: Node, key: str, default: float | None = None) -> float:
    """Return a number, which may be written as a text.

    Raises:
        LostError: It is missing without a default, or no number.
    """
    value = node.get(key)
    if value is None and default is not None:
        return default
    if isinstance(value, bool):
        value = None
    try:
        number = float(value)  # type: ignore[arg-type]  # what is no number is said to be none
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise LostError("broken", f"`{key}` of {kind_of(node)} is no number")
    return number


def nodes_of(node: Node, key: str) -> list[Node]:
    """Return a list of objects; a missing one is empty.

    Raises:
        LostError: It is no list of objects.
    """
    value = node.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise LostError("broken", f"`{key}` of {kind_of(node)} is no list")
    return [node_of(item, f"an entry of `{key}`") for item in value]


def kind_of(node: Node) -> str:
    """Say what a node calls itself, for messages."""
    kind = node.get("type")
    return f"a node of type {kind!r}" if isinstance(kind, str) else "a node without a type"


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number in JSON")
