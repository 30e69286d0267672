"""Courses and talks of the cast, made through the services."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import get_citizen
from klippekort.courses import services
from klippekort.courses.models import Course
from klippekort.courses.queries.courses import list_of_citizen
from klippekort.courses.queries.suggestions import Suggestions, suggestions_for
from klippekort.domain.courses import Phase
from klippekort.domain.permissions import Actor
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.trips.models import Trip, TripRider
from tests.builders import MONDAY
from tests.cast import HOME, Cast, make_citizen

TODAY = MONDAY.date()


def run(service: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run a service for Lindeby, in a transaction of its own."""
    with acting_for(HOME):
        return execute(service, *args, **kwargs)


def here(read: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Read something of Lindeby's as it is now."""
    with acting_for(HOME):
        db.session.rollback()
        found = read(*args, **kwargs)
        db.session.expunge_all()
        return found


def a_course(actor: Actor, citizen_id: UUID, *way: Phase, now: datetime = MONDAY) -> UUID:
    """Open a course, take it along a way, and return its id."""
    course_id = UUID(run(services.open_course, actor, citizen_id, origin="staff", now=now))
    for phase in way:
        run(services.step_course, actor, course_id, phase, on_day=now.date(), now=now)
    return course_id


TO_ESCORTED = (Phase.TALK, Phase.CLARIFIED, Phase.MATCHED, Phase.ESCORTED)


def course_now(citizen_id: UUID) -> Course:
    """Return a citizen's latest course as it is now."""
    found: Course = here(list_of_citizen, citizen_id)[0]
    return found


def talked(actor: Actor, citizen_id: UUID, now: datetime = MONDAY, **said: str | list[str]) -> None:
    """Hold a talk with a citizen who says yes, with these answers."""
    run(services.finish_talk, actor, citizen_id, {"agrees": "yes", **said}, now=now)


def suits(citizen_id: UUID, now: datetime = MONDAY) -> Suggestions:
    """Return what suits a citizen now."""

    def read() -> Suggestions:
        return suggestions_for(get_citizen(citizen_id), now)

    found: Suggestions = here(read)
    return found


def a_neighbour(cast: Cast, first: str = "Rosa", **facts: object) -> UUID:
    """Add a citizen of the private supplier, on the same stairwell as everybody else."""
    made: list[UUID] = []

    def add() -> None:
        made.append(
            make_citizen(
                first, "Holm", supplier=cast.private_supplier, district=cast.south, **facts
            )
        )

    run(add)
    return made[0]


def went(citizen_id: UUID, *days_ago: int, where: str = "Kortklubben", alone: bool = False) -> None:
    """Let a citizen have been on trips to one place, so many days before Monday."""

    def add() -> None:
        for ago in days_ago:
            starts = MONDAY - timedelta(days=ago)
            ends = starts + timedelta(hours=2)
            trip = new_id()
            db.session.add(
                Trip(
                    id=trip,
                    destination=where,
                    company="own_way" if alone else "escort",
                    starts_at=starts,
                    ends_at=ends,
                    travel_minutes=0,
                    transport="walk",
                    state="completed",
                    booked_at=starts,
                )
            )
            db.session.flush()
            db.session.add(
                TripRider(
                    trip_id=trip,
                    citizen_id=citizen_id,
                    starts_at=starts,
                    ends_at=ends,
                    is_active=False,
                    state="completed",
                    planned_minutes=60,
                    agreed_how="said",
                )
            )

    run(add)


def protect(citizen_id: UUID) -> None:
    """Protect a citizen's address."""

    def change() -> None:
        row = db.session.get(Citizen, (HOME, citizen_id))
        assert row is not None
        row.has_protected_address = True

    run(change)


def in_weeks(weeks: int) -> tuple[date, datetime]:
    """Return the day and the moment so many weeks after Monday."""
    return TODAY + timedelta(weeks=weeks), MONDAY + timedelta(weeks=weeks)
