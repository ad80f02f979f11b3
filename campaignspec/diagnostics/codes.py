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
            ``POL`` policies, ``MSR`` measurement, ``CNT`` content, ``DAT`` data, ``CNX``
            connectors, ``LNT`` waivers.
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
    Code("JRN405", "jump-back", "A jump leads back, or into another way."),
    Code("JRN406", "rounds", "Steps are repeated more often than can be."),
    Code("JRN407", "journey-in-circles", "A shared journey runs itself."),
    Code("JRN408", "wait-out-of-bounds", "The numbers of a wait leave no room, or too much."),
    Code("JRN409", "nothing-to-keep", "A wait keeps something that nobody can ask for."),
    Code(
        "JRN411",
        "blast",
        "One message on one channel goes to everybody, and nothing follows.",
    ),
    Code(
        "JRN412",
        "repeated-message",
        "A message is sent again with no wait since it was sent.",
    ),
    Code("JRN413", "identical-arms", "Two arms of an experiment do the same."),
    Code(
        "JRN414",
        "shadowed-way",
        "Nobody takes a way of a branch, because the ways above it take them all.",
    ),
    Code("JRN415", "no-wait", "A wait has no length."),
    Code("JRN416", "after-the-goal", "A step comes when the goal's window is over."),
    Code(
        "JRN417",
        "no-new-customers",
        "No campaign of the project looks after new customers.",
    ),
    Code("JRN418", "no-preheat", "A campaign around a date does nothing before it."),
    Code(
        "JRN419",
        "no-retouch",
        "A campaign around a date touches nobody twice in the burst.",
    ),
    Code(
        "JRN420",
        "untagged-touchpoint",
        "A message does not say which stage of the customer it serves.",
    ),
    Code("JRN421", "silent-way", "Whoever fits no way hears nothing, and nobody has said so."),
    Code("JRN422", "unsent-answer", "Some wait for the answer to a message they never got."),
    Code("JRN423", "endless-gate", "Nothing ends the wait for an approval that is forgotten."),
    Code("JRN424", "past-phase", "A wait is for a phase that is over when people come."),
    Code("JRN425", "slow-way", "Behind the longest waits a step comes too late."),
    Code("POL501", "half-hours", "Hours lack a beginning, an end, or any length."),
    Code("POL502", "never-open", "Quiet hours leave no time in which a channel may be used."),
    Code("POL503", "no-holidays", "Hours are quiet on holidays, and no day is one."),
    Code("POL504", "unconfirmed-consent", "Nothing confirms a consent that must be confirmed."),
    Code("POL505", "wait-without-hold", "A message that gives way never asks again."),
    Code("POL506", "exclusive-group", "A group of campaigns has fewer than two."),
    Code("POL507", "age-without-birthday", "A lowest age, or a birthday, stands alone."),
    Code("POL508", "unregulated-category", "Nothing says what holds for a category."),
    Code("POL509", "banned-channel", "A channel is used that a category may not use."),
    Code(
        "POL510",
        "missing-consent",
        "The policies do not say what consent promotion needs.",
    ),
    Code(
        "POL511",
        "misused-class",
        "A message that is no promotion by its class promotes.",
    ),
    Code(
        "POL512",
        "quiet-window",
        "Quiet hours cover the time that a journey waits for.",
    ),
    Code(
        "POL513",
        "cap-always-hit",
        "A journey sends more at one moment than a cap allows in its time.",
    ),
    Code("POL514", "cap-never-reached", "Another cap makes a cap idle."),
    Code("JRN470", "days-backwards", "A phase or a pause ends before it begins."),
    Code("JRN471", "stages-without-goal", "Stages lead to no goal, so no time is theirs."),
    Code("JRN472", "no-winner", "An experiment is to be decided, and by nothing that can."),
    Code("JRN500", "idle-entry-key", "A key of an entry changes nothing beside the others."),
    Code(
        "JRN502", "unheard-event", "An event that journeys emit stands where history alone counts."
    ),
    Code("JRN501", "schedule-without-first-day", "A rule for days needs the day it counts from."),
    Code("POL516", "policy-in-environment", "Policy stands where it has no effect."),
    Code("POL517", "missing-disclaimer", "A template lacks the text that the law asks for."),
    Code("POL518", "budget-of-nothing", "A budget is for messages that cost nothing."),
    Code("POL519", "wait-for-no-money", "A message waits for a budget that is never full again."),
    Code("POL520", "offer", "An offer gives nothing, or two things, or its steps do not rise."),
    Code("POL521", "offer-cost", "Nobody can say what a redemption of an offer costs."),
    Code("POL522", "codes", "Codes cannot be made by a pattern, or are easy to guess."),
    Code("POL523", "stacking", "Two offers do not agree on whether both may be held."),
    Code("POL524", "offer-limits", "An offer's limits keep it from being given as it says."),
    Code("POL525", "offer-validity", "An offer ends before it begins."),
    Code("POL540", "two-ways-to-send", "A step names a channel and a mix."),
    Code("POL541", "nothing-to-choose", "A mix has fewer than two channels, or one of them twice."),
    Code("POL542", "mix-shares", "The shares of a mix do not part everybody among its channels."),
    Code("POL543", "idle-mix-key", "A mix says something that it never asks."),
    Code("POL544", "weights", "The weights of a mix cannot tell which channel is best."),
    Code("POL545", "mix-limits", "The limits of a mix let nothing begin, or limit nothing."),
    Code("JRN450", "test-without-time", "Nothing happens in a test, and it has no beginning."),
    Code("JRN451", "idle-never", "A `never` says nothing, or nothing that could be broken."),
    Code("MSR601", "unknown-kpi", "A KPI is not in the registry."),
    Code("MSR602", "kpi-without-goal", "A KPI needs a goal, and the campaign has none."),
    Code("MSR603", "ambiguous-kpi", "A name may be any of several KPIs."),
    Code("MSR604", "ambiguous-growth", "A growth in percent does not say of what."),
    Code("MSR605", "growth-without-baseline", "A growth does not say from what."),
    Code("MSR606", "kpi-without-window", "A KPI does not say how long it looks at people."),
    Code("MSR607", "kpi-without-basis", "A KPI needs an event or an amount that nobody names."),
    Code("MSR608", "kpi-without-holdout", "A KPI counts an effect, and nobody is held out."),
    Code("MSR609", "uncountable-baseline", "A KPI about messages cannot be counted of the past."),
    Code("MSR610", "kpi-option", "A KPI is given an option that it does not have."),
    Code("MSR611", "mixed-kpi", "A KPI holds everybody against those who entered."),
    Code("MSR612", "list-plan", "What a campaign pays back by list size cannot be worked out."),
    Code("MSR630", "missing-goal", "A campaign does not say what counts as success."),
    Code(
        "MSR631",
        "missing-holdout",
        "A campaign keeps nobody aside, so its effect cannot be measured.",
    ),
    Code(
        "MSR632",
        "missing-review-date",
        "A campaign does not say when it is looked at again.",
    ),
    Code("MSR633", "missing-owner", "Nobody answers for a campaign."),
    Code("MSR634", "kpi-without-owner", "Nobody answers for a KPI."),
    Code(
        "MSR635",
        "missing-hypothesis",
        "A campaign does not say what it expects to happen.",
    ),
    Code(
        "MSR636",
        "untold-experiment",
        "An experiment stands in a campaign that says nothing of what it asks.",
    ),
    Code(
        "MSR637",
        "missing-expectation",
        "A campaign, or one of its KPIs, promises no number.",
    ),
    Code(
        "MSR638",
        "missing-seed",
        "Who is held out hangs on a name, and a rename would draw anew.",
    ),
    Code("MSR639", "missing-test", "No test stands beside a campaign."),
    Code(
        "MSR640",
        "short-window",
        "A goal's window is shorter than people take to buy again.",
    ),
    Code(
        "MSR641",
        "test-too-small",
        "Too few people come to an experiment for it to decide.",
    ),
    Code(
        "MSR642",
        "holdout-too-small",
        "Too few people are held out for the lift to show.",
    ),
    Code(
        "MSR643",
        "contradicting-limits",
        "A KPI's target and its guardrail cannot both be kept.",
    ),
    Code(
        "MSR644",
        "opposing-kpis",
        "Two campaigns for the same people want the opposite of one KPI.",
    ),
    Code(
        "MSR646",
        "insufficient-budget",
        "A budget cannot pay for the messages that are planned.",
    ),
    Code(
        "MSR647",
        "early-review",
        "A campaign is looked at before its people's time is over.",
    ),
    Code(
        "MSR648",
        "early-decision",
        "An experiment is decided before anything is known.",
    ),
    Code("MSR660", "half-a-programme", "A programme only wins customers, or only keeps them."),
    Code("CNT701", "template-syntax", "A template is not valid Jinja."),
    Code("CNT702", "missing-variable", "A template uses a variable that does not exist."),
    Code("CNT703", "missing-part", "A template lacks a part that its channel needs."),
    Code("CNT704", "forbidden-construct", "A template uses a construct that is not allowed."),
    Code("CNT730", "unused-template", "No step sends the message of a template."),
    Code(
        "CNT732",
        "personal-data",
        "A name, which stands in logs and reports, holds an address or a phone number.",
    ),
    Code(
        "CNT733",
        "personal-link",
        "A link carries what is somebody's own, and servers log it.",
    ),
    Code("CNT705", "stray-translation", "Nobody ever gets a template: its language is not one."),
    Code("CNT706", "missing-translation", "A message lacks a part in one of its languages."),
    Code("CNT707", "translation-differs", "A translation names other values than the original."),
    Code("CNT708", "broken-link", "A link leads nowhere, or cannot be told apart from another."),
    Code("CNT709", "unknown-placeholder", "The tracking of links asks for what there is not."),
    Code("CNT710", "too-long", "A part is, or can come out, longer than its channel takes."),
    Code("CNT711", "costly-character", "A few characters make a text message twice as long."),
    Code("CNT712", "image-without-text", "An image has no text for those who cannot see it."),
    Code("CNT713", "bare-link", "The words of a link do not say where it leads."),
    Code("CNT714", "html-only", "A message has markup and nothing for readers of plain text."),
    Code("CNT715", "unknown-language", "The HTML does not say what language it is in."),
    Code("CNT716", "low-contrast", "Text is hard to read on its background."),
    Code("CNT717", "shouting", "Capitals or exclamation marks shout."),
    Code("CNT718", "lure", "A phrase is one that spam filters know."),
    Code("CNT719", "shortened-link", "A link hides where it leads."),
    Code("CNT720", "no-way-out", "A promotional e-mail has no link by which to unsubscribe."),
    Code("CNT721", "image-only", "A mail is an image and hardly any text."),
    Code("DAT801", "unknown-column", "A data test names a column that its source does not have."),
    Code("DAT802", "unseen-value", "A rule asks for a value that occurs nowhere in the data."),
    Code("DAT803", "idle-comparison", "A comparison is true, or false, of every value there is."),
    Code("DAT810", "unused-segment", "Nothing uses a segment."),
    Code("DAT811", "duplicate-segment", "Two segments ask for the same."),
    Code("DAT812", "contradiction", "A rule is true of nobody, whatever the data are."),
    Code("DAT813", "tautology", "A rule is true of everybody, whatever the data are."),
    Code(
        "DAT814",
        "audience-too-small",
        "An audience is smaller than its destination takes.",
    ),
    Code("CNX901", "unknown-connector", "No installed connector has this name."),
    Code("CNX902", "connector-settings", "A connector's settings are not what it declares."),
    Code("CNX903", "not-able", "No channel, or not the channel named, can do what a step asks."),
    Code("LNT001", "ended-waiver", "The end of a waiver is over."),
    Code("LNT002", "unused-waiver", "A waiver finds nothing to waive."),
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
        "LNT": "Waivers",
    }
)
"""What the codes are about that begin with the same letters."""
