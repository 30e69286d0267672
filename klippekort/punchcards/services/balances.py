"""Time that was saved elsewhere: put on cards as lots, one card or many at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from uuid import UUID

from klippekort.domain import ledger as rules
from klippekort.domain.calendar import local_day
from klippekort.domain.expiry import expiry_of
from klippekort.domain.ledger import CardState, Entry, Lot, Source
from klippekort.domain.permissions import Action, Actor, Reach, authorise
from klippekort.domain.schemes import TermsFrom
from klippekort.platform import audit
from klippekort.platform.db import Model, db
from klippekort.punchcards.models import PunchCard, PunchEntry, PunchLot
from klippekort.punchcards.queries import cards as queries
from klippekort.punchcards.services import ledger

REASON = "carried_over"
_Versions = Callable[[UUID], tuple[TermsFrom, ...]]


@dataclass(frozen=True)
class OpeningLot:
    """Time a citizen had saved before: minutes, the day it dates from, and its last usable day."""

    minutes: int
    credited_on: date
    expires_on: date | None = None


def carry_over(actor: Actor, card_id: UUID, lots: list[OpeningLot], *, now: datetime) -> int:
    """Put time saved elsewhere on a card, lot by lot, and return the minutes that were new.

    What is said of `carry_over_many` holds here too.
    """
    return carry_over_many(actor, {card_id: lots}, now=now)[card_id]


def carry_over_many(
    actor: Actor, openings: Mapping[UUID, Sequence[OpeningLot]], *, now: datetime
) -> dict[UUID, int]:
    """Put time saved elsewhere on cards and return, by card, the minutes that were new.

    A lot without an expiry gets the one the terms give time of its day; what has lapsed expires at
    once. A lot that is there already, known by its day and its place in the list, changes nothing,
    so the same file may be read twice. Raises Forbidden, NotFound, CardClosed.
    """
    # Nobody's own: whoever may do this only to some may not do it to many.
    authorise(actor, Action.GRANT_CARD, Reach())
    cards = ledger.ready_many(list(openings), today=local_day(now), now=now)
    known = queries.periods_of(list(openings), Source.CARRIED_OVER)
    stored = queries.open_lots_of(list(openings))
    versions = cache(queries.versions_of)
    added: dict[UUID, int] = {}
    rows: list[Model] = []
    deeds: list[audit.Deed] = []
    for card in cards:
        entries = [
            _opening_entry(card, opening, period, versions)
            for period, opening in _by_period(openings[card.id]).items()
            if period not in known[card.id]
        ]
        rows += _rows(card, entries, stored.get(card.id, {}), actor, now)
        added[card.id] = sum(entry.minutes for entry in entries)
        if entries:
            said = {"minutes": added[card.id], "reason": REASON}
            deeds.append(audit.Deed(card.id, (card.citizen_id,), said))
    for tier in (PunchLot, PunchEntry):
        db.session.add_all(row for row in rows if isinstance(row, tier))
        db.session.flush()
    audit.record_many(actor, Action.GRANT_CARD, "punch_card", deeds)
    return added


def _by_period(lots: Sequence[OpeningLot]) -> dict[str, OpeningLot]:
    return {
        f"{opening.credited_on.isoformat()}/{number}": opening
        for number, opening in enumerate(lots, start=1)
    }


def _opening_entry(card: PunchCard, opening: OpeningLot, period: str, versions: _Versions) -> Entry:
    last_day, rule = opening.expires_on, REASON
    if last_day is None:
        terms = queries.in_force(versions(card.scheme_id), max(opening.credited_on, card.opened_on))
        last_day, name = expiry_of(terms, opening.credited_on)
        rule = name or rule
    lot = Lot(Source.CARRIED_OVER, period, opening.credited_on, last_day, rule)
    return rules.credit(lot, opening.minutes, reason=REASON)


def _rows(
    card: PunchCard, entries: list[Entry], stored: dict[UUID, Lot], actor: Actor, now: datetime
) -> list[Model]:
    """Return the rows of a card's opening entries, and of the expiry of what has lapsed."""
    ids = {lot.key: lot_id for lot_id, lot in stored.items()}
    lots, opened = ledger.chained(card, entries, ids, actor_id=actor.account_id, now=now)
    ids |= {f"{lot.source}:{lot.period}": lot.id for lot in lots}
    state = rules.apply(CardState(tuple(stored.values())), *entries)
    lapsed = rules.expire(state, local_day(now))
    _, expired = ledger.chained(card, lapsed, ids, actor_id=None, now=now)
    return [*lots, *opened, *expired]
