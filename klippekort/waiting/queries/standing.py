"""Reading standing wishes: one, a citizen's, those that are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, select

from klippekort.accounts.models import CareWorker
from klippekort.activities.models import Activity, Occurrence
from klippekort.citizens.models import Citizen
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import NotFound
from klippekort.domain.trips import ACTIVE, MADE
from klippekort.platform.db import db
from klippekort.trips.models import Trip, TripRider
from klippekort.waiting.models import StandingWish

KEPT = ("active", "paused")


@dataclass(frozen=True)
class StandingRow:
    """A standing wish with whose it is, the activity, and the helper who is preferred."""

    wish: StandingWish
    citizen: Citizen
    activity: Activity
    helper: str | None


def _rows() -> Select[StandingWish, Citizen, Activity, str]:
    return (
        select(StandingWish, Citizen, Activity, CareWorker.name)
        .join(Citizen, Citizen.id == StandingWish.citizen_id)
        .join(Activity, Activity.id == StandingWish.activity_id)
        .outerjoin(CareWorker, CareWorker.id == StandingWish.care_worker_id)
        .order_by(StandingWish.agreed_at, StandingWish.id)
    )


def get_standing(standing_wish_id: UUID) -> StandingRow:
    """Return a standing wish. Raises NotFound."""
    row = db.session.execute(_rows().where(StandingWish.id == standing_wish_id)).one_or_none()
    if row is None:
        raise NotFound
    return StandingRow(*row)


def lock_standing(standing_wish_id: UUID) -> StandingWish:
    """Return a standing wish nobody else can change meanwhile. Raises NotFound."""
    found = select(StandingWish).filter_by(id=standing_wish_id).with_for_update()
    wish = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if wish is None:
        raise NotFound
    return wish


def standing_of(citizen_id: UUID) -> list[StandingRow]:
    """Return a citizen's standing wishes that are kept, paused ones among them."""
    found = _rows().where(StandingWish.citizen_id == citizen_id, StandingWish.state.in_(KEPT))
    return [StandingRow(*row) for row in db.session.execute(found)]


def paused(supplier_id: UUID | None = None) -> list[StandingRow]:
    """Return the standing wishes that rest until somebody has talked with the citizen."""
    found = _rows().where(StandingWish.state == "paused")
    if supplier_id is not None:
        found = found.where(Citizen.supplier_id == supplier_id)
    return [StandingRow(*row) for row in db.session.execute(found)]


def active_ids() -> Sequence[UUID]:
    """Return the standing wishes that may lead to an offer."""
    found = select(StandingWish.id).filter_by(state="active")
    return db.session.scalars(found.order_by(StandingWish.id)).all()


def last_time(citizen_id: UUID, activity_id: UUID) -> date | None:
    """Return the day of the citizen's latest trip to an activity, booked ones among them."""
    found = (
        select(func.max(TripRider.starts_at).label("at"))
        .join(Trip, Trip.id == TripRider.trip_id)
        .join(Occurrence, Occurrence.id == Trip.occurrence_id)
        .where(TripRider.citizen_id == citizen_id, Occurrence.activity_id == activity_id)
        .where(Trip.state.in_([*ACTIVE, *MADE]), TripRider.state.in_([*ACTIVE, *MADE]))
    )
    at = db.session.execute(found).scalar_one()
    return local_day(at) if at else None
