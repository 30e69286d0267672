"""Reading offers, questions and searches."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from klippekort.activities.models import Activity, Occurrence
from klippekort.domain.errors import NotFound
from klippekort.domain.hosting import HostRole, OfferState, SearchState
from klippekort.domain.trips import TripState
from klippekort.hosting.models import HostOffer, HostSearch
from klippekort.platform.db import db
from klippekort.platform.sorting import alphabetical
from klippekort.trips.models import Trip, TripRider
from klippekort.volunteers.models import Association, Volunteer
from klippekort.volunteers.queries.company import WentAlong


@dataclass(frozen=True)
class Wanted:
    """What somebody is wanted for: a date, or a citizen's trip."""

    role: HostRole
    occurrence_id: UUID | None = None
    trip_id: UUID | None = None
    citizen_id: UUID | None = None
    meeting_point: str = ""

    def columns(self) -> dict[str, Any]:
        """Return the columns that say which one it is."""
        return {
            "role": self.role,
            "occurrence_id": self.occurrence_id,
            "trip_id": self.trip_id,
            "citizen_id": self.citizen_id,
        }


@dataclass(frozen=True)
class When:
    """When something is that a volunteer is wanted for, what it is, and whether it stands.

    `title` names the activity or where a trip goes.
    """

    title: str
    starts_at: datetime
    ends_at: datetime
    is_on: bool
    activity_id: UUID | None = None
    association_id: UUID | None = None
    kind: str | None = None


@dataclass(frozen=True)
class OfferLine:
    """An offer or a question as lists show it; nothing of a citizen is in it."""

    id: UUID
    role: HostRole
    state: OfferState
    volunteer_id: UUID
    volunteer: str
    phone: str | None
    association_id: UUID | None
    association: str | None
    occurrence_id: UUID | None
    trip_id: UUID | None
    citizen_id: UUID | None
    title: str
    starts_at: datetime
    ends_at: datetime
    asked_at: datetime
    answer_by: datetime | None
    meeting_point: str


_ON_TRIP = (TripState.BOOKED, TripState.UNDER_WAY)
_OFF = (TripState.CANCELLED, TripState.TURNED_DOWN, TripState.LAPSED)


def wanted_of(row: HostOffer | HostSearch) -> Wanted:
    """Return what an offer or a search is for."""
    return Wanted(
        HostRole(row.role), row.occurrence_id, row.trip_id, row.citizen_id, row.meeting_point
    )


def when_of(wanted: Wanted) -> When:
    """Return when something is, and what. Raises NotFound."""
    if wanted.occurrence_id is not None:
        found = (
            select(Activity, Occurrence)
            .join(Occurrence, Occurrence.activity_id == Activity.id)
            .where(Occurrence.id == wanted.occurrence_id)
        )
        row = db.session.execute(found.execution_options(populate_existing=True)).one_or_none()
        if row is None:
            raise NotFound
        activity, date_ = row
        return When(
            activity.title,
            date_.starts_at,
            date_.ends_at,
            date_.cancelled_at is None and activity.state == "published",
            activity.id,
            activity.association_id,
            activity.kind,
        )
    trip = db.session.scalars(select(Trip).filter_by(id=wanted.trip_id)).one_or_none()
    if trip is None:
        raise NotFound
    return When(
        trip.destination, trip.starts_at, trip.ends_at, trip.state in _ON_TRIP, kind=trip.kind
    )


def get_offer(offer_id: UUID) -> HostOffer:
    """Return an offer. Raises NotFound."""
    return _one(select(HostOffer).filter_by(id=offer_id))


def lock_offer(offer_id: UUID) -> HostOffer:
    """Return an offer nobody else can change before this transaction ends. Raises NotFound."""
    found = select(HostOffer).filter_by(id=offer_id).with_for_update()
    return _one(found.execution_options(populate_existing=True))


def _one(found: Select[HostOffer]) -> HostOffer:
    row = db.session.scalars(found).one_or_none()
    if row is None:
        raise NotFound
    return row


def find_offer(wanted: Wanted, volunteer_id: UUID) -> HostOffer | None:
    """Return what a volunteer was asked or has offered for this, or None."""
    found = select(HostOffer).filter_by(volunteer_id=volunteer_id, **wanted.columns())
    return db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()


def offers_for(wanted: Wanted) -> Sequence[HostOffer]:
    """Return everything that was offered or asked for this, in order."""
    found = select(HostOffer).filter_by(**wanted.columns())
    fresh = found.execution_options(populate_existing=True)
    return db.session.scalars(fresh.order_by(HostOffer.asked_at, HostOffer.id)).all()


def find_search(wanted: Wanted) -> HostSearch | None:
    """Return the search for somebody for this, locked, or None where there never was one."""
    found = select(HostSearch).filter_by(**wanted.columns()).with_for_update()
    fresh = found.execution_options(populate_existing=True)
    return db.session.scalars(fresh).one_or_none()


def searched(occurrence_ids: Collection[UUID]) -> list[Wanted]:
    """Return those of some dates for which a host is looked for, or was looked for in vain."""
    found = select(HostSearch.occurrence_id).where(
        HostSearch.occurrence_id.in_(occurrence_ids),
        HostSearch.state.in_((SearchState.OPEN, SearchState.UNANSWERED)),
    )
    dates = db.session.scalars(found.order_by(HostSearch.occurrence_id))
    return [Wanted(HostRole.HOST, one) for one in dates if one is not None]


