"""Reading activities, their dates, who has a seat, and who hosted."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    String,
    Table,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
)

from klippekort.activities.models import Activity, Hosting, Occurrence, SignUp
from klippekort.citizens.models import Citizen
from klippekort.domain.errors import NotFound
from klippekort.domain.travel import Point
from klippekort.platform.db import db
from klippekort.platform.prepared import Row
from klippekort.platform.tenancy import OwnRows, Question, own
from klippekort.volunteers.models import Association, Volunteer


@dataclass(frozen=True)
class OccurrenceFacts:
    """One date of an activity with what a person needs to know of it; prices are in øre.

    `point` is where it is held, where somebody has said so.
    """

    id: UUID
    activity_id: UUID
    title: str
    kind: str
    place: str
    address: str
    postcode: str | None
    town: str | None
    starts_at: datetime
    ends_at: datetime
    seats_left: int
    wheelchairs_left: int
    price_oere: int
    helper_price_oere: int
    access: tuple[str, ...]
    host_id: UUID | None
    host_name: str | None
    is_cancelled: bool
    cancelled_reason: str | None
    point: Point | None = None


@dataclass(frozen=True)
class Guest:
    """Somebody with a seat: a first name and what is needed at the place, no more.

    `citizen_id` is for the record of who looked, never for the page.
    """

    sign_up_id: UUID
    citizen_id: UUID
    first_name: str
    needs_wheelchair: bool
    attended: bool | None


@dataclass(frozen=True)
class HostingLine:
    """A time somebody hosted; `minutes` are theirs."""

    volunteer: str
    association: str | None
    activity: str
    starts_at: datetime
    minutes: int
    guests: int


def get_activity(activity_id: UUID) -> Activity:
    """Return an activity. Raises NotFound."""
    row = db.session.scalars(select(Activity).filter_by(id=activity_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def lock_activity(activity_id: UUID) -> Activity:
    """Return an activity nobody else can change before this transaction ends. Raises NotFound."""
    found = select(Activity).filter_by(id=activity_id).with_for_update()
    row = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound
    return row


def list_activities(*, state: str | None = None) -> Sequence[Activity]:
    """Return activities by title, those in one state or all."""
    found = select(Activity).order_by(Activity.title, Activity.first_on, Activity.id)
    if state is not None:
        found = found.filter_by(state=state)
    return db.session.scalars(found).all()


def list_proposals() -> Sequence[Activity]:
    """Return the activities that wait for a coordinator's yes, oldest first."""
    found = select(Activity).filter_by(state="proposed")
    return db.session.scalars(found.order_by(Activity.proposed_at, Activity.id)).all()


def list_hosted_by(volunteer_id: UUID) -> Sequence[Activity]:
    """Return a volunteer's own activities, the newest first."""
    found = select(Activity).filter_by(host_id=volunteer_id)
    return db.session.scalars(found.order_by(Activity.proposed_at.desc(), Activity.id)).all()


_dates = cast(Table, Occurrence.__table__)
_activities = cast(Table, Activity.__table__)
_volunteers = cast(Table, Volunteer.__table__)
_hostings = cast(Table, Hosting.__table__)
_seats = cast(Table, SignUp.__table__)


def _facts(*conditions: ColumnElement[bool], is_limited: bool = False) -> OwnRows:
    """Return the statement for dates that meet the conditions, by time, with their activities."""
    host = own(_volunteers) & (_volunteers.c.id == _activities.c.host_id)
    found = (
        select(
            _dates.c.id,
            _activities.c.id,
            _activities.c.title,
            _activities.c.kind,
            _activities.c.place,
            _activities.c.address,
            _activities.c.postcode,
            _activities.c.town,
            _dates.c.starts_at,
            _dates.c.ends_at,
            _dates.c.capacity - _dates.c.seats_taken,
            _dates.c.wheelchair_places - _dates.c.wheelchairs_taken,
            _activities.c.price_oere,
            _activities.c.helper_price_oere,
            _activities.c.access,
            _activities.c.host_id,
            _volunteers.c.name,
            _dates.c.cancelled_at,
            _dates.c.cancelled_reason,
            _activities.c.latitude,
            _activities.c.longitude,
        )
        .join_from(
            _dates, _activities, own(_activities) & (_activities.c.id == _dates.c.activity_id)
        )
        .outerjoin(_volunteers, host)
        .where(own(_dates), *conditions)
        .order_by(_dates.c.starts_at, _activities.c.title, _dates.c.id)
    )
    return OwnRows(found.limit(bindparam("limit")) if is_limited else found)


def _row(row: Row) -> OccurrenceFacts:
    *known, access, host_id, host, cancelled_at, reason, latitude, longitude = row
    at = None if latitude is None or longitude is None else Point(latitude, longitude)
    known += [tuple(access), host_id, host, cancelled_at is not None, reason, at]
    return OccurrenceFacts(*known)


