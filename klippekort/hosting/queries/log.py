"""Reading the host log: who hosted what, when, with whom, and how many came."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.activities.models import Activity, Occurrence
from klippekort.domain.calendar import local_day
from klippekort.domain.hosting import Done, HostRole, Paid, Statement, statement
from klippekort.hosting.models import HostExpense, Hosting, HostingTerms, HostSettings
from klippekort.hosting.queries.trip_hours import hours_between
from klippekort.platform.db import db
from klippekort.platform.sorting import alphabetical
from klippekort.volunteers.models import Association, Volunteer
from klippekort.volunteers.queries import get_volunteer, since

EVER = datetime(2000, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class HostingLine:
    """A time somebody hosted, or went along or drove; `minutes` are theirs, `guests` came to all
    hosts together.

    On a trip there is one guest, and neither activity nor date: where it went is hers to tell.
    """

    volunteer: str
    association: str | None
    activity: str
    starts_at: datetime
    minutes: int
    guests: int
    volunteer_id: UUID
    occurrence_id: UUID | None
    activity_id: UUID | None
    together: tuple[str, ...] = ()
    is_corrected: bool = False
    role: HostRole = HostRole.HOST


@dataclass(frozen=True)
class Total:
    """What was given under one name: an association's, or an activity's; on trips the `role` says
    what it was.
    """

    name: str
    times: int
    minutes: int
    guests: int
    role: HostRole = HostRole.HOST


def hosting_of(occurrence_id: UUID, volunteer_id: UUID) -> Hosting | None:
    """Return what a volunteer logged for a date, or None."""
    found = select(Hosting).filter_by(occurrence_id=occurrence_id, volunteer_id=volunteer_id)
    return db.session.scalars(found).one_or_none()


def find_hosting(occurrence_id: UUID) -> Hosting | None:
    """Return what was logged first for a date, whoever hosted it, or None."""
    found = select(Hosting).filter_by(occurrence_id=occurrence_id).order_by(Hosting.id)
    return db.session.scalars(found.limit(1)).first()


def confirmed_at(occurrence_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """Return when the log of each of these dates was confirmed; those it was not are left out."""
    if not occurrence_ids:
        return {}
    found = select(Hosting.occurrence_id, Hosting.logged_at).where(
        Hosting.occurrence_id.in_(occurrence_ids)
    )
    first: dict[UUID, datetime] = {}
    for date_id, at in db.session.execute(found):
        first[date_id] = min(at, first.get(date_id, at))
    return first


def hosting_between(
    from_at: datetime, to_at: datetime, volunteer_id: UUID | None = None
) -> list[HostingLine]:
    """Return who hosted what, went along or drove in a span of time, the latest first; one
    volunteer's lines or all.
    """
    hosted = _hosted_between(from_at, to_at, volunteer_id)
    trips = [
        HostingLine(
            name,
            association,
            "",
            starts_at,
            row.minutes,
            1,
            offer.volunteer_id,
            None,
            None,
            is_corrected=row.corrected_at is not None,
            role=HostRole(offer.role),
        )
        for row, offer, name, association, starts_at in hours_between(from_at, to_at, volunteer_id)
    ]
    return sorted([*hosted, *trips], key=lambda line: line.starts_at, reverse=True)


def _hosted_between(
    from_at: datetime, to_at: datetime, volunteer_id: UUID | None
) -> list[HostingLine]:
    rows = db.session.execute(
        select(Hosting, Volunteer.name, Association.name, Activity, Occurrence.starts_at)
        .join(Occurrence, Occurrence.id == Hosting.occurrence_id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .join(Volunteer, Volunteer.id == Hosting.volunteer_id)
        .outerjoin(Association, Association.id == Volunteer.association_id)
        .where(Occurrence.starts_at >= from_at, Occurrence.starts_at < to_at)
        .order_by(Occurrence.starts_at.desc(), alphabetical(Volunteer.name))
    ).all()
    at_date: defaultdict[UUID, list[str]] = defaultdict(list)
    for row, name, *_rest in rows:
        at_date[row.occurrence_id].append(name)
    return [
        HostingLine(
            name,
            association,
            activity.title,
            starts_at,
            row.minutes,
            row.guests,
            row.volunteer_id,
            row.occurrence_id,
            activity.id,
            tuple(other for other in at_date[row.occurrence_id] if other != name),
            row.corrected_at is not None,
        )
        for row, name, association, activity, starts_at in rows
        if volunteer_id in (None, row.volunteer_id)
    ]


def totals(lines: Collection[HostingLine], by: str) -> list[Total]:
    """Return what was given by "association" or by "activity", the most first.

    Guests of two hosts at one date are counted once. Volunteers without an association stand
    together under an empty name.
    """
    kept: defaultdict[tuple[str, HostRole], list[HostingLine]] = defaultdict(list)
    for line in lines:
        is_club = by == "association"
        name = (line.association or "") if is_club else line.activity
        kept[name, HostRole.HOST if is_club else line.role].append(line)
    found = [
        Total(name, len(own), sum(line.minutes for line in own), _guests(own), role)
        for (name, role), own in kept.items()
    ]
    return sorted(found, key=lambda one: (-one.minutes, one.name))


def _guests(lines: Collection[HostingLine]) -> int:
    at_dates = {line.occurrence_id: line.guests for line in lines if line.occurrence_id}
    return sum(at_dates.values()) + sum(line.guests for line in lines if not line.occurrence_id)


def statement_of(volunteer_id: UUID, year: int) -> Statement:
    """Return a volunteer's statement of a year. Raises NotFound."""
    volunteer = get_volunteer(volunteer_id)
    rows = db.session.execute(
        select(Occurrence.starts_at, Hosting.minutes, Hosting.guests)
        .join(Occurrence, Occurrence.id == Hosting.occurrence_id)
        .where(Hosting.volunteer_id == volunteer_id)
    )
    done = [Done(local_day(at), minutes, guests) for at, minutes, guests in rows]
    trips = hours_between(EVER[0], EVER[1], volunteer_id)
    done += [Done(local_day(at), row.minutes, 1) for row, _offer, _name, _club, at in trips]
    paid = select(HostExpense.oere, HostExpense.km).where(
        HostExpense.volunteer_id == volunteer_id,
        HostExpense.state == "approved",
        HostExpense.spent_on.between(date(year, 1, 1), date(year, 12, 31)),
    )
    got = [Paid(oere, km or 0) for oere, km in db.session.execute(paid)]
    return statement(year, since(volunteer), done, got)


def counts_only(activity_ids: Collection[UUID]) -> set[UUID]:
    """Return those of these activities whose guests are kept as a count alone."""
    found = select(HostSettings.activity_id).where(
        HostSettings.counts_only.is_(True), HostSettings.activity_id.in_(activity_ids)
    )
    return set(db.session.scalars(found)) if activity_ids else set()


def all_counts_only() -> set[UUID]:
    """Return every activity whose guests are kept as a count alone."""
    found = select(HostSettings.activity_id).where(HostSettings.counts_only.is_(True))
    return set(db.session.scalars(found))


def km_rate() -> int:
    """Return what the municipality pays for a kilometre, in øre; 0 is nothing."""
    return db.session.scalar(select(HostingTerms.km_rate_oere)) or 0
