"""Reading what a host sees of the guests of a date, and only while a host may see it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from klippekort.accounts.models import CareWorker
from klippekort.activities.models import Occurrence, SignUp
from klippekort.citizens.models import Citizen
from klippekort.domain.calendar import local_day
from klippekort.domain.hosting import (
    HostRole,
    Need,
    OfferState,
    call_names,
    may_see_guests,
    needs_at_place,
)
from klippekort.domain.trips import Company, TripState
from klippekort.domain.volunteering import Task
from klippekort.hosting.models import HostOffer
from klippekort.hosting.queries.dates import hosts_at
from klippekort.hosting.queries.log import confirmed_at, hosting_of
from klippekort.municipalities.models import Supplier
from klippekort.municipalities.queries import get_municipality
from klippekort.platform.db import db
from klippekort.platform.sorting import alphabetical
from klippekort.platform.tenancy import current_municipality
from klippekort.trips.models import Trip, TripEscort, TripRider
from klippekort.volunteers.models import Volunteer
from klippekort.volunteers.queries.checks import blocked_on

_COMES = (TripState.BOOKED, TripState.UNDER_WAY, TripState.COMPLETED, TripState.BROKEN_OFF)


@dataclass(frozen=True)
class GuestSeen:
    """A guest as the host sees them: a name, when, with whom, and what is needed at the place.

    `arrives_at` is None on one's own way. `with_names` come along and stay; `company` says who
    else does. `citizen_id` is for the record of who looked, never for the page.
    """

    sign_up_id: UUID
    citizen_id: UUID
    name: str
    needs: tuple[Need, ...]
    attended: bool | None
    arrives_at: datetime | None = None
    company: Company | None = None
    with_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Way:
    arrives_at: datetime
    company: Company
    with_names: tuple[str, ...]


def guests_seen(
    occurrence_ids: Collection[UUID], now: datetime, volunteer_id: UUID | None = None
) -> dict[UUID, list[GuestSeen]]:
    """Return who comes to each of these dates, by name; dates that may not be seen are left out.

    With `volunteer_id` only what that host may see: the dates they host, while nothing they need
    for hosting is missing, until they have confirmed their log, and at most 14 days.
    """
    if not occurrence_ids:
        return {}
    seen = _open_to(occurrence_ids, now, volunteer_id)
    rows = db.session.execute(
        select(SignUp, Citizen)
        .join(Citizen, Citizen.id == SignUp.citizen_id)
        .where(SignUp.occurrence_id.in_(seen), SignUp.state == "booked")
        .order_by(alphabetical(Citizen.first_name), alphabetical(Citizen.last_name), SignUp.id)
    ).all()
    at_date: defaultdict[UUID, list[tuple[SignUp, Citizen]]] = defaultdict(list)
    for seat, citizen in rows:
        at_date[seat.occurrence_id].append((seat, citizen))
    ways = _ways(seen)
    return {date_id: _seen(own, ways) for date_id, own in at_date.items()}


def _open_to(
    occurrence_ids: Collection[UUID], now: datetime, volunteer_id: UUID | None
) -> list[UUID]:
    found = select(Occurrence.id, Occurrence.ends_at).where(Occurrence.id.in_(occurrence_ids))
    ends: dict[UUID, datetime] = {row.id: row.ends_at for row in db.session.execute(found)}
    if volunteer_id is None:
        return list(ends)
    hosts, first = hosts_at(occurrence_ids), confirmed_at(occurrence_ids)
    mine = [one for one in ends if volunteer_id in {host.id for host in hosts.get(one, ())}]
    days = {local_day(min(now, ends[one])) for one in mine}
    missing = blocked_on(volunteer_id, Task.HOST, days) if days else {}
    return [
        date_id
        for date_id in mine
        if not missing[local_day(min(now, ends[date_id]))]
        and may_see_guests(now, ends[date_id], _own_log(date_id, volunteer_id, first))
    ]


def _own_log(date_id: UUID, volunteer_id: UUID, first: dict[UUID, datetime]) -> datetime | None:
    """Return when this host confirmed; another host's log closes nothing for them."""
    if date_id not in first:
        return None
    own = hosting_of(date_id, volunteer_id)
    return own.logged_at if own else None


