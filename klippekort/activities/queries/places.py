"""Reading places: what they are like, when they are closed, and who is there when."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.activities.models import Activity, Occurrence, Place, PlaceClosure, Timing
from klippekort.domain.errors import NotFound
from klippekort.domain.recurrence import Closure
from klippekort.domain.travel import Point
from klippekort.platform.db import db
from klippekort.platform.sorting import alphabetical

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Closed:
    """When some places are closed: on which days, and which of them on public holidays."""

    spans: dict[UUID, tuple[Closure, ...]] = field(default_factory=dict)
    on_holidays: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Clash:
    """Something else that is held at a place at the same time; `seats` are its guests' chairs.

    Without an `occurrence_id` its rule will make the date, and has not yet.
    """

    occurrence_id: UUID | None
    title: str
    starts_at: datetime
    ends_at: datetime
    seats: int


def get_place(place_id: UUID) -> Place:
    """Return a place. Raises NotFound."""
    row = db.session.scalars(select(Place).filter_by(id=place_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def lock_place(place_id: UUID) -> Place:
    """Return a place nobody else can change before this transaction ends. Raises NotFound."""
    # The key is left free: dates that point at the place may be written meanwhile.
    found = select(Place).filter_by(id=place_id).with_for_update(key_share=True)
    row = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound
    return row


def list_places(*, archived: bool = False) -> Sequence[Place]:
    """Return places by name: those in use, or those that are put away."""
    put_away = Place.archived_at.is_not(None) if archived else Place.archived_at.is_(None)
    return db.session.scalars(
        select(Place).where(put_away).order_by(alphabetical(Place.name), Place.id)
    ).all()


def point_of(place: Place | None) -> Point | None:
    """Return where a place lies, or None where nobody has said."""
    if place is None or place.latitude is None or place.longitude is None:
        return None
    return Point(place.latitude, place.longitude)


def is_shared(place_id: UUID, activity: Activity) -> bool:
    """Say whether others than an activity's own host or association hold things at a place too."""
    same_host = Activity.host_id.is_not_distinct_from(activity.host_id)
    same_association = Activity.association_id.is_not_distinct_from(activity.association_id)
    found = (
        select(Timing.id)
        .join(Activity, Activity.id == Timing.activity_id)
        .where(Timing.place_id == place_id, ~(same_host & same_association))
    )
    return db.session.scalars(found.limit(1)).first() is not None


def closures_of(place_id: UUID) -> Sequence[PlaceClosure]:
    """Return when a place is closed, by time."""
    found = select(PlaceClosure).filter_by(place_id=place_id)
    return db.session.scalars(found.order_by(PlaceClosure.from_on, PlaceClosure.id)).all()


def closed_days(place_ids: Iterable[UUID | None]) -> Closed:
    """Return when these places are closed."""
    ids = {place_id for place_id in place_ids if place_id is not None}
    if not ids:
        return Closed()
    spans: defaultdict[UUID, tuple[Closure, ...]] = defaultdict(tuple)
    rows = select(PlaceClosure.place_id, PlaceClosure.from_on, PlaceClosure.until_on)
    for place_id, from_on, until_on in db.session.execute(
        rows.where(PlaceClosure.place_id.in_(ids)).order_by(PlaceClosure.from_on)
    ):
        spans[place_id] += (Closure(from_on, until_on),)
    on_holidays = select(Place.id).where(Place.id.in_(ids), Place.is_closed_on_holidays)
    return Closed(dict(spans), frozenset(db.session.scalars(on_holidays)))


def activities_at(place_id: UUID, now: datetime) -> Sequence[Activity]:
    """Return the activities that have a date to come at a place, by title."""
    coming = (
        select(Occurrence.activity_id)
        .where(
            Occurrence.place_id == place_id,
            Occurrence.ends_at > now,
            Occurrence.cancelled_at.is_(None),
        )
        .distinct()
    )
    found = (
        select(Activity)
        .where(Activity.id.in_(coming))
        .order_by(alphabetical(Activity.title), Activity.id)
    )
    return db.session.scalars(found).all()


def clashes(
    place: Place, seats: int, spans: Sequence[Span], besides: Collection[UUID] = ()
) -> list[Clash]:
    """Return what is held at a place during one of these spans, the earliest first.

    What there is room for beside the rest is no clash, where somebody has counted the room.
    `besides` are dates that do not count.
    """
    if not spans:
        return []
    rows = db.session.execute(
        select(
            Occurrence.id,
            Activity.title,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.capacity,
        )
        .join(Activity, Activity.id == Occurrence.activity_id)
        .where(
            Occurrence.place_id == place.id,
            Occurrence.cancelled_at.is_(None),
            Activity.state == "published",
            Occurrence.starts_at < max(ends_at for _, ends_at in spans),
            Occurrence.ends_at > min(starts_at for starts_at, _ in spans),
        )
        .order_by(Occurrence.starts_at, alphabetical(Activity.title))
    )
    others = [Clash(*row) for row in rows if row.id not in besides]
    found: dict[UUID | None, Clash] = {}
    for starts_at, ends_at in spans:
        there = [one for one in others if one.starts_at < ends_at and one.ends_at > starts_at]
        wanted = seats + sum(one.seats for one in there)
        if place.room_capacity is None or wanted > place.room_capacity:
            found |= {one.occurrence_id: one for one in there}
    return list(found.values())


def get_closure(closure_id: UUID) -> PlaceClosure:
    """Return days on which a place is closed. Raises NotFound."""
    row = db.session.scalars(select(PlaceClosure).filter_by(id=closure_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def dates_at(place_id: UUID, from_at: datetime, to_at: datetime) -> Sequence[Occurrence]:
    """Return the dates at a place that start in a span of time and stand, by time."""
    found = select(Occurrence).where(
        Occurrence.place_id == place_id,
        Occurrence.starts_at >= from_at,
        Occurrence.starts_at < to_at,
        Occurrence.cancelled_at.is_(None),
    )
    return db.session.scalars(found.order_by(Occurrence.starts_at, Occurrence.id)).all()
