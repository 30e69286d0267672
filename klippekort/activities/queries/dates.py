"""Reading the dates of activities with what a person needs to know of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Table,
    bindparam,
    func,
    literal,
    or_,
    select,
)

from klippekort.activities.models import Activity, Occurrence, Picture, Place
from klippekort.domain.activity_life import Existence, existence, sign_up_until
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import NotFound
from klippekort.domain.spelling import Text, rank, words_of
from klippekort.domain.travel import Point
from klippekort.platform.db import db
from klippekort.platform.prepared import Row
from klippekort.platform.sorting import alphabetical
from klippekort.platform.tenancy import OwnRows, Question, own
from klippekort.volunteers.models import Association, Volunteer


@dataclass(frozen=True)
class OccurrenceFacts:
    """One date of an activity with what a person needs to know of it; prices are in øre.

    `point` is where it is held, where somebody has said so; held online, `place` is empty.
    `sign_up_hours` is how long before the start sign-up ends, `association_limit` the most guests
    its association takes a month. `sequence` grows with each change.
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
    place_id: UUID | None = None
    description: str = ""
    language: str = "da"
    bring: str = ""
    online_url: str | None = None
    smallest: int | None = None
    capacity: int = 0
    sign_up_hours: int = 0
    insurance_class: str = "unsaid"
    association_id: UUID | None = None
    association_name: str | None = None
    picture_id: UUID | None = None
    picture_text: str = ""
    sequence: int = 0
    note: str = ""
    changed_at: datetime | None = None
    association_limit: int | None = None
    confirm_by: date | None = None

    @property
    def sign_up_until(self) -> datetime:
        """Return the instant at which sign-up ends."""
        return sign_up_until(self.starts_at, self.sign_up_hours)

    def is_sure(self, on: date) -> bool:
        """Say whether its activity counts as existing on a day."""
        return existence(self.confirm_by, on) is not Existence.HIDDEN


_dates = cast(Table, Occurrence.__table__)
_activities = cast(Table, Activity.__table__)
_volunteers = cast(Table, Volunteer.__table__)
_places = cast(Table, Place.__table__)
_associations = cast(Table, Association.__table__)
_pictures = cast(Table, Picture.__table__)


def _facts(*conditions: ColumnElement[bool], is_limited: bool = False) -> OwnRows:
    """Return the statement for dates that meet the conditions, by time, with their activities."""
    host = own(_volunteers) & (_volunteers.c.id == _dates.c.host_id)
    whose = own(_associations) & (_associations.c.id == _activities.c.association_id)
    shown = own(_pictures) & (_pictures.c.activity_id == _activities.c.id)
    found = (
        select(
            _dates.c.id,
            _activities.c.id,
            _activities.c.title,
            _activities.c.kind,
            _places.c.name,
            _places.c.address,
            _places.c.postcode,
            _places.c.town,
            _dates.c.starts_at,
            _dates.c.ends_at,
            _dates.c.capacity - _dates.c.seats_taken,
            _dates.c.wheelchair_places - _dates.c.wheelchairs_taken,
            _activities.c.price_oere,
            _activities.c.helper_price_oere,
            _places.c.access,
            _dates.c.host_id,
            _volunteers.c.name,
            _dates.c.cancelled_at,
            _dates.c.cancelled_reason,
            _places.c.latitude,
            _places.c.longitude,
            _dates.c.place_id,
            _activities.c.description,
            _activities.c.language,
            _activities.c.bring,
            _activities.c.online_url,
            _activities.c.smallest,
            _dates.c.capacity,
            _activities.c.sign_up_hours,
            _activities.c.insurance_class,
            _activities.c.association_id,
            _associations.c.name,
            _pictures.c.id,
            _activities.c.picture_text,
            _dates.c.sequence,
            _dates.c.note,
            _dates.c.changed_at,
            _associations.c.load_limit,
            _activities.c.confirm_by,
        )
        .join_from(
            _dates, _activities, own(_activities) & (_activities.c.id == _dates.c.activity_id)
        )
        .outerjoin(_places, own(_places) & (_places.c.id == _dates.c.place_id))
        .outerjoin(_volunteers, host)
        .outerjoin(_associations, whose)
        .outerjoin(_pictures, shown)
        .where(own(_dates), *conditions)
        .order_by(_dates.c.starts_at, alphabetical(_activities.c.title), _dates.c.id)
    )
    return OwnRows(found.limit(bindparam("limit")) if is_limited else found)


