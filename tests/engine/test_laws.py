"""What must not matter does not: the future, other customers, names, formatting."""

from __future__ import annotations

from dataclasses import replace

from engine_kit.cases import Case, cases
from engine_kit.drive import rows, swept
from engine_kit.profile import examples, law
from engine_kit.renaming import renamed, retold, without_names
from engine_kit.story import until
from hypothesis import assume, given
from hypothesis import strategies as st

from campaignspec.graph.compile import compile_campaign
from campaignspec.graph.nodes import ExperimentNode
from campaignspec.spec.offer import GeneratedCodes, Offer
from campaignspec.spec.policy import ZoneGuess
from campaignspec.spec.rfm import Rfm


@law(2)
@given(data=st.data(), case=cases())
def test_cutting_the_history_changes_nothing_before_the_cut(
    data: st.DataObject, case: Case
) -> None:
    cut = data.draw(st.integers(case.start, case.end))

    facts = rows(swept(replace(case, story=until(case.story, cut))))

    assert [f for f in facts if f["at"] <= cut] == [f for f in rows(swept(case)) if f["at"] <= cut]


@law(2)
@given(data=st.data(), case=cases())
def test_a_sweep_that_ends_earlier_is_the_beginning_of_a_longer_one(
    data: st.DataObject, case: Case
) -> None:
    end = data.draw(st.integers(case.start, case.end))

    facts = rows(swept(replace(case, end=end)))

    assert facts == [fact for fact in rows(swept(case)) if fact["at"] <= end]


@examples(25)
@given(cases())
def test_customers_do_not_influence_each_other(case: Case) -> None:
    assume(not (_ranks_customers(case) or _has_winners(case)))
    case = _each_for_itself(case)
    together = rows(swept(case))

    for person in case.story:
        alone = rows(swept(replace(case, story=(person,))))

        assert alone == [fact for fact in together if fact["customer"] == person.id]


@law(8)
@given(cases())
def test_renaming_what_is_visible_reshuffles_nobody(case: Case) -> None:
    other = replace(case, project=renamed(case.project), story=retold(case.story))

    facts = rows(swept(other))

    assert [without_names(other, fact) for fact in facts] == [
        without_names(case, fact) for fact in rows(swept(case))
    ]


def _has_winners(case: Case) -> bool:
    """Say whether an experiment is decided by what all customers did."""
    graphs = [compile_campaign(case.project, name) for name in case.project.campaigns]
    nodes = [node for graph in graphs for node in graph.nodes.values()]
    return any(isinstance(node, ExperimentNode) and node.decision for node in nodes)


def _each_for_itself(case: Case) -> Case:
    """Take away all that customers share: money, offers, channels, caps, zones, shares of mixes."""
    project = case.project
    guess = project.policies.unknown_zone
    return replace(
        case,
        project=replace(
            project,
            policies=replace(
                project.policies,
                budgets=(),
                caps=tuple(cap for cap in project.policies.caps if cap.by is None),
                unknown_zone=ZoneGuess.PROJECT if guess is ZoneGuess.ANY else guess,
            ),
            mixes={name: replace(each, limits={}) for name, each in project.mixes.items()},
            channels={n: replace(each, capacity=None) for n, each in project.channels.items()},
            offers={name: _for_everybody(offer) for name, offer in project.offers.items()},
            campaigns={n: replace(each, budget=None) for n, each in project.campaigns.items()},
        ),
    )


def _for_everybody(offer: Offer) -> Offer:
    """Let there be enough of an offer for all."""
    return replace(
        offer,
        limits=replace(offer.limits, total=None, per_day=None),
        codes=None if isinstance(offer.codes, GeneratedCodes) else offer.codes,
    )


def _ranks_customers(case: Case) -> bool:
    """Say whether a trait puts customers in order: what one does then moves others."""
    traits = case.project.traits.values()
    return any(isinstance(trait, Rfm) and trait.cut_offs is None for trait in traits)