def lock_search(search_id: UUID) -> HostSearch:
    """Return a search nobody else can change before this transaction ends. Raises NotFound."""
    found = select(HostSearch).filter_by(id=search_id).with_for_update()
    fresh = found.execution_options(populate_existing=True)
    row = db.session.scalars(fresh).one_or_none()
    if row is None:
        raise NotFound
    return row


def due_searches(now: datetime) -> Sequence[UUID]:
    """Return the searches whose next wave is due, the most urgent first."""
    found = select(HostSearch.id).where(
        HostSearch.state == SearchState.OPEN, HostSearch.next_at <= now
    )
    return db.session.scalars(found.order_by(HostSearch.next_at, HostSearch.id)).all()


def offers_for_nothing() -> Sequence[UUID]:
    """Return the open questions and the agreements about trips that will not be made."""
    off = or_(Trip.state.in_(_OFF), TripRider.state.in_(_OFF))
    found = (
        select(HostOffer.id)
        .join(Trip, Trip.id == HostOffer.trip_id)
        .join(
            TripRider,
            (TripRider.trip_id == Trip.id) & (TripRider.citizen_id == HostOffer.citizen_id),
        )
        .where(HostOffer.state.in_((OfferState.ASKED, OfferState.ACCEPTED)), off)
    )
    return db.session.scalars(found.order_by(HostOffer.id)).all()


def searches_for(occurrence_ids: Collection[UUID]) -> dict[UUID, SearchState]:
    """Return how the search for a host of each of these dates stands, where there is one."""
    found = select(HostSearch.occurrence_id, HostSearch.state).where(
        HostSearch.occurrence_id.in_(occurrence_ids)
    )
    rows = db.session.execute(found) if occurrence_ids else ()
    return {date_id: SearchState(state) for date_id, state in rows if date_id is not None}


def lines_of(
    *,
    volunteer_id: UUID | None = None,
    association_id: UUID | None = None,
    states: Collection[OfferState] = tuple(OfferState),
    from_at: datetime,
) -> list[OfferLine]:
    """Return what was offered and asked for what ends after an instant, by time.

    Of one volunteer, of one association's members, or of all.
    """
    starts = func.coalesce(Occurrence.starts_at, Trip.starts_at)
    found = (
        select(HostOffer, Volunteer, Association.name, Activity.title, Occurrence, Trip)
        .join(Volunteer, Volunteer.id == HostOffer.volunteer_id)
        .outerjoin(Association, Association.id == Volunteer.association_id)
        .outerjoin(Occurrence, Occurrence.id == HostOffer.occurrence_id)
        .outerjoin(Activity, Activity.id == Occurrence.activity_id)
        .outerjoin(Trip, Trip.id == HostOffer.trip_id)
        .where(HostOffer.state.in_(states))
        .where(or_(Occurrence.ends_at > from_at, Trip.ends_at > from_at))
        .order_by(starts, alphabetical(Volunteer.name), HostOffer.id)
    )
    if volunteer_id is not None:
        found = found.where(HostOffer.volunteer_id == volunteer_id)
    if association_id is not None:
        found = found.where(Volunteer.association_id == association_id)
    return [_line(*row) for row in db.session.execute(found)]


def line_of(offer_id: UUID, *, from_at: datetime) -> OfferLine:
    """Return one offer as lists show it. Raises NotFound, also where it is over."""
    row = get_offer(offer_id)
    for line in lines_of(volunteer_id=row.volunteer_id, from_at=from_at):
        if line.id == offer_id:
            return line
    raise NotFound


def _line(
    row: HostOffer,
    volunteer: Volunteer,
    association: str | None,
    title: str | None,
    date_: Occurrence | None,
    trip: Trip | None,
) -> OfferLine:
    # A table's constraint sees to it that one of the two is there.
    span = cast(Occurrence | Trip, date_ if date_ is not None else trip)
    return OfferLine(
        id=row.id,
        role=HostRole(row.role),
        state=OfferState(row.state),
        volunteer_id=volunteer.id,
        volunteer=volunteer.name,
        phone=volunteer.phone,
        association_id=volunteer.association_id,
        association=association,
        occurrence_id=row.occurrence_id,
        trip_id=row.trip_id,
        citizen_id=row.citizen_id,
        title=trip.destination if trip is not None else title or "",
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        asked_at=row.asked_at,
        answer_by=row.answer_by,
        meeting_point=row.meeting_point,
    )


def went_along(question: WentAlong) -> list[UUID]:
    """Answer who goes along with a citizen on her trips, once for each trip."""
    found = select(HostOffer.volunteer_id).filter_by(
        citizen_id=question.citizen_id, role=HostRole.GO_ALONG, state=OfferState.ACCEPTED
    )
    return list(db.session.scalars(found))


def asked_since(moment: datetime) -> dict[UUID, list[tuple[datetime, datetime]]]:
    """Return, by volunteer, when they were asked since a moment, and when what it was for begins.

    What they offered by themselves is not among it.
    """
    starts = func.coalesce(Occurrence.starts_at, Trip.starts_at)
    found = (
        select(HostOffer, Occurrence, Trip)
        .outerjoin(Occurrence, Occurrence.id == HostOffer.occurrence_id)
        .outerjoin(Trip, Trip.id == HostOffer.trip_id)
        .where(HostOffer.asked_at >= moment, HostOffer.asked_by.is_not(None))
        .order_by(starts)
    )
    asked: dict[UUID, list[tuple[datetime, datetime]]] = {}
    for row, date_, trip in db.session.execute(found):
        span = date_ if date_ is not None else trip
        asked.setdefault(row.volunteer_id, []).append((row.asked_at, span.starts_at))
    return asked
