"""Installed connectors: finding them by entry point, checking and resolving their settings."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, cast

from campaignspec.cache import digest, sources_below
from campaignspec.connector import Capabilities, Connector, Setting
from campaignspec.diagnostics import nearest
from campaignspec.errors import ConnectorError

GROUP: Final = "campaignspec.connectors"
"""The entry-point group in which a distribution names its connectors."""

_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorInfo:
    """A connector that is installed, known by name and not yet imported.

    Attributes:
        name: What an author writes as ``connector:``.
        distribution: The installed package that brings it.
        version: That package's version.
        entry_point: What the package declared.
    """

    name: str
    distribution: str
    version: str
    entry_point: metadata.EntryPoint = field(repr=False)

    def load(self) -> type[Connector]:
        """Import the connector's class.

        Raises:
            ConnectorError: The import fails, or what it yields is no connector.
        """
        try:
            loaded = self.entry_point.load()
        except Exception as error:  # a plug-in's module may fail in any way
            raise ConnectorError(
                f"connector {self.name!r} of {self.distribution} {self.version} cannot be "
                f"imported from {self.entry_point.value}: {error}"
            ) from error
        lack = _lack(loaded)
        if lack is not None:
            raise ConnectorError(
                f"{self.entry_point.value} of {self.distribution} {self.version} "
                f"is not a connector: {lack}"
            )
        return cast("type[Connector]", loaded)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingProblem:
    """One thing that is wrong with the settings an author gave to a connector.

    Attributes:
        key: The setting's name.
        message: One sentence without a full stop; it never quotes the value of a secret.
        help: What to do, when known.
    """

    key: str
    message: str
    help: str | None = None


class Secret(str):
    """A resolved secret: text like any other, except that its ``repr`` hides it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


def find_connectors() -> Mapping[str, ConnectorInfo]:
    """List the installed connectors by name, without importing any.

    Raises:
        ConnectorError: Two distributions claim the same name.
    """
    return _installed(tuple(sys.path))


@cache
def _installed(paths: tuple[str, ...]) -> Mapping[str, ConnectorInfo]:
    """Look once for each way in which Python finds packages: it reads every package there is."""
    del paths
    found: dict[str, ConnectorInfo] = {}
    for point in metadata.entry_points(group=GROUP):
        info = _info(point)
        other = found.setdefault(info.name, info)
        if (other.distribution, other.entry_point.value) != (info.distribution, point.value):
            raise ConnectorError(
                f"connector {info.name!r} is brought by {other.distribution} "
                f"and by {info.distribution}; uninstall one of them"
            )
    return MappingProxyType(dict(sorted(found.items())))


def connectors_digest() -> bytes:
    """Return what stands for the installed connectors, down to the source of their packages.

    None is imported. What a connector takes from other packages than its own is not in it, but
    for the version of its distribution.
    """
    parts: list[str | bytes] = []
    packages: set[str] = set()
    for point in sorted(metadata.entry_points(group=GROUP)):
        info = _info(point)
        parts += [info.name, point.value, info.distribution, info.version]
        packages.add(point.module.partition(".")[0])
    for package in sorted(packages):
        parts += [package, *_sources_of(package)]
    return digest(*parts)


def _sources_of(package: str) -> Iterator[str | bytes]:
    """Yield the path and the bytes of each source file of a package, or of a single module."""
    try:
        found = find_spec(package)
        if found is None:
            return
        folders = found.submodule_search_locations
        paths = [each for folder in folders or () for each in sources_below(folder)]
        for path in sorted(paths) if folders else filter(None, [found.origin]):
            yield path
            yield Path(path).read_bytes()
    except (ImportError, OSError, ValueError):
        return  # it lies in no file, and its distribution's version has to do


def load_connector(name: str) -> type[Connector]:
    """Import the connector of this name.

    Raises:
        ConnectorError: No installed connector has this name, or it cannot be imported.
    """
    installed = find_connectors()
    if name not in installed:
        raise ConnectorError(
            f"no installed connector is called {name!r}; {_advice(name, installed)}"
        )
    return installed[name].load()


def check_settings(
    connector: type[Connector], values: Mapping[str, object]
) -> tuple[SettingProblem, ...]:
    """Compare the settings an author gave with those the connector declares.

    Args:
        connector: The connector's class.
        values: What stands under ``with:``; secrets are names of environment variables.

    Returns:
        Every problem at once, in the order of the given keys, then of the missing ones.
    """
    return tuple(_problems(connector, values))


