"""The dates of published activities with all that anybody may be told of them, and no more.

Of an activity that was published and is over, what has been and what was cancelled are told, too.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, bindparam, case, func, literal, or_, select

from klippekort.activities.models import Activity, Occurrence, Picture, Place
from klippekort.domain.activity_life import State
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import NotFound
from klippekort.domain.travel import Point
from klippekort.platform.prepared import Row
from klippekort.platform.sorting import alphabetical
from klippekort.platform.tenancy import OwnRows, own
from klippekort.volunteers.models import Association

MOST = 3000
"""The most dates that one page or feed holds."""


@dataclass(frozen=True)
class Listed:
    """One date of a published activity. There is no guest and no host in it, and no telephone but
    that of whom to ask at the place, where that is public.

    Prices are in øre. `decided_at` is when the activity was let through, `picture_id` is None
    where there is none. Online, there is no place: its name is empty.
    """

    id: UUID
    activity_id: UUID
    title: str
    kind: str
    description: str
    price_oere: int
    helper_price_oere: int
    language: str
    bring: str
    is_online: bool
    sign_up_hours: int
    decided_at: datetime | None
    starts_at: datetime
    ends_at: datetime
    seats_left: int
    wheelchairs_left: int
    cancelled_at: datetime | None
    cancelled_reason: str | None
    changed_at: datetime | None
    sequence: int
    note: str
    place_id: UUID | None
    place: str
    address: str
    postcode: str
    town: str
    parking: str
    access: tuple[str, ...]
    point: Point | None
    association: str
    picture_id: UUID | None
    picture_text: str
    revised_at: datetime | None = None
    contact_name: str = ""
    contact_phone: str | None = None

    @property
    def is_cancelled(self) -> bool:
        """Say whether the date is cancelled."""
        return self.cancelled_at is not None

    @property
    def is_full(self) -> bool:
        """Say whether every chair is taken."""
        return self.seats_left <= 0

    @property
    def touched_at(self) -> datetime:
        """The latest moment at which something is known to have happened to it."""
        known = (self.decided_at, self.changed_at, self.cancelled_at, self.revised_at)
        return max((at for at in known if at is not None), default=self.starts_at)


_dates = cast(Table, Occurrence.__table__)
_activities = cast(Table, Activity.__table__)
_places = cast(Table, Place.__table__)
_pictures = cast(Table, Picture.__table__)
_associations = cast(Table, Association.__table__)


_IS_PUBLISHED = _activities.c.state == literal("published")
# Of an activity that is over calendars keep what has been, and hear that the rest is cancelled.
_IS_TOLD_AFTERWARDS = and_(
    _activities.c.state.in_(("ended", "cancelled")),
    or_(_dates.c.cancelled_at.is_not(None), _dates.c.starts_at < bindparam("now")),
)


def _said(column: ColumnElement[str | None]) -> ColumnElement[str]:
    return func.coalesce(column, literal(""))


def _listed(*conditions: ColumnElement[bool]) -> OwnRows:
    """Return the statement for the dates of published activities that meet the conditions."""
    activity = own(_activities) & (_activities.c.id == _dates.c.activity_id)
    place = own(_places) & (_places.c.id == _dates.c.place_id)
    club = own(_associations) & (_associations.c.id == _activities.c.association_id)
    is_shown = (_pictures.c.activity_id == _activities.c.id) & _IS_PUBLISHED
    picture = own(_pictures) & is_shown
    found = (
        select(
            _dates.c.id,
            _activities.c.id,
            _activities.c.title,
            _activities.c.kind,
            _activities.c.description,
            _activities.c.price_oere,
            _activities.c.helper_price_oere,
            _activities.c.language,
            _activities.c.bring,
            _activities.c.online_url.is_not(None),
            _activities.c.sign_up_hours,
            _activities.c.decided_at,
            _dates.c.starts_at,
            _dates.c.ends_at,
            _dates.c.capacity - _dates.c.seats_taken,
            _dates.c.wheelchair_places - _dates.c.wheelchairs_taken,
            _dates.c.cancelled_at,
            _dates.c.cancelled_reason,
            _dates.c.changed_at,
            _dates.c.sequence,
            _dates.c.note,
            _dates.c.place_id,
            _said(_places.c.name),
            _said(_places.c.address),
            _said(_places.c.postcode),
            _said(_places.c.town),
            _said(_places.c.parking),
            _places.c.access,
            _places.c.latitude,
            _places.c.longitude,
            _said(_associations.c.name),
            _pictures.c.id,
            _activities.c.picture_text,
            _dates.c.revised_at,
            case((_places.c.contact_is_public, _places.c.contact_name), else_=literal("")),
            case((_places.c.contact_is_public, _places.c.contact_phone)),
        )
        .join_from(_dates, _activities, activity)
        .outerjoin(_places, place)
        .outerjoin(_associations, club)
        .outerjoin(_pictures, picture)
        .where(own(_dates), or_(_IS_PUBLISHED, _IS_TOLD_AFTERWARDS), *conditions)
        .order_by(_dates.c.starts_at, alphabetical(_activities.c.title), _dates.c.id)
        .limit(MOST)
    )
    return OwnRows(found)


def _row(row: Row) -> Listed:
    *known, access, latitude, longitude, club, picture_id, picture_text = row[:33]
    point = None if latitude is None or longitude is None else Point(latitude, longitude)
    known += [tuple(access or ()), point, club, picture_id, picture_text, *row[33:]]
    return Listed(*known)


_IN_SPAN = (_dates.c.ends_at > bindparam("from_at"), _dates.c.starts_at < bindparam("to_at"))
# What has been stays as it was; what is to come is told of while it counts as existing.
_IS_SURE = or_(
    _activities.c.confirm_by.is_(None),
    _activities.c.confirm_by >= bindparam("sure_from"),
    _dates.c.starts_at < bindparam("now"),
    _dates.c.cancelled_at.is_not(None),
)
_SPAN = _listed(*_IN_SPAN, _IS_SURE)
_ACTIVITY = _listed(*_IN_SPAN, _IS_SURE, _dates.c.activity_id == bindparam("activity"))
_LANGUAGES = OwnRows(
    select(_activities.c.language)
    .distinct()
    .where(own(_activities), _activities.c.state == literal("published"))
    .order_by(_activities.c.language)
)
_TITLE = OwnRows(
    select(_activities.c.title).where(
        own(_activities),
        _activities.c.id == bindparam("activity"),
        _activities.c.state.in_(("published", "ended", "cancelled")),
    )
)
_STATE = OwnRows(
    select(_activities.c.state).where(own(_activities), _activities.c.id == bindparam("activity"))
)
_UNSURE = OwnRows(
    select(_activities.c.id).where(
        own(_activities),
        _activities.c.id == bindparam("activity"),
        _activities.c.state == literal("published"),
        _activities.c.confirm_by < bindparam("on"),
    )
)
_PICTURE = OwnRows(
    select(_pictures.c.media_type, _pictures.c.large)
    .join_from(
        _pictures,
        _activities,
        own(_activities) & (_activities.c.id == _pictures.c.activity_id),
    )
    .where(
        own(_pictures),
        _pictures.c.id == bindparam("picture"),
        _activities.c.state == literal("published"),
    )
)


def list_between(
    from_at: datetime, to_at: datetime, *, now: datetime | None = None
) -> list[Listed]:
    """Return what is on in a span of time, by time; what is cancelled is among it.

    Whether an activity counts as existing is asked `now`, or when the span begins.
    """
    return [_row(row) for row in _SPAN.rows(**_span(from_at, to_at, now))]


def list_activity(
    activity_id: UUID, from_at: datetime, to_at: datetime, *, now: datetime | None = None
) -> list[Listed]:
    """Return an activity's dates in a span of time, by time; none before it is published.

    Whether it counts as existing is asked as in `list_between`.
    """
    found = _ACTIVITY.rows(activity=activity_id, **_span(from_at, to_at, now))
    return [_row(row) for row in found]


def _span(from_at: datetime, to_at: datetime, now: datetime | None) -> dict[str, Any]:
    at = now or from_at
    return {"from_at": from_at, "to_at": to_at, "sure_from": local_day(at), "now": at}


def get_state(activity_id: UUID) -> State:
    """Return how far an activity is that is published, or was. Raises NotFound."""
    rows = _STATE.rows(activity=activity_id)
    if not rows:
        raise NotFound
    return State(rows[0][0])


def is_unsure(activity_id: UUID, on: date) -> bool:
    """Say whether nobody has said in time that a published activity still exists."""
    return bool(_UNSURE.rows(activity=activity_id, on=on))


def list_languages() -> list[str]:
    """Return the codes of the languages that published activities are held in."""
    return [code for (code,) in _LANGUAGES.rows()]


def get_title(activity_id: UUID) -> str:
    """Return the title of an activity that is published, or was. Raises NotFound."""
    rows = _TITLE.rows(activity=activity_id)
    if not rows:
        raise NotFound
    return str(rows[0][0])


def get_picture(picture_id: UUID) -> tuple[str, bytes]:
    """Return the media type and the bytes of a published activity's picture. Raises NotFound."""
    rows = _PICTURE.rows(picture=picture_id)
    if not rows:
        raise NotFound
    media_type, drawn = rows[0]
    return media_type, bytes(drawn)
