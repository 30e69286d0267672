"""A Monday that stands still, a game on Tuesday, two helpers at work and a planner."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.accounts.models import CareWorker, RoleAssignment, Shift
from klippekort.citizens.models import Citizen
from klippekort.domain.calendar import instant
from klippekort.domain.permissions import Actor, Role
from klippekort.domain.schemes import Joint, JointTrips
from klippekort.domain.trips import Transport
from klippekort.messages.models import OutboxMessage
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.trips.models import Trip, TripEscort
from klippekort.trips.services.blocks import Block, Passenger
from klippekort.trips.services.escorts import assign_escort
from klippekort.trips.services.reserving import reserve
from tests.builders import DECIDED, MONDAY, a_card, a_scheme, a_shift, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.integration import tablet
from tests.integration.tablet import StandingClock
from tests.login import log_in

Browse = Callable[[Actor], FlaskClient]
TUESDAY = date(2026, 11, 24)
GAME_AT = MONDAY + timedelta(days=1, hours=2)


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    return tablet.stand_still(monkeypatch)


@pytest.fixture
def browse(app: Flask, cast: Cast) -> Browse:
    """Return a function that opens a browser with somebody logged in."""
    return lambda actor: log_in(app.test_client(), actor)


@pytest.fixture
def scheme(cast: Cast) -> UUID:
    """The scheme that everybody's card follows."""
    return a_scheme()


@pytest.fixture
def game(cast: Cast, scheme: UUID) -> UUID:
    """Cards on Tuesday 10–11:30; both care workers are at work that day from 7 to 16."""
    a_card(cast, cast.ellen, scheme_id=scheme)
    a_shift(cast.bo, TUESDAY)
    a_shift(cast.mia, TUESDAY)
    return an_occurrence(GAME_AT)


@pytest.fixture
def trip(cast: Cast, game: UUID) -> UUID:
    """Ellen goes to cards with Bo, 9:50–11:40."""
    return a_trip(cast.bo, cast.ellen, game, cast.bo)


@pytest.fixture
def tove(cast: Cast, game: UUID) -> UUID:
    """A third helper of the municipality, at work on Tuesday."""
    return a_helper(cast, "Tove Thy", cast.supplier)


@pytest.fixture
def pair(cast: Cast, trip: UUID) -> UUID:
    """Ellen goes to cards with both Bo and Mia."""
    change_trip(trip, escorts_wanted=2)
    with acting_for(HOME):
        execute(assign_escort, cast.ida, trip, cast.mia.person_id, now=MONDAY, beside=True)
    return trip


@dataclass(frozen=True)
class Stranger:
    """A care worker and a planner of the private supplier."""

    worker: UUID
    planner: Actor


@pytest.fixture
def stranger(cast: Cast) -> Stranger:
    """Somebody who works for the other supplier, and whoever plans there."""
    person = new_id()

    def add() -> None:
        db.session.add(
            CareWorker(
                id=person,
                employee_number="P1",
                name="Petra Privat",
                supplier_id=cast.private_supplier,
                has_driving_licence=True,
            )
        )
        db.session.add(
            RoleAssignment(
                account_id=cast.asta.account_id,
                municipality_id=HOME,
                role=Role.PLANNER,
                supplier_id=cast.private_supplier,
            )
        )

    with acting_for(HOME):
        execute(add)
    planner = Actor(HOME, Role.PLANNER, cast.asta.account_id, "Asta Aagaard", cast.private_supplier)
    return Stranger(person, planner)


