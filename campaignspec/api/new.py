"""Write a sound beginning of a campaign, a segment, a trait or a message, ready to be changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Final

from campaignspec.api.schemas import FOLDER, modeline
from campaignspec.api.slots import Slots, slots_of
from campaignspec.content.library import SUFFIX, TEMPLATES
from campaignspec.diagnostics import nearest
from campaignspec.document.scalars import read_plain
from campaignspec.errors import CampaignspecError, UsageError
from campaignspec.project import find_root
from campaignspec.project.definitions import TIMEZONE
from campaignspec.project.discover import CAMPAIGN
from campaignspec.project.journey_names import campaign_name
from campaignspec.project.names import Names
from campaignspec.spec.journey import Send
from campaignspec.spec.kinds import KINDS, Name
from campaignspec.spec.traits import Count, Latest
from campaignspec.spec.yaml_text import yaml_text

BLUEPRINTS: Final = ("win-back", "welcome", "abandoned-cart", "birthday", "second-purchase")
"""The campaigns that one may begin with; each is a folder of the package."""

_HEADINGS: Final = frozenset({"subject", "title"})
"""The parts of messages that are one line; the others hold the body."""

_TEXT: Final = "$hello\n\nwrite here what you have to say."


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What was written.

    Attributes:
        files: The new files.
        needs: What the project must declare before `validate` is content.
        next_step: What belongs into another file, such as the step that sends a new message.
    """

    files: tuple[Path, ...]
    needs: tuple[str, ...] = ()
    next_step: str | None = None


def new_campaign(start: Path, name: str, *, like: str, today: date) -> Made:
    """Write a campaign after a blueprint, with a template for each of its messages.

    Args:
        start: A folder in the project, which may have mistakes.
        name: What the campaign and its folder are called.
        like: One of `BLUEPRINTS`.
        today: The day of writing; the campaign is to be looked at again 90 days later.

    Raises:
        UsageError: The name cannot be one, or is taken; nothing was written.
        CampaignspecError: A file cannot be written; nothing was.
    """
    root = find_root(start)
    slots = _slots(root, name, today)
    _require_free(slots.names.campaigns, name)
    blueprint = files("campaignspec") / "blueprints" / like
    messages = {
        item.name.removesuffix(".txt"): item.read_text(encoding="utf-8")
        for item in sorted(blueprint.iterdir(), key=lambda item: item.name)
        if item.name.endswith(".txt")
    }
    campaign = root / name / CAMPAIGN
    written = (blueprint / CAMPAIGN).read_text(encoding="utf-8")
    channel = slots.channel()
    texts = {campaign: _with_modeline(root, campaign, "campaign", slots.fill(written))}
    for message, text in messages.items():
        subject, _, body = slots.fill(text).partition("\n")
        path = campaign.parent / TEMPLATES / message / f"{channel}{SUFFIX}"
        texts[path] = _template(slots, channel, subject, body)
    return Made(files=_write(texts), needs=tuple(slots.needs))


def new_segment(start: Path, name: str, *, today: date) -> Made:
    """Write a segment into a file of its own, ``audiences/NAME.yaml``.

    Its rule is a beginning, made of what the project has.

    Raises:
        UsageError: The name cannot be one, or is taken; nothing was written.
        CampaignspecError: The file cannot be written.
    """
    root = find_root(start)
    slots = _slots(root, name, today)
    _require_free(slots.names.segments, name)
    written = {"title": _title(name), "where": _rule(slots)}
    text = yaml_text({"segments": {name: written}})
    return _audience(root, slots, text)


def new_trait(start: Path, name: str, *, today: date) -> Made:
    """Write a trait into a file of its own, ``audiences/NAME.yaml``: orders in 90 days.

    Raises:
        UsageError: The name cannot be one, or is taken; nothing was written.
        CampaignspecError: The file cannot be written.
    """
    root = find_root(start)
    slots = _slots(root, name, today)
    names = slots.names
    for taken in (names.traits, names.attributes):
        _require_free(taken, name)
    return _audience(root, slots, slots.fill("traits:\n  $name: {count: $order, within: 90d}\n"))


