"""What an outing costs, activity by activity, and what a meeting of a group does."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select

from klippekort.activities.models import Activity, Occurrence, Place
from klippekort.budgets.queries.kept import Outing, days_kept, kept_outings
from klippekort.budgets.queries.prices import Prices
from klippekort.budgets.queries.spends import given_back, of_days
from klippekort.domain.addresses import is_same_postcode, known, street_key
from klippekort.domain.budgets import Amount, Line, Price, amount_of, total
from klippekort.domain.calendar import day_span, local_day
from klippekort.domain.groups.anonymity import Anonymity
from klippekort.domain.ledger import EntryKind
from klippekort.domain.trips import MADE
from klippekort.groups.models import GroupMeeting, SupportGroup
from klippekort.platform.db import db
from klippekort.punchcards.models import PunchCard, PunchEntry
from klippekort.trips.models import Trip, TripRider


@dataclass(frozen=True)
class Outings:
    """What outings to an activity took; without a title they went to places of one's own choice."""

    title: str | None
    outings: int
    amount: Amount


@dataclass(frozen=True)
class Meetings:
    """What escorting citizens to the meetings of a group took."""

    name: str
    meetings: int
    amount: Amount


@dataclass(frozen=True)
class GroupCosts:
    """The groups that go by names, and how many meetings the others held: those are only counted,
    for who was escorted to them is nobody's business.
    """

    named: list[Meetings]
    others: int


