"""What has been carried over so far: traits, segments and the plan of their data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from typing import Final, TypeVar

from campaignspec.clock import DAY, HOUR, MINUTE, SECOND, Duration, parse_duration
from campaignspec.migrate.columns import Act, Beside, Form, Happening, Plan, Taken
from campaignspec.migrate.json_path import JsonPath
from campaignspec.migrate.messages import Messages
from campaignspec.migrate.naming import name_like
from campaignspec.migrate.notes import LostError, Note, Part
from campaignspec.spec.audience import Audiences, Segment
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.kinds import Name, Property
from campaignspec.spec.rule import AllOf, AnyOf, Fact, Rule, Term
from campaignspec.spec.rule_reader import RuleSyntaxError, read_rule
from campaignspec.spec.rule_writer import write_rule
from campaignspec.spec.traits import Trait

_RESERVED: Final = frozenset({"customer", "at", "event"})
"""Columns that every table of events has."""

_Wanted = TypeVar("_Wanted", Taken, Happening, Trait)


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """Definitions of another tool in our language.

    Attributes:
        audiences: The traits and segments.
        plan: The data that they need.
        notes: What was lost or is different, in the order of the file.
        segments: Our name of each segment that was carried over, by theirs.
        properties: Our trait of each user property that was carried over, by their name; None
            is the customer's own id.
        campaigns: The journeys that were carried over, by our names.
        messages: What they send.
    """

    audiences: Audiences
    plan: Plan
    notes: tuple[Note, ...]
    segments: dict[str, Name]
    properties: dict[str, Name | None]
    campaigns: dict[Name, Campaign]
    messages: Messages


@dataclass(slots=True)
class Draft:
    """A migration that is being made.

    Equal traits, events and columns are made once, whoever asks for them.
    """

    traits: dict[Name, Trait] = field(default_factory=dict)
    segments: dict[Name, Segment] = field(default_factory=dict)
    events: dict[Name, Happening] = field(default_factory=dict)
    columns: dict[Name, Taken] = field(default_factory=dict)
    attributes: dict[Name, Taken] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    segment_names: dict[str, Name] = field(default_factory=dict)
    property_names: dict[str, Name | None] = field(default_factory=dict)
    campaigns: dict[Name, Campaign] = field(default_factory=dict)
    messages: Messages = field(default_factory=Messages)

    @contextmanager
    def carrying(self, part: Part, name: str) -> Iterator[Notebook]:
        """Carry one definition over, whole or not at all: a loss leaves only its note."""
        before = {key: copy(getattr(self, key)) for key in self.__slots__ if key != "notes"}
        notebook = Notebook(part=part, name=name, notes=self.notes, first=len(self.notes))
        try:
            yield notebook
        except LostError as lost:
            for key, value in before.items():
                setattr(self, key, value)
            del self.notes[notebook.first :]
            notebook.write(lost.code, lost.sentence, carried=False)

    def event(self, theirs: Happening) -> Name:
        """Return our name of some of their events."""
        wish = {Act.IDENTIFY: "identify", Act.ANY: "any"}.get(theirs.act) or theirs.name
        if theirs.is_prefix:
            wish = f"{wish}any" if wish else "any"
        return _once(self.events, theirs, lambda: name_like(wish, self.events, dots=True))

    def column(self, taken: Taken) -> Name:
        """Return the property of events that holds a value."""
        names = _RESERVED | self.columns.keys()
        return _once(self.columns, taken, lambda: name_like(_wish(taken), names))

    def attribute(self, taken: Taken) -> Name:
        """Return the attribute of customers that holds a value."""
        return _once(
            self.attributes, taken, lambda: name_like(_wish(taken), _RESERVED | self._facts())
        )

    def trait(self, trait: Trait, wish: str) -> Fact:
        """Return a trait as a fact of a rule."""
        name = _once(self.traits, trait, lambda: name_like(wish, self._facts()))
        return Fact(name=name)

    def property_of(self, event: Name, taken: Taken) -> Property:
        """Return a value of an event as traits name it."""
        return Property(f"{event}.{self.column(taken)}")

    def add_segment(self, theirs: str, term: Term) -> None:
        """Add a segment under a name as near as possible to theirs."""
        name = name_like(theirs, self.segments)
        title = None if name == theirs else theirs
        self.segments[name] = Segment(where=rule_of(term), title=title)
        self.segment_names[theirs] = name

    def migration(self) -> Migration:
        """Return what has been carried over."""
        return Migration(
            audiences=Audiences(traits=dict(self.traits), segments=dict(self.segments)),
            plan=Plan(
                events=dict(self.events),
                properties=dict(self.columns),
                attributes=dict(self.attributes),
            ),
            notes=tuple(self.notes),
            segments=dict(self.segment_names),
            properties=dict(self.property_names),
            campaigns=dict(self.campaigns),
            messages=copy(self.messages),
        )

    def _facts(self) -> set[Name]:
        return self.traits.keys() | self.attributes.keys()


@dataclass(slots=True)
class Notebook:
    """Writes notes about one definition.

    Attributes:
        part: What kind of definition it is.
        name: Its name at the other tool.
        notes: All notes.
        first: How many there were before.
    """

    part: Part
    name: str
    notes: list[Note]
    first: int

    def write(self, code: str, sentence: str, *, carried: bool = True) -> None:
        """Note something; the same thing once."""
        note = Note(part=self.part, name=self.name, code=code, sentence=sentence, carried=carried)
        if note not in self.notes[self.first :]:
            self.notes.append(note)


def rule_of(term: Term) -> Rule:
    """Make a rule of a tree, after seeing that what is written is read as the same tree.

    Raises:
        LostError: It cannot be written: a text with both kinds of quotes, a number of too many
            digits, or a tree that is nested too deeply.
    """
    try:
        text = write_rule(term)
        same = read_rule(text) == term
    except (RuleSyntaxError, RecursionError) as error:
        raise LostError("unwritable", f"no rule can say it: {error}") from None
    if not same:
        raise LostError("unwritable", "no rule can say it: a value would be read as another")
    return Rule(text=text, term=term)


def all_of(terms: list[Term]) -> Term:
    """Join terms by ``and``; one alone stays as it is."""
    return terms[0] if len(terms) == 1 else AllOf(terms=tuple(terms))


def any_of(terms: list[Term]) -> Term:
    """Join terms by ``or``; one alone stays as it is."""
    return terms[0] if len(terms) == 1 else AnyOf(terms=tuple(terms))


def duration_of(seconds: float, note: Notebook) -> Duration:
    """Return a number of seconds as authors write durations.

    A duration has at most five digits, so a long one with odd seconds is rounded up to whole
    minutes, hours or days, which is noted.

    Raises:
        LostError: It is not positive, or longer than any duration.
    """
    micros = round(seconds * SECOND)
    if micros <= 0:
        raise LostError("window", f"a window of {seconds:g} seconds holds nothing")
    for unit in (SECOND, MINUTE, HOUR, DAY):
        length = Duration(-(-micros // unit) * unit)
        if _is_writable(length):
            if length.micros != micros:
                note.write("window", f"the window of {seconds:g} seconds is {length} here")
            return length
    raise LostError("window", f"a window of {seconds:g} seconds is longer than 99,999 days")


def _is_writable(length: Duration) -> bool:
    try:
        return parse_duration(str(length)) == length
    except ValueError:
        return False


def _once(made: dict[Name, _Wanted], wanted: _Wanted, name: Callable[[], Name]) -> Name:
    """Return the name of an equal thing, or give it one."""
    for known, thing in made.items():
        if thing == wanted:
            return known
    new = name()
    made[new] = wanted
    return new


def _wish(taken: Taken) -> str:
    """Say what a column might be called."""
    place = taken.places[0]
    match place:
        case JsonPath():
            words = place.words or "document"
        case Beside.AT:
            words = "happened"
        case Beside.ANONYMOUS:
            words = "anonymous_id"
    match taken.form:
        case Form.TEXT | Form.TRUTH:
            return words
        case Form.NUMBER | Form.DATE | Form.SECONDS:
            return f"{words}_{taken.form}"
        case _:
            return f"{words}_{taken.form}_{taken.item}"
