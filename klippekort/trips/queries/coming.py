"""What is booked ahead, for those who change the rules under it."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from klippekort.activities.models import Activity, Occurrence
from klippekort.domain.calendar import instant
from klippekort.domain.changes import BookedTrip
from klippekort.domain.charging import Party
from klippekort.domain.trips import TripState
from klippekort.domain.wishes import TripWish
from klippekort.platform.db import db
from klippekort.punchcards.queries.changes import BookedFrom
from klippekort.trips.models import Trip, TripEscort, TripRider


def booked_from(question: BookedFrom) -> list[tuple[UUID, BookedTrip]]:
    """Answer which trips cards are to pay from a day on, each with the card that pays."""
    found = (
        select(Trip, TripRider, Activity.kind)
        .join(TripRider, TripRider.trip_id == Trip.id)
        .outerjoin(Occurrence, Occurrence.id == Trip.occurrence_id)
        .outerjoin(Activity, Activity.id == Occurrence.activity_id)
        .where(TripRider.card_id.in_(list(question.card_ids)), TripRider.is_active)
        .where(Trip.state == TripState.BOOKED)
        .where(Trip.starts_at >= instant(question.from_on, datetime.min.time()))
    )
    rows = [(trip, rider, kind) for trip, rider, kind in db.session.execute(found)]
    riders = _count(TripRider, [trip.id for trip, _rider, _kind in rows])
    helpers = _count(TripEscort, [trip.id for trip, _rider, _kind in rows])
    return [
        (
            rider.card_id,
            BookedTrip(
                trip.id,
                TripWish(
                    rider.starts_at,
                    rider.ends_at,
                    trip.travel_minutes,
                    trip.booked_at,
                    kind or trip.kind or "",
                    Party(max(1, helpers[trip.id]), max(1, riders[trip.id])),
                ),
                rider.planned_minutes,
            ),
        )
        for trip, rider, kind in rows
        if rider.card_id is not None
    ]


def _count(who: type[TripRider] | type[TripEscort], trip_ids: list[UUID]) -> Counter[UUID]:
    """Return how many ride, or escort, each trip."""
    found = select(who.trip_id, func.count()).where(who.trip_id.in_(trip_ids), who.is_active)
    rows = db.session.execute(found.group_by(who.trip_id)).all()
    return Counter({row[0]: row[1] for row in rows})
