"""Reading wishes: one, a citizen's, those without an activity, and places in a line."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Select, Table, bindparam, func, literal, or_, select

from klippekort.activities.models import Activity, Occurrence
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries.citizens import CITIZEN
from klippekort.citizens.queries.unsealing import unseal
from klippekort.domain.errors import NotFound
from klippekort.platform.db import db
from klippekort.platform.reading import Reader
from klippekort.platform.tenancy import OwnRows, own
from klippekort.trips.models import Trip, TripRider
from klippekort.waiting.models import Wish

IN_LINE = ("waiting", "offered")
STANDS = ("open", *IN_LINE)


@dataclass(frozen=True)
class WishRow:
    """A wish with whose it is and, where it names them, the activity and its date."""

    wish: Wish
    citizen: Citizen
    activity: Activity | None
    occurrence: Occurrence | None

    @property
    def kind(self) -> str | None:
        """Return the kind of activity that was wished for, or None when any will do."""
        return self.activity.kind if self.activity else self.wish.kind


@dataclass(frozen=True)
class Line:
    """A date that people wait for; `waiting` counts them, those with an offer among them."""

    occurrence_id: UUID
    title: str
    starts_at: datetime
    waiting: int
    seats_left: int


def _rows() -> Select[Wish, Citizen, Activity, Occurrence]:
    activity = func.coalesce(Occurrence.activity_id, Wish.activity_id)
    return (
        select(Wish, Citizen, Activity, Occurrence)
        .join(Citizen, Citizen.id == Wish.citizen_id)
        .outerjoin(Occurrence, Occurrence.id == Wish.occurrence_id)
        .outerjoin(Activity, Activity.id == activity)
        .order_by(Wish.made_at, Wish.id)
    )


def _list(found: Select[Wish, Citizen, Activity, Occurrence]) -> list[WishRow]:
    return [WishRow(*row) for row in db.session.execute(found)]


_wishes = cast(Table, Wish.__table__)
_citizens = cast(Table, Citizen.__table__)
_dates = cast(Table, Occurrence.__table__)
_activities = cast(Table, Activity.__table__)
_WISH, _ACTIVITY, _DATE = Reader(Wish), Reader(Activity), Reader(Occurrence)
_CITIZEN_AT = len(_WISH.columns)
_ACTIVITY_AT = _CITIZEN_AT + len(CITIZEN.columns)
_DATE_AT = _ACTIVITY_AT + len(_ACTIVITY.columns)
_what = func.coalesce(_dates.c.activity_id, _wishes.c.activity_id)
_ALL_WISHES = (
    select(*_WISH.columns, *CITIZEN.columns, *_ACTIVITY.columns, *_DATE.columns)
    .join_from(_wishes, _citizens, own(_citizens) & (_citizens.c.id == _wishes.c.citizen_id))
    .outerjoin(_dates, own(_dates) & (_dates.c.id == _wishes.c.occurrence_id))
    .outerjoin(_activities, own(_activities) & (_activities.c.id == _what))
    .where(own(_wishes), _wishes.c.citizen_id == bindparam("citizen"))
    .order_by(_wishes.c.made_at, _wishes.c.id)
)
_ALL_OF = OwnRows(_ALL_WISHES)
_STANDING_OF = OwnRows(_ALL_WISHES.where(_wishes.c.state.in_([literal(one) for one in STANDS])))
_PLACE = OwnRows(
    select(_wishes.c.id).where(
        own(_wishes),
        _wishes.c.citizen_id == bindparam("citizen"),
        _wishes.c.occurrence_id == bindparam("date"),
        or_(*(_wishes.c.state == one for one in IN_LINE)),
    )
)


def get_wish(wish_id: UUID) -> WishRow:
    """Return a wish. Raises NotFound."""
    rows = _list(_rows().where(Wish.id == wish_id))
    if not rows:
        raise NotFound
    return rows[0]


def lock_wish(wish_id: UUID) -> Wish:
    """Return a wish nobody else can change before this transaction ends. Raises NotFound."""
    found = select(Wish).filter_by(id=wish_id).with_for_update()
    wish = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if wish is None:
        raise NotFound
    return wish


def wishes_of(citizen_id: UUID, *, standing_only: bool = True) -> list[WishRow]:
    """Return a citizen's wishes to look at, the oldest first; those that are over only when asked
    for.
    """
    rows = (_STANDING_OF if standing_only else _ALL_OF).rows(citizen=citizen_id)
    return [
        WishRow(
            _WISH.read(row),
            CITIZEN.read(row, _CITIZEN_AT),
            _ACTIVITY.find(row, _ACTIVITY_AT),
            _DATE.find(row, _DATE_AT),
        )
        for row in rows
    ]


def open_wishes(supplier_id: UUID | None = None) -> list[WishRow]:
    """Return the wishes that wait for something to go to, for one supplier or all."""
    found = _rows().where(Wish.state == "open")
    if supplier_id is not None:
        found = found.where(Citizen.supplier_id == supplier_id)
    return _list(found)


def is_in_line(citizen_id: UUID, occurrence_id: UUID) -> bool:
    """Say whether a citizen has a place in the line for a date."""
    return bool(_PLACE.rows(citizen=citizen_id, date=occurrence_id))


def line_of(occurrence_id: UUID) -> list[WishRow]:
    """Return who stands in the line for a date, those with an offer among them."""
    in_line = Wish.state.in_(IN_LINE)
    return _list(_rows().where(Wish.occurrence_id == occurrence_id, in_line))


def lock_waiting(occurrence_id: UUID) -> Sequence[Wish]:
    """Return the places in a line nobody has been offered a seat for, locked."""
    found = select(Wish).filter_by(occurrence_id=occurrence_id, state="waiting")
    locked = found.order_by(Wish.id).with_for_update()
    return db.session.scalars(locked.execution_options(populate_existing=True)).all()


def lines(now: datetime) -> list[Line]:
    """Return the dates to come that people wait for, by time."""
    counted = db.session.execute(
        select(Wish.occurrence_id, func.count())
        .where(Wish.state.in_(IN_LINE), Wish.occurrence_id.is_not(None))
        .group_by(Wish.occurrence_id)
    )
    counts = {row[0]: row[1] for row in counted}
    rows = db.session.execute(
        select(Occurrence, Activity.title)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .where(Occurrence.id.in_(list(counts)), Occurrence.starts_at > now)
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    return [
        Line(date.id, title, date.starts_at, counts[date.id], date.capacity - date.seats_taken)
        for date, title in rows
    ]


def with_a_free_seat(now: datetime) -> Sequence[UUID]:
    """Return the dates to come that have a seat free while somebody waits for one."""
    waits = select(Wish.occurrence_id).where(Wish.state == "waiting")
    found = select(Occurrence.id).where(
        Occurrence.id.in_(waits),
        Occurrence.starts_at > now,
        Occurrence.cancelled_at.is_(None),
        Occurrence.seats_taken < Occurrence.capacity,
    )
    return db.session.scalars(found.order_by(Occurrence.starts_at, Occurrence.id)).all()


def waiting_and_over(now: datetime) -> list[WishRow]:
    """Return the places in lines for dates that have begun or are cancelled."""
    is_over = (Occurrence.starts_at <= now) | Occurrence.cancelled_at.is_not(None)
    return _list(_rows().where(Wish.state == "waiting", is_over))


def trip_to(citizen_id: UUID, occurrence_id: UUID, states: Collection[str]) -> UUID | None:
    """Return the citizen's trip to a date in one of these states, or None."""
    found = (
        select(Trip.id)
        .join(TripRider, TripRider.trip_id == Trip.id)
        .where(Trip.occurrence_id == occurrence_id, TripRider.citizen_id == citizen_id)
        .where(Trip.state.in_(list(states)), TripRider.state.in_(list(states)))
    )
    return db.session.scalars(found.limit(1)).first()


def trip_since(row: WishRow, states: Collection[str]) -> UUID | None:
    """Return a trip that was booked after a wish was made and is what was wished for, or None."""
    wish = row.wish
    found = (
        select(Trip.id)
        .join(TripRider, TripRider.trip_id == Trip.id)
        .outerjoin(Occurrence, Occurrence.id == Trip.occurrence_id)
        .outerjoin(Activity, Activity.id == Occurrence.activity_id)
        .where(TripRider.citizen_id == wish.citizen_id, Trip.booked_at > wish.made_at)
        .where(Trip.state.in_(list(states)))
        .order_by(Trip.starts_at)
    )
    if wish.activity_id is not None:
        found = found.where(Occurrence.activity_id == wish.activity_id)
    elif wish.kind is not None:
        found = found.where(func.coalesce(Activity.kind, Trip.kind) == wish.kind)
    else:
        return None
    return db.session.scalars(found.limit(1)).first()


def words_of(wish: Wish, citizen: Citizen) -> str | None:
    """Return the citizen's own words, in clear. Raises InvalidTag when they were moved."""
    return unseal(citizen, wish.id, "wish_words", wish.words_sealed)
