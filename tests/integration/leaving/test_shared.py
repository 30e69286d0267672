"""Two on one trip, and one of them dies: the other's day goes on as it was agreed."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from klippekort.citizens.services.leaving import Leaving, register_leaving, undo_leaving
from klippekort.domain.schemes import Joint, JointTrips
from klippekort.domain.trips import Transport
from klippekort.punchcards.queries.cards import find_open_card, state_of
from klippekort.punchcards.services.proof import verify_municipality
from klippekort.trips.queries.trips import escorts_of, get_trip, riders_of
from klippekort.trips.services.blocks import Block, Passenger
from klippekort.trips.services.keeping import finish_trip, start_trip
from klippekort.trips.services.reserving import reserve
from tests.builders import DECIDED, MONDAY, a_card, a_scheme, a_shift, an_occurrence
from tests.cast import Cast
from tests.integration.waiting.arrange import here, run, state_of_trip

TODAY, TOMORROW = date(2026, 11, 23), date(2026, 11, 24)
BEGINS = MONDAY + timedelta(days=1, hours=2)
SHARED = replace(DECIDED, joint_trips=JointTrips(charge=Joint.SHARED))


@pytest.fixture
def trip(cast: Cast) -> UUID:
    """Ellen and Poul on their way to cards together, with Bo, each paying a share."""
    assert cast.bo.person_id is not None
    a_shift(cast.bo, TOMORROW)
    scheme = a_scheme(SHARED)
    for who in (cast.ellen, cast.poul):
        a_card(cast, who, scheme_id=scheme)
    cards = an_occurrence(BEGINS)
    block = Block(
        tuple(Passenger(who, "said", "said") for who in (cast.ellen, cast.poul)),
        cards,
        Transport.WALK,
        10,
        10,
        escorts=(cast.bo.person_id,),
    )
    return UUID(run(lambda: str(reserve(cast.karen, block, now=MONDAY))))


def leave(cast: Cast) -> UUID:
    facts = Leaving("died", TODAY, "relative")
    return UUID(run(register_leaving, cast.karen, cast.ellen, facts, now=MONDAY))


def held(citizen_id: UUID) -> int:
    def read() -> int:
        card = find_open_card(citizen_id)
        return sum(hold.minutes for hold in state_of(card).holds) if card else 0

    return here(read)


def going(trip_id: UUID) -> set[UUID]:
    return here(lambda: {one.citizen_id for one in riders_of(trip_id) if one.is_active})


def with_helper(trip_id: UUID) -> list[UUID]:
    return here(lambda: [one.care_worker_id for one in escorts_of(trip_id) if one.is_active])


def test_the_other_goes_with_the_helper_and_the_minutes_she_agreed_to(
    cast: Cast, trip: UUID
) -> None:
    agreed = held(cast.poul)
    leave(cast)
    assert (state_of_trip(trip), going(trip)) == ("booked", {cast.poul})
    assert with_helper(trip) == [cast.bo.person_id]
    assert held(cast.poul) == agreed > 0


def test_the_one_who_is_gone_pays_nothing(cast: Cast, trip: UUID) -> None:
    leave(cast)
    gone = here(lambda: next(one for one in riders_of(trip) if one.citizen_id == cast.ellen))
    assert (gone.charged_minutes, gone.state) == (0, "cancelled")
    assert run(verify_municipality) == []


def test_the_other_pays_what_was_agreed_when_the_trip_is_made(cast: Cast, trip: UUID) -> None:
    agreed = held(cast.poul)
    leave(cast)
    starts, ends = here(lambda: (get_trip(trip).starts_at, get_trip(trip).ends_at))
    run(start_trip, cast.bo, trip, now=starts)
    run(finish_trip, cast.bo, trip, started_at=starts, ended_at=ends, now=ends)
    charged = here(lambda: {one.citizen_id: one.charged_minutes for one in riders_of(trip)})
    assert charged == {cast.ellen: 0, cast.poul: agreed}
    assert run(verify_municipality) == []


def test_after_a_mistake_both_go(cast: Cast, trip: UUID) -> None:
    before = held(cast.ellen)
    leaving = leave(cast)
    run(undo_leaving, cast.karen, leaving, now=MONDAY + timedelta(hours=1))
    assert going(trip) == {cast.ellen, cast.poul}
    assert held(cast.ellen) == before > 0
    assert with_helper(trip) == [cast.bo.person_id]
