"""G4, nobody is booked twice: many want the same people, seats and escorts at the same moment."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from klippekort.activities.models import Occurrence
from klippekort.domain.errors import DomainError
from klippekort.domain.permissions import Actor
from klippekort.domain.trips import CancelReason, Cause
from klippekort.platform import migrate
from klippekort.platform.db import db, write_turn
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.services.proof import verify_municipality
from klippekort.trips.models import Trip, TripEscort, TripRider
from klippekort.trips.services.booking import book_trip
from klippekort.trips.services.cancelling import cancel_trip
from tests.builders import MONDAY, a_card, a_scheme, a_shift, an_occurrence, an_order
from tests.cast import HOME, Cast, make_citizen
from tests.faults.conftest import Often
from tests.races import race

pytestmark = pytest.mark.timeout(1200)

SEED = 20261123
THREADS, IN_A_ROW = 6, 25  # so many at once, each so often before everything is looked at
CITIZENS, SEATS, MINUTES = 5, 2, 20
STARTS = MONDAY + timedelta(days=3, hours=1)
CANCELS = 0.6  # how often who got something lets it go again, so that there is always some left
WALLS = {
    "sqlite": ("drop trigger trip_escort_one_place_insert",),
    "postgresql": ("alter table trip_escort drop constraint trip_escort_one_place_at_a_time",),
}


class Crowd:
    """Citizens, dates and escorts that are too few, and what was tried and got."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.tried = cast, Counter[str]()
        self.escorts = (cast.bo, cast.mia)
        for escort in self.escorts:
            a_shift(escort, STARTS.date())
        with acting_for(HOME):
            self.citizens: list[UUID] = execute(self._make_citizens)
        scheme = a_scheme()
        for citizen in self.citizens:
            a_card(cast, citizen, 3_000, scheme_id=scheme)
        # Three overlap each other, and the fourth begins when they are over.
        self.dates = [
            an_occurrence(STARTS + timedelta(minutes=at), minutes=MINUTES, capacity=SEATS)
            for at in (0, 5, 10, 60)
        ]

    def _make_citizens(self) -> list[UUID]:
        place = {"supplier": self.cast.supplier, "district": self.cast.north}
        return [make_citizen(f"Borger {number}", "Holm", **place) for number in range(CITIZENS)]

    def press(self, app: Flask, chance: Random, tries: int) -> None:
        """Let everybody try so often in all, at the same moment; nothing else may go wrong than
        that somebody was too late.
        """
        each = max(tries // THREADS, 1)
        numbers = [chance.randrange(2**32) for _ in range(THREADS)]
        told = race(app, HOME, *(lambda n=n: self._one(Random(n), each) for n in numbers))  # noqa: S311
        assert told.refusals == []
        for answers in told.answers:
            self.tried += answers

    def _one(self, chance: Random, times: int) -> Counter[str]:
        told: Counter[str] = Counter()
        for _ in range(times):
            told["tries"] += 1
            order = an_order(
                chance.choice(self.citizens),
                chance.choice(self.dates),
                chance.choice((None, *self.escorts)),
            )
            try:
                made = UUID(execute(book_trip, self.cast.karen, order, now=MONDAY))
                told["booked"] += 1
                if chance.random() < CANCELS:
                    self._cancel(self.cast.karen, made)
                    told["cancelled"] += 1
            except DomainError as refusal:
                told[type(refusal).__name__] += 1
        return told

    def _cancel(self, actor: Actor, trip: UUID) -> None:
        why: dict[str, Any] = {"cause": Cause.CITIZEN, "reason": CancelReason.ILL}
        execute(cancel_trip, actor, trip, now=MONDAY, **why)

    def clear(self) -> None:
        """Let everything go that is still booked."""
        with acting_for(HOME):
            for trip in db.session.scalars(select(Trip.id).filter_by(state="booked")).all():
                self._cancel(self.cast.karen, trip)


def _overlaps() -> Iterator[str]:
    """Yield whoever is in two places at once, and what was sold twice."""
    for model, person in (
        (TripRider, TripRider.citizen_id),
        (TripEscort, TripEscort.care_worker_id),
    ):
        spans = select(person, model.starts_at, model.ends_at).where(model.is_active)
        rows = db.session.execute(spans.order_by(person, model.starts_at)).all()
        for (who, _, ends), (next_, starts, _) in pairwise(rows):
            if who == next_ and starts < ends:
                yield f"{who} is in two places at {starts}"
    seats = (
        select(Trip.occurrence_id, func.count())
        .join(TripRider, TripRider.trip_id == Trip.id)
        .where(TripRider.is_active)
        .group_by(Trip.occurrence_id)
    )
    sold = {row[0]: row[1] for row in db.session.execute(seats)}
    for date in db.session.scalars(select(Occurrence)):
        if not sold.get(date.id, 0) == date.seats_taken <= date.capacity:
            yield f"{date.id} has {date.capacity} places, {sold.get(date.id, 0)} riders"


def _look() -> list[str]:
    with acting_for(HOME):
        db.session.rollback()
        db.session.expire_all()
        found = list(_overlaps())
        db.session.rollback()
    return found


def test_of_all_who_try_at_once_nobody_is_booked_twice(
    committed_app: Flask, committed_cast: Cast, often: Often
) -> None:
    """0 overlaps of citizens, escorts or seats, however many try; and the cards prove."""
    crowd, chance = Crowd(committed_cast), Random(SEED)  # noqa: S311  not for secrets
    wanted = often(600, 50_000)
    while crowd.tried["tries"] < wanted:
        crowd.press(committed_app, chance, THREADS * IN_A_ROW)
        assert _look() == []
        crowd.clear()
    assert _look() == []
    with acting_for(HOME):
        assert verify_municipality() == []
    # Everything there is to be refused for was met.
    assert min(crowd.tried[what] for what in ("booked", "cancelled", "NoSeat", "EscortBusy")) > 0


def test_without_the_wall_an_overlap_is_seen(
    committed_app: Flask, committed_cast: Cast, database: str
) -> None:
    """The judge of the test above is not blind: with the guard off it finds who is booked twice."""
    crowd = Crowd(committed_cast)
    order = an_order(crowd.citizens[0], crowd.dates[0], crowd.escorts[0])
    with acting_for(HOME):
        trip = execute(book_trip, committed_cast.karen, order, now=MONDAY)
    assert _look() == []
    owner = migrate.owner_engine(committed_app.extensions["settings"].owner_database_url)
    with write_turn(), owner.begin() as connection:
        for wall in WALLS[database]:
            connection.execute(text(wall))
    owner.dispose()

    def again() -> None:
        row = db.session.scalars(select(TripEscort).filter_by(trip_id=UUID(trip))).one()
        facts = {"trip_id": row.trip_id, "care_worker_id": row.care_worker_id, "is_active": True}
        db.session.add(TripEscort(starts_at=row.starts_at, ends_at=row.ends_at, **facts))

    with acting_for(HOME):
        execute(again)
    [told] = _look()
    assert told.startswith(f"{crowd.escorts[0].person_id} is in two places")
