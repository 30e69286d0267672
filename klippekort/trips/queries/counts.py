"""Counting trips and mishaps, by month, district and supplier or in a span of time: never who."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    ColumnElement,
    String,
    and_,
    cast,
    distinct,
    exists,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import aliased

from klippekort.activities.models import Occurrence
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries.counting import third_times
from klippekort.domain.reporting.counts import Count
from klippekort.domain.trips import MADE, TripState
from klippekort.platform.db import db
from klippekort.platform.months import number_of, within
from klippekort.trips.models import Incident, Trip, TripEscort, TripEvent, TripRider

_NOT_MADE = (
    TripState.CANCELLED,
    TripState.NO_SHOW,
    TripState.WASTED_VISIT,
    TripState.TURNED_DOWN,
)
_HELD, _BOOKED = "held", "booked"


def came_to_nothing() -> ColumnElement[bool]:
    """Return the condition that a rider's trip was booked and not made.

    An offer that was held and never said yes to was no trip. What was brought in from elsewhere has
    no history, and was booked.
    """
    return and_(TripRider.state.in_(_NOT_MADE), or_(~_has_event(_HELD), _has_event(_BOOKED)))


def _has_event(kind: str) -> ColumnElement[bool]:
    return exists().where(
        TripEvent.municipality_id == TripRider.municipality_id,
        TripEvent.trip_id == TripRider.trip_id,
        TripEvent.kind == kind,
    )


def made(months: Sequence[date]) -> list[Count]:
    """Return trips that citizens were on, first times among them, and helpers who came along."""
    return [
        *_riders("trips.made", months),
        *_riders("trips.first", months, _is_first()),
        *_escorts(months),
    ]


def _riders(measure: str, months: Sequence[date], *also: ColumnElement[bool]) -> list[Count]:
    number = number_of(TripRider.starts_at, months)
    rows = db.session.execute(
        select(
            number,
            Citizen.district_id,
            Citizen.supplier_id,
            func.count(),
            func.count(distinct(TripRider.citizen_id)),
        )
        .select_from(Trip)
        .join(TripRider, TripRider.trip_id == Trip.id)
        .join(Citizen, Citizen.id == TripRider.citizen_id)
        .where(within(TripRider.starts_at, months), TripRider.state.in_(MADE), *also)
        .group_by(number, Citizen.district_id, Citizen.supplier_id)
    )
    return [
        Count(measure, months[n], district, supplier, "", amount, people)
        for n, district, supplier, amount, people in rows
    ]


def _is_first() -> ColumnElement[bool]:
    """Return the condition that the citizen had not been on a trip before this one."""
    earlier = aliased(TripRider)
    before = exists().where(
        earlier.municipality_id == TripRider.municipality_id,
        earlier.citizen_id == TripRider.citizen_id,
        earlier.starts_at < TripRider.starts_at,
        earlier.state.in_(MADE),
    )
    return ~before


def _escorts(months: Sequence[date]) -> list[Count]:
    number = number_of(TripRider.starts_at, months)
    rows = db.session.execute(
        select(
            number,
            Citizen.district_id,
            Citizen.supplier_id,
            func.count(distinct(TripEscort.id)),
            func.count(distinct(TripEscort.care_worker_id)),
        )
        .select_from(TripEscort)
        .join(Trip, Trip.id == TripEscort.trip_id)
        .join(TripRider, TripRider.trip_id == Trip.id)
        .join(Citizen, Citizen.id == TripRider.citizen_id)
        .where(within(TripRider.starts_at, months), Trip.state.in_(MADE), TripRider.state.in_(MADE))
        .group_by(number, Citizen.district_id, Citizen.supplier_id)
    )
    return [
        Count("trips.escorts", months[n], district, supplier, "", amount, people)
        for n, district, supplier, amount, people in rows
    ]


def not_made(months: Sequence[date]) -> list[Count]:
    """Return trips that were not made, by cause and reason: "supplier:helper_ill"."""
    number, said = number_of(TripRider.starts_at, months), _why()
    riders = (
        select(number.label("number"), TripRider.citizen_id.label("citizen"), said.label("why"))
        .select_from(Trip)
        .join(TripRider, TripRider.trip_id == Trip.id)
        .where(within(TripRider.starts_at, months), came_to_nothing())
        .subquery()
    )
    own = (riders.c.number, Citizen.district_id, Citizen.supplier_id, riders.c.why)
    rows = db.session.execute(
        select(*own, func.count(), func.count(distinct(Citizen.id)))
        .select_from(riders)
        .join(Citizen, Citizen.id == riders.c.citizen)
        .group_by(*own)
    )
    return [
        Count("trips.not_made", months[n], district, supplier, why or "", amount, people)
        for n, district, supplier, why, amount, people in rows
    ]


def _why() -> Any:
    """Return cause and reason as they were told first for a rider, or for everybody on the trip."""
    details = type_coerce(TripEvent.details, JSON)
    named = func.replace(details["citizen"].as_string(), "-", "")
    rider = func.replace(cast(TripRider.citizen_id, String), "-", "")
    cause, reason = details["cause"].as_string(), details["reason"].as_string()
    return (
        select(cause + ":" + func.coalesce(reason, ""))
        .where(
            TripEvent.municipality_id == TripRider.municipality_id,
            TripEvent.trip_id == TripRider.trip_id,
            TripEvent.kind == TripRider.state,
            or_(named.is_(None), named == rider),
        )
        .order_by(TripEvent.at)
        .limit(1)
        .correlate(TripRider)
        .scalar_subquery()
    )


def came_again(months: Sequence[date]) -> list[Count]:
    """Return how many came to the same activity for the third time."""
    nth = func.row_number().over(
        partition_by=(TripRider.citizen_id, Occurrence.activity_id), order_by=TripRider.starts_at
    )
    times = (
        select(
            TripRider.citizen_id.label("citizen"), TripRider.starts_at.label("at"), nth.label("nth")
        )
        .join(Trip, Trip.id == TripRider.trip_id)
        .join(Occurrence, Occurrence.id == Trip.occurrence_id)
        .where(TripRider.state.in_(MADE))
        .subquery()
    )
    return third_times("trips.came_again", months, times)


def count_trips(starts_at: datetime, ends_at: datetime, supplier_id: UUID | None = None) -> int:
    """Return how many trips to be made start in a span of time, for one supplier or all."""
    found = (
        select(func.count(Trip.id.distinct()))
        .join(TripRider, TripRider.trip_id == Trip.id)
        .where(Trip.starts_at >= starts_at, Trip.starts_at < ends_at)
        .where(TripRider.state.not_in((*_NOT_MADE, TripState.LAPSED)))
    )
    if supplier_id is not None:
        found = found.join(Citizen, Citizen.id == TripRider.citizen_id)
        found = found.where(Citizen.supplier_id == supplier_id)
    return db.session.scalar(found) or 0


def count_incidents(supplier_id: UUID | None = None) -> int:
    """Return how many mishaps are not settled; of one supplier those on its trips and at places."""
    found = select(func.count(Incident.id)).where(Incident.closed_at.is_(None))
    if supplier_id is not None:
        own = or_(Incident.supplier_id == supplier_id, Incident.supplier_id.is_(None))
        found = found.where(own)
    return db.session.scalar(found) or 0
