"""Reading who hosts which date: the usual host of an activity, and those who said yes to a date."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, or_, select

from klippekort.activities.models import Activity, Occurrence
from klippekort.activities.queries import OccurrenceFacts, facts_of_dates
from klippekort.activities.queries.hosting import HostNamesAt
from klippekort.activities.services import HostsAt
from klippekort.domain.hosting import HostRole, OfferState
from klippekort.domain.permissions import Reach
from klippekort.hosting.models import Hosting, HostOffer
from klippekort.platform.db import db
from klippekort.trips.models import Trip
from klippekort.volunteers.models import Volunteer

_HELD = ("published", "ended", "cancelled")


@dataclass(frozen=True)
class Engagement:
    """A time that a volunteer gives: hosting a date, or going along or driving on a trip.

    `occurrence_id` and `activity_id` are None on a trip.
    """

    volunteer_id: UUID
    starts_at: datetime
    ends_at: datetime
    occurrence_id: UUID | None = None
    activity_id: UUID | None = None


@dataclass(frozen=True)
class Host:
    """Somebody who hosts a date; the `is_usual` one hosts the activity."""

    id: UUID
    name: str
    phone: str | None
    association_id: UUID | None
    is_usual: bool


def _usual() -> Select[UUID | None, datetime, datetime, UUID, UUID]:
    """Return the dates of activities with a host who has not said that they cannot."""
    cannot = exists().where(
        HostOffer.municipality_id == Occurrence.municipality_id,
        HostOffer.occurrence_id == Occurrence.id,
        HostOffer.volunteer_id == Occurrence.host_id,
        HostOffer.state.in_((OfferState.WITHDRAWN, OfferState.DECLINED)),
    )
    return (
        select(
            Occurrence.host_id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.id,
            Occurrence.activity_id,
        )
        .join(Activity, Activity.id == Occurrence.activity_id)
        .join(Volunteer, Volunteer.id == Occurrence.host_id)
        .where(
            Activity.state.in_(_HELD),
            # Who has stopped hosts nothing that comes after; what was before stays theirs.
            or_(Volunteer.archived_at.is_(None), Volunteer.archived_at > Occurrence.starts_at),
            ~cannot,
        )
    )


def _agreed() -> Select[UUID, datetime, datetime, UUID, UUID]:
    """Return the dates that volunteers have said yes to."""
    return (
        select(
            HostOffer.volunteer_id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.id,
            Occurrence.activity_id,
        )
        .join(Occurrence, Occurrence.id == HostOffer.occurrence_id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .where(
            HostOffer.state == OfferState.ACCEPTED,
            HostOffer.role == HostRole.HOST,
            Activity.state.in_(_HELD),
        )
    )


def hosted_between(
    from_at: datetime, to_at: datetime, volunteer_id: UUID | None = None
) -> list[Engagement]:
    """Return who hosts which dates that begin in a span and stand, by time; of one or of all."""
    span = (
        Occurrence.starts_at >= from_at,
        Occurrence.starts_at < to_at,
        Occurrence.cancelled_at.is_(None),
    )
    usual, agreed = _usual().where(*span), _agreed().where(*span)
    if volunteer_id is not None:
        usual = usual.where(Occurrence.host_id == volunteer_id)
        agreed = agreed.where(HostOffer.volunteer_id == volunteer_id)
    return _engagements(usual, agreed)


def _engagements(*found: Select[Any, datetime, datetime, UUID, UUID]) -> list[Engagement]:
    rows = {
        Engagement(who, starts_at, ends_at, date_id, activity_id)
        for statement in found
        for who, starts_at, ends_at, date_id, activity_id in db.session.execute(statement)
    }
    return sorted(rows, key=lambda one: (one.starts_at, str(one.occurrence_id), one.volunteer_id))


def engaged_between(
    from_at: datetime, to_at: datetime, volunteer_id: UUID | None = None
) -> list[Engagement]:
    """Return what volunteers give in a span of time, trips as well; of one volunteer or of all."""
    trips = (
        select(HostOffer.volunteer_id, Trip.starts_at, Trip.ends_at)
        .join(Trip, Trip.id == HostOffer.trip_id)
        .where(HostOffer.state == OfferState.ACCEPTED)
        .where(Trip.starts_at >= from_at, Trip.starts_at < to_at)
    )
    if volunteer_id is not None:
        trips = trips.where(HostOffer.volunteer_id == volunteer_id)
    found = [Engagement(who, starts, ends) for who, starts, ends in db.session.execute(trips)]
    hosted = hosted_between(from_at, to_at, volunteer_id)
    return sorted([*hosted, *found], key=lambda one: one.starts_at)


def hosts_at(occurrence_ids: Collection[UUID]) -> dict[UUID, list[Host]]:
    """Return who hosts each of these dates, the usual host first; dates without are left out.

    A date that was cancelled still has those who were to host it.
    """
    if not occurrence_ids:
        return {}
    wanted = Occurrence.id.in_(occurrence_ids)
    usual, agreed = _engagements(_usual().where(wanted)), _engagements(_agreed().where(wanted))
    both = {*usual, *agreed}
    people = _people({one.volunteer_id for one in both})
    found: defaultdict[UUID, list[Host]] = defaultdict(list)
    for one in both:
        row = people[one.volunteer_id]
        is_usual = one in usual
        if one.occurrence_id is not None:
            found[one.occurrence_id].append(
                Host(row.id, row.name, row.phone, row.association_id, is_usual)
            )
    return {
        date_id: sorted(hosts, key=lambda host: (not host.is_usual, host.name))
        for date_id, hosts in found.items()
    }


def hosts_of(occurrence_id: UUID) -> list[Host]:
    """Return who hosts one date, the usual host first."""
    return hosts_at([occurrence_id]).get(occurrence_id, [])


def host_ids(question: HostsAt) -> list[UUID]:
    """Answer who hosts a date."""
    return [host.id for host in hosts_of(question.occurrence_id)]


def host_names(question: HostNamesAt) -> list[str]:
    """Answer who hosts any of some dates, by name."""
    found = hosts_at(question.occurrence_ids).values()
    return sorted({host.name for hosts in found for host in hosts})


def reach_of_date(occurrence_id: UUID) -> Reach:
    """Return whose a date is: of those who host it."""
    return Reach(people=frozenset(host.id for host in hosts_of(occurrence_id)))


def _people(ids: Collection[UUID]) -> dict[UUID, Volunteer]:
    found = select(Volunteer).where(Volunteer.id.in_(ids))
    return {row.id: row for row in db.session.scalars(found)}


def dates_hosted_by(
    volunteer_id: UUID, from_at: datetime, to_at: datetime
) -> list[OccurrenceFacts]:
    """Return the dates a volunteer hosts in a span of time, by time; none that is cancelled."""
    return _facts(hosted_between(from_at, to_at, volunteer_id))


def dates_to_log(volunteer_id: UUID, from_at: datetime, now: datetime) -> list[OccurrenceFacts]:
    """Return a volunteer's dates that are over and whose hours nobody has confirmed, by time."""
    over = [one for one in hosted_between(from_at, now, volunteer_id) if one.ends_at <= now]
    ids = {one.occurrence_id for one in over}
    told = select(Hosting.occurrence_id).where(
        Hosting.volunteer_id == volunteer_id, Hosting.occurrence_id.in_(ids)
    )
    known = set(db.session.scalars(told)) if ids else set()
    return _facts([one for one in over if one.occurrence_id not in known])


def _facts(engagements: list[Engagement]) -> list[OccurrenceFacts]:
    ids = [one.occurrence_id for one in engagements if one.occurrence_id is not None]
    found = facts_of_dates(ids)
    return [found[one] for one in ids if one in found]


def cancelled_dates_of(
    volunteer_id: UUID, from_at: datetime, to_at: datetime
) -> list[OccurrenceFacts]:
    """Return the cancelled dates that a volunteer would have hosted as usual, by time."""
    found = (
        select(Occurrence.id)
        .where(Occurrence.host_id == volunteer_id, Occurrence.cancelled_at.is_not(None))
        .where(Occurrence.starts_at >= from_at, Occurrence.starts_at < to_at)
    )
    rows = facts_of_dates(list(db.session.scalars(found)))
    return sorted(rows.values(), key=lambda one: one.starts_at)
