"""A trip that was made takes a course on by itself, and only from where it leads."""

from datetime import timedelta
from uuid import UUID

import pytest

from klippekort.domain.courses import Phase
from klippekort.domain.trips import Company
from klippekort.trips.services.keeping import finish_trip
from tests.builders import MONDAY, a_card, a_shift, a_trip, an_occurrence
from tests.cast import Cast
from tests.integration.courses.arrange import a_course, course_now, run
from tests.integration.planning.conftest import change_trip

GAME_AT = MONDAY + timedelta(days=1, hours=2)

TO_MATCHED = (Phase.TALK, Phase.CLARIFIED, Phase.MATCHED)


@pytest.fixture
def trip(cast: Cast) -> UUID:
    """Ellen's trip with Bo to the game."""
    a_card(cast, cast.ellen)
    a_shift(cast.bo, GAME_AT.date())
    return a_trip(cast.bo, cast.ellen, an_occurrence(GAME_AT), cast.bo)


def comes_home(cast: Cast, trip: UUID) -> None:
    ended = GAME_AT + timedelta(minutes=90)
    run(finish_trip, cast.bo, trip, started_at=GAME_AT, ended_at=ended, now=ended)


def test_the_first_trip_with_an_escort_is_a_step(cast: Cast, trip: UUID) -> None:
    a_course(cast.karen, cast.ellen, *TO_MATCHED)
    comes_home(cast, trip)
    course = course_now(cast.ellen)
    assert (course.phase, course.phase_since) == ("escorted", GAME_AT.date())


@pytest.mark.parametrize("way", [(Phase.TALK,), (*TO_MATCHED, Phase.ESCORTED, Phase.SETTLED)])
def test_elsewhere_on_the_way_a_trip_moves_nothing(
    cast: Cast, trip: UUID, way: tuple[Phase, ...]
) -> None:
    a_course(cast.karen, cast.ellen, *way)
    comes_home(cast, trip)
    assert course_now(cast.ellen).phase == way[-1]


def test_a_trip_on_ones_own_way_is_no_step(cast: Cast, trip: UUID) -> None:
    a_course(cast.karen, cast.ellen, *TO_MATCHED)
    change_trip(trip, company=Company.RELATIVE)
    comes_home(cast, trip)
    assert course_now(cast.ellen).phase == "matched"


def test_without_a_course_a_trip_ends_as_ever(cast: Cast, trip: UUID) -> None:
    comes_home(cast, trip)
    with pytest.raises(IndexError):
        course_now(cast.ellen)
