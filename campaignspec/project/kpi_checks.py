"""What campaigns promise: of a KPI that exists, that can be counted, in its own unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from campaignspec.diagnostics import Diagnostic
from campaignspec.project.names import FactKind, Names
from campaignspec.project.scope import Scope
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.economics import Economics
from campaignspec.spec.kinds import Name
from campaignspec.spec.kpi import Kpi
from campaignspec.spec.kpi_definition import (
    CountCustomers,
    Kpis,
    Role,
    RoleEvent,
)
from campaignspec.spec.kpi_promise import (
    STAGED,
    Need,
    Promise,
    has_channel,
    needs_of,
    promise,
    promise_of,
    quantities_of,
    roles_of,
)
from campaignspec.spec.kpi_registry import AMBIGUOUS, BUILTINS, LOYAL_SHARE, ROLE_DEFAULTS
from campaignspec.spec.kpi_words import counted_as
from campaignspec.spec.reading import Piece
from campaignspec.spec.shape import Loc

_OF_CAMPAIGN: Final = frozenset({Need.GOAL, Need.GOAL_VALUE, Need.HOLDOUT, Need.WINDOW})
"""What only a campaign can say."""

_LACKS: Final = {
    Need.GOAL_VALUE: (
        "what its goal is worth",
        "name the property of the goal's event: `goal: {…, value: amount}`",
    ),
    Need.SEGMENT: ("who is loyal", "name the segment: `segment: loyal`"),
    Need.ORDER: (
        "which event is an order",
        "say so in kpis.yaml: `events: {order: {event: order.placed, value: amount}}`",
    ),
    Need.ORDER_VALUE: (
        "what an order is worth",
        "name its property, `order: {…, value: amount}`, or a price, `economics: {price: …}`",
    ),
    Need.OWNED: (
        "which orders come through your own channels",
        "say so in kpis.yaml: `order: {…, owned: channel in ('app', 'shop')}`",
    ),
    Need.SCORE: (
        "which property of an answer is its score",
        "say so in kpis.yaml: `answer: {event: survey.answered, value: score}`",
    ),
    Need.MARGIN: ("which share of an order is earned", "write it: `economics: {margin: 30%}`"),
    Need.CAC: ("what a customer costs to win", "write it: `economics: {cac: 30 USD}`"),
}

_AN: Final = {
    Need.VISIT: "a visit",
    Need.READ: "the reading of a post",
    Need.INTERACTION: "an interaction",
    Need.FOLLOW: "a new follower",
    Need.UNFOLLOW: "a lost follower",
    Need.ANSWER: "an answer",
    Need.COMPLAINT: "a complaint",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A KPI of a campaign, and where it stands.

    Attributes:
        campaign: The campaign; None where anything in its file is wrong.
        economics: What it says of money, as far as that can be read.
        promise: The KPI, with what the campaign says of it.
        loc: Where it stands.
    """

    campaign: Campaign | None
    economics: Economics | None
    promise: Promise
    loc: Loc


def names(scope: Scope) -> Iterator[Diagnostic]:
    """Check that every KPI that a campaign names is known."""
    entries = (entry for entry in scope.entry_names(Campaign, "kpis") if not _renamed(scope, entry))
    for piece in (*entries, *scope.values(Kpi, "kpi")):
        meant = AMBIGUOUS.get(piece.value)
        if meant is not None and piece.value not in scope.names.kpis:
            yield Diagnostic(
                code="MSR603",
                message=f"`{piece.value}` may be counted in several ways",
                span=scope.span_of(piece),
                help=f"say which: {_choice(meant)}",
            )
        elif scope.names.kpis.complete and piece.value not in scope.names.kpis:
            close = next(iter(scope.find(scope.names.kpis, piece)))
            yield Diagnostic(
                code="MSR601",
                message=close.message,
                span=close.span,
                help=close.help or "`campaignspec explain --kpis` lists those that are built in",
            )


