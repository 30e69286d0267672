"""A seat that came free: offered to whose turn it is, and the sheet of it kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from klippekort.activities.queries import OccurrenceFacts, get_occurrence_facts
from klippekort.activities.services import ChairsOffered
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import list_citizens
from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Action
from klippekort.domain.trips import OCCUPIES
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.trips.services.events import SeatFreed
from klippekort.waiting.models import TurnSheet
from klippekort.waiting.queries import wishes as wish_queries
from klippekort.waiting.queries.line import MOST_OFFERS, Turn, sheets_of, turns
from klippekort.waiting.queries.offers import home
from klippekort.waiting.services.holding import (
    Because,
    Want,
    have_asked,
    is_away,
    program,
    try_offer,
)
from klippekort.waiting.services.wishes import close

OFFERED, NEXT, NOT_REACHED = "offered", "next", "not_reached"
BOOKED, AWAY = "booked", "away"
ENDS_IT = frozenset({"no_seat", "over", "too_late", "sign_up_over"})
"""What stands in the way of everybody, so that nobody further down need be tried."""


@dataclass(frozen=True)
class Drawn:
    """What came of a seat: the offer that was made, or None, and what is kept of each turn."""

    offer_id: UUID | None
    lines: list[dict[str, Any]]


def seat_freed(event: SeatFreed) -> None:
    """Offer a seat that has just come free."""
    offer_seat(event.occurrence_id, reason="freed", now=event.now)


def chairs_offered(event: ChairsOffered) -> None:
    """Offer the chairs that a host has put out to those who wait, one by one in their turn."""
    while offer_seat(event.occurrence_id, reason="freed", now=event.now):
        pass


def offer_seat(occurrence_id: UUID, *, reason: str, now: datetime) -> str | None:
    """Offer one free seat to whose turn it is, and return the offer's id, or None.

    Those for whom it cannot be held are passed over, and the sheet says why. A sheet that says the
    same as the one before is not kept again.
    """
    date = get_occurrence_facts(occurrence_id)
    if date.is_cancelled or date.starts_at <= now:
        return None
    waiting = wish_queries.lock_waiting(occurrence_id)
    if not waiting:
        return None
    line = turns(waiting, now)
    drawn = _draw(line, date, now)
    last = next(iter(sheets_of(occurrence_id, 1)), None)
    if drawn.offer_id is not None or last is None or _said(last.lines) != _said(drawn.lines):
        sheet = TurnSheet(
            id=new_id(), occurrence_id=occurrence_id, drawn_at=now, reason=reason, lines=drawn.lines
        )
        db.session.add(sheet)
        db.session.flush()
        audit.record(
            program(),
            Action.ANSWER_OFFER,
            "turn_sheet",
            sheet.id,
            citizens=[turn.wish.citizen_id for turn in line],
            occurrence=occurrence_id,
            offer=drawn.offer_id,
        )
    return str(drawn.offer_id) if drawn.offer_id else None


def _said(lines: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(line["citizen"], line["outcome"]) for line in lines]


def _draw(line: list[Turn], date: OccurrenceFacts, now: datetime) -> Drawn:
    people = {citizen.id: citizen for citizen in list_citizens(one.wish.citizen_id for one in line)}
    offer_id, over, lines = None, None, []
    for turn in line:
        if offer_id is not None:
            outcome = NEXT
        elif over is not None:
            outcome = over
        else:
            found = _try(turn, people[turn.wish.citizen_id], date, now)
            offer_id = found if isinstance(found, UUID) else None
            outcome = OFFERED if isinstance(found, UUID) else found
            over = outcome if outcome in ENDS_IT else None
        lines.append(
            {
                **turn.sheet.as_json(),
                "wish": str(turn.wish.id),
                "lapsed": turn.lapsed,
                "outcome": outcome,
            }
        )
    return Drawn(offer_id, lines)


def _try(turn: Turn, citizen: Citizen, date: OccurrenceFacts, now: datetime) -> UUID | str:
    """Offer the seat to one who waits; return the offer's id, or why she is passed over."""
    wish = turn.wish
    has_one = wish_queries.trip_to(citizen.id, date.id, OCCUPIES)
    if has_one is not None:
        close(wish, "met", BOOKED, now, has_one)
        return BOOKED
    if turn.lapsed >= MOST_OFFERS:
        return NOT_REACHED
    if is_away(citizen.id, local_day(date.starts_at)):
        return AWAY
    want = Want(citizen, date.id, "waiting", wish.agreed_how)
    because = Because(wish_id=wish.id, score=turn.sheet.as_json())
    made = try_offer(want, because, hours=home().offer_hours, now=now)
    if isinstance(made, str):
        return made
    wish.state = "offered"
    have_asked(made, now)
    return made
