"""Reading standing wishes: one, a citizen's, those that are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast
from uuid import UUID

from sqlalchemy import Select, Table, bindparam, func, literal, select

from klippekort.accounts.models import CareWorker
from klippekort.activities.models import Activity, Occurrence
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries.citizens import CITIZEN
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import NotFound
from klippekort.domain.trips import ACTIVE, MADE
from klippekort.platform.db import db
from klippekort.platform.reading import Reader
from klippekort.platform.tenancy import OwnRows, own
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


_wishes = cast(Table, StandingWish.__table__)
_citizens = cast(Table, Citizen.__table__)
_activities = cast(Table, Activity.__table__)
_workers = cast(Table, CareWorker.__table__)
_WISH, _ACTIVITY = Reader(StandingWish), Reader(Activity)
_CITIZEN_AT = len(_WISH.columns)
_ACTIVITY_AT = _CITIZEN_AT + len(CITIZEN.columns)
_KEPT_OF = OwnRows(
    select(*_WISH.columns, *CITIZEN.columns, *_ACTIVITY.columns, _workers.c.name)
    .join_from(_wishes, _citizens, own(_citizens) & (_citizens.c.id == _wishes.c.citizen_id))
    .join(_activities, own(_activities) & (_activities.c.id == _wishes.c.activity_id))
    .outerjoin(_workers, own(_workers) & (_workers.c.id == _wishes.c.care_worker_id))
    .where(own(_wishes), _wishes.c.citizen_id == bindparam("citizen"))
    .where(_wishes.c.state.in_([literal(one) for one in KEPT]))
    .order_by(_wishes.c.agreed_at, _wishes.c.id)
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
    """Return a citizen's standing wishes that are kept, paused ones among them, to look at."""
    return [
        StandingRow(
            _WISH.read(row),
            CITIZEN.read(row, _CITIZEN_AT),
            _ACTIVITY.read(row, _ACTIVITY_AT),
            row[-1],
        )
        for row in _KEPT_OF.rows(citizen=citizen_id)
    ]


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
