"""The trips a citizen has made, as the rules of staying read them."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select

from klippekort.accounts.models import CareWorker
from klippekort.activities.models import Occurrence
from klippekort.domain.calendar import local_day
from klippekort.domain.courses import Visit
from klippekort.domain.trips import TripState
from klippekort.platform.db import db
from klippekort.platform.sorting import alphabetical
from klippekort.trips.models import Trip, TripEscort, TripRider


def visits_of_all(citizen_ids: Collection[UUID] | None = None) -> dict[UUID, list[Visit]]:
    """Return the trips that were made, by citizen: of some, or of everybody there is."""
    found = (
        select(
            TripRider.citizen_id,
            Trip.starts_at,
            Trip.company,
            Trip.destination,
            Occurrence.activity_id,
        )
        .join(Trip, Trip.id == TripRider.trip_id)
        .outerjoin(Occurrence, Occurrence.id == Trip.occurrence_id)
        .where(TripRider.state == TripState.COMPLETED)
    )
    if citizen_ids is not None:
        found = found.where(TripRider.citizen_id.in_(citizen_ids))
    visits: defaultdict[UUID, list[Visit]] = defaultdict(list)
    for citizen_id, starts_at, company, destination, activity_id in db.session.execute(found):
        where = str(activity_id) if activity_id else " ".join(destination.casefold().split())
        visits[citizen_id].append(Visit(where, local_day(starts_at), company == "escort"))
    return dict(visits)


def visits_of(citizen_id: UUID) -> list[Visit]:
    """Return the trips a citizen has made."""
    return visits_of_all([citizen_id]).get(citizen_id, [])


def regular_helper(citizen_id: UUID) -> str | None:
    """Return the name of the care worker who has been along most often, twice at least, or None."""
    times = func.count(TripEscort.id)
    found = (
        select(CareWorker.name)
        .join(TripEscort, TripEscort.care_worker_id == CareWorker.id)
        .join(TripRider, TripRider.trip_id == TripEscort.trip_id)
        .where(TripRider.citizen_id == citizen_id, TripRider.state == TripState.COMPLETED)
        .group_by(CareWorker.id, CareWorker.name)
        .having(times > 1)
        .order_by(times.desc(), alphabetical(CareWorker.name))
        .limit(1)
    )
    return db.session.scalars(found).first()
