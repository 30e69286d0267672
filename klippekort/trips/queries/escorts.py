"""Who could go along on a trip, the best first, and why somebody cannot."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import select

from klippekort.accounts.models import CareWorker
from klippekort.citizens.models import Citizen
from klippekort.domain import escorting as rules
from klippekort.domain.calendar import day_span, local_day
from klippekort.domain.errors import EscortBusy, EscortOffDuty, EscortUnable, NotFound
from klippekort.domain.escorting import (
    OFF_DUTY,
    TAKEN,
    UNABLE,
    Engagement,
    Needs,
    Outing,
    Reason,
    Worker,
)
from klippekort.domain.trips import Transport
from klippekort.municipalities.models import Municipality
from klippekort.municipalities.queries import get_municipality
from klippekort.platform.db import db
from klippekort.platform.tenancy import Question, ahead, current_municipality
from klippekort.travel.queries import Reckoner, Spot, home_of
from klippekort.trips.models import Trip, TripRider
from klippekort.trips.queries.diaries import (
    Whose,
    asks_for_diary,
    asks_for_workers,
    asks_if_together,
    at_work,
    elsewhere,
    of_one,
    of_several,
    trips_together,
    workers_at,
)

RECENTLY = timedelta(days=180)
# Nobody is farther than this from anywhere in a municipality.
LONGEST_WAY = timedelta(hours=3)


@dataclass(frozen=True)
class Candidate:
    """A care worker who fits a whole trip, and what speaks for them."""

    id: UUID
    name: str
    is_near: bool
    trips_together: int
    has_driving_licence: bool
    reasons: tuple[Reason, ...] = ()


def free_escorts(
    starts_at: datetime,
    ends_at: datetime,
    citizen: Citizen,
    *,
    besides: UUID | None = None,
    transport: str = Transport.UNKNOWN,
    together: Sequence[Citizen] = (),
    suppliers: Collection[UUID] | None = None,
) -> list[Candidate]:
    """Return who could escort, the best first: at work and free the whole time, near enough to the
    trips before and after, able, and of the citizen's supplier, or of one of these `suppliers`.

    `besides` is a trip that does not count as keeping anyone busy, `together` who else rides. While
    nobody knows the `transport`, no driving licence is asked for.
    """
    citizens = [citizen, *together]
    outing = outing_of(starts_at, ends_at, citizens, transport)
    of = [outing.supplier_id] if suppliers is None else sorted(suppliers, key=str)
    found = [
        # Whoever works for the supplier of any who ride may go along.
        worker if one == outing.supplier_id else replace(worker, supplier_id=outing.supplier_id)
        for one in of
        for worker in workers_around(replace(outing, supplier_id=one), citizens, besides=besides)
    ]
    return [
        Candidate(
            one.worker.id,
            one.worker.name,
            Reason.NEAR in one.reasons,
            one.worker.trips_together,
            one.worker.has_driving_licence,
            one.reasons,
        )
        for one in rules.rank(outing, found)
    ]


def check_escort(
    worker: CareWorker,
    starts_at: datetime,
    ends_at: datetime,
    citizens: Sequence[Citizen],
    transport: str,
    *,
    besides: UUID | None = None,
) -> None:
    """Return quietly when a care worker may go along on a trip from door to door.

    Raises EscortOffDuty, EscortBusy, EscortUnable, and NotFound for a worker of a supplier whom
    none of the citizens has. `besides` is the trip itself, where it is booked already.
    """
    if worker.supplier_id not in {citizen.supplier_id for citizen in citizens}:
        raise NotFound
    outing = replace(
        outing_of(starts_at, ends_at, citizens, transport), supplier_id=worker.supplier_id
    )
    one = _with_diary([worker], of_one(worker.id), outing, citizens, besides)[0]
    found = frozenset(rules.why_not(outing, one))
    if found & OFF_DUTY:
        raise EscortOffDuty
    if found & TAKEN:
        raise EscortBusy
    if found & UNABLE:
        raise EscortUnable(rules.lacks(outing, one))


def asks_for_helper(
    care_worker_id: UUID, starts_at: datetime, ends_at: datetime, *, besides: UUID | None = None
) -> tuple[Question, ...]:
    """Return what `check_escort` asks, for asking it ahead."""
    around = _around(starts_at, ends_at)
    return asks_for_diary(of_one(care_worker_id), (starts_at, ends_at), around, besides)


def why_not(care_worker_id: UUID, trip: Trip) -> tuple[Reason, ...]:
    """Return everything that keeps a care worker from a trip; nothing means that it fits.

    Raises NotFound.
    """
    worker = db.session.scalars(select(CareWorker).filter_by(id=care_worker_id)).one_or_none()
    if worker is None:
        raise NotFound
    citizens = citizens_on(trip.id)
    outing = outing_of(trip.starts_at, trip.ends_at, citizens, trip.transport)
    one = _with_diary([worker], of_one(worker.id), outing, citizens, trip.id)[0]
    return rules.why_not(outing, one)


def citizens_on(trip_id: UUID) -> list[Citizen]:
    """Return who still rides, the first picked up first; of a trip that is over or off, who did or
    was to. Raises NotFound when nobody was.
    """
    found = db.session.execute(
        select(Citizen, TripRider.is_active)
        .join(TripRider, TripRider.citizen_id == Citizen.id)
        .where(TripRider.trip_id == trip_id)
        .order_by(TripRider.starts_at, Citizen.id)
    ).all()
    if not found:
        raise NotFound
    left = [citizen for citizen, is_active in found if is_active]
    return left or [citizen for citizen, _ in found]


def outing_of(
    starts_at: datetime, ends_at: datetime, citizens: Sequence[Citizen], transport: str
) -> Outing:
    """Return a trip with what it asks of whoever goes along; the first citizen's supplier sends."""
    first = citizens[0]
    return Outing(
        starts_at,
        ends_at,
        first.supplier_id,
        first.district_id,
        needs_together(citizens, transport),
        transport,
    )