_IN_SPAN = (_dates.c.starts_at >= bindparam("from_at"), _dates.c.starts_at < bindparam("to_at"))
_IS_APPROVED = _activities.c.state == literal("approved")
_STANDS = _dates.c.cancelled_at.is_(None)
_IS_HOSTED = _activities.c.host_id == bindparam("volunteer")
_ONE = _facts(_dates.c.id == bindparam("date"))
_SOME = _facts(_dates.c.id.in_(bindparam("dates", expanding=True)))
_OF_ACTIVITY = _facts(
    _activities.c.id == bindparam("activity"),
    _dates.c.ends_at >= bindparam("from_at"),
    is_limited=True,
)
_HOSTED = _facts(_IS_HOSTED, _IS_APPROVED, *_IN_SPAN)
_TO_LOG = _facts(
    _IS_HOSTED,
    _IS_APPROVED,
    _STANDS,
    _dates.c.starts_at >= bindparam("from_at"),
    _dates.c.ends_at <= bindparam("to_at"),
    ~exists().where(
        own(_hostings),
        _hostings.c.occurrence_id == _dates.c.id,
        _hostings.c.volunteer_id == bindparam("volunteer"),
    ),
)
_KINDS = OwnRows(
    select(_activities.c.kind)
    .distinct()
    .join_from(_dates, _activities, own(_activities) & (_activities.c.id == _dates.c.activity_id))
    .where(own(_dates), *_IN_SPAN, _STANDS, _IS_APPROVED)
)
_SEATS_OF = OwnRows(
    select(_seats.c.occurrence_id)
    .join_from(_seats, _dates, own(_dates) & (_dates.c.id == _seats.c.occurrence_id))
    .where(
        own(_seats),
        _seats.c.citizen_id == bindparam("citizen"),
        _seats.c.state == literal("booked"),
        _dates.c.starts_at > bindparam("now"),
    )
)


@lru_cache
def _upcoming(has_kinds: bool, has_wheelchair: bool, has_text: bool) -> OwnRows:
    conditions: list[ColumnElement[bool]] = [*_IN_SPAN, _STANDS, _IS_APPROVED]
    if has_kinds:
        conditions.append(_activities.c.kind.in_(bindparam("kinds", expanding=True)))
    if has_wheelchair:
        conditions.append(_dates.c.wheelchair_places > _dates.c.wheelchairs_taken)
    if has_text:
        like = bindparam("like", type_=String)
        conditions.append(or_(_activities.c.title.ilike(like), _activities.c.place.ilike(like)))
    return _facts(*conditions, is_limited=True)


def point_of(activity: Activity) -> Point | None:
    """Return where an activity is held, or None where nobody has said."""
    if activity.latitude is None or activity.longitude is None:
        return None
    return Point(activity.latitude, activity.longitude)


def asks_for_facts(occurrence_id: UUID) -> Question:
    """Return what `get_occurrence_facts` asks, for asking it ahead."""
    return _ONE.asked(date=occurrence_id)


def get_occurrence_facts(occurrence_id: UUID) -> OccurrenceFacts:
    """Return one date with its activity. Raises NotFound."""
    rows = _ONE.rows(date=occurrence_id)
    if not rows:
        raise NotFound
    return _row(rows[0])


def facts_of_dates(occurrence_ids: Collection[UUID]) -> dict[UUID, OccurrenceFacts]:
    """Return each of these dates with its activity, in one statement."""
    rows = _SOME.rows(dates=list(occurrence_ids)) if occurrence_ids else []
    return {facts.id: facts for facts in map(_row, rows)}


def lock_occurrence(occurrence_id: UUID) -> Occurrence:
    """Return a date nobody else can change before this transaction ends. Raises NotFound."""
    found = select(Occurrence).filter_by(id=occurrence_id).with_for_update()
    row = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound
    return row


def list_upcoming(
    from_at: datetime,
    to_at: datetime,
    *,
    kinds: list[str] | None = None,
    wheelchair: bool = False,
    text: str = "",
    limit: int = 200,
) -> list[OccurrenceFacts]:
    """Return the dates of approved activities that start in a span of time and stand, by time.

    `wheelchair` keeps those with a place left for one; `text` is looked for in title and place.
    """
    asked: dict[str, Any] = {"from_at": from_at, "to_at": to_at, "limit": limit}
    if kinds:
        asked["kinds"] = kinds
    if text:
        asked["like"] = f"%{text.replace('%', '').replace('_', '')}%"
    found = _upcoming(bool(kinds), wheelchair, bool(text))
    return [_row(row) for row in found.rows(**asked)]