def resolve_settings(
    connector: type[Connector], values: Mapping[str, object], environ: Mapping[str, str]
) -> dict[str, Any]:
    """Fill in defaults and replace names of environment variables by the secrets they hold.

    Args:
        connector: The connector's class.
        values: Settings that `check_settings` found nothing wrong with.
        environ: The environment to take secrets from.

    Returns:
        A value for every declared setting; None for those neither given nor defaulted.
        Secrets are `Secret`, so that printing the settings shows none.

    Raises:
        ConnectorError: The settings are wrong, or environment variables are unset.
    """
    problems = check_settings(connector, values)
    if problems:
        listed = "; ".join(problem.message for problem in problems)
        raise ConnectorError(f"settings of connector {connector.name!r}: {listed}")
    names = {key: str(values[key]) for key in _secrets(connector) if key in values}
    unset = [f"{name} (for {key!r})" for key, name in names.items() if not environ.get(name)]
    if unset:
        raise ConnectorError(
            f"connector {connector.name!r} needs environment variables that are not set: "
            + ", ".join(unset)
        )
    plain = {key: values.get(key, setting.default) for key, setting in connector.settings.items()}
    return plain | {key: Secret(environ[name]) for key, name in names.items()}


def _info(point: metadata.EntryPoint) -> ConnectorInfo:
    return ConnectorInfo(
        name=point.name,
        distribution=point.dist.name if point.dist else "an unknown package",
        version=point.dist.version if point.dist else "?",
        entry_point=point,
    )


def _lack(loaded: object) -> str | None:
    if not isinstance(loaded, type):
        return "it is not a class"
    if not isinstance(getattr(loaded, "capabilities", None), Capabilities):
        return "its `capabilities` are not campaignspec.connector.Capabilities"
    if not isinstance(getattr(loaded, "settings", None), Mapping):
        return "its `settings` are not a mapping"
    for member in ("name", "deliver", "lookup", "close"):
        if not hasattr(loaded, member):
            return f"it has no `{member}`"
    return None


def _advice(name: str, installed: Mapping[str, ConnectorInfo]) -> str:
    close = nearest(name, tuple(installed))
    if close is not None:
        return f"did you mean {close!r}?"
    return f"installed are: {', '.join(installed)}" if installed else "none is installed"


def _problems(connector: type[Connector], values: Mapping[str, object]) -> Iterator[SettingProblem]:
    declared = connector.settings
    for key, value in values.items():
        if key not in declared:
            yield _unknown(connector, key)
        elif not _KINDS[declared[key].kind](value):
            yield _misfit(key, declared[key], value)
    for key, setting in declared.items():
        if setting.required and key not in values:
            yield SettingProblem(
                key=key,
                message=f"{connector.name} needs the setting {key!r}",
                help=setting.summary,
            )


def _unknown(connector: type[Connector], key: str) -> SettingProblem:
    close = nearest(key, tuple(connector.settings))
    known = ", ".join(connector.settings) or "none"
    return SettingProblem(
        key=key,
        message=f"{connector.name} has no setting {key!r}",
        help=f"did you mean {close!r}?" if close else f"its settings are: {known}",
    )


def _misfit(key: str, setting: Setting, value: object) -> SettingProblem:
    if setting.kind == "secret":
        return SettingProblem(
            key=key,
            message=f"the value of {key!r} is not the name of an environment variable",
            help=f"a secret is never written in a file: write a name such as {key.upper()}, "
            "and set that variable where messages are sent",
        )
    return SettingProblem(
        key=key,
        message=f"{key!r} must be {_WORDS[setting.kind]}, not {value!r}",
        help=setting.summary,
    )


def _secrets(connector: type[Connector]) -> list[str]:
    return [key for key, setting in connector.settings.items() if setting.kind == "secret"]


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_boolean(value: object) -> bool:
    return isinstance(value, bool)


def _names_a_variable(value: object) -> bool:
    return isinstance(value, str) and _VARIABLE.fullmatch(value) is not None


_KINDS: Final[Mapping[str, Callable[[object], bool]]] = MappingProxyType(
    {
        "text": _is_text,
        "integer": _is_integer,
        "boolean": _is_boolean,
        "secret": _names_a_variable,
    }
)
_WORDS: Final = MappingProxyType(
    {"text": "text", "integer": "a whole number", "boolean": "true or false"}
)
