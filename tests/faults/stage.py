"""A day on which many book: citizens with cards, dates to go to, and the presses of the button."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select

from klippekort.domain.calendar import instant, is_public_holiday, is_weekday, local
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import PunchEntry
from klippekort.punchcards.services.proof import verify_municipality
from klippekort.trips.models import Trip, TripRider
from tests.builders import a_card, a_scheme, an_occurrence
from tests.cast import HOME, Cast, make_citizen
from tests.faults.machine import Press
from tests.login import session_secret


@dataclass(frozen=True)
class Stage:
    """Who may be booked for what, and the secret of whoever books."""

    secret: str
    citizens: list[UUID]
    cards: list[UUID]
    occurrences: list[UUID]
    starts: datetime

    @property
    def form_at(self) -> str:
        """Return a page with a form on it."""
        return f"/borgere/{self.citizens[0]}/tur/{self.occurrences[0]}"

    def presses(self) -> list[Press]:
        """Return one press for each citizen and date, with the key its page was given."""
        return [
            Press(
                f"/borgere/{citizen}/tur/{occurrence}",
                {
                    "key": str(uuid4()),
                    "occurrence_id": str(occurrence),
                    "escort_id": "",
                    "second_id": "",
                    "escorts_wanted": "1",
                    "escort_by": local(self.starts).date().isoformat(),
                    "transport": "walk",
                    "reckoned_for": "walk",
                    "travel_each_way": "10",
                    "answered": "",
                    "rule": "",
                },
                f"{citizen} {occurrence}",
            )
            for citizen in self.citizens
            for occurrence in self.occurrences
        ]


def _a_working_day() -> date:
    day = clock.today() + timedelta(days=2)
    while not is_weekday(day) or is_public_holiday(day):
        day += timedelta(days=1)
    return day


def set_the_stage(cast: Cast, citizens: int, dates: int) -> Stage:
    """Make so many citizens with plenty on their cards, and so many dates one after the other."""
    now = clock.now()
    terms = a_scheme(now=now)

    def people() -> list[UUID]:
        return [
            make_citizen(f"Borger {n}", "Holm", supplier=cast.supplier, district=cast.north)
            for n in range(citizens)
        ]

    with acting_for(HOME):
        found: list[UUID] = execute(people)
    cards = [a_card(cast, one, 600, scheme_id=terms, now=now) for one in found]
    starts = instant(_a_working_day(), time(9))
    facts: dict[str, Any] = {"minutes": 20, "capacity": citizens}
    occurrences = [
        an_occurrence(starts + timedelta(hours=n), title=f"Fest {n}", **facts) for n in range(dates)
    ]
    return Stage(session_secret(cast.karen), found, cards, occurrences, starts)


@dataclass(frozen=True)
class Standing:
    """What is in the database: booked seats by citizen and date, and what does not prove."""

    booked: list[str]
    trips: int
    holds: int
    faults: list[object]


def standing() -> Standing:
    """Look at what is there now."""
    with acting_for(HOME):
        db.session.rollback()
        rows = db.session.execute(
            select(TripRider.citizen_id, Trip.occurrence_id).join(
                Trip, Trip.id == TripRider.trip_id
            )
        ).all()
        trips = db.session.scalars(select(func.count(Trip.id))).one()
        holds = select(func.count(func.distinct(PunchEntry.trip_id))).filter_by(kind="hold")
        held = db.session.scalars(holds).one()
        found: list[object] = list(verify_municipality())
        db.session.rollback()
    return Standing([f"{citizen} {date_id}" for citizen, date_id in rows], trips, held, found)
