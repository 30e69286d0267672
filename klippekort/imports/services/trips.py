"""Trips made before Klippekort came, for history: no minutes move, the balances hold them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.calendar import local, minutes_between
from klippekort.domain.trips import Cause, Transport, TripState
from klippekort.imports.reading.faults import Code
from klippekort.imports.reading.rows import Numbered
from klippekort.imports.reading.trips import TripRow
from klippekort.imports.services.people import cards_of, ids_by_person_number
from klippekort.imports.services.run import Outcome, Run, change
from klippekort.imports.services.staff import ids_by_number
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.trips.models import Trip, TripEscort, TripEvent, TripRider
from klippekort.trips.services.history import happened

IMPORTED = "imported"
NOWHERE_SAID = "–"
_OUTCOMES: dict[str, tuple[TripState, Cause | None]] = {
    "completed": (TripState.COMPLETED, None),
    "broken_off": (TripState.BROKEN_OFF, None),
    "cancelled_by_citizen": (TripState.CANCELLED, Cause.CITIZEN),
    "cancelled_by_supplier": (TripState.CANCELLED, Cause.SUPPLIER),
    "cancelled_by_host": (TripState.CANCELLED, Cause.HOST),
    "cancelled_by_circumstance": (TripState.CANCELLED, Cause.WEATHER),
    "no_show": (TripState.NO_SHOW, None),
}
_HELD = (TripState.COMPLETED, TripState.BROKEN_OFF)
Start = tuple[UUID, datetime]
Rows = Sequence[Numbered[TripRow]]


@dataclass
class _Known:
    """A trip of a citizen that is there already."""

    trip: Trip
    rider: TripRider
    escort: TripEscort | None = None
    note: TripEvent | None = None


@dataclass(frozen=True)
class _Who:
    """Whom a trip is about."""

    citizen_id: UUID
    card_id: UUID
    worker_id: UUID | None


def store(run: Run, rows: Rows) -> None:
    """Add the trips, or change those that an import brought before; our own are left alone."""
    workers = ids_by_number()
    theirs = [numbered for numbered in rows if numbered.row.our_trip is None]
    run.counts.unchanged += len(rows) - len(theirs)
    for batch in run.batches(theirs):
        people = _people(run, batch, workers)
        if run.faults:
            continue
        known = _known(batch, {who.citizen_id for who in people.values()})
        added: list[tuple[Trip, TripRow, _Who]] = []
        for numbered in batch:
            who = people[numbered.number]
            there = known.get((who.citizen_id, numbered.row.starts_at))
            if there is None:
                added.append((_add(run, numbered.row), numbered.row, who))
                outcome: Outcome = "new"
            elif there.note is None:
                value = f"{local(numbered.row.starts_at):%H:%M}"
                run.refuse(numbered.number, "from", Code.BOOKED_HERE, value)
                continue
            else:
                outcome = _change(run, there, numbered.row, who)
            run.counts.add(outcome)
            if outcome != "unchanged":
                run.citizens.add(who.citizen_id)
        db.session.flush()
        for trip, row, who in added:
            _fill(run, trip, row, who)


def _people(run: Run, batch: Rows, workers: dict[str, UUID]) -> dict[int, _Who]:
    """Return whom each row is about, by its number; rows at fault are left out."""
    citizens = ids_by_person_number({numbered.row.person_number for numbered in batch})
    cards = cards_of(citizens.values())
    found: dict[int, _Who] = {}
    for numbered in batch:
        row, number = numbered.row, numbered.number
        citizen_id = citizens.get(row.person_number)
        worker_id = workers.get(row.employee_number.casefold()) if row.employee_number else None
        if row.ends_at > run.now:
            run.refuse(number, "date", Code.NOT_YET, f"{local(row.starts_at):%d-%m-%Y}")
        if row.employee_number and worker_id is None:
            value = row.employee_number
            run.refuse(number, "employee_number", Code.UNKNOWN_EMPLOYEE, value)
        if citizen_id is None:
            run.refuse(number, "person_number", Code.UNKNOWN_CITIZEN, row.person_number)
        elif citizen_id not in cards:
            run.refuse(number, "person_number", Code.NO_CARD, row.person_number)
        else:
            found[number] = _Who(citizen_id, cards[citizen_id][0].id, worker_id)
    return found


def _known(batch: Rows, citizen_ids: set[UUID]) -> dict[Start, _Known]:
    starts = [numbered.row.starts_at for numbered in batch]
    rows = db.session.execute(
        select(Trip, TripRider)
        .join(TripRider, TripRider.trip_id == Trip.id)
        .where(
            TripRider.citizen_id.in_(citizen_ids),
            TripRider.starts_at.between(min(starts), max(starts)),
        )
    )
    found = {(rider.citizen_id, trip.starts_at): _Known(trip, rider) for trip, rider in rows}
    by_trip = {known.trip.id: known for known in found.values()}
    for escort in db.session.scalars(select(TripEscort).where(TripEscort.trip_id.in_(by_trip))):
        by_trip[escort.trip_id].escort = escort
    notes = select(TripEvent).where(TripEvent.trip_id.in_(by_trip), TripEvent.kind == IMPORTED)
    for note in db.session.scalars(notes.order_by(TripEvent.at, TripEvent.id)):
        by_trip[note.trip_id].note = note
    return found


def _trip_facts(row: TripRow) -> dict[str, Any]:
    state = _OUTCOMES[row.outcome][0]
    was_held = state in _HELD
    return {
        "destination": row.activity or NOWHERE_SAID,
        "ends_at": row.ends_at,
        "state": state.value,
        "started_at": row.starts_at if was_held else None,
        "ended_at": row.ends_at if was_held else None,
    }


def _rider_facts(row: TripRow) -> dict[str, Any]:
    return {
        "state": _OUTCOMES[row.outcome][0].value,
        "ends_at": row.ends_at,
        "planned_minutes": minutes_between(row.starts_at, row.ends_at),
        "charged_minutes": row.minutes,
    }


def _note_facts(row: TripRow) -> dict[str, Any]:
    cause = _OUTCOMES[row.outcome][1]
    said = {"outcome": _OUTCOMES[row.outcome][0].value, "spent": row.minutes}
    return said | {"cause": cause.value} if cause else said


def _add(run: Run, row: TripRow) -> Trip:
    trip = Trip(
        id=new_id(),
        starts_at=row.starts_at,
        travel_minutes=0,
        transport=Transport.UNKNOWN,
        booked_by=None,
        booked_at=run.now,
        **_trip_facts(row),
    )
    db.session.add(trip)
    return trip


def _fill(run: Run, trip: Trip, row: TripRow, who: _Who) -> None:
    db.session.add(
        TripRider(
            trip_id=trip.id,
            citizen_id=who.citizen_id,
            card_id=who.card_id,
            starts_at=row.starts_at,
            is_active=False,
            agreed_how=IMPORTED,
            **_rider_facts(row),
        )
    )
    _escort(trip, row, who)
    happened(run.actor, trip.id, IMPORTED, run.now, **_note_facts(row))


def _escort(trip: Trip, row: TripRow, who: _Who) -> None:
    if who.worker_id is not None:
        db.session.add(
            TripEscort(
                trip_id=trip.id,
                care_worker_id=who.worker_id,
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                is_active=False,
            )
        )


def _change(run: Run, there: _Known, row: TripRow, who: _Who) -> Outcome:
    outcomes = {change(there.trip, _trip_facts(row)), change(there.rider, _rider_facts(row))}
    had = there.escort.care_worker_id if there.escort else None
    if had != who.worker_id:
        if there.escort is not None:
            db.session.delete(there.escort)
        _escort(there.trip, row, who)
        outcomes.add("changed")
    elif there.escort is not None:
        outcomes.add(change(there.escort, {"ends_at": row.ends_at}))
    if there.note is not None and there.note.details != _note_facts(row):
        outcomes.add("changed")
    if "changed" not in outcomes:
        return "unchanged"
    happened(run.actor, there.trip.id, IMPORTED, run.now, **_note_facts(row))
    return "changed"