def _row(row: Row) -> OccurrenceFacts:
    known, (access, host_id, host, cancelled_at, reason) = list(row[:14]), row[14:19]
    latitude, longitude, *more = row[19:]
    at = None if latitude is None or longitude is None else Point(latitude, longitude)
    known[4], known[5] = known[4] or "", known[5] or ""
    is_cancelled = cancelled_at is not None
    known += [tuple(access or ()), host_id, host, is_cancelled, reason, at, *more]
    return OccurrenceFacts(*known)


_IN_SPAN = (_dates.c.starts_at >= bindparam("from_at"), _dates.c.starts_at < bindparam("to_at"))
_IS_PUBLISHED = _activities.c.state == literal("published")
_STANDS = _dates.c.cancelled_at.is_(None)
# After the day by which somebody should have said that it still exists, it is no longer found.
_IS_SURE = or_(
    _activities.c.confirm_by.is_(None), _activities.c.confirm_by >= bindparam("sure_from")
)
_ONE = _facts(_dates.c.id == bindparam("date"))
_SOME = _facts(_dates.c.id.in_(bindparam("dates", expanding=True)))
_OF_ACTIVITY = _facts(
    _activities.c.id == bindparam("activity"),
    _dates.c.ends_at >= bindparam("from_at"),
    is_limited=True,
)
_OF_ASSOCIATION = _facts(
    _activities.c.association_id == bindparam("association"), _IS_PUBLISHED, *_IN_SPAN
)
_KINDS = OwnRows(
    select(_activities.c.kind)
    .distinct()
    .join_from(_dates, _activities, own(_activities) & (_activities.c.id == _dates.c.activity_id))
    .where(own(_dates), *_IN_SPAN, _STANDS, _IS_PUBLISHED, _IS_SURE)
)


_MOST_SOUGHT_AMONG = 2_000  # dates that are read to find a word in


@lru_cache
def _upcoming(has_kinds: bool, has_wheelchair: bool) -> OwnRows:
    conditions: list[ColumnElement[bool]] = [*_IN_SPAN, _STANDS, _IS_PUBLISHED, _IS_SURE]
    if has_kinds:
        conditions.append(_activities.c.kind.in_(bindparam("kinds", expanding=True)))
    if has_wheelchair:
        conditions.append(_dates.c.wheelchair_places > _dates.c.wheelchairs_taken)
    return _facts(*conditions, is_limited=True)


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


def lock_dates(occurrence_ids: Collection[UUID]) -> dict[UUID, Occurrence]:
    """Return dates nobody else can change before this transaction ends; one that is gone is left
    out.
    """
    found = select(Occurrence).where(Occurrence.id.in_(occurrence_ids)).order_by(Occurrence.id)
    locked = found.with_for_update().execution_options(populate_existing=True)
    return {row.id: row for row in db.session.scalars(locked)}


def get_date(occurrence_id: UUID) -> Occurrence:
    """Return a date as it is stored. Raises NotFound."""
    found = select(Occurrence).filter_by(id=occurrence_id)
    row = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound
    return row


def dates_from(activity_id: UUID, first_key: str) -> list[Occurrence]:
    """Return the dates of an activity whose rule put them at a local start or later, by time.

    What a change of the rule left over is not among them.
    """
    found = select(Occurrence).where(
        Occurrence.activity_id == activity_id,
        Occurrence.original_start >= first_key,
        Occurrence.original_start.not_like("~%"),
    )
    fresh = found.execution_options(populate_existing=True)
    return list(db.session.scalars(fresh.order_by(Occurrence.starts_at, Occurrence.id)))


