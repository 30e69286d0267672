"""Reading activities, their dates, who has a seat, and who hosted."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from klippekort.activities.models import Activity, Hosting, Occurrence, SignUp
from klippekort.citizens.models import Citizen
from klippekort.domain.errors import NotFound
from klippekort.domain.travel import Point
from klippekort.platform.db import db
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


def _facts() -> Select[Occurrence, Activity, str]:
    return (
        select(Occurrence, Activity, Volunteer.name)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .outerjoin(Volunteer, Volunteer.id == Activity.host_id)
        .order_by(Occurrence.starts_at, Activity.title, Occurrence.id)
    )


def _row(date: Occurrence, activity: Activity, host: str | None) -> OccurrenceFacts:
    return OccurrenceFacts(
        date.id,
        activity.id,
        activity.title,
        activity.kind,
        activity.place,
        activity.address,
        activity.postcode,
        activity.town,
        date.starts_at,
        date.ends_at,
        date.capacity - date.seats_taken,
        date.wheelchair_places - date.wheelchairs_taken,
        activity.price_oere,
        activity.helper_price_oere,
        tuple(activity.access),
        activity.host_id,
        host,
        date.cancelled_at is not None,
        date.cancelled_reason,
        point_of(activity),
    )


def point_of(activity: Activity) -> Point | None:
    """Return where an activity is held, or None where nobody has said."""
    if activity.latitude is None or activity.longitude is None:
        return None
    return Point(activity.latitude, activity.longitude)


def get_occurrence_facts(occurrence_id: UUID) -> OccurrenceFacts:
    """Return one date with its activity. Raises NotFound."""
    row = db.session.execute(_facts().where(Occurrence.id == occurrence_id)).one_or_none()
    if row is None:
        raise NotFound
    return _row(*row)


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
    found = _facts().where(
        Occurrence.starts_at >= from_at,
        Occurrence.starts_at < to_at,
        Occurrence.cancelled_at.is_(None),
        Activity.state == "approved",
    )
    if kinds:
        found = found.where(Activity.kind.in_(kinds))
    if wheelchair:
        found = found.where(Occurrence.wheelchair_places > Occurrence.wheelchairs_taken)
    if text:
        like = f"%{text.replace('%', '').replace('_', '')}%"
        found = found.where(or_(Activity.title.ilike(like), Activity.place.ilike(like)))
    return [_row(*row) for row in db.session.execute(found.limit(limit))]


def dates_of(activity_id: UUID, from_at: datetime, limit: int = 8) -> list[OccurrenceFacts]:
    """Return the next dates of an activity, cancelled ones among them."""
    found = _facts().where(Activity.id == activity_id, Occurrence.ends_at >= from_at)
    return [_row(*row) for row in db.session.execute(found.limit(limit))]


def dates_hosted_by(
    volunteer_id: UUID, from_at: datetime, to_at: datetime
) -> list[OccurrenceFacts]:
    """Return the dates of a volunteer's approved activities in a span of time, by time."""
    found = _facts().where(
        Activity.host_id == volunteer_id,
        Activity.state == "approved",
        Occurrence.starts_at >= from_at,
        Occurrence.starts_at < to_at,
    )
    return [_row(*row) for row in db.session.execute(found)]


def dates_to_log(volunteer_id: UUID, from_at: datetime, now: datetime) -> list[OccurrenceFacts]:
    """Return a volunteer's dates that are over and whose hours nobody has logged, by time."""
    is_logged = (
        select(Hosting.id)
        .where(Hosting.occurrence_id == Occurrence.id, Hosting.volunteer_id == volunteer_id)
        .exists()
    )
    found = _facts().where(
        Activity.host_id == volunteer_id,
        Activity.state == "approved",
        Occurrence.cancelled_at.is_(None),
        Occurrence.starts_at >= from_at,
        Occurrence.ends_at <= now,
        ~is_logged,
    )
    return [_row(*row) for row in db.session.execute(found)]


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
    found = db.session.scalars(
        select(SignUp.occurrence_id)
        .join(Occurrence, Occurrence.id == SignUp.occurrence_id)
        .where(SignUp.citizen_id == citizen_id, SignUp.state == "booked")
        .where(Occurrence.starts_at > now)
    )
    return set(found)


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