def options(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a KPI is asked only for what it has, and that this exists."""
    for written in promises(scope):
        says, definition = written.promise.says, written.promise.definition
        counted = tuple(map(type, quantities_of(definition)))
        allowed = {
            "stage": written.promise.kpi == STAGED,
            "by": CountCustomers in counted and not says.stage,
            "segment": written.promise.kpi == LOYAL_SHARE,
            "channel": any(map(has_channel, quantities_of(definition))),
        }
        for option, fits in allowed.items():
            if getattr(says, option) is not None and not fits:
                yield _option(scope, written, option)
        yield from _stage(scope, written)
        if says.channel is not None:
            span = scope.span(says.loc / "channel")
            yield from scope.names.find(scope.names.channels, says.channel, span)
        if says.segment is not None:
            span = scope.span(says.loc / "segment")
            yield from scope.names.find(scope.names.segments, says.segment, span)
        if says.by is not None and allowed["by"]:
            yield from _by(scope, written, says.by)


def needs(scope: Scope) -> Iterator[Diagnostic]:
    """Find KPIs that cannot be counted in their campaigns."""
    for written in promises(scope):
        if written.campaign is None:
            continue  # what is missing may stand where nothing could be read
        needed = needs_of(written.promise.kpi, written.promise.definition)
        campaign = written.campaign
        lacking = [need for need in Need if need in needed and _lacks(scope, campaign, need)]
        if Need.GOAL in lacking:
            yield _no_goal(scope, written, campaign.campaign)
        elif Need.WINDOW in lacking:
            yield _no_window(scope, written)
        elif lacking:
            yield _lack(scope, written, campaign.campaign, lacking[0])


def list_plans(scope: Scope) -> Iterator[Diagnostic]:
    """Check that what lists of several sizes pay back can be worked out."""
    for economics in scope.sections(Economics):
        plan = economics.plan
        if plan is None:
            continue
        for lacking, advice in (("price", "2600 RUB"), ("margin", "30%")):
            if getattr(economics, lacking) is None:
                yield Diagnostic(
                    code="MSR612",
                    message=f"`plan` works out what orders earn, and there is no `{lacking}`",
                    span=scope.key_span(plan.loc),
                    help=f"write it beside the plan: `{lacking}: {advice}`",
                )
        for size in plan.sizes:
            if size.contacts < 1:
                yield Diagnostic(
                    code="MSR612",
                    message=f"`{size.contacts}` contacts are no list",
                    span=scope.span(size.loc / "contacts"),
                    help="write how many people can be reached, 1 or more",
                )


def promises(scope: Scope) -> Sequence[Written]:
    """Return the KPIs of all campaigns that can be read and are known."""
    return scope.once("promises", lambda: tuple(_promises(scope)))


def _promises(scope: Scope) -> Iterator[Written]:
    own = _own(scope).kpis
    for part in scope.files.campaigns:
        campaign = part.value
        economics = part.pieces.at(("economics",))
        for says in part.pieces.sections(Kpi):
            name = str(says.loc.path[-1])
            promised = promise_of(campaign, name, own) if campaign else promise(name, says, own)
            if promised is not None:
                yield Written(
                    campaign=campaign, economics=economics, promise=promised, loc=says.loc
                )


def _renamed(scope: Scope, entry: Piece) -> bool:
    return scope.parts[entry.loc.file].pieces.at((*entry.loc.path, "kpi")) is not None


def _choice(names: tuple[str, ...]) -> str:
    ways = (f"`{name}` ({counted_as(name, BUILTINS[name].definition)})" for name in names)
    return ", or ".join(ways)


def _own(scope: Scope) -> Kpis:
    part = scope.files.kpis
    return part.value if part is not None and part.value is not None else Kpis()


def _option(scope: Scope, written: Written, option: str) -> Diagnostic:
    owner = {"stage": STAGED, "segment": LOYAL_SHARE, "by": "repurchase_rate"}.get(option)
    return Diagnostic(
        code="MSR610",
        message=f"`{written.promise.kpi}` has no `{option}`",
        span=scope.key_span(written.promise.says.loc / option),
        help=f"`{option}` belongs to `{owner}`" if owner else "remove it: no message is counted",
    )


def _stage(scope: Scope, written: Written) -> Iterator[Diagnostic]:
    stage, campaign = written.promise.says.stage, written.campaign
    if stage is not None and campaign is not None and stage not in campaign.stages:
        stages = Names(
            noun="stage",
            plural="stages",
            known=tuple(campaign.stages),
            home="define it in the campaign: `stages: {visited: {event: site.visited}}`",
        )
        yield from scope.names.find(stages, stage, scope.span(written.promise.says.loc / "stage"))


def _by(scope: Scope, written: Written, name: Name) -> Iterator[Diagnostic]:
    order = roles_of(_own(scope), written.economics).get(Role.ORDER)
    if order is None:
        return
    span = scope.span(written.promise.says.loc / "by")
    yield from scope.names.find(scope.names.properties_of(order.event), name, span)
    kind = scope.names.properties.get(order.event, {}).get(name)
    if kind not in {None, FactKind.TEXT}:
        yield Diagnostic(
            code="REF305",
            message=f"`{name}` of `{order.event}` is {kind}, and nothing that is bought",
            span=span,
            help="name a property that is a text: a product, a category",
        )


def _lacks(scope: Scope, campaign: Campaign, need: Need) -> bool:  # noqa: C901 (a table)
    roles = roles_of(_own(scope), campaign.economics)
    economics, order = campaign.economics, roles.get(Role.ORDER)
    unread = scope.files.kpis is not None and scope.files.kpis.value is None
    if unread and need not in _OF_CAMPAIGN:
        return False  # kpis.yaml may say it, once it can be read
    match need:
        case Need.GOAL:
            return campaign.goal is None
        case Need.GOAL_VALUE:
            return campaign.goal is None or campaign.goal.value is None
        case Need.HOLDOUT:
            return campaign.enter.holdout is None
        case Need.WINDOW | Need.SEGMENT:
            return True
        case Need.ORDER_VALUE:
            priced = economics is not None and economics.price is not None
            return order is None or (order.value is None and not priced)
        case Need.OWNED:
            return order is None or order.owned is None
        case Need.SCORE:
            answer = roles.get(Role.ANSWER)
            return answer is None or answer.value is None
        case Need.MARGIN:
            return economics is None or economics.margin is None
        case Need.CAC:
            return economics is None or economics.cac is None
        case _:
            return not _is_played(scope, roles.get(Role(need)), Role(need))


def _is_played(scope: Scope, event: RoleEvent | None, role: Role) -> bool:
    """Say whether a part is played: what plays it without being declared must be there."""
    if event is None:
        return False
    return event is not ROLE_DEFAULTS.get(role) or event.event in scope.names.events


def _no_goal(scope: Scope, written: Written, campaign: str) -> Diagnostic:
    name = written.promise.name
    return Diagnostic(
        code="MSR602",
        message=f"`{name}` needs a goal, and `{campaign}` has none",
        span=scope.key_span(written.loc),
        help="say what counts as success: `goal: {event: order.placed, within: 14d}`",
    )


def _no_window(scope: Scope, written: Written) -> Diagnostic:
    name = written.promise.name
    return Diagnostic(
        code="MSR606",
        message=f"`{name}` does not say how long it looks at an entry, and there is no goal",
        span=scope.key_span(written.loc),
        help=f"give it a window: `{name}: {{window: 45d, …}}`",
    )


def _lack(scope: Scope, written: Written, campaign: str, need: Need) -> Diagnostic:
    name = written.promise.name
    if need is Need.HOLDOUT:
        return Diagnostic(
            code="MSR608",
            message=f"`{name}` counts what `{campaign}` causes, and nobody is held out to tell",
            span=scope.key_span(written.loc),
            help="keep some aside: `enter: {…, holdout: 10%}`",
        )
    if need in _AN:
        what = f"which event is {_AN[need]}"
        advice = f"say so in kpis.yaml: `events: {{{need}: {{event: …}}}}`"
    else:
        what, advice = _LACKS[need]
    return Diagnostic(
        code="MSR607",
        message=f"`{name}` cannot be counted: nobody says {what}",
        span=scope.key_span(written.loc),
        help=advice,
    )
