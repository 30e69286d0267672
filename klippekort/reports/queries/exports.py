"""Everything the reader may see, as data sets: rows of plain values, never a person number."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from klippekort.activities.models import Activity, Occurrence
from klippekort.citizens.models import Citizen
from klippekort.domain.calendar import ONE_DAY, local, local_day
from klippekort.hosting.models import Hosting
from klippekort.municipalities.models import District, Supplier
from klippekort.platform.db import db
from klippekort.platform.spreadsheet import Cell
from klippekort.punchcards.models import PunchCard, PunchLot, Scheme
from klippekort.reports.queries import export_rows as more
from klippekort.trips.models import Trip, TripRider
from klippekort.volunteers.models import Association, Volunteer
from klippekort.waiting.models import Wish


@dataclass(frozen=True)
class Span:
    """Which rows: from an instant to another, and perhaps one supplier's citizens alone."""

    start: datetime
    end: datetime
    supplier_id: UUID | None


@dataclass(frozen=True)
class DataSet:
    """One data set: its columns by name, and what reads it.

    `of_citizens` tells that the first column is a citizen's id, so that reading it is a look; such
    a data set can be held to one supplier.
    """

    columns: Sequence[str]
    ask: Callable[[Span], Select[*tuple[Any, ...]]]
    of_citizens: bool = True


def rows_of(name: str, span: Span) -> Iterator[list[Cell]]:
    """Yield the rows of a data set. Raises KeyError for one there is not."""
    for row in db.session.execute(DATA_SETS[name].ask(span)):
        yield [_cell(value) for value in row]


def _cell(value: object) -> Cell:
    if isinstance(value, datetime):
        return local(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, date):
        return value.isoformat()
    if value is None:
        return ""
    return value if isinstance(value, int) else str(value)


def _citizens(span: Span, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Return citizens with name, district and supplier, before other columns."""
    asked: Select[*tuple[Any, ...]] = (
        select(
            Citizen.id,
            Citizen.first_name,
            Citizen.last_name,
            District.name.label("district"),
            Supplier.name.label("supplier"),
            *columns,
        )
        .select_from(Citizen)
        .join(Supplier, Supplier.id == Citizen.supplier_id)
        .outerjoin(District, District.id == Citizen.district_id)
    )
    if span.supplier_id is not None:
        asked = asked.where(Citizen.supplier_id == span.supplier_id)
    return asked


_WHO = ("citizen", "first_name", "last_name", "district", "supplier")


def _trips(span: Span) -> Select[*tuple[Any, ...]]:
    """A place of one's own choice may be an address, so that only its kind is told."""
    return (
        _citizens(
            span,
            Trip.starts_at,
            Trip.ends_at,
            Trip.kind,
            Activity.title,
            Trip.company,
            Trip.transport,
            TripRider.state,
            TripRider.planned_minutes,
            TripRider.charged_minutes,
        )
        .join(TripRider, TripRider.citizen_id == Citizen.id)
        .join(Trip, Trip.id == TripRider.trip_id)
        .outerjoin(Occurrence, Occurrence.id == Trip.occurrence_id)
        .outerjoin(Activity, Activity.id == Occurrence.activity_id)
        .where(Trip.starts_at >= span.start, Trip.starts_at < span.end)
        .order_by(Trip.starts_at, TripRider.id)
    )


def _cards(span: Span) -> Select[*tuple[Any, ...]]:
    sums = (
        select(
            PunchLot.card_id.label("card"),
            func.sum(PunchLot.granted).label("granted"),
            func.sum(PunchLot.held).label("held"),
            func.sum(PunchLot.used).label("used"),
            func.sum(PunchLot.expired).label("expired"),
        )
        .group_by(PunchLot.card_id)
        .subquery()
    )
    return (
        _citizens(
            span,
            Scheme.name.label("scheme"),
            PunchCard.opened_on,
            PunchCard.closed_on,
            sums.c.granted,
            sums.c.held,
            sums.c.used,
            sums.c.expired,
        )
        .join(PunchCard, PunchCard.citizen_id == Citizen.id)
        .join(Scheme, Scheme.id == PunchCard.scheme_id)
        .outerjoin(sums, sums.c.card == PunchCard.id)
        .where(PunchCard.opened_on < local(span.end).date())
        .order_by(Citizen.id, PunchCard.id)
    )


def _unmet(span: Span) -> Select[*tuple[Any, ...]]:
    return (
        _citizens(span, Wish.made_at, Wish.closed_at, Wish.kind, Wish.close_reason)
        .join(Wish, Wish.citizen_id == Citizen.id)
        .where(Wish.state == "unmet", Wish.closed_at >= span.start, Wish.closed_at < span.end)
        .order_by(Wish.closed_at, Wish.id)
    )


def _activities(span: Span) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Activity.title,
            Activity.kind,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.cancelled_at,
            Occurrence.capacity,
            Occurrence.seats_taken,
        )
        .select_from(Occurrence)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .where(Occurrence.starts_at >= span.start, Occurrence.starts_at < span.end)
        .order_by(Occurrence.starts_at, Occurrence.id)
    )


def _hours(span: Span) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Volunteer.name,
            Association.name.label("association"),
            Activity.title,
            Occurrence.starts_at,
            Hosting.minutes,
            Hosting.guests,
        )
        .select_from(Hosting)
        .join(Occurrence, Occurrence.id == Hosting.occurrence_id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .join(Volunteer, Volunteer.id == Hosting.volunteer_id)
        .outerjoin(Association, Association.id == Volunteer.association_id)
        .where(Occurrence.starts_at >= span.start, Occurrence.starts_at < span.end)
        .order_by(Occurrence.starts_at, Hosting.id)
    )


def _noticed(span: Span) -> Select[*tuple[Any, ...]]:
    first, last = _days(span)
    return more.noticed(_citizens(span, *more.NOTICED, *more.SETTLED), first, last)


def _courses(span: Span) -> Select[*tuple[Any, ...]]:
    return more.courses(_citizens(span, *more.COURSE), _days(span)[1])


def _days(span: Span) -> tuple[date, date]:
    return local_day(span.start), local_day(span.end) - ONE_DAY


DATA_SETS: Mapping[str, DataSet] = {
    "ture": DataSet(
        (
            *_WHO,
            "starts_at",
            "ends_at",
            "kind",
            "activity",
            "company",
            "transport",
            "state",
            "planned_minutes",
            "charged_minutes",
        ),
        _trips,
    ),
    "kort": DataSet(
        (*_WHO, "scheme", "opened_on", "closed_on", "granted", "held", "used", "expired"), _cards
    ),
    "udaekkede-behov": DataSet((*_WHO, "made_at", "closed_at", "kind", "reason"), _unmet),
    "opsporing": DataSet(
        (*_WHO, "noticed_on", "source", "consent", "settled_on", "outcome"), _noticed
    ),
    "forloeb": DataSet(
        (*_WHO, "opened_on", "origin", "phase", "phase_since", "ended_on"), _courses
    ),
    "aktiviteter": DataSet(
        ("activity", "kind", "starts_at", "ends_at", "cancelled_at", "capacity", "seats_taken"),
        _activities,
        of_citizens=False,
    ),
    "frivilligtimer": DataSet(
        ("volunteer", "association", "activity", "starts_at", "minutes", "guests"),
        _hours,
        of_citizens=False,
    ),
}
