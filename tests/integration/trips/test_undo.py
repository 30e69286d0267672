"""Undoing the last thing that was done to a trip: time, seat, helpers and messages come back."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from klippekort.domain.errors import CitizenBusy, NothingToUndo
from klippekort.domain.schemes import Charge
from klippekort.domain.trips import CancelReason, Cause, TripState
from klippekort.messages.queries import open_calls
from klippekort.messages.services import complete_call
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.cards import get_card, state_of
from klippekort.punchcards.services.proof import verify_card
from klippekort.trips.queries.trips import events_of, get_trip
from klippekort.trips.services import keeping
from klippekort.trips.services.escorts import assign_escort
from klippekort.trips.services.happenings import add_note
from klippekort.trips.services.undoing import undo
from tests.builders import MONDAY, a_card, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.trips.conftest import DOORS_OPEN, GAME_AT, HOME_AGAIN
from tests.integration.trips.test_blocks import seats_left

SOON = timedelta(minutes=4)


@pytest.fixture
def trip(cast: Cast, card: UUID, game: UUID) -> UUID:
    return a_trip(cast.bo, cast.ellen, game, cast.bo)


def do(deed: Any, actor: Any, trip: UUID, *, now: datetime = MONDAY, **told: Any) -> None:
    with acting_for(HOME):
        execute(deed, actor, trip, now=now, **told)


def undone(cast: Cast, trip: UUID, now: datetime) -> None:
    with acting_for(HOME):
        last = events_of(trip)[-1].id
        execute(undo, cast.karen, trip, last, now=now)


def cancel(cast: Cast, trip: UUID, cause: Cause = Cause.SUPPLIER, now: datetime = MONDAY) -> None:
    told = {"cause": cause, "reason": CancelReason.BUSY, "answer": Charge.FULL}
    do(keeping.cancel_trip, cast.karen, trip, now=now, **told)


def seen(trip: UUID, card: UUID) -> tuple[TripState, int, str | None]:
    with acting_for(HOME):
        row = get_trip(trip)
        return row.state, state_of(get_card(card)).held(), row.escort_name


def calls(now: datetime) -> list[str]:
    with acting_for(HOME):
        return [call.kind for call in open_calls(now)]


def test_a_booking_undone_leaves_nothing_behind(
    cast: Cast, trip: UUID, card: UUID, game: UUID
) -> None:
    undone(cast, trip, MONDAY + SOON)
    assert seen(trip, card) == (TripState.CANCELLED, 0, None)
    assert seats_left(game) == 10


def test_a_cancelling_undone_is_as_if_it_had_not_been(
    cast: Cast, trip: UUID, card: UUID, game: UUID
) -> None:
    cancel(cast, trip)
    undone(cast, trip, MONDAY + SOON)
    assert seen(trip, card) == (TripState.BOOKED, 110, "Bo Berg")
    assert seats_left(game) == 9


def test_a_call_that_still_rests_is_taken_back(cast: Cast, trip: UUID) -> None:
    cancel(cast, trip)
    undone(cast, trip, MONDAY + SOON)
    assert calls(MONDAY + timedelta(hours=1)) == []


def test_a_call_rests_before_anybody_is_asked_to_make_it(cast: Cast, trip: UUID) -> None:
    cancel(cast, trip)
    assert (calls(MONDAY + SOON), calls(MONDAY + timedelta(minutes=5))) == ([], ["trip_cancelled"])


def test_what_was_told_already_is_told_the_other_way(cast: Cast, trip: UUID) -> None:
    later = MONDAY + timedelta(minutes=6)
    cancel(cast, trip)
    with acting_for(HOME):
        call = open_calls(later)[0].id
        execute(complete_call, cast.karen, call, now=later)
    undone(cast, trip, later)
    assert calls(later) == ["trip_on_again"]


def test_cancelled_again_after_an_undo_the_citizen_is_told(cast: Cast, trip: UUID) -> None:
    cancel(cast, trip)
    undone(cast, trip, MONDAY + SOON)
    cancel(cast, trip, now=MONDAY + SOON)
    assert calls(MONDAY + timedelta(hours=1)) == ["trip_cancelled"]


def test_time_that_was_forfeited_comes_back(cast: Cast, trip: UUID, card: UUID) -> None:
    cancel(cast, trip, Cause.NO_SHOW, DOORS_OPEN + SOON)
    undone(cast, trip, DOORS_OPEN + 2 * SOON)
    assert seen(trip, card)[:2] == (TripState.BOOKED, 110)
    with acting_for(HOME):
        assert verify_card(card) == []


def test_a_finished_trip_is_finished_once_more_with_the_right_times(
    cast: Cast, trip: UUID, card: UUID
) -> None:
    wrong = DOORS_OPEN + timedelta(minutes=30)
    times = {"started_at": DOORS_OPEN, "now": HOME_AGAIN}
    do(keeping.finish_trip, cast.bo, trip, ended_at=wrong, **times)
    undone(cast, trip, HOME_AGAIN + SOON)
    assert seen(trip, card)[:2] == (TripState.UNDER_WAY, 110)
    do(keeping.finish_trip, cast.bo, trip, ended_at=HOME_AGAIN, **times)
    with acting_for(HOME):
        assert get_trip(trip).charged_minutes == 110
        assert verify_card(card) == []


def test_a_start_undone_waits_again(cast: Cast, trip: UUID, card: UUID) -> None:
    do(keeping.start_trip, cast.bo, trip, now=DOORS_OPEN)
    undone(cast, trip, DOORS_OPEN + SOON)
    assert seen(trip, card) == (TripState.BOOKED, 110, "Bo Berg")


def test_the_helper_of_before_goes_along_again(cast: Cast, trip: UUID, card: UUID) -> None:
    mia = cast.mia.person_id
    with acting_for(HOME):
        execute(assign_escort, cast.karen, trip, mia, now=MONDAY)
    undone(cast, trip, MONDAY + SOON)
    assert seen(trip, card)[2] == "Bo Berg"


def test_after_half_an_hour_it_is_done(cast: Cast, trip: UUID) -> None:
    with pytest.raises(NothingToUndo):
        undone(cast, trip, MONDAY + timedelta(minutes=31))


def test_only_the_last_thing_is_undone(cast: Cast, trip: UUID) -> None:
    with acting_for(HOME):
        first = events_of(trip)[-1].id
    do(keeping.start_trip, cast.bo, trip, now=DOORS_OPEN)
    with acting_for(HOME), pytest.raises(NothingToUndo):
        execute(undo, cast.karen, trip, first, now=DOORS_OPEN)


def test_a_note_in_between_changes_nothing_that_undoing_must_mind(
    cast: Cast, trip: UUID, card: UUID
) -> None:
    do(keeping.start_trip, cast.bo, trip, now=DOORS_OPEN)
    with acting_for(HOME):
        started = events_of(trip)[-1].id
    do(add_note, cast.bo, trip, text="Ellen glæder sig", now=DOORS_OPEN)
    with acting_for(HOME):
        execute(undo, cast.karen, trip, started, now=DOORS_OPEN + SOON)
    assert seen(trip, card)[0] is TripState.BOOKED


def test_what_was_undone_is_not_undone_again(cast: Cast, trip: UUID) -> None:
    undone(cast, trip, MONDAY + SOON)
    with pytest.raises(NothingToUndo):
        undone(cast, trip, MONDAY + SOON)


def test_nobody_is_put_in_two_places(cast: Cast, trip: UUID, card: UUID) -> None:
    cancel(cast, trip)
    a_trip(cast.karen, cast.ellen, an_occurrence(GAME_AT))
    with pytest.raises(CitizenBusy):
        undone(cast, trip, MONDAY + SOON)
    assert seen(trip, card)[0] is TripState.CANCELLED


def test_a_helper_who_was_taken_meanwhile_stays_there(cast: Cast, trip: UUID, card: UUID) -> None:
    cancel(cast, trip)
    with acting_for(HOME):
        scheme = get_card(card).scheme_id
    a_card(cast, cast.poul, scheme_id=scheme)
    a_trip(cast.karen, cast.poul, an_occurrence(GAME_AT, wheelchair_places=1), cast.bo)
    undone(cast, trip, MONDAY + SOON)
    assert seen(trip, card) == (TripState.BOOKED, 110, None)
