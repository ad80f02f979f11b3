"""Say what a rehearsal of a sample means for all customers."""

from __future__ import annotations

from campaignspec.api.simulate import Simulated
from campaignspec.errors import UsageError
from campaignspec.measure.sampling import Estimates, estimates_of
from campaignspec.simulate import Sample
from campaignspec.spec.kinds import KINDS, Share


def sample_of(text: str) -> Sample:
    """Read what sample is wanted: ``5%``.

    Raises:
        UsageError: It is no share, or one of nobody.
    """
    try:
        share = KINDS[Share].parse(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no share of the customers: {error}") from None
    assert isinstance(share, Share), "the kind of shares reads shares"  # noqa: S101
    if not share.fraction:
        raise UsageError("a sample of 0% is nobody; write 1% or more where there are few customers")
    return Sample(share=share)


def estimates_of_simulation(simulated: Simulated) -> tuple[Estimates, ...]:
    """Estimate, campaign by campaign, what the sample of a rehearsal says of all customers."""
    rehearsal = simulated.rehearsal
    assert rehearsal.sample is not None, "estimates are those of a sample"  # noqa: S101
    return tuple(
        estimates_of(
            rehearsal.facts_of(name),
            graph,
            start=rehearsal.start,
            end=rehearsal.end,
            share=rehearsal.sample.share.fraction,
        )
        for name, graph in rehearsal.assembly.graphs.items()
    )
