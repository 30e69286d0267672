"""What a wish for a trip is judged against beside the terms: the card, and trips near it."""

from datetime import date, datetime, timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, func, literal, select

from klippekort.citizens.queries.assessing import assessed_facts
from klippekort.domain.calendar import instant, local_day, minutes_between
from klippekort.domain.eligibility import Facts
from klippekort.domain.granting import judges_trips
from klippekort.domain.ledger import CardState
from klippekort.domain.plans import Plan
from klippekort.domain.schemes import Period, Terms
from klippekort.domain.trips import MADE, OCCUPIES
from klippekort.domain.wishes import MadeTrip, Standing
from klippekort.platform.tenancy import OwnRows, own
from klippekort.trips.models import TripRider

_STANDS = (*OCCUPIES, *MADE)
_riders = cast(Table, TripRider.__table__)
_NEAR = OwnRows(
    select(
        _riders.c.starts_at,
        _riders.c.ends_at,
        func.coalesce(_riders.c.charged_minutes, _riders.c.planned_minutes),
    ).where(
        own(_riders),
        _riders.c.citizen_id == bindparam("citizen"),
        _riders.c.card_id == bindparam("card"),
        _riders.c.starts_at.between(bindparam("from_at"), bindparam("to_at")),
        _riders.c.state.in_([literal(state.value) for state in _STANDS]),
    )
)
_WEEKS_IN = {Period.WEEK: 1, Period.MONTH: 5, Period.QUARTER: 14, Period.YEAR: 53}


def standing_of(
    plan: Plan,
    state: CardState,
    citizen_id: UUID,
    card_id: UUID,
    first: date,
    last: date | None = None,
) -> Standing:
    """Return what wishes for trips on these days are judged against.

    Whether the card can pay at all is left to the booking itself, which keeps the promises made.
    """
    return Standing(
        plan,
        state,
        trips=_trips_near(plan, citizen_id, card_id, first, last or first),
        has_now=lambda minutes, on: state.available(on) >= minutes,
        facts=_facts(plan, citizen_id),
    )


def _facts(plan: Plan, citizen_id: UUID) -> Facts:
    """Return what is assessed of a citizen, where the rules judge trips by it."""
    judges = any(judges_trips(version.terms) for version in plan.versions)
    return assessed_facts(citizen_id) if judges else {}


def _trips_near(
    plan: Plan, citizen_id: UUID, card_id: UUID, first: date, last: date
) -> tuple[MadeTrip, ...]:
    """Return what was booked or made from a card, as far around as its rules look."""
    weeks = max((_looks_around(version.terms) for version in plan.versions), default=0)
    if not weeks:
        return ()
    around = timedelta(weeks=weeks)
    start, end = _midnight(first - around), _midnight(last + around)
    rows = _NEAR.rows(citizen=citizen_id, card=card_id, from_at=start, to_at=end)
    return tuple(
        MadeTrip(local_day(starts_at), minutes_between(starts_at, ends_at), minutes)
        for starts_at, ends_at, minutes in rows
    )


def _looks_around(terms: Terms) -> int:
    """Return how many weeks to each side of a trip the terms look for others."""
    weeks = [limit.weeks for limit in terms.visits.at_most.values()]
    if terms.notice.saved_time is not None:
        weeks.append(_WEEKS_IN.get(terms.allowance.period, 0) * terms.allowance.every)
    return max(weeks, default=0)


def _midnight(day: date) -> datetime:
    return instant(day, datetime.min.time())
