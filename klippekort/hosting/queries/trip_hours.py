"""Reading the hours that friends and drivers gave on trips, and those they have yet to confirm."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.hosting import HostRole, OfferState
from klippekort.domain.trips import TripState
from klippekort.hosting.models import HostOffer, TripHours
from klippekort.hosting.queries.offers import OfferLine, lines_of
from klippekort.platform.db import db
from klippekort.platform.sorting import alphabetical
from klippekort.trips.models import Trip
from klippekort.trips.queries.volunteers import TripVolunteer, VolunteersOn
from klippekort.volunteers.models import Association, Volunteer

HELD = (TripState.BOOKED, TripState.UNDER_WAY, TripState.COMPLETED, TripState.BROKEN_OFF)
"""The states of a trip that is made, or was; one that nobody has closed counts as made."""


def find_trip_hours(offer_id: UUID) -> TripHours | None:
    """Return what was confirmed for an agreement about a trip, or None."""
    found = select(TripHours).filter_by(offer_id=offer_id)
    return db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()


def trips_to_log(
    from_at: datetime, now: datetime, volunteer_id: UUID | None = None
) -> list[OfferLine]:
    """Return the agreements about trips that are over and whose hours nobody has confirmed, by
    time; one volunteer's or all.
    """
    agreed = lines_of(volunteer_id=volunteer_id, states=(OfferState.ACCEPTED,), from_at=from_at)
    over = [one for one in agreed if one.trip_id is not None and one.ends_at <= now]
    made, known = _made({one.trip_id for one in over if one.trip_id}), _known(over)
    return [one for one in over if one.trip_id in made and one.id not in known]


def _made(trip_ids: Collection[UUID]) -> set[UUID]:
    if not trip_ids:
        return set()
    found = select(Trip.id).where(Trip.id.in_(trip_ids), Trip.state.in_(HELD))
    return set(db.session.scalars(found))


def _known(lines: Collection[OfferLine]) -> set[UUID]:
    if not lines:
        return set()
    found = select(TripHours.offer_id).where(TripHours.offer_id.in_([one.id for one in lines]))
    return set(db.session.scalars(found))


def hours_between(
    from_at: datetime, to_at: datetime, volunteer_id: UUID | None = None
) -> list[tuple[TripHours, HostOffer, str, str | None, datetime]]:
    """Return the hours given on trips in a span of time, with the agreement, the volunteer's name,
    their association's and when the trip began; one volunteer's or all.
    """
    found = (
        select(TripHours, HostOffer, Volunteer.name, Association.name, Trip.starts_at)
        .join(HostOffer, HostOffer.id == TripHours.offer_id)
        .join(Trip, Trip.id == HostOffer.trip_id)
        .join(Volunteer, Volunteer.id == HostOffer.volunteer_id)
        .outerjoin(Association, Association.id == Volunteer.association_id)
        .where(Trip.starts_at >= from_at, Trip.starts_at < to_at)
        .order_by(Trip.starts_at.desc(), alphabetical(Volunteer.name))
    )
    if volunteer_id is not None:
        found = found.where(HostOffer.volunteer_id == volunteer_id)
    return [
        (hours, offer, name, club, starts_at)
        for hours, offer, name, club, starts_at in db.session.execute(found)
    ]


def trip_volunteers(question: VolunteersOn) -> list[TripVolunteer]:
    """Answer which volunteers are on trips."""
    found = (
        select(HostOffer.trip_id, HostOffer.citizen_id, Volunteer.name, HostOffer.role)
        .join(Volunteer, Volunteer.id == HostOffer.volunteer_id)
        .where(
            HostOffer.trip_id.in_(question.trip_ids),
            HostOffer.state == OfferState.ACCEPTED,
            HostOffer.role != HostRole.HOST,
        )
    )
    rows = db.session.execute(found)
    return [
        TripVolunteer(trip_id, who, name, role)
        for trip_id, who, name, role in rows
        if trip_id is not None and who is not None
    ]
