"""Who else uses a room: the series that will be held there, and the dates that already are."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased

from klippekort.activities.models import Activity, Occurrence, Place, Timing
from klippekort.platform.db import db
from klippekort.platform.sorting import alphabetical

_other, _others = aliased(Occurrence), aliased(Activity)


@dataclass(frozen=True)
class Together:
    """Two dates in one room at once, where nobody has said that there is room for both."""

    place: str
    first: Occurrence
    first_title: str
    second: Occurrence
    second_title: str


def series_at(place_id: UUID, besides: UUID) -> Sequence[Activity]:
    """Return the published activities whose rule is held at a place, all but one, by title."""
    held = select(Timing.activity_id).where(Timing.place_id == place_id)
    found = select(Activity).where(
        Activity.id.in_(held), Activity.id != besides, Activity.state == "published"
    )
    return db.session.scalars(found.order_by(alphabetical(Activity.title), Activity.id)).all()


def starts_given_up(activity_ids: Collection[UUID]) -> set[tuple[UUID, str]]:
    """Return the starts, each after its activity, at which nothing is held after all: the date was
    cancelled or is held at another time.
    """
    rows = db.session.execute(
        select(Occurrence.activity_id, Occurrence.original_start).where(
            Occurrence.activity_id.in_(activity_ids),
            or_(Occurrence.cancelled_at.is_not(None), Occurrence.changed_at.is_not(None)),
        )
    )
    return {(row.activity_id, row.original_start) for row in rows}


def held_beside(occurrence_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Return the titles of what is held in the same room at the same time as each of these dates,
    where there is not known to be room for both; a date that has its room alone is left out.
    """
    other = aliased(Occurrence)
    rows = db.session.execute(
        select(
            Occurrence.id,
            Activity.title,
            (Occurrence.capacity + other.capacity).label("seats"),
            Place.room_capacity,
        )
        .join(Place, Place.id == Occurrence.place_id)
        .join(
            other,
            (other.place_id == Occurrence.place_id)
            & (other.id != Occurrence.id)
            & (other.starts_at < Occurrence.ends_at)
            & (other.ends_at > Occurrence.starts_at),
        )
        .join(Activity, Activity.id == other.activity_id)
        .where(
            Occurrence.id.in_(occurrence_ids),
            Occurrence.cancelled_at.is_(None),
            other.cancelled_at.is_(None),
            Activity.state == "published",
        )
        .order_by(alphabetical(Activity.title), Activity.id)
    )
    found: defaultdict[UUID, list[str]] = defaultdict(list)
    for row in rows:
        if row.room_capacity is None or row.seats > row.room_capacity:
            found[row.id].append(row.title)
    return dict(found)


def held_together(now: datetime) -> list[Together]:
    """Return the dates to come that share a room though neither activity is meant to, and the room
    is not known to hold both; by time.
    """
    found = _pairs(
        select(Place, Occurrence, Activity.title, _other, _others.title.label("beside")), now
    )
    rows = db.session.execute(found.order_by(Occurrence.starts_at, Occurrence.id, _other.id))
    return [
        Together(place.name, date, title, beside, its_title)
        for place, date, title, beside, its_title in rows
    ]


def count_together(now: datetime) -> int:
    """Return how many times two dates to come share a room that nobody has said they may."""
    return db.session.scalar(_pairs(select(func.count(Occurrence.id)), now)) or 0


def _pairs(found: Select[*tuple[Any, ...]], now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        found.select_from(Occurrence)
        .join(Place, Place.id == Occurrence.place_id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .join(
            _other,
            (_other.place_id == Occurrence.place_id)
            & (_other.starts_at >= Occurrence.starts_at)
            & (_other.starts_at < Occurrence.ends_at),
        )
        .join(_others, _others.id == _other.activity_id)
        .where(
            Occurrence.starts_at > now,
            # Each two are told once, the earlier first.
            or_(Occurrence.starts_at < _other.starts_at, Occurrence.id < _other.id),
            *(date.cancelled_at.is_(None) for date in (Occurrence, _other)),
            *(whose.state == "published" for whose in (Activity, _others)),
            *(whose.shares_room.is_(False) for whose in (Activity, _others)),
            or_(
                Place.room_capacity.is_(None),
                Place.room_capacity < Occurrence.capacity + _other.capacity,
            ),
        )
    )