@pytest.fixture
def joint(cast: Cast, game: UUID, stranger: Stranger) -> UUID:
    """Ellen and Poul go to cards together with Bo; Poul's supplier is the private one."""
    scheme = a_scheme(replace(DECIDED, joint_trips=JointTrips(charge=Joint.SHARED)), name="Fælles")
    riders = []
    for citizen in (cast.ellen, cast.poul):
        card = a_card(cast, citizen, scheme_id=scheme)
        riders.append(Passenger(citizen, "said", joint_agreed_how="said", card_id=card))
    assert cast.bo.person_id is not None
    block = Block(tuple(riders), game, Transport.WALK, 10, 10, (cast.bo.person_id,))

    def exchange() -> None:
        poul = db.session.scalars(select(Citizen).filter_by(id=cast.poul)).one()
        poul.supplier_id, poul.district_id = cast.private_supplier, cast.south

    with acting_for(HOME):
        trip = UUID(str(execute(reserve, cast.karen, block, now=MONDAY)))
        execute(exchange)
    return trip


@pytest.fixture
def shared(cast: Cast, joint: UUID, stranger: Stranger) -> UUID:
    """Ellen and Poul go to cards together with a helper of each supplier, Bo and Petra."""
    a_shift(replace(cast.bo, person_id=stranger.worker), TUESDAY)
    change_trip(joint, escorts_wanted=2)
    with acting_for(HOME):
        execute(assign_escort, cast.karen, joint, stranger.worker, now=MONDAY, beside=True)
    return joint


def a_helper(cast: Cast, name: str, supplier: UUID, day: date = TUESDAY) -> UUID:
    """Add a care worker who is at work on a day, and return the id."""
    person = new_id()

    def add() -> None:
        db.session.add(
            CareWorker(
                id=person,
                employee_number=name,
                name=name,
                supplier_id=supplier,
                has_driving_licence=True,
            )
        )

    with acting_for(HOME):
        execute(add)
    a_shift(replace(cast.bo, person_id=person), day)
    return person


def key_of(number: int) -> str:
    """Return the key of a button's press."""
    return str(UUID(int=number))


def escorts(trip_id: UUID) -> list[UUID]:
    """Return who comes along on a trip."""
    with acting_for(HOME):
        found = select(TripEscort.care_worker_id).filter_by(trip_id=trip_id, is_active=True)
        return list(db.session.scalars(found))


def state_of(trip_id: UUID) -> str:
    """Return the state of a trip."""
    with acting_for(HOME):
        return str(db.session.scalars(select(Trip.state).filter_by(id=trip_id)).one())


def calls() -> list[tuple[str, str]]:
    """Return the calls that wait, as kinds and who is said to come."""
    with acting_for(HOME):
        rows = db.session.scalars(select(OutboxMessage).filter_by(state="queued"))
        return [(row.kind, str(row.facts.get("escort", ""))) for row in rows]


def change_worker(worker_id: UUID | None, **facts: object) -> None:
    """Change what the roster says of a care worker."""

    def change() -> None:
        worker = db.session.scalars(select(CareWorker).filter_by(id=worker_id)).one()
        for name, value in facts.items():
            setattr(worker, name, value)

    with acting_for(HOME):
        execute(change)


def change_trip(trip_id: UUID, **facts: object) -> None:
    """Change a trip as only a test may."""

    def change() -> None:
        trip = db.session.scalars(select(Trip).filter_by(id=trip_id)).one()
        for name, value in facts.items():
            setattr(trip, name, value)

    with acting_for(HOME):
        execute(change)


def shift_of(worker: Actor) -> UUID:
    """Return the id of a care worker's only shift."""
    with acting_for(HOME):
        found = select(Shift.id).filter_by(care_worker_id=worker.person_id)
        return db.session.scalars(found).one()


def a_break(worker: Actor, begins: time, ends: time, day: date = TUESDAY) -> None:
    """Give a care worker's only shift a break."""

    def change() -> None:
        shift = db.session.scalars(select(Shift).filter_by(care_worker_id=worker.person_id)).one()
        shift.break_starts_at, shift.break_ends_at = instant(day, begins), instant(day, ends)

    with acting_for(HOME):
        execute(change)


def at(hours: float) -> datetime:
    """Return the instant so many hours after Monday 9 o'clock in Denmark."""
    return MONDAY + timedelta(hours=hours)