def outings(scheme_id: UUID, year: int, prices: list[Price]) -> list[Outings]:
    """Return what a scheme's outings of a year took by activity, the dearest first."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    sums: dict[UUID | None, Outing] = {}
    days = days_kept(first)
    if days is not None:
        sums = kept_outings(scheme_id, first, min(last, days[1]))
        first = days[1] + timedelta(days=1)
    if first <= last:
        for (of, key), one in outings_of(first, last, {scheme_id: prices}).items():
            if of == scheme_id:
                sums[key] = sums.get(key, Outing()) + one
    titles = _titles(sums)
    found = [Outings(titles.get(key), one.outings, one.amount) for key, one in sums.items()]
    return sorted(found, key=lambda one: (-one.amount.oere, -one.outings, one.title or ""))


def _titles(activity_ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    ids = [one for one in activity_ids if one is not None]
    found = select(Activity.id, Activity.title).where(Activity.id.in_(ids))
    rows: Iterable[Any] = db.session.execute(found) if ids else ()
    return {one.id: one.title for one in rows}


def outings_of(first: date, last: date, prices: Prices) -> dict[tuple[UUID, UUID | None], Outing]:
    """Return the outings of some days, both inclusive, by scheme and activity, as they are."""
    sums: dict[tuple[UUID, UUID | None], Outing] = defaultdict(Outing)
    for scheme_id, activity_id, count in _made(first, last):
        sums[scheme_id, activity_id] += Outing(count)
    for scheme_id, activity_id, at, minutes, times in _spent(first, last):
        if minutes > 0:
            line = Line(local_day(at), minutes, times)
            amount = amount_of(line, prices.get(scheme_id, []))
            sums[scheme_id, activity_id] += Outing(0, amount)
    return sums


def _made(first: date, last: date) -> Iterable[Any]:
    keys = (PunchCard.scheme_id, Occurrence.activity_id)
    found = (
        select(*keys, func.count(TripRider.id))
        .select_from(TripRider)
        .join(Trip, Trip.id == TripRider.trip_id)
        .join(PunchCard, PunchCard.id == TripRider.card_id)
        .outerjoin(Occurrence, Occurrence.id == Trip.occurrence_id)
        .where(TripRider.state.in_([*MADE]), *of_days(first, last))
        .group_by(*keys)
    )
    return db.session.execute(found).all()


def _spent(first: date, last: date) -> Iterable[Any]:
    back = given_back()
    keys = (PunchCard.scheme_id, Occurrence.activity_id, Trip.starts_at)
    found = (
        select(*keys, PunchEntry.minutes - func.coalesce(back.minutes, 0), func.count())
        .select_from(PunchEntry)
        .join(PunchCard, PunchCard.id == PunchEntry.card_id)
        .join(Trip, Trip.id == PunchEntry.trip_id)
        .outerjoin(Occurrence, Occurrence.id == Trip.occurrence_id)
        .outerjoin(back, and_(back.reverses_id == PunchEntry.id, back.reverses_id.is_not(None)))
        .where(PunchEntry.kind == EntryKind.SPEND, *of_days(first, last))
        .group_by(*keys, PunchEntry.minutes, back.minutes)
    )
    return db.session.execute(found).all()


def group_costs(scheme_id: UUID, year: int, prices: list[Price]) -> GroupCosts:
    """Return what escorting citizens to groups' meetings took in a year.

    A trip belongs to a meeting where it went to its address while it was held.
    """
    meetings = _meetings(year)
    streets = {
        street_key(place.address)
        for _meeting, group, place in meetings
        if group.anonymity == Anonymity.NAMED and place and place.address
    }
    trips = _to_addresses(scheme_id, year, streets) if streets else {}
    named: dict[str, tuple[int, list[Amount]]] = {}
    others = 0
    for meeting, group, place in meetings:
        if group.anonymity != Anonymity.NAMED:
            others += 1
            continue
        count, amounts = named.get(group.neutral_name, (0, []))
        came = trips.get(street_key(place.address), []) if place and place.address else []
        own = [
            amount_of(line, prices)
            for postcode, starts_at, ends_at, line in came
            if starts_at < meeting.ends_at and meeting.starts_at < ends_at
            if is_same_postcode(postcode, place.postcode)
        ]
        named[group.neutral_name] = (count + 1, [*amounts, *own])
    return GroupCosts(
        [Meetings(name, count, total(amounts)) for name, (count, amounts) in sorted(named.items())],
        others,
    )


def _meetings(year: int) -> Iterable[Any]:
    starts, ends = day_span(date(year, 1, 1))[0], day_span(date(year, 12, 31))[1]
    found = (
        select(GroupMeeting, SupportGroup, Place)
        .join(SupportGroup, SupportGroup.id == GroupMeeting.group_id)
        .outerjoin(Place, Place.id == SupportGroup.place_id)
        .where(GroupMeeting.state == "held")
        .where(GroupMeeting.starts_at >= starts, GroupMeeting.starts_at < ends)
    )
    return db.session.execute(found).all()


_Went = tuple[str | None, datetime, datetime, Line]


def _to_addresses(scheme_id: UUID, year: int, streets: set[str]) -> dict[str, list[_Went]]:
    """Return the trips of a year to these roads and numbers, where they went to no activity."""
    of_year = (Trip.occurrence_id.is_(None), *of_days(date(year, 1, 1), date(year, 12, 31)))
    texts = select(Trip.address, Trip.postcode, Trip.destination).where(*of_year).distinct()
    told: Iterable[Any] = db.session.execute(texts)
    goals = {one.destination for one in told if _street(*one) in streets}
    back = given_back()
    found = (
        select(
            Trip.address,
            Trip.postcode,
            Trip.destination,
            Trip.starts_at,
            Trip.ends_at,
            PunchEntry.minutes - func.coalesce(back.minutes, 0),
        )
        .select_from(PunchEntry)
        .join(PunchCard, PunchCard.id == PunchEntry.card_id)
        .join(Trip, Trip.id == PunchEntry.trip_id)
        .outerjoin(back, and_(back.reverses_id == PunchEntry.id, back.reverses_id.is_not(None)))
        .where(PunchCard.scheme_id == scheme_id, PunchEntry.kind == EntryKind.SPEND)
        .where(Trip.destination.in_(sorted(goals)), *of_year)
    )
    went: dict[str, list[_Went]] = defaultdict(list)
    rows: Iterable[Any] = db.session.execute(found) if goals else ()
    for address, postcode, destination, starts_at, ends_at, minutes in rows:
        at = known(address, postcode, destination)
        if at is not None and minutes > 0:
            line = Line(local_day(starts_at), minutes)
            went[street_key(at.street)].append((at.postcode, starts_at, ends_at, line))
    return went


def _street(address: str | None, postcode: str | None, destination: str) -> str | None:
    at = known(address, postcode, destination)
    return street_key(at.street) if at else None
