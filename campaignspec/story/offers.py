"""Why an offer was given, or was not, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from campaignspec.audience import happened
from campaignspec.clock import NEVER
from campaignspec.engine.facts import Kind
from campaignspec.engine.granting import NotGranted
from campaignspec.engine.terms import Terms
from campaignspec.graph.nodes import GrantNode, Node
from campaignspec.history import LONG_AGO
from campaignspec.spec.rule import Holding
from campaignspec.story.lore import Lore
from campaignspec.story.past import Past
from campaignspec.story.record import Record
from campaignspec.story.story import Because

_NOT_GRANTED: Final = {
    NotGranted.NOT_NOW.value: "the offer is not valid now",
    NotGranted.NOT_ELIGIBLE.value: "it is not for this person",
    NotGranted.ALREADY_HAS.value: "the person holds it",
    NotGranted.HAD_ENOUGH.value: "the person was given it as often as one may be",
    NotGranted.NOT_STACKABLE.value: "the person holds another offer that does not go with it",
    NotGranted.NONE_LEFT.value: "none is left",
}


def offer_text(lore: Lore, record: Record, node: Node | None) -> str:
    """Say what happened to an offer."""
    worth = f", worth {lore.money(record.value)}" if record.value else ""
    match record.kind:
        case Kind.GRANTED:
            return f"given the offer {record.reason}{worth}"
        case Kind.NOT_GRANTED:
            offer = node.offer if isinstance(node, GrantNode) else record.node
            why = _NOT_GRANTED.get(record.reason or "", record.reason)
            return f"not given the offer {offer}: {why}"
        case Kind.REDEEMED:
            cost = f", which cost {lore.money(record.value)}" if record.value else ""
            return f"redeemed the offer {record.reason}{cost}"
        case Kind.REVOKED:
            return f"the offer {record.reason} was taken back{worth}"
        case Kind.NOT_HELD:
            return f"nothing to take back or redeem: the offer {record.reason} is not held"
        case _:
            return f"the offer {record.reason} was not used in time{worth}"


def why_offer(lore: Lore, record: Record, node: Node | None) -> Iterator[Because]:
    """Say what decided about an offer."""
    match record.kind:
        case Kind.NOT_GRANTED if isinstance(node, GrantNode):
            yield from _refused(lore, record, lore.world.offers[node.offer])
        case Kind.REDEEMED | Kind.OFFER_EXPIRED:
            since = Past(lore=lore, record=record).offered(Holding.HELD, record.reason or "")
            if since is not None:
                yield Because(text=f"it was given at {lore.clock(since)}")
            if record.kind is Kind.REDEEMED:
                yield from _redeemed_by(lore, record)
        case _:
            return


def _refused(lore: Lore, record: Record, terms: Terms) -> Iterator[Because]:
    line, past = lore.line(terms.offer.loc), Past(lore=lore, record=record)
    limits = terms.offer.limits
    match record.reason:
        case NotGranted.NOT_NOW.value:
            opens = lore.clock(terms.opens) if terms.opens != LONG_AGO else "ever"
            closes = lore.clock(terms.closes) if terms.closes != NEVER else "ever"
            yield Because(text=f"it is valid from {opens} to {closes}", line=line)
        case NotGranted.NOT_ELIGIBLE.value if terms.offer.for_ is not None:
            rule = terms.offer.for_
            proof = lore.proof(rule, lore.moment(record.at))
            yield Because(text=f"it is for {rule.text}", line=lore.line(rule.loc), proof=proof)
        case NotGranted.ALREADY_HAS.value:
            since = past.offered(Holding.HELD, terms.name)
            yield Because(text=f"since {lore.clock(since)}" if since else "from before", line=line)
        case NotGranted.HAD_ENOUGH.value:
            given = [e for e in past.done if e.kind is Kind.GRANTED and e.reason == terms.name]
            at = ", ".join(lore.clock(each.at) for each in given)
            yield Because(text=f"{limits.per_customer} to a customer; given at {at}", line=line)
        case NotGranted.NOT_STACKABLE.value:
            held = [o for o in terms.rivals if past.offered(Holding.HELD, o) is not None]
            yield Because(text=f"the person holds {', '.join(held)}", line=line)
        case NotGranted.NONE_LEFT.value:
            most = ", ".join(f"{n}: {lore.world.limits[n].capacity:,}" for n in terms.limits)
            yield Because(text=f"all customers together: {most}", line=line)
        case _:
            return


def _redeemed_by(lore: Lore, record: Record) -> Iterator[Because]:
    terms = lore.world.offers.get(record.reason or "")
    if terms is None or terms.redemption is None:
        return
    stream = terms.redemption.stream
    mine = range(int(stream.offsets[lore.row]), int(stream.offsets[lore.row + 1]))
    here = tuple(happened(stream, i) for i in mine if int(stream.ts[i]) == record.at)
    if here and terms.offer.redeemed_by is not None:
        yield Because(text=f"{terms.offer.redeemed_by.event} happened", events=here)
