"""Channel mixes: who uses them, and whether what they say can be done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from campaignspec.diagnostics import Diagnostic
from campaignspec.project.names import listed
from campaignspec.project.scope import Scope
from campaignspec.spec.journey import Send
from campaignspec.spec.kinds import Share
from campaignspec.spec.mix import ChooseBy, Mix
from campaignspec.spec.shape import Loc

_TOLERANCE: Final = 1e-6
"""What shares may add up to beside 100%: they have at most four decimals."""
_FEWEST: Final = 2


def names(scope: Scope) -> Iterator[Diagnostic]:
    """Check the mixes that steps name, and the channels that mixes name."""
    for piece in scope.values(Send, "mix"):
        yield from scope.find(scope.names.mixes, piece)
    channels = scope.names.channels
    for piece in scope.values(Mix, "from"):
        yield from scope.find(channels, piece)
    for key in ("shares", "needs", "limits"):
        for piece in scope.entry_names(Mix, key):
            yield from scope.find(channels, piece)


def one_way_to_send(scope: Scope) -> Iterator[Diagnostic]:
    """Find steps that name a channel, and a mix that would choose one."""
    for step in scope.sections(Send):
        if step.via is not None and step.mix is not None:
            yield Diagnostic(
                code="POL540",
                message=f"`{step.send}` is sent by the channel `{step.via}`, and by the mix "
                f"`{step.mix}`",
                span=scope.span(step.loc / "mix"),
                help="keep `via:` or `mix:`",
            )


def something_to_choose(scope: Scope) -> Iterator[Diagnostic]:
    """Find mixes of fewer than two channels, or with one of them twice."""
    for mix in scope.sections(Mix):
        twice = [name for name in dict.fromkeys(mix.from_) if mix.from_.count(name) > 1]
        if twice or len(mix.from_) < _FEWEST:
            what = f"{listed(twice)} twice" if twice else f"{len(mix.from_)} of them"
            yield Diagnostic(
                code="POL541",
                message=f"a mix chooses among channels, and this one names {what}",
                span=scope.key_span(mix.loc / "from"),
                help="name two channels or more, each once",
            )


def shares(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a split says the share of each of its channels, and nothing else has shares."""
    for mix in scope.sections(Mix):
        problem = _problem_of_shares(mix)
        if problem is not None:
            message, advice = problem
            key = "shares" if mix.shares else "choose"
            yield Diagnostic(
                code="POL542", message=message, span=scope.key_span(mix.loc / key), help=advice
            )


def idle_keys(scope: Scope) -> Iterator[Diagnostic]:
    """Find what a mix says and never asks: weights without scores, needs of other channels."""
    for mix in scope.sections(Mix):
        if mix.weigh is not None and mix.choose is not ChooseBy.BEST:
            message = f"`weigh` has no effect: the mix chooses `{mix.choose}`"
            advice = "write `choose: best`, or take `weigh` out"
            yield _idle(scope, mix.loc / "weigh", message, advice)
        for key, names_told in (("needs", mix.needs), ("limits", mix.limits)):
            for name in names_told:
                if name not in mix.from_:
                    message = f"`{key}` speaks of `{name}`, which is none of the mix's channels"
                    advice = f"channels of the mix: {listed(mix.from_)}"
                    yield _idle(scope, mix.loc / key / name, message, advice)


def limits(scope: Scope) -> Iterator[Diagnostic]:
    """Check that limits leave the first message a channel, and that each of them limits."""
    for mix in scope.sections(Mix):
        for name, limit in mix.limits.items():
            problem = _problem_of_limit(name, limit)
            if problem is not None:
                yield _limit(scope, mix.loc / "limits" / name, *problem)
        if mix.limits and all(name in mix.limits for name in mix.from_):
            message = "every channel has a limit, so the first message can go by none of them"
            yield _limit(
                scope,
                mix.loc / "limits",
                message,
                "leave the limit of one channel out: it takes what is too much for the others",
            )


def weights(scope: Scope) -> Iterator[Diagnostic]:
    """Check that weights are not below zero, and that one counts."""
    for mix in scope.sections(Mix):
        weigh = mix.weigh
        if weigh is None:
            continue
        if min(weigh.preference, weigh.cost) < 0 or max(weigh.preference, weigh.cost) <= 0:
            yield Diagnostic(
                code="POL544",
                message=f"the weights {weigh.preference:g} and {weigh.cost:g} cannot tell which "
                "channel is best",
                span=scope.key_span(mix.loc / "weigh"),
                help="write numbers of zero or more, one of them above zero",
            )


def _problem_of_shares(mix: Mix) -> tuple[str, str] | None:
    """Say what is wrong with the shares of a mix, and what to do about it."""
    if mix.choose is not ChooseBy.SPLIT:
        if not mix.shares:
            return None
        message = f"shares are for `split`, but the mix chooses `{mix.choose}`"
        return message, "write `choose: split`, or take `shares` out"
    missing = [name for name in mix.from_ if name not in mix.shares]
    strange = [name for name in mix.shares if name not in mix.from_]
    if missing:
        return f"a split needs the share of {listed(missing)}", "add it under `shares:`"
    if strange:
        return f"{listed(strange)} has a share, and is not in `from`", "add it there, or here none"
    nothing = [name for name, share in mix.shares.items() if share.fraction <= 0]
    if nothing:
        return f"{listed(nothing)} has a share of 0%", "take the channel out of the mix"
    total = sum(share.fraction for share in mix.shares.values())
    if abs(total - 1) > _TOLERANCE:
        return f"the channels share out {Share(round(total, 9))}, not 100%", "change their shares"
    return None


def _problem_of_limit(name: str, limit: Share) -> tuple[str, str] | None:
    """Say what is wrong with the limit of a channel, and what to do about it."""
    if limit.fraction <= 0:
        return f"a limit of {limit} would forbid every message by `{name}`", "take it out of `from`"
    if limit.fraction >= 1:
        return f"a limit of {limit} limits nothing", "write less than 100%, or take it out"
    return None


def _limit(scope: Scope, loc: Loc, message: str, advice: str) -> Diagnostic:
    return Diagnostic(code="POL545", message=message, span=scope.key_span(loc), help=advice)


def _idle(scope: Scope, loc: Loc, message: str, advice: str) -> Diagnostic:
    return Diagnostic(code="POL543", message=message, span=scope.key_span(loc), help=advice)
