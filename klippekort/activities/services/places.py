"""Places where activities are held: found or added, changed, closed for a while, put away."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy import select

from klippekort.activities import queries
from klippekort.activities.models import Occurrence, Place, PlaceClosure
from klippekort.activities.services.changing import LookAgain
from klippekort.activities.services.dates import cancel_dates, revise
from klippekort.domain.calendar import day_span, is_public_holiday, local_day
from klippekort.domain.errors import DomainError, Stale
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id

CLOSED = "place_closed"
FURTHEST = timedelta(days=5 * 366)
"""How far ahead dates are looked for: no date is made further away."""

Name = tuple[str, str, str, str]


class Placed(Protocol):
    """What tells where something is; degrees are both there or both None."""

    @property
    def place(self) -> str: ...

    @property
    def address(self) -> str: ...

    @property
    def postcode(self) -> str | None: ...

    @property
    def town(self) -> str | None: ...

    @property
    def access(self) -> tuple[str, ...]: ...

    @property
    def latitude(self) -> float | None: ...

    @property
    def longitude(self) -> float | None: ...


def find_or_add(wanted: Collection[Placed], *, corrects: bool = True) -> dict[Name, Place]:
    """Return the place of each, by what tells it from others; one that is not known is added.

    What is told of a known place anew holds from now on where it `corrects`; where it lies is kept
    when nobody says.
    """
    rows = db.session.scalars(
        select(Place).where(Place.archived_at.is_(None)).order_by(Place.id.desc())
    )
    known = {_folded(row.name, row.address, row.postcode, row.town): row for row in rows}
    before = frozenset(known)
    for one in wanted:
        name = name_of(one)
        if name not in known:
            known[name] = Place(
                id=new_id(),
                name=one.place,
                address=one.address,
                postcode=one.postcode,
                town=one.town,
                access=list(one.access),
                latitude=one.latitude,
                longitude=one.longitude,
                parking="",
                contact_name="",
                is_closed_on_holidays=False,
            )
            db.session.add(known[name])
        elif name in before and not corrects:
            continue
        elif one.latitude is not None:
            known[name].latitude, known[name].longitude = one.latitude, one.longitude
        if one.access:
            known[name].access = sorted({*known[name].access, *one.access})
    db.session.flush()
    return known


def name_of(one: Placed) -> Name:
    """Return what tells one place from another, however large its letters are written."""
    return _folded(one.place, one.address, one.postcode, one.town)


def _folded(name: str, address: str, postcode: str | None, town: str | None) -> Name:
    name, address, postcode, town = (
        " ".join((part or "").split()).casefold() for part in (name, address, postcode, town)
    )
    return name, address, postcode, town


@dataclass
class PlaceInUse(DomainError):
    """Something is still to be held at the place: these activities, by title."""

    titles: tuple[str, ...]


@dataclass(frozen=True)
class PlaceFacts:
    """What a place is; degrees are both there or both None, as are counts nobody has made."""

    name: str
    address: str
    postcode: str | None
    town: str | None
    access: tuple[str, ...]
    latitude: float | None
    longitude: float | None
    wheelchair_places: int | None
    room_capacity: int | None
    parking: str
    contact_name: str
    contact_phone: str | None
    is_closed_on_holidays: bool
    contact_is_public: bool = False


@dataclass(frozen=True)
class Shut:
    """What closing a place does: the dates that are cancelled, and how many guests they have."""

    dates: tuple[Occurrence, ...]

    @property
    def guests(self) -> int:
        """Return how many seats are lost."""
        return sum(row.seats_taken for row in self.dates)

    @property
    def mark(self) -> str:
        """Return what tells this from another: how many dates, and how many guests."""
        return f"{len(self.dates)}-{self.guests}"


def save_place(
    actor: Actor, facts: PlaceFacts, *, place_id: UUID | None = None, now: datetime
) -> str:
    """Add a place, or change one, and return its id. Raises NotFound."""
    authorise(actor, Action.APPROVE_ACTIVITY)
    row = queries.lock_place(place_id) if place_id is not None else Place(id=new_id())
    for name, value in vars(facts).items():
        setattr(row, name, list(value) if isinstance(value, tuple) else value)
    db.session.add(row)
    db.session.flush()
    revise(now, place_id=row.id)
    audit.record(actor, Action.APPROVE_ACTIVITY, "place", row.id, to="saved")
    return str(row.id)


def archive_place(actor: Actor, place_id: UUID, *, now: datetime) -> str:
    """Put a place away, so that nobody chooses it any more. Raises PlaceInUse and Stale."""
    authorise(actor, Action.APPROVE_ACTIVITY)
    row = queries.lock_place(place_id)
    if row.archived_at is not None:
        raise Stale
    held = queries.activities_at(place_id, now)
    if held:
        raise PlaceInUse(tuple(activity.title for activity in held))
    row.archived_at = now
    audit.record(actor, Action.APPROVE_ACTIVITY, "place", place_id, to="archived")
    return str(place_id)


def restore_place(actor: Actor, place_id: UUID, *, now: datetime) -> str:
    """Take a place that was put away into use again. Raises Stale."""
    authorise(actor, Action.APPROVE_ACTIVITY)
    row = queries.lock_place(place_id)
    if row.archived_at is None:
        raise Stale
    row.archived_at = None
    audit.record(actor, Action.APPROVE_ACTIVITY, "place", place_id, to="restored")
    return str(place_id)


def preview_closing(
    actor: Actor, place_id: UUID, from_on: date, until_on: date, *, now: datetime
) -> Shut:
    """Return what is cancelled when a place is closed from one day through another."""
    authorise(actor, Action.APPROVE_ACTIVITY)
    from_at, to_at = day_span(from_on)[0], day_span(until_on)[1]
    return Shut(tuple(queries.dates_at(place_id, max(from_at, now), to_at)))


def close_place(
    actor: Actor,
    place_id: UUID,
    from_on: date,
    until_on: date,
    *,
    reason: str,
    seen: str,
    now: datetime,
    keeps: bool = False,
) -> str:
    """Close a place from one day through another; what was to be held there is cancelled and
    everyone with a seat is told, or `keeps` standing: then only no new dates are made.

    `seen` is the mark of what the page said. Raises LookAgain when it is another by now.
    """
    authorise(actor, Action.APPROVE_ACTIVITY)
    queries.lock_place(place_id)
    shut = preview_closing(actor, place_id, from_on, until_on, now=now)
    if shut.mark != seen:
        raise LookAgain
    row = PlaceClosure(
        id=new_id(), place_id=place_id, from_on=from_on, until_on=until_on, reason=reason
    )
    db.session.add(row)
    gone = () if keeps else shut.dates
    dates = cancel_dates(actor, gone, reason=CLOSED, now=now)
    audit.record(
        actor,
        Action.APPROVE_ACTIVITY,
        "place",
        place_id,
        to="closed",
        from_on=from_on,
        until_on=until_on,
        dates=dates,
    )
    return str(row.id)


def preview_holidays(actor: Actor, place_id: UUID, *, now: datetime) -> Shut:
    """Return what stands on public holidays to come at a place that is closed on them."""
    authorise(actor, Action.APPROVE_ACTIVITY)
    if not queries.get_place(place_id).is_closed_on_holidays:
        return Shut(())
    ahead = queries.dates_at(place_id, now, now + FURTHEST)
    return Shut(tuple(row for row in ahead if is_public_holiday(local_day(row.starts_at))))


def cancel_on_holidays(actor: Actor, place_id: UUID, *, seen: str, now: datetime) -> str:
    """Cancel what stands on public holidays at a place that is closed on them; everyone with a seat
    is told. `seen` is as in `close_place`. Raises LookAgain.
    """
    authorise(actor, Action.APPROVE_ACTIVITY)
    queries.lock_place(place_id)
    shut = preview_holidays(actor, place_id, now=now)
    if shut.mark != seen:
        raise LookAgain
    dates = cancel_dates(actor, shut.dates, reason=CLOSED, now=now)
    audit.record(
        actor, Action.APPROVE_ACTIVITY, "place", place_id, to="closed_on_holidays", dates=dates
    )
    return str(place_id)


def open_place(actor: Actor, closure_id: UUID, *, now: datetime) -> str:
    """Take back that a place is closed; dates that were cancelled stay cancelled, and those that
    were never made are. Raises NotFound.
    """
    authorise(actor, Action.APPROVE_ACTIVITY)
    row = queries.get_closure(closure_id)
    place_id = row.place_id
    db.session.delete(row)
    db.session.flush()
    audit.record(actor, Action.APPROVE_ACTIVITY, "place", place_id, to="opened")
    return str(place_id)