def _seen(
    own: list[tuple[SignUp, Citizen]], ways: dict[tuple[UUID, UUID], _Way]
) -> list[GuestSeen]:
    names = call_names((one.id, one.called, one.last_name) for _, one in own)
    guests = []
    for seat, citizen in own:
        way = ways.get((seat.occurrence_id, citizen.id))
        guests.append(
            GuestSeen(
                seat.id,
                citizen.id,
                names[citizen.id],
                needs_at_place(
                    citizen.aids or (), takes_wheelchair_place=seat.takes_wheelchair_place
                ),
                seat.attended,
                way.arrives_at if way else None,
                way.company if way else None,
                way.with_names if way else (),
            )
        )
    return sorted(guests, key=lambda one: (one.name, one.sign_up_id))


def _ways(occurrence_ids: Collection[UUID]) -> dict[tuple[UUID, UUID], _Way]:
    """Return how each guest comes, by date and citizen: when, and who comes along."""
    rows = db.session.execute(
        select(Trip, TripRider.citizen_id)
        .join(TripRider, TripRider.trip_id == Trip.id)
        .where(Trip.occurrence_id.in_(occurrence_ids), TripRider.state.in_(_COMES))
    ).all()
    trips = {trip.id for trip, _ in rows}
    escorts = db.session.execute(
        select(TripEscort.trip_id, CareWorker.name)
        .join(CareWorker, CareWorker.id == TripEscort.care_worker_id)
        .where(TripEscort.trip_id.in_(trips), TripEscort.is_active.is_(True))
        .order_by(TripEscort.id)
    )
    along: defaultdict[UUID, list[str]] = defaultdict(list)
    for trip_id, name in escorts:
        along[trip_id].append(_first(name))
    friends = _friends(trips)
    return {
        (trip.occurrence_id, citizen_id): _Way(
            trip.starts_at + timedelta(minutes=trip.out_minutes),
            Company(trip.company),
            (*along[trip.id], *friends.get((trip.id, citizen_id), ())),
        )
        for trip, citizen_id in rows
        if trip.occurrence_id is not None
    }


def _friends(trip_ids: Collection[UUID]) -> dict[tuple[UUID, UUID], list[str]]:
    """Return the first names of the go-along friends of these trips, by trip and citizen."""
    rows = db.session.execute(
        select(HostOffer.trip_id, HostOffer.citizen_id, Volunteer.name)
        .join(Volunteer, Volunteer.id == HostOffer.volunteer_id)
        .where(HostOffer.trip_id.in_(trip_ids), HostOffer.state == OfferState.ACCEPTED)
        .where(HostOffer.role == HostRole.GO_ALONG)
    )
    found: defaultdict[tuple[UUID, UUID], list[str]] = defaultdict(list)
    for trip_id, citizen_id, name in rows:
        if trip_id is not None and citizen_id is not None:
            found[trip_id, citizen_id].append(_first(name))
    return dict(found)


def _first(name: str) -> str:
    return name.split()[0]


def seats_seen_by_host(occurrence_id: UUID, volunteer_id: UUID, now: datetime) -> dict[UUID, UUID]:
    """Return the citizens by seat whom a host may see at a date now."""
    seen = guests_seen([occurrence_id], now, volunteer_id).get(occurrence_id, [])
    return {guest.sign_up_id: guest.citizen_id for guest in seen}


def count_seats(occurrence_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return how many have a seat at each of these dates; those where nobody has are left out."""
    found = select(SignUp.occurrence_id).where(
        SignUp.occurrence_id.in_(occurrence_ids), SignUp.state == "booked"
    )
    counted: defaultdict[UUID, int] = defaultdict(int)
    for date_id in db.session.scalars(found) if occurrence_ids else ():
        counted[date_id] += 1
    return dict(counted)


def count_came(occurrence_id: UUID) -> int:
    """Return how many of those with a seat were ticked as having come."""
    found = select(func.count(SignUp.id)).filter_by(
        occurrence_id=occurrence_id, state="booked", attended=True
    )
    return db.session.scalar(found) or 0


def phone_of_day(occurrence_id: UUID) -> str | None:
    """Return the number to call on the day: the guests' supplier's, where they have one and the
    same, and otherwise the municipality's.
    """
    found = (
        select(Supplier.phone)
        .join(Citizen, Citizen.supplier_id == Supplier.id)
        .join(SignUp, SignUp.citizen_id == Citizen.id)
        .where(SignUp.occurrence_id == occurrence_id, SignUp.state == "booked")
        .distinct()
    )
    numbers = list(db.session.scalars(found))
    own = numbers[0] if len(numbers) == 1 else None
    return own or get_municipality(current_municipality()).phone
