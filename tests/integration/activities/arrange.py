"""Viggo's card games: what most tests of activities begin with."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import select

from klippekort.activities.models import Activity, Occurrence
from klippekort.activities.services import (
    ActivityFacts,
    approve_activity,
    post_activity,
    take_seat,
)
from klippekort.domain.calendar import instant
from klippekort.domain.recurrence import Repeats
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast

TUESDAY = date(2026, 11, 24)
NOW = instant(date(2026, 11, 23), time(8))
TWO, FOUR = instant(TUESDAY, time(14)), instant(TUESDAY, time(16))
CARDS = ActivityFacts(
    title="Kortspil",
    kind="cards",
    description="Vi spiller whist.",
    place="Medborgerhuset",
    address="Torvet 1",
    postcode="4681",
    town="Lindeby",
    access=("step_free",),
    price_oere=3500,
    helper_price_oere=0,
    capacity=10,
    wheelchair_places=2,
    repeats=Repeats.WEEKLY,
    first_on=TUESDAY,
    starts=time(14),
    ends=time(16),
)
ONCE = replace(CARDS, repeats=Repeats.ONCE)


def do(service: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run a service in Lindeby and return its answer."""
    with acting_for(HOME):
        return execute(service, *args, **kwargs)


def read(query: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Ask a query in Lindeby and return its answer."""
    with acting_for(HOME):
        return query(*args, **kwargs)


def a_proposal(cast: Cast, facts: ActivityFacts = CARDS, *, now: datetime = NOW) -> UUID:
    """Let Viggo post an activity and return its id."""
    return UUID(do(post_activity, cast.viggo, facts, now=now))


def an_activity(cast: Cast, facts: ActivityFacts = CARDS, *, now: datetime = NOW) -> UUID:
    """Let Viggo post an activity and Karen approve it, and return its id."""
    activity_id = a_proposal(cast, facts, now=now)
    do(approve_activity, cast.karen, activity_id, now=now)
    return activity_id


def a_date(cast: Cast, facts: ActivityFacts = ONCE) -> UUID:
    """Return the id of the first date of a new activity of Viggo's."""
    return dates_of(an_activity(cast, facts))[0].id


def dates_of(activity_id: UUID) -> list[Occurrence]:
    """Return all dates of an activity, by time."""
    with acting_for(HOME):
        found = select(Occurrence).filter_by(activity_id=activity_id)
        fresh = found.execution_options(populate_existing=True)
        return list(db.session.scalars(fresh.order_by(Occurrence.starts_at)))


def activity(activity_id: UUID) -> Activity:
    """Return an activity as it is stored."""
    with acting_for(HOME):
        found = select(Activity).filter_by(id=activity_id)
        return db.session.scalars(found.execution_options(populate_existing=True)).one()


def seat(cast: Cast, occurrence_id: UUID, citizen_id: UUID, *, wheelchair: bool = False) -> UUID:
    """Take a seat and return the id of the sign-up."""
    taken: UUID = do(
        take_seat, cast.karen, occurrence_id, citizen_id, wheelchair=wheelchair, now=NOW
    )
    return taken