def new_message(start: Path, name: str, *, via: str | None, today: date) -> Made:
    """Write the template of a message, named ``CAMPAIGN/MESSAGE``, for a channel.

    Args:
        start: A folder in the project, which may have mistakes.
        name: The campaign, a slash, and the message.
        via: The channel; if not given, the one of the step that sends the message, or e-mail.
        today: The day of writing.

    Raises:
        UsageError: The campaign or the channel does not exist, or the message does.
        CampaignspecError: The file cannot be written.
    """
    campaign, slash, message = name.partition("/")
    if not slash:
        raise UsageError(f"write CAMPAIGN/MESSAGE: the campaign that sends {name!r} comes first")
    slots = _slots(find_root(start), message, today)
    folders = {campaign_name(part): part for part in slots.files.campaigns}
    _require(campaign, folders, "campaign")
    channels = slots.names.channels.known
    if via is not None:
        _require(via, channels, "channel")
    part = folders[campaign]
    sends = [step for step in part.pieces.sections(Send) if step.send == message]
    channel = via or next((step.via for step in sends if step.via), None) or slots.channel()
    body = slots.fill(_TEXT)
    path = part.folder / TEMPLATES / message / f"{channel}{SUFFIX}"
    written = _write({path: _template(slots, channel, _title(message), body)})
    step = f"- send: {message}\n  via: {channel}"
    return Made(files=written, needs=tuple(slots.needs), next_step=None if sends else step)


def _slots(root: Path, name: str, today: date) -> Slots:
    try:
        KINDS[Name].parse(name)
    except ValueError as error:
        raise UsageError(f"{name!r} cannot be a name: {error}") from error
    if not isinstance(read_plain(name), str):
        raise UsageError(f"{name!r} means something else in YAML; choose another name")
    return slots_of(root, name=name, today=today)


def _require_free(names: Names, name: str) -> None:
    if name in names:
        raise UsageError(f"there is a {names.noun} called {name!r} already; nothing was written")


def _require(name: str, known: Mapping[str, object] | tuple[str, ...], what: str) -> None:
    if name not in known:
        meant = nearest(name, sorted(known))
        listed = ", ".join(sorted(known)) or "none is defined"
        advice = f"did you mean {meant!r}?" if meant else f"there are: {listed}"
        raise UsageError(f"no {what} is called {name!r}; {advice}")


def _audience(root: Path, slots: Slots, text: str) -> Made:
    path = root / "audiences" / f"{slots.name}.yaml"
    written = _write({path: _with_modeline(root, path, "audiences", text)})
    return Made(files=written, needs=tuple(slots.needs))


def _rule(slots: Slots) -> str:
    """Return a rule that holds for some customers, over whatever there is to ask."""
    latest = next((name for name, _ in slots.traits(Latest)), None)
    count = next((name for name, _ in slots.traits(Count)), None)
    if latest:
        return f"{latest} older than 60d"
    if count:
        return f"{count} >= 2"
    return f"{next(iter(slots.names.attributes.known), TIMEZONE)} is known"


def _title(name: str) -> str:
    words = re.sub(r"[-_.]+", " ", name).strip()
    return words[:1].upper() + words[1:]


def _template(slots: Slots, channel: str, heading: str, body: str) -> str:
    """Write a template with every part that its channel's messages must have."""
    blocks = (
        f"{{% block {part} %}}{heading}{{% endblock %}}\n"
        if part in _HEADINGS
        else f"{{% block {part} %}}\n{body.strip()}\n{{% endblock %}}\n"
        for part in slots.parts(channel)
    )
    return "\n".join(blocks)


def _with_modeline(root: Path, path: Path, kind: str, text: str) -> str:
    """Put the comment by which editors find the schema at the head, if the project has schemas."""
    for folder in (root / FOLDER, root.parent / FOLDER):
        schema = folder / f"{kind}.schema.json"
        if schema.is_file():
            return f"{modeline(path, schema)}\n{text}"
    return text


def _write(texts: Mapping[Path, str]) -> tuple[Path, ...]:
    """Write new files, all or none."""
    for path in texts:
        if path.exists() or path.is_symlink():
            raise UsageError(f"{path} exists already; nothing was written")
    undo: list[Callable[[], None]] = []
    try:
        for path, text in texts.items():
            for folder in _missing(path.parent):
                folder.mkdir()
                undo.append(folder.rmdir)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                undo.append(path.unlink)
                file.write(text)
    except OSError as error:
        for step in reversed(undo):
            step()
        raise CampaignspecError(
            f"{error.filename} cannot be written: {error.strerror}; nothing was"
        ) from error
    return tuple(texts)


def _missing(folder: Path) -> Iterator[Path]:
    """Yield the folders that are not there, the outermost first."""
    above = [each for each in (folder, *folder.parents) if not each.exists()]
    yield from reversed(above)
