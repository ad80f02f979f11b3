"""The stable codes of all findings: family, number, slug and one sentence each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of finding.

    Attributes:
        code: Family and number: ``DOC`` text, ``SPC`` shape, ``REF`` names, ``JRN`` journey,
            ``MSR`` measurement, ``CNT`` content, ``CNX`` connectors.
        slug: The name in words.
        summary: What it means, in one sentence.
    """

    code: str
    slug: str
    summary: str


_ALL = (
    Code("DOC101", "syntax", "The text is not YAML."),
    Code("DOC102", "duplicate-key", "A mapping names the same key twice."),
    Code("DOC103", "unquoted-braces", "A value begins with `{{` and is not quoted."),
    Code("DOC104", "undefined-alias", "An alias refers to no anchor above it."),
    Code("DOC105", "too-large", "The file, or what its aliases expand to, is too large."),
    Code("DOC106", "too-deep", "Lists and mappings are nested more than 64 deep."),
    Code("DOC107", "tag", "A YAML tag asks for a conversion that is not offered."),
    Code("DOC108", "several-documents", "The file holds more than one YAML document."),
    Code("DOC109", "merge", "A merge key `<<` does not name a mapping."),
    Code("DOC110", "punctuation", "Full-width punctuation stands where YAML needs its own."),
    Code("DOC111", "encoding", "The file is not UTF-8 text."),
    Code("DOC112", "complex-key", "A key is not plain text."),
    Code("DOC113", "missing-space", "No space follows a colon, so no key is read."),
    Code("SPC201", "unknown-key", "A section has a key that the language does not know there."),
    Code("SPC202", "missing-key", "A section lacks a key that it must have."),
    Code("SPC203", "unknown-value", "A value is not one of the few that are allowed."),
    Code("SPC204", "malformed-value", "A value is not written the way its kind is written."),
    Code("SPC205", "wrong-type", "A value is of another type than its key wants."),
    Code("SPC206", "wrong-count", "A list or section has too few or too many entries."),
    Code("SPC207", "no-verb", "A step names no verb, or more than one."),
    Code("SPC208", "malformed-rule", "A rule cannot be read."),
    Code("SPC209", "secret-in-text", "A password stands in a file that others read."),
    Code("REF301", "unknown-name", "A name refers to something that is not defined."),
    Code("REF302", "duplicate-name", "Two things of one kind have the same name."),
    Code("REF303", "circular-reference", "Definitions refer to each other in a circle."),
    Code("REF304", "missing-file", "A file that is referred to does not exist."),
    Code("REF305", "wrong-kind", "A name refers to something of another type than is needed."),
    Code("JRN401", "unreachable-step", "No path leads to a step."),
    Code("JRN402", "shares", "The shares of an experiment do not add up to 100 %."),
    Code("JRN403", "nothing-to-do", "A journey reaches nobody: it has no step that acts."),
    Code("JRN404", "answer-before-send", "A step asks for the answer to a message not yet sent."),
    Code("MSR601", "unknown-kpi", "A KPI is not in the registry."),
    Code("MSR602", "kpi-without-goal", "A KPI needs a goal, and the campaign has none."),
    Code("CNT701", "template-syntax", "A template is not valid Jinja."),
    Code("CNT702", "missing-variable", "A template uses a variable that does not exist."),
    Code("CNT703", "missing-part", "A template lacks a part that its channel needs."),
    Code("CNT704", "forbidden-construct", "A template uses a construct that is not allowed."),
    Code("DAT801", "unknown-column", "A data test names a column that its source does not have."),
    Code("DAT802", "unseen-value", "A rule asks for a value that occurs nowhere in the data."),
    Code("DAT803", "idle-comparison", "A comparison is true, or false, of every value there is."),
    Code("CNX901", "unknown-connector", "No installed connector has this name."),
    Code("CNX902", "connector-settings", "A connector's settings are not what it declares."),
)

CODES: Mapping[str, Code] = MappingProxyType({code.code: code for code in _ALL})

FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "DOC": "The text of a file",
        "SPC": "The shape of a section",
        "REF": "Names",
        "JRN": "Journeys",
        "POL": "Policies",
        "MSR": "Measurement",
        "CNT": "Content",
        "DAT": "Data",
        "CNX": "Connectors",
    }
)
"""What the codes are about that begin with the same letters."""
