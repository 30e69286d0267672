"""What an outing costs, activity by activity, and what a meeting of a group does."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from klippekort.activities.models import Activity, Occurrence, Place
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
    made = _made(scheme_id, year)
    amounts: dict[UUID | None, list[Amount]] = defaultdict(list)
    for activity_id, at, minutes, times in _spent(scheme_id, year):
        if minutes > 0:
            line = Line(local_day(at), minutes, times)
            amounts[activity_id].append(amount_of(line, prices))
    found = [
        Outings(made.get(key, (None, 0))[0], made.get(key, (None, 0))[1], total(amounts[key]))
        for key in {*made, *amounts}
    ]
    return sorted(found, key=lambda one: (-one.amount.oere, -one.outings, one.title or ""))


def _of_year(year: int) -> list[ColumnElement[bool]]:
    starts, ends = day_span(date(year, 1, 1))[0], day_span(date(year, 12, 31))[1]
    return [Trip.starts_at >= starts, Trip.starts_at < ends]


def _made(scheme_id: UUID, year: int) -> dict[UUID | None, tuple[str | None, int]]:
    found = (
        select(Activity.id, Activity.title, func.count(TripRider.id))
        .select_from(TripRider)
        .join(Trip, Trip.id == TripRider.trip_id)
        .join(PunchCard, PunchCard.id == TripRider.card_id)
        .outerjoin(Occurrence, Occurrence.id == Trip.occurrence_id)
        .outerjoin(Activity, Activity.id == Occurrence.activity_id)
        .where(PunchCard.scheme_id == scheme_id, TripRider.state.in_([*MADE]), *_of_year(year))
        .group_by(Activity.id, Activity.title)
    )
    rows: Iterable[Any] = db.session.execute(found)
    return {activity_id: (title, count) for activity_id, title, count in rows}


def _spent(scheme_id: UUID, year: int) -> Iterable[Any]:
    back = aliased(PunchEntry)
    found = (
        select(
            Occurrence.activity_id,
            Trip.starts_at,
            PunchEntry.minutes - func.coalesce(back.minutes, 0),
            func.count(),
        )
        .select_from(PunchEntry)
        .join(PunchCard, PunchCard.id == PunchEntry.card_id)
        .join(Trip, Trip.id == PunchEntry.trip_id)
        .outerjoin(Occurrence, Occurrence.id == Trip.occurrence_id)
        .outerjoin(back, back.reverses_id == PunchEntry.id)
        .where(PunchCard.scheme_id == scheme_id, PunchEntry.kind == EntryKind.SPEND)
        .where(*_of_year(year))
        .group_by(Occurrence.activity_id, Trip.starts_at, PunchEntry.minutes, back.minutes)
    )
    return db.session.execute(found).all()


def group_costs(scheme_id: UUID, year: int, prices: list[Price]) -> GroupCosts:
    """Return what escorting citizens to groups' meetings took in a year.

    A trip belongs to a meeting where it went to its address while it was held.
    """
    meetings = _meetings(year)
    trips = _to_addresses(scheme_id, year)
    named: dict[str, tuple[int, list[Amount]]] = {}
    others = 0
    for meeting, group, place in meetings:
        if group.anonymity != Anonymity.NAMED:
            others += 1
            continue
        count, amounts = named.get(group.neutral_name, (0, []))
        came = trips.get((place.address, place.postcode), []) if place else []
        own = [
            amount_of(line, prices)
            for starts_at, ends_at, line in came
            if starts_at < meeting.ends_at and meeting.starts_at < ends_at
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


_Address = tuple[str | None, str | None]


def _to_addresses(
    scheme_id: UUID, year: int
) -> dict[_Address, list[tuple[datetime, datetime, Line]]]:
    back = aliased(PunchEntry)
    found = (
        select(
            Trip.address,
            Trip.postcode,
            Trip.starts_at,
            Trip.ends_at,
            PunchEntry.minutes - func.coalesce(back.minutes, 0),
        )
        .select_from(PunchEntry)
        .join(PunchCard, PunchCard.id == PunchEntry.card_id)
        .join(Trip, Trip.id == PunchEntry.trip_id)
        .outerjoin(back, back.reverses_id == PunchEntry.id)
        .where(PunchCard.scheme_id == scheme_id, PunchEntry.kind == EntryKind.SPEND)
        .where(Trip.occurrence_id.is_(None), Trip.address.is_not(None), *_of_year(year))
    )
    went: dict[_Address, list[tuple[datetime, datetime, Line]]] = defaultdict(list)
    for address, postcode, starts_at, ends_at, minutes in db.session.execute(found):
        if minutes > 0:
            line = Line(local_day(starts_at), minutes)
            went[address, postcode].append((starts_at, ends_at, line))
    return went
