"""Time that is already on cards and about to lapse, and what could be done with it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from klippekort.activities.models import Activity, Occurrence
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries.leaving import left_among
from klippekort.domain.calendar import day_span
from klippekort.domain.trips import OCCUPIES
from klippekort.platform.db import db
from klippekort.punchcards.models import PunchCard, PunchLot
from klippekort.trips.models import TripRider
from klippekort.waiting.models import StandingWish, Wish

HORIZONS = (4, 8, 13)


@dataclass(frozen=True)
class Loss:
    """What a citizen loses within the horizons: minutes by weeks ahead, and the first last day."""

    citizen_id: UUID
    district_id: UUID | None
    minutes: dict[int, int]
    first_on: date


@dataclass(frozen=True)
class Seats:
    """An activity that still has seats: on how many dates, how many in all, and the first date."""

    activity_id: UUID
    title: str
    dates: int
    seats: int
    first_at: datetime


def losses(today: date) -> list[Loss]:
    """Return who loses time within the longest horizon, soonest first. Two statements.

    Only free time counts: what a booked trip holds cannot lapse. Time that has not come yet is not
    counted, nor a trip that nobody has booked. Whoever has died or moved is not asked any more,
    though their card may still wait for somebody to decide.
    """
    free = PunchLot.granted - PunchLot.held - PunchLot.used - PunchLot.expired
    found = (
        select(PunchCard.citizen_id, Citizen.district_id, PunchLot.expires_on, func.sum(free))
        .join(PunchLot, PunchLot.card_id == PunchCard.id)
        .join(Citizen, Citizen.id == PunchCard.citizen_id)
        .where(PunchCard.closed_on.is_(None), free > 0)
        .where(PunchLot.granted > PunchLot.used + PunchLot.expired)
        .where(PunchLot.expires_on.between(today, last_day(today, HORIZONS[-1])))
        .group_by(PunchCard.citizen_id, Citizen.district_id, PunchLot.expires_on)
        .order_by(PunchLot.expires_on, PunchCard.citizen_id)
    )
    lots: dict[UUID, list[tuple[date, int]]] = defaultdict(list)
    districts: dict[UUID, UUID | None] = {}
    for citizen_id, district_id, on, minutes in db.session.execute(found):
        if on is not None:
            lots[citizen_id].append((on, int(minutes)))
            districts[citizen_id] = district_id
    gone = left_among(lots)
    return [_loss(one, districts[one], own, today) for one, own in lots.items() if one not in gone]


def last_day(today: date, weeks: int) -> date:
    """Return the last day of so many weeks that begin today."""
    return today + timedelta(weeks=weeks) - timedelta(days=1)


def _loss(
    citizen_id: UUID, district_id: UUID | None, lots: Iterable[tuple[date, int]], today: date
) -> Loss:
    own = list(lots)
    minutes = {
        weeks: sum(part for on, part in own if on <= last_day(today, weeks)) for weeks in HORIZONS
    }
    return Loss(citizen_id, district_id, minutes, own[0][0])


def who_goes(now: datetime, until: date) -> set[UUID]:
    """Return the citizens who have a trip, booked or offered, from now to the end of a day."""
    found = select(TripRider.citizen_id).where(
        TripRider.is_active,
        TripRider.state.in_([*OCCUPIES]),
        TripRider.starts_at.between(now, day_span(until)[1]),
    )
    return set(db.session.scalars(found))


def who_wishes() -> set[UUID]:
    """Return the citizens who have said what they would like to go to."""
    once = select(Wish.citizen_id).where(Wish.state == "open")
    again = select(StandingWish.citizen_id).where(StandingWish.state == "active")
    return {*db.session.scalars(once), *db.session.scalars(again)}


def free_seats(now: datetime, until: date) -> list[Seats]:
    """Return the activities with seats left from now to the end of a day, the soonest first."""
    left = func.sum(Occurrence.capacity - Occurrence.seats_taken)
    found = (
        select(Activity.id, Activity.title, func.count(), left, func.min(Occurrence.starts_at))
        .join(Occurrence, Occurrence.activity_id == Activity.id)
        .where(Activity.state == "published", Occurrence.cancelled_at.is_(None))
        .where(Occurrence.seats_taken < Occurrence.capacity)
        .where(Occurrence.starts_at.between(now, day_span(until)[1]))
        .group_by(Activity.id, Activity.title)
    )
    rows: Iterable[Any] = db.session.execute(found).all()
    seats = [Seats(*row) for row in rows]
    return sorted(seats, key=lambda one: (one.first_at, one.title))


def names_of(citizen_ids: Collection[UUID]) -> dict[UUID, Citizen]:
    """Return citizens by their ids."""
    found = select(Citizen).where(Citizen.id.in_(list(citizen_ids)))
    return {one.id: one for one in db.session.scalars(found)}