def needs_together(citizens: Iterable[Citizen], transport: str) -> Needs:
    """Return the skills that these citizens' aids ask for on one trip."""
    found = Needs()
    for one in citizens:
        needs = rules.needs_of(
            one.aids or (), needs_wheelchair=one.needs_wheelchair, transport=transport
        )
        found |= needs
    return found


def workers_around(
    outing: Outing, citizens: Sequence[Citizen], *, besides: UUID | None = None
) -> list[Worker]:
    """Return the supplier's care workers with their diaries around a trip, by name; those without
    a shift at its start are left out.
    """
    starts_at, ends_at = outing.starts_at, outing.ends_at
    ids, since = [one.id for one in citizens], starts_at - RECENTLY
    first = asks_for_workers(outing.supplier_id, starts_at), asks_if_together(ids[0], since)
    with ahead(*first):
        workers, together = workers_at(outing.supplier_id, starts_at), trips_together(ids, since)
    whose = of_several([one.id for one in workers])
    around = _around(starts_at, ends_at)
    with ahead(*asks_for_diary(whose, (starts_at, ends_at), around, besides)):
        return _with_diary(workers, whose, outing, citizens, besides, together)


def _with_diary(
    workers: Sequence[CareWorker],
    whose: Whose,
    outing: Outing,
    citizens: Sequence[Citizen],
    besides: UUID | None,
    together: Mapping[UUID, int] = MappingProxyType({}),
) -> list[Worker]:
    duties, leaves = at_work(whose, (outing.starts_at, outing.ends_at))
    trips = _engagements(whose, outing, citizens, besides)
    day = local_day(outing.starts_at)
    return [
        Worker(
            worker.id,
            worker.name,
            worker.supplier_id,
            worker.district_id,
            plain_skills(worker.skills),
            worker.has_driving_licence,
            duties.get(worker.id, ()),
            leaves.get(worker.id, ()),
            trips.get(worker.id, ()),
            together.get(worker.id, 0),
            len({t.starts_at for t in trips.get(worker.id, ()) if local_day(t.starts_at) == day}),
        )
        for worker in workers
    ]


def plain_skills(skills: Iterable[str] | None) -> frozenset[str]:
    """Return skills as they are compared: in small letters."""
    return frozenset(skill.strip().casefold() for skill in skills or ())


def _engagements(
    whose: Whose, outing: Outing, citizens: Sequence[Citizen], besides: UUID | None
) -> dict[UUID, list[Engagement]]:
    """Return the other trips of the day and around it, with the way to and from each."""
    rows = elsewhere(whose, _around(outing.starts_at, outing.ends_at), besides)
    if not rows:
        return {}
    ways = Ways(get_municipality(current_municipality()))
    trips: dict[UUID, list[Engagement]] = defaultdict(list)
    for worker_id, starts_at, ends_at, other in rows:
        is_close = gap_between(outing, starts_at, ends_at) < LONGEST_WAY
        way = ways.minutes(citizens, [other]) if is_close else 0
        trips[worker_id].append(Engagement(starts_at, ends_at, way))
    return trips


def _around(starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """Return the day of a trip, and beyond it as far as anybody comes from."""
    first, last = day_span(local_day(starts_at))
    return min(first, starts_at - LONGEST_WAY), max(last, ends_at + LONGEST_WAY)


def gap_between(outing: Outing, starts_at: datetime, ends_at: datetime) -> timedelta:
    """Return the time between a trip and a span; less than none where they share time."""
    return max(outing.starts_at - ends_at, starts_at - outing.ends_at)


class Ways:
    """A helper's ways between citizens' homes: each home is opened once, each way reckoned once."""

    def __init__(self, home: Municipality) -> None:
        self._reckoner = Reckoner(home)
        self._spots: dict[UUID, Spot] = {}
        self._known: dict[tuple[UUID, UUID], int] = {}

    def minutes(self, some: Iterable[Citizen], others: Sequence[Citizen]) -> int:
        """Return the minutes from one trip's door to another's, the nearest where several ride."""
        return min(self._between(one, other) for one in some for other in others)

    def _between(self, one: Citizen, other: Citizen) -> int:
        if one.id == other.id:
            return 0
        pair = (min(one.id, other.id), max(one.id, other.id))
        if pair not in self._known:
            leg = self._reckoner.alone(self._spot(one), self._spot(other), Transport.STAFF_CAR)
            self._known[pair] = leg.minutes
        return self._known[pair]

    def _spot(self, citizen: Citizen) -> Spot:
        if citizen.id not in self._spots:
            self._spots[citizen.id] = home_of(citizen)
        return self._spots[citizen.id]
