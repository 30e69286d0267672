"""The rows behind a figure of the cockpit: which citizens, when, and what; and data sets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, distinct, exists, func, literal, select
from sqlalchemy.orm import aliased

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries.counting import who_left
from klippekort.domain.calendar import local_day
from klippekort.domain.ledger import EntryKind
from klippekort.domain.reporting.figures import ALL, NOWHERE
from klippekort.domain.reporting.periods import Period
from klippekort.domain.trips import MADE
from klippekort.platform.db import db
from klippekort.punchcards.models import PunchCard, PunchEntry
from klippekort.reports.queries.behind_people import AGAIN, COUNTED, COURSES, OUTREACH
from klippekort.trips.models import Trip, TripEscort, TripRider
from klippekort.trips.queries.counts import came_to_nothing
from klippekort.waiting.models import Wish


@dataclass(frozen=True)
class Line:
    """One row behind a figure: whose (None while nobody knows), when, what in a code or a place,
    and minutes if any.
    """

    citizen_id: UUID | None
    on: date
    what: str
    minutes: int | None


@dataclass(frozen=True)
class Wanted:
    """Which rows: those of a period, and perhaps of one district or supplier or both."""

    period: Period
    district: str = ALL
    supplier: str = ALL


def lines(code: str, wanted: Wanted, *, offset: int = 0, limit: int | None = None) -> list[Line]:
    """Return the rows behind a figure, the latest first. Raises KeyError for one without rows."""
    asked = LISTS[code](wanted.period).where(*in_place(wanted))
    rows = db.session.execute(asked.offset(offset).limit(limit))
    return [Line(who, _day(at), what or "", minutes) for who, at, what, minutes in rows]


def how_many(code: str, wanted: Wanted) -> int:
    """Return how many rows stand behind a figure. Raises KeyError for one without rows."""
    number = func.count(COUNTED.get(code, Citizen.id))
    if code == "reach":
        number = func.count(distinct(Citizen.id))
    asked = LISTS[code](wanted.period).where(*in_place(wanted))
    asked = asked.with_only_columns(number).order_by(None).group_by(None)
    return int(db.session.scalars(asked).one())


def _day(at: Any) -> date:
    return local_day(at) if isinstance(at, datetime) else at


def in_place(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Return the conditions that a citizen belongs to the district and supplier that are wanted."""
    found: list[ColumnElement[bool]] = []
    for part, column in (
        (wanted.district, Citizen.district_id),
        (wanted.supplier, Citizen.supplier_id),
    ):
        if part == NOWHERE:
            found.append(column.is_(None))
        elif part != ALL:
            found.append(column == UUID(part))
    return found


def _riders(period: Period, which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    start, end = period.instants
    return (
        select(
            TripRider.citizen_id,
            TripRider.starts_at,
            Trip.destination,
            TripRider.charged_minutes,
        )
        .select_from(Trip)
        .join(TripRider, TripRider.trip_id == Trip.id)
        .join(Citizen, Citizen.id == TripRider.citizen_id)
        .where(
            TripRider.starts_at >= start,
            TripRider.starts_at < end,
            which,
        )
        .order_by(TripRider.starts_at.desc(), TripRider.id)
    )


def _made(period: Period) -> Select[*tuple[Any, ...]]:
    return _riders(period, TripRider.state.in_(MADE))


def _first(period: Period) -> Select[*tuple[Any, ...]]:
    earlier = aliased(TripRider)
    before = exists().where(
        earlier.municipality_id == TripRider.municipality_id,
        earlier.citizen_id == TripRider.citizen_id,
        earlier.starts_at < TripRider.starts_at,
        earlier.state.in_(MADE),
    )
    return _made(period).where(~before)


def _escorted(period: Period) -> Select[*tuple[Any, ...]]:
    along = exists().where(
        TripEscort.municipality_id == Trip.municipality_id, TripEscort.trip_id == Trip.id
    )
    return _made(period).where(along)


def _not_made(period: Period) -> Select[*tuple[Any, ...]]:
    return _riders(period, came_to_nothing())


def _entries(period: Period, *kinds: EntryKind) -> Select[*tuple[Any, ...]]:
    return (
        select(
            PunchCard.citizen_id,
            PunchEntry.effective_on,
            PunchEntry.reason_code,
            PunchEntry.minutes,
        )
        .select_from(PunchEntry)
        .join(PunchCard, PunchCard.id == PunchEntry.card_id)
        .join(Citizen, Citizen.id == PunchCard.citizen_id)
        .where(
            PunchEntry.effective_on.between(period.from_on, period.until_on),
            PunchEntry.kind.in_(kinds),
        )
        .order_by(PunchEntry.effective_on.desc(), PunchEntry.id)
    )


def _used(period: Period) -> Select[*tuple[Any, ...]]:
    return _entries(period, EntryKind.SPEND)


def _given(period: Period) -> Select[*tuple[Any, ...]]:
    return _entries(period, EntryKind.CREDIT, EntryKind.ADJUST_UP)


def _lapsed(period: Period) -> Select[*tuple[Any, ...]]:
    return _entries(period, EntryKind.EXPIRE, EntryKind.FORFEIT)


def _wishes(period: Period, state: str) -> Select[*tuple[Any, ...]]:
    start, end = period.instants
    return (
        select(Wish.citizen_id, Wish.closed_at, Wish.close_reason, literal(None))
        .select_from(Wish)
        .join(Citizen, Citizen.id == Wish.citizen_id)
        .where(Wish.state == state, Wish.closed_at >= start, Wish.closed_at < end)
        .order_by(Wish.closed_at.desc(), Wish.id)
    )


def _unmet(period: Period) -> Select[*tuple[Any, ...]]:
    return _wishes(period, "unmet")


def _met(period: Period) -> Select[*tuple[Any, ...]]:
    return _wishes(period, "met")


def _at_home(period: Period) -> Select[*tuple[Any, ...]]:
    """Return citizens with a card who have not been out: since when they have had it. Those who had
    died or moved by the end of the period are left out.
    """
    start, end = period.instants
    been = exists().where(
        TripRider.municipality_id == Citizen.municipality_id,
        TripRider.citizen_id == Citizen.id,
        TripRider.starts_at >= start,
        TripRider.starts_at < end,
        TripRider.state.in_(MADE),
    )
    return (
        select(Citizen.id, func.min(PunchCard.opened_on), literal(""), literal(None))
        .select_from(Citizen)
        .join(PunchCard, PunchCard.citizen_id == Citizen.id)
        .where(
            PunchCard.opened_on <= period.until_on,
            func.coalesce(PunchCard.closed_on, period.until_on) >= period.from_on,
            ~been,
            Citizen.id.not_in(who_left(period)),
        )
        .group_by(Citizen.municipality_id, Citizen.id)
        .order_by(func.min(PunchCard.opened_on), Citizen.id)
    )


LISTS: Mapping[str, Callable[[Period], Select[*tuple[Any, ...]]]] = {
    "trips.made": _made,
    "trips.first": _first,
    "trips.escorts": _escorted,
    "trips.not_made": _not_made,
    "minutes.given": _given,
    "minutes.used": _used,
    "minutes.lapsed": _lapsed,
    "waiting.unmet": _unmet,
    "waiting.time": _met,
    "reach": _at_home,
    **AGAIN,
    **OUTREACH,
    **COURSES,
}