def list_upcoming(
    from_at: datetime,
    to_at: datetime,
    *,
    kinds: list[str] | None = None,
    wheelchair: bool = False,
    text: str = "",
    limit: int = 200,
    now: datetime | None = None,
) -> list[OccurrenceFacts]:
    """Return the dates of published activities that start in a span of time and stand, by time.

    `wheelchair` keeps those with a place left for one; `text` is looked for in title and place,
    however it is spelled.
    Whether an activity counts as existing is asked `now`, or when the span begins.
    """
    sure_from = local_day(now or from_at)
    sought = words_of(text)
    most = _MOST_SOUGHT_AMONG if sought else limit
    asked: dict[str, Any] = {"from_at": from_at, "to_at": to_at, "limit": most}
    asked["sure_from"] = sure_from
    if kinds:
        asked["kinds"] = kinds
    found = map(_row, _upcoming(bool(kinds), wheelchair).rows(**asked))
    answering = (one for one in found if rank(sought, Text(one.title, place=one.place)))
    return list(islice(answering, limit)) if sought else list(found)


def kinds_upcoming(from_at: datetime, to_at: datetime) -> set[str]:
    """Return the kinds of the published activities that have a date in a span of time."""
    sure_from = local_day(from_at)
    return {kind for (kind,) in _KINDS.rows(from_at=from_at, to_at=to_at, sure_from=sure_from)}


def dates_of(activity_id: UUID, from_at: datetime, limit: int = 8) -> list[OccurrenceFacts]:
    """Return the next dates of an activity, cancelled ones among them."""
    found = _OF_ACTIVITY.rows(activity=activity_id, from_at=from_at, limit=limit)
    return [_row(row) for row in found]


def dates_of_association(
    association_id: UUID, from_at: datetime, to_at: datetime
) -> list[OccurrenceFacts]:
    """Return the dates of an association's published activities in a span of time, by time."""
    found = _OF_ASSOCIATION.rows(association=association_id, from_at=from_at, to_at=to_at)
    return [_row(row) for row in found]


def next_starts(now: datetime) -> dict[UUID, datetime]:
    """Return when each activity is held next; one without a coming date is left out."""
    rows = db.session.execute(
        select(Occurrence.activity_id, func.min(Occurrence.starts_at).label("next_at"))
        .where(Occurrence.starts_at >= now, Occurrence.cancelled_at.is_(None))
        .group_by(Occurrence.activity_id)
    )
    return {row.activity_id: row.next_at for row in rows}


def last_start(activity_id: UUID, now: datetime) -> datetime | None:
    """Return when an activity was held last, or None when it never was."""
    found = select(func.max(Occurrence.starts_at)).where(
        Occurrence.activity_id == activity_id,
        Occurrence.cancelled_at.is_(None),
        Occurrence.starts_at <= now,
    )
    return db.session.scalar(found)


def last_day(activity_id: UUID) -> date | None:
    """Return the Danish day of the last date an activity has, None where it has none."""
    found = select(func.max(Occurrence.starts_at)).where(
        Occurrence.activity_id == activity_id, Occurrence.cancelled_at.is_(None)
    )
    last = db.session.scalar(found)
    return local_day(last) if last is not None else None


def starts_held(
    activity_id: UUID, from_at: datetime, besides: Collection[UUID] = ()
) -> set[tuple[datetime, UUID | None]]:
    """Return when and where dates of an activity to come begin that stand; without those named."""
    rows = db.session.execute(
        select(Occurrence.id, Occurrence.starts_at, Occurrence.place_id).where(
            Occurrence.activity_id == activity_id,
            Occurrence.starts_at >= from_at,
            Occurrence.cancelled_at.is_(None),
        )
    )
    return {(row.starts_at, row.place_id) for row in rows if row.id not in besides}


def fewest_chairs(activity_id: UUID, now: datetime) -> int | None:
    """Return the chairs of the smallest date to come that stands, or None without any."""
    found = select(func.min(Occurrence.capacity)).where(
        Occurrence.activity_id == activity_id,
        Occurrence.starts_at > now,
        Occurrence.cancelled_at.is_(None),
    )
    return db.session.scalar(found)


def starts_of(activity_id: UUID) -> set[str]:
    """Return the original starts of all dates an activity has, past ones too."""
    found = select(Occurrence.original_start).filter_by(activity_id=activity_id)
    return set(db.session.scalars(found))