def kinds_upcoming(from_at: datetime, to_at: datetime) -> set[str]:
    """Return the kinds of the approved activities that have a date in a span of time."""
    return {kind for (kind,) in _KINDS.rows(from_at=from_at, to_at=to_at)}


def dates_of(activity_id: UUID, from_at: datetime, limit: int = 8) -> list[OccurrenceFacts]:
    """Return the next dates of an activity, cancelled ones among them."""
    found = _OF_ACTIVITY.rows(activity=activity_id, from_at=from_at, limit=limit)
    return [_row(row) for row in found]


def dates_hosted_by(
    volunteer_id: UUID, from_at: datetime, to_at: datetime
) -> list[OccurrenceFacts]:
    """Return the dates of a volunteer's approved activities in a span of time, by time."""
    found = _HOSTED.rows(volunteer=volunteer_id, from_at=from_at, to_at=to_at)
    return [_row(row) for row in found]


def dates_to_log(volunteer_id: UUID, from_at: datetime, now: datetime) -> list[OccurrenceFacts]:
    """Return a volunteer's dates that are over and whose hours nobody has logged, by time."""
    found = _TO_LOG.rows(volunteer=volunteer_id, from_at=from_at, to_at=now)
    return [_row(row) for row in found]


def next_starts(now: datetime) -> dict[UUID, datetime]:
    """Return when each activity is held next; one without a coming date is left out."""
    rows = db.session.execute(
        select(Occurrence.activity_id, func.min(Occurrence.starts_at).label("next_at"))
        .where(Occurrence.starts_at >= now, Occurrence.cancelled_at.is_(None))
        .group_by(Occurrence.activity_id)
    )
    return {row.activity_id: row.next_at for row in rows}


def starts_of(activity_id: UUID) -> set[str]:
    """Return the original starts of all dates an activity has, past ones too."""
    found = select(Occurrence.original_start).filter_by(activity_id=activity_id)
    return set(db.session.scalars(found))


def guests_of(occurrence_id: UUID) -> list[Guest]:
    """Return who has a seat at one date, named as `guests_at` names them."""
    return guests_at([occurrence_id]).get(occurrence_id, [])


def guests_at(occurrence_ids: Collection[UUID]) -> dict[UUID, list[Guest]]:
    """Return who has a seat at each of these dates, by first name; dates without are left out.

    Two of one name at one date get the first letter of the last name.
    """
    rows = db.session.execute(
        select(SignUp, Citizen.first_name, Citizen.last_name)
        .join(Citizen, Citizen.id == SignUp.citizen_id)
        .where(SignUp.occurrence_id.in_(occurrence_ids), SignUp.state == "booked")
        .order_by(Citizen.first_name, Citizen.last_name, SignUp.id)
    ).all()
    names = Counter((seat.occurrence_id, first) for seat, first, _ in rows)
    guests: defaultdict[UUID, list[Guest]] = defaultdict(list)
    for seat, first, last in rows:
        shown = f"{first} {last[:1]}." if names[seat.occurrence_id, first] > 1 else first
        guests[seat.occurrence_id].append(
            Guest(seat.id, seat.citizen_id, shown, seat.takes_wheelchair_place, seat.attended)
        )
    return dict(guests)


def seats_of(citizen_id: UUID, now: datetime) -> set[UUID]:
    """Return the dates to come at which a citizen has a seat."""
    return {date_id for (date_id,) in _SEATS_OF.rows(citizen=citizen_id, now=now)}


def hosting_of(occurrence_id: UUID, volunteer_id: UUID) -> Hosting | None:
    """Return what a volunteer logged for a date, or None."""
    found = select(Hosting).filter_by(occurrence_id=occurrence_id, volunteer_id=volunteer_id)
    return db.session.scalars(found).one_or_none()


def find_hosting(occurrence_id: UUID) -> Hosting | None:
    """Return what was logged first for a date, whoever hosted it, or None."""
    found = select(Hosting).filter_by(occurrence_id=occurrence_id).order_by(Hosting.id)
    return db.session.scalars(found.limit(1)).first()


def hosting_between(from_at: datetime, to_at: datetime) -> list[HostingLine]:
    """Return who hosted what in a span of time, the latest first."""
    rows = db.session.execute(
        select(Hosting, Volunteer.name, Association.name, Activity.title, Occurrence.starts_at)
        .join(Occurrence, Occurrence.id == Hosting.occurrence_id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .join(Volunteer, Volunteer.id == Hosting.volunteer_id)
        .outerjoin(Association, Association.id == Volunteer.association_id)
        .where(Occurrence.starts_at >= from_at, Occurrence.starts_at < to_at)
        .order_by(Occurrence.starts_at.desc(), Volunteer.name)
    )
    return [
        HostingLine(name, association, title, starts_at, row.minutes, row.guests)
        for row, name, association, title, starts_at in rows
    ]
