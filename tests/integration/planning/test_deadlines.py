"""A helper is to be found by a deadline: proposed, asked for, found, or the trip is released."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import NotFound
from klippekort.domain.schemes import Cancelled, Charge
from klippekort.domain.trips import CancelReason, Cause
from klippekort.planning.jobs import find_escorts
from klippekort.planning.queries.broken import to_be_found
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import CardTask
from klippekort.punchcards.queries.cards import get_card
from klippekort.punchcards.services.proof import verify_municipality
from klippekort.trips.models import TripEvent
from klippekort.trips.queries.trips import escorts_of
from klippekort.trips.services.cancelling import cancel_trip
from klippekort.trips.services.settling import settle_escort
from tests.builders import DECIDED, MONDAY, a_card, a_scheme, a_shift, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.planning.conftest import (
    TUESDAY,
    Browse,
    Stranger,
    calls,
    change_trip,
    escorts,
    key_of,
    state_of,
)

DEADLINE = MONDAY + timedelta(hours=5)
START = MONDAY + timedelta(days=1, hours=2)


def _run(now: datetime) -> None:
    with acting_for(HOME):
        outcome = find_escorts(local_day(now), now)
        assert (outcome.failed, outcome.last_error) == (0, None)


def _kinds(trip: UUID) -> list[str]:
    with acting_for(HOME):
        rows = db.session.scalars(select(TripEvent).filter_by(trip_id=trip).order_by(TripEvent.at))
        return [row.kind for row in rows if row.kind.startswith("escort_")]


def _tasks() -> list[str]:
    with acting_for(HOME):
        return list(db.session.scalars(select(CardTask.rule)))


@pytest.fixture
def alone(cast: Cast, scheme: UUID) -> UUID:
    """Ellen goes to cards on Tuesday; a helper must be found by Monday at 13. Nobody is at work."""
    a_card(cast, cast.ellen, scheme_id=scheme)
    trip = a_trip(cast.karen, cast.ellen, an_occurrence(START))
    change_trip(trip, escort_by=DEADLINE)
    return trip


def test_before_the_deadline_whoever_fits_is_proposed_and_nobody_is_put_on_it(
    cast: Cast, alone: UUID
) -> None:
    a_shift(cast.mia, TUESDAY)
    _run(MONDAY)
    assert _kinds(alone) == ["escort_proposed"]
    assert escorts(alone) == []
    assert calls() == []


def test_where_nobody_fits_a_person_is_asked_once(cast: Cast, alone: UUID) -> None:
    _run(MONDAY)
    _run(MONDAY + timedelta(hours=1))
    assert _kinds(alone) == ["escort_sought"]
    assert _tasks() == ["escort_missing"]


def test_after_the_deadline_the_trip_is_the_suppliers_cancellation(cast: Cast, alone: UUID) -> None:
    _run(MONDAY)
    _run(DEADLINE + timedelta(minutes=1))
    assert state_of(alone) == "cancelled"
    assert [kind for kind, _ in calls()] == ["trip_cancelled"]
    with acting_for(HOME):
        assert list(verify_municipality()) == []


def test_a_deadline_that_nobody_was_told_of_is_not_held_against_them(
    cast: Cast, alone: UUID
) -> None:
    _run(DEADLINE + timedelta(minutes=1))
    assert state_of(alone) == "booked"
    _run(DEADLINE + timedelta(hours=3))
    assert state_of(alone) == "cancelled"


def test_once_found_the_citizen_is_told_and_nothing_is_released(
    browse: Browse, cast: Cast, alone: UUID
) -> None:
    a_shift(cast.mia, TUESDAY)
    _run(MONDAY)
    sent = {"key": key_of(1), "escort": str(cast.mia.person_id)}
    browse(cast.ida).post(f"/tavle/ture/{alone}/ledsager", data=sent)
    _run(DEADLINE + timedelta(hours=3))
    assert state_of(alone) == "booked"
    assert calls() == [("escort_found", "Mia Møller")]


def test_trips_with_a_deadline_are_listed_with_it(browse: Browse, cast: Cast, alone: UUID) -> None:
    page = browse(cast.ida).get("/tavle/mangler").text
    assert "Ellen Sørensen" in page
    assert "kl. 13.00" in page


def test_a_trip_far_from_its_deadline_is_left_alone(cast: Cast, alone: UUID) -> None:
    change_trip(alone, escort_by=MONDAY + timedelta(hours=25))
    _run(MONDAY)
    assert _kinds(alone) == []


def test_where_nobody_decided_what_it_costs_it_is_free_and_somebody_is_asked(
    cast: Cast,
) -> None:
    open_terms = replace(
        DECIDED, cancelling=replace(DECIDED.cancelling, supplier=Cancelled(Charge.UNDECIDED))
    )
    a_card(cast, cast.ellen, scheme_id=a_scheme(open_terms))
    trip = a_trip(cast.karen, cast.ellen, an_occurrence(START))
    change_trip(trip, escort_by=DEADLINE)
    _run(MONDAY)
    _run(DEADLINE + timedelta(minutes=1))
    assert state_of(trip) == "cancelled"
    assert len(_tasks()) == 2


def test_once_the_first_has_cancelled_whoever_is_proposed_is_of_the_other_s_supplier(
    cast: Cast, joint: UUID, stranger: Stranger
) -> None:
    """Ellen was first, and of the municipality; Poul, who goes alone now, has the private one."""
    a_shift(replace(cast.bo, person_id=stranger.worker), TUESDAY)
    _release(joint)
    _stays_home(cast, joint, cast.ellen)
    _run(MONDAY)
    with acting_for(HOME):
        said = db.session.scalars(select(TripEvent).filter_by(kind="escort_proposed")).one()
    assert said.details["escort"] == str(stranger.worker)


def test_once_the_first_has_cancelled_the_other_s_card_is_the_one_that_asks(
    cast: Cast, joint: UUID
) -> None:
    _release(joint)
    _stays_home(cast, joint, cast.ellen)
    _run(MONDAY)
    with acting_for(HOME):
        task = db.session.scalars(select(CardTask)).one()
        assert get_card(task.card_id).citizen_id == cast.poul


def test_nobody_of_the_supplier_of_whoever_has_cancelled_is_put_on_the_trip(
    cast: Cast, joint: UUID
) -> None:
    _release(joint)
    _stays_home(cast, joint, cast.ellen)
    with acting_for(HOME), pytest.raises(NotFound):
        execute(settle_escort, cast.karen, joint, cast.mia.person_id, now=MONDAY)
    assert escorts(joint) == []


def _release(trip: UUID) -> None:
    """Take the helper off a trip: another is to be found by the deadline."""
    change_trip(trip, escort_by=DEADLINE)

    def take_off() -> None:
        for one in escorts_of(trip):
            one.is_active = False

    with acting_for(HOME):
        execute(take_off)


def _stays_home(cast: Cast, trip: UUID, citizen: UUID) -> None:
    told: dict[str, Any] = {"cause": Cause.CITIZEN, "reason": CancelReason.ILL}
    with acting_for(HOME):
        execute(cancel_trip, cast.karen, trip, citizen_id=citizen, now=MONDAY, **told)


def test_yesterdays_run_leaves_it_to_todays(cast: Cast, alone: UUID) -> None:
    with acting_for(HOME):
        yesterday = local_day(MONDAY) - timedelta(days=1)
        assert find_escorts(yesterday, MONDAY).expected == 0
    assert _kinds(alone) == []


def test_the_most_urgent_stands_first_with_a_deadline_or_without(
    browse: Browse, cast: Cast, alone: UUID
) -> None:
    later = a_trip(cast.karen, cast.ellen, an_occurrence(START + timedelta(days=14)))
    change_trip(later, escort_by=START + timedelta(days=13))
    change_trip(alone, escort_by=None)
    with acting_for(HOME):
        assert [one.id for one in to_be_found(MONDAY)] == [alone, later]
