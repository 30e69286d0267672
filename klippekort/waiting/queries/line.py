"""A line in its order: what is known of those who wait, and the sheets that were kept."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from klippekort.citizens.queries import list_citizens
from klippekort.domain.calendar import local_day
from klippekort.domain.fairness import (
    LOOKS_AHEAD_DAYS,
    LOOKS_BACK_WEEKS,
    Claim,
    ScoreSheet,
    in_turn,
)
from klippekort.domain.trips import MADE, Cause, TripState
from klippekort.platform.db import db
from klippekort.punchcards.models import PunchCard
from klippekort.punchcards.queries.cards import lapsing
from klippekort.trips.models import Trip, TripEvent, TripRider
from klippekort.waiting.models import TripOffer, TurnSheet, Wish

MOST_OFFERS = 2
"""How often one seat is offered to somebody who cannot be reached."""


@dataclass(frozen=True)
class Turn:
    """A place in a line: the wish, its score sheet, and how many offers ran out unanswered."""

    wish: Wish
    sheet: ScoreSheet
    lapsed: int


def turns(wishes: Collection[Wish], now: datetime) -> list[Turn]:
    """Return places in a line in the order of their turn.

    Somebody who could not be reached comes after all who have not been asked yet.
    """
    of = {wish.citizen_id: wish for wish in wishes}
    lapsed = lapsed_offers([wish.id for wish in wishes])
    found = [
        Turn(of[sheet.citizen_id], sheet, lapsed[of[sheet.citizen_id].id])
        for sheet in in_turn(_claims(of, now), now)
    ]
    return sorted(found, key=lambda turn: turn.lapsed)


def lapsed_offers(wish_ids: Collection[UUID]) -> Counter[UUID]:
    """Return how many offers of each wish ran out without an answer."""
    rows = db.session.execute(
        select(TripOffer.wish_id, func.count())
        .where(TripOffer.wish_id.in_(list(wish_ids)), TripOffer.state == "lapsed")
        .group_by(TripOffer.wish_id)
    )
    return Counter({wish_id: count for wish_id, count in rows if wish_id is not None})


def _claims(wishes: dict[UUID, Wish], now: datetime) -> list[Claim]:
    ids, today = list(wishes), local_day(now)
    last, began = _last_trips(ids), _cards_began(ids)
    owed, lapses = _cancelled_by_us(ids, now), _lapsing(ids, today)
    return [
        Claim(
            citizen.id,
            wishes[citizen.id].made_at,
            began.get(citizen.id, local_day(citizen.created_at)),
            last.get(citizen.id),
            owed[citizen.id],
            lapses[citizen.id],
            bool(citizen.lives_alone),
        )
        for citizen in list_citizens(ids)
    ]


def _last_trips(ids: list[UUID]) -> dict[UUID, date]:
    """Return the day of each citizen's last trip that was made."""
    rows = db.session.execute(
        select(TripRider.citizen_id, func.max(TripRider.starts_at).label("at"))
        .join(Trip, Trip.id == TripRider.trip_id)
        .where(TripRider.citizen_id.in_(ids), Trip.state.in_([*MADE]))
        .where(TripRider.state.in_([*MADE]))
        .group_by(TripRider.citizen_id)
    )
    return {row.citizen_id: local_day(row.at) for row in rows}


def _cards_began(ids: list[UUID]) -> dict[UUID, date]:
    rows = db.session.execute(
        select(PunchCard.citizen_id, func.min(PunchCard.opened_on))
        .where(PunchCard.citizen_id.in_(ids), PunchCard.closed_on.is_(None))
        .group_by(PunchCard.citizen_id)
    )
    return {row[0]: row[1] for row in rows}


def _cancelled_by_us(ids: list[UUID], now: datetime) -> Counter[UUID]:
    """Count the trips the supplier cancelled for each citizen, as far back as counts."""
    rows = db.session.execute(
        select(TripRider.citizen_id, TripEvent.details)
        .join(TripEvent, TripEvent.trip_id == TripRider.trip_id)
        .where(TripRider.citizen_id.in_(ids), TripEvent.kind == TripState.CANCELLED)
        .where(TripEvent.at >= now - timedelta(weeks=LOOKS_BACK_WEEKS))
    )
    return Counter(who for who, said in rows if said.get("cause") == Cause.SUPPLIER)


def _lapsing(ids: list[UUID], today: date) -> Counter[UUID]:
    wanted, found = set(ids), Counter[UUID]()
    for line in lapsing(today, today + timedelta(days=LOOKS_AHEAD_DAYS)):
        if line.citizen_id in wanted:
            found[line.citizen_id] += line.minutes
    return found


def sheets_of(occurrence_id: UUID, limit: int = 20) -> Sequence[TurnSheet]:
    """Return the sheets that were kept for a date, the latest first."""
    found = select(TurnSheet).filter_by(occurrence_id=occurrence_id)
    newest = found.order_by(TurnSheet.drawn_at.desc(), TurnSheet.id.desc())
    return db.session.scalars(newest.limit(limit)).all()
