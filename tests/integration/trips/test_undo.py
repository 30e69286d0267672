"""Undoing the last thing that was done to a trip: time, seat, helpers and messages come back."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from klippekort.accounts.models import CareWorker, Shift
from klippekort.activities.queries import get_occurrence_facts
from klippekort.activities.services import take_seat
from klippekort.citizens.models import Citizen
from klippekort.domain.calendar import instant
from klippekort.domain.errors import CitizenBusy, Forbidden, NoSeat, NothingToUndo
from klippekort.domain.incidents import Effect, IncidentKind
from klippekort.domain.permissions import Actor, Role
from klippekort.domain.schemes import Charge, Joint, JointTrips
from klippekort.domain.trips import CancelReason, Cause, Transport, TripState
from klippekort.messages.queries import find_message, open_calls
from klippekort.messages.services import complete_call, queue_call
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.cards import get_card, state_of
from klippekort.punchcards.services.proof import verify_card
from klippekort.trips.queries.trips import (
    escorts_of,
    events_of,
    get_trip,
    last_change,
    read_trip,
    riders_of,
)
from klippekort.trips.services import cancelling, keeping
from klippekort.trips.services.blocks import Block, Passenger
from klippekort.trips.services.company import stay_home
from klippekort.trips.services.escorts import assign_escort
from klippekort.trips.services.happenings import add_note, record_incident
from klippekort.trips.services.on_way import tell_on_way
from klippekort.trips.services.reserving import reserve
from klippekort.trips.services.undoing import may_undo, undo
from tests.builders import DECIDED, MONDAY, a_card, a_scheme, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.trips.conftest import DOORS_OPEN, GAME_AT, HOME_AGAIN, TUESDAY
from tests.integration.trips.test_blocks import seats_left

SOON = timedelta(minutes=4)
TOGETHER = replace(DECIDED, joint_trips=JointTrips(charge=Joint.FULL))


@pytest.fixture
def trip(cast: Cast, card: UUID, game: UUID) -> UUID:
    return a_trip(cast.bo, cast.ellen, game, cast.bo)


def do(deed: Any, actor: Any, trip: UUID, *, now: datetime = MONDAY, **told: Any) -> None:
    with acting_for(HOME):
        execute(deed, actor, trip, now=now, **told)


def undone(cast: Cast, trip: UUID, now: datetime) -> None:
    with acting_for(HOME):
        last = last_change(events_of(trip))
        assert last is not None
        execute(undo, cast.karen, trip, last.id, now=now)


def cancel(cast: Cast, trip: UUID, cause: Cause = Cause.SUPPLIER, now: datetime = MONDAY) -> None:
    told = {"cause": cause, "reason": CancelReason.BUSY, "answer": Charge.FULL}
    do(cancelling.cancel_trip, cast.karen, trip, now=now, **told)


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
    do(keeping.start_trip, cast.bo, trip, now=DOORS_OPEN)
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


def together(cast: Cast, game: UUID, *helpers: Any) -> UUID:
    """Book Ellen and Poul, each with a card, on one trip with these helpers."""
    scheme = a_scheme(TOGETHER)
    for citizen in (cast.ellen, cast.poul):
        a_card(cast, citizen, scheme_id=scheme)
    block = Block(
        passengers=tuple(
            Passenger(citizen, "said", joint_agreed_how="said")
            for citizen in (cast.ellen, cast.poul)
        ),
        goal=game,
        transport=Transport.WHEELCHAIR_BUS,
        out_minutes=10,
        home_minutes=10,
        escorts=tuple(helper.person_id for helper in helpers),
        escorts_wanted=len(helpers),
    )
    with acting_for(HOME):
        return UUID(str(execute(reserve, cast.karen, block, now=MONDAY)))


def each(trip: UUID) -> dict[UUID, tuple[str, bool, int | None]]:
    """Return each one's state, whether she is on the trip, and what it cost."""
    with acting_for(HOME):
        return {
            rider.citizen_id: (rider.state, rider.is_active, rider.charged_minutes)
            for rider in riders_of(trip)
        }


def stays_home(cast: Cast, trip: UUID, citizen: UUID) -> None:
    told = {"cause": Cause.CITIZEN, "reason": CancelReason.ILL, "answer": Charge.FREE}
    do(cancelling.cancel_trip, cast.karen, trip, now=MONDAY, citizen_id=citizen, **told)


def finish(cast: Cast, trip: UUID, now: datetime = HOME_AGAIN, **told: Any) -> None:
    times = {"started_at": DOORS_OPEN, "ended_at": now, "now": now}
    do(keeping.finish_trip, cast.karen, trip, **times, **told)


def test_whoever_had_stayed_at_home_does_not_come_back_with_a_finish(
    cast: Cast, game: UUID
) -> None:
    trip = together(cast, game, cast.bo)
    stays_home(cast, trip, cast.ellen)
    do(keeping.start_trip, cast.bo, trip, now=DOORS_OPEN)
    finish(cast, trip)
    undone(cast, trip, HOME_AGAIN + SOON)
    riders = each(trip)
    assert riders[cast.ellen] == (TripState.CANCELLED, False, 0)
    assert riders[cast.poul] == (TripState.UNDER_WAY, True, None)


def test_whoever_stayed_at_home_and_is_elsewhere_does_not_stop_an_undo(
    cast: Cast, game: UUID
) -> None:
    trip = together(cast, game, cast.bo)
    stays_home(cast, trip, cast.ellen)
    a_trip(cast.karen, cast.ellen, an_occurrence(GAME_AT, title="Sang"))
    do(keeping.start_trip, cast.bo, trip, now=DOORS_OPEN)
    finish(cast, trip)
    undone(cast, trip, HOME_AGAIN + SOON)
    assert each(trip)[cast.poul][0] == TripState.UNDER_WAY


@pytest.mark.parametrize("is_broken_off", [True, False])
def test_whoever_was_home_before_is_not_out_again(
    cast: Cast, game: UUID, is_broken_off: bool
) -> None:
    trip = together(cast, game, cast.bo)
    do(keeping.start_trip, cast.bo, trip, now=DOORS_OPEN)
    early = DOORS_OPEN + timedelta(minutes=90)
    said = {"is_broken_off": True, "broken_off": Charge.FULL} if is_broken_off else {}
    finish(cast, trip, early, citizen_id=cast.ellen, **said)
    before = each(trip)[cast.ellen]
    finish(cast, trip)
    undone(cast, trip, HOME_AGAIN + SOON)
    assert (each(trip)[cast.ellen], each(trip)[cast.poul][1]) == (before, True)


def test_a_homecoming_undone_is_of_the_one_who_came_home(cast: Cast, game: UUID) -> None:
    trip = together(cast, game, cast.bo)
    do(keeping.start_trip, cast.bo, trip, now=DOORS_OPEN)
    finish(cast, trip, citizen_id=cast.ellen)
    undone(cast, trip, HOME_AGAIN + SOON)
    assert set(each(trip).values()) == {(TripState.UNDER_WAY, True, None)}


def homecomings(cast: Cast, trip: UUID) -> list[datetime | None]:
    """Return when Ellen, Poul and the whole trip were home."""
    with acting_for(HOME):
        found = {rider.citizen_id: rider.ended_at for rider in riders_of(trip)}
        return [found[cast.ellen], found[cast.poul], read_trip(trip).ended_at]


def test_undoing_the_last_homecoming_keeps_that_of_whoever_was_home_before(
    cast: Cast, game: UUID
) -> None:
    trip, early = together(cast, game, cast.bo), DOORS_OPEN + timedelta(minutes=90)
    do(keeping.start_trip, cast.bo, trip, now=DOORS_OPEN)
    finish(cast, trip, early, citizen_id=cast.ellen)
    finish(cast, trip)
    assert homecomings(cast, trip) == [early, HOME_AGAIN, HOME_AGAIN]
    undone(cast, trip, HOME_AGAIN + SOON)
    assert homecomings(cast, trip) == [early, None, None]


def test_a_trip_whose_last_rider_was_missing_ended_when_the_other_was_home(
    cast: Cast, game: UUID
) -> None:
    trip, early = together(cast, game, cast.bo), DOORS_OPEN + timedelta(minutes=90)
    do(keeping.start_trip, cast.bo, trip, now=DOORS_OPEN)
    finish(cast, trip, early, citizen_id=cast.ellen)
    told = {"cause": Cause.NO_SHOW, "reason": CancelReason.NOT_HOME, "answer": Charge.FREE}
    do(cancelling.cancel_trip, cast.bo, trip, now=HOME_AGAIN, citizen_id=cast.poul, **told)
    assert homecomings(cast, trip) == [early, None, early]
    undone(cast, trip, HOME_AGAIN + SOON)
    assert homecomings(cast, trip) == [early, None, None]


@pytest.mark.parametrize("of_one", [True, False])
def test_the_history_names_those_whom_an_undo_is_about(
    cast: Cast, game: UUID, of_one: bool
) -> None:
    trip = together(cast, game, cast.bo)
    do(keeping.start_trip, cast.bo, trip, now=DOORS_OPEN)
    finish(cast, trip, citizen_id=cast.ellen if of_one else None)
    undone(cast, trip, HOME_AGAIN + SOON)
    with acting_for(HOME):
        last = events_of(trip)[-1]
    assert (last.kind, last.details.get("citizen")) == (
        "unfinished",
        str(cast.ellen) if of_one else None,
    )


def test_an_undo_asks_for_the_right_to_those_it_is_about(cast: Cast, game: UUID) -> None:
    """Poul is another supplier's citizen by now, and Ida plans for Ellen's."""
    trip = together(cast, game, cast.bo)
    stays_home(cast, trip, cast.ellen)
    move_to_the_other_supplier(cast, cast.poul)
    with acting_for(HOME):
        last = last_change(events_of(trip))
        assert last is not None
        assert may_undo(cast.ida, trip, last, MONDAY + SOON)
        execute(undo, cast.ida, trip, last.id, now=MONDAY + SOON)
    assert each(trip)[cast.ellen][0] == TripState.BOOKED
    told = {"cause": Cause.CITIZEN, "reason": CancelReason.ILL, "answer": Charge.FREE}
    do(cancelling.cancel_trip, cast.karen, trip, now=MONDAY + SOON, citizen_id=cast.poul, **told)
    with acting_for(HOME):
        last = last_change(events_of(trip))
        assert last is not None
        assert not may_undo(cast.ida, trip, last, MONDAY + SOON)
        with pytest.raises(Forbidden):
            execute(undo, cast.ida, trip, last.id, now=MONDAY + SOON)


def test_only_her_own_helpers_are_exchanged_back_by_a_planner(cast: Cast, game: UUID) -> None:
    trip = together(cast, game, cast.bo)
    move_to_the_other_supplier(cast, cast.poul)
    do(assign_escort, cast.ida, trip, care_worker_id=cast.mia.person_id)
    theirs = replace(cast.ida, supplier_id=cast.private_supplier)
    with acting_for(HOME):
        last = last_change(events_of(trip))
        assert last is not None
        assert not may_undo(theirs, trip, last, MONDAY + SOON)
        with pytest.raises(Forbidden):
            execute(undo, theirs, trip, last.id, now=MONDAY + SOON)
        execute(undo, cast.ida, trip, last.id, now=MONDAY + SOON)


def move_to_the_other_supplier(cast: Cast, citizen: UUID) -> None:
    def change() -> None:
        row = db.session.scalars(select(Citizen).filter_by(id=citizen)).one()
        row.supplier_id = cast.private_supplier

    with acting_for(HOME):
        execute(change)


def test_a_start_undone_books_nobody_who_had_stayed_at_home(cast: Cast, game: UUID) -> None:
    trip = together(cast, game, cast.bo)
    stays_home(cast, trip, cast.ellen)
    do(keeping.start_trip, cast.bo, trip, now=DOORS_OPEN)
    undone(cast, trip, DOORS_OPEN + SOON)
    assert each(trip)[cast.ellen] == (TripState.CANCELLED, False, 0)
    assert each(trip)[cast.poul] == (TripState.BOOKED, True, None)


def a_third_helper(cast: Cast) -> UUID:
    """Put somebody to work on Tuesday beside Bo and Mia."""
    helper = CareWorker(
        id=new_id(),
        employee_number="T3",
        name="Tom Toft",
        supplier_id=cast.supplier,
        has_driving_licence=True,
    )
    db.session.add(helper)
    db.session.flush()
    times = {"starts_at": instant(TUESDAY, time(7)), "ends_at": instant(TUESDAY, time(16))}
    db.session.add(Shift(care_worker_id=helper.id, **times))
    return helper.id


def test_both_helpers_of_before_go_along_again(cast: Cast, game: UUID) -> None:
    trip = together(cast, game, cast.bo, cast.mia)
    with acting_for(HOME):
        third = execute(a_third_helper, cast)
    do(assign_escort, cast.karen, trip, now=MONDAY, care_worker_id=third)
    undone(cast, trip, MONDAY + SOON)
    with acting_for(HOME):
        along = {one.care_worker_id for one in escorts_of(trip)}
    assert along == {cast.bo.person_id, cast.mia.person_id}


def last_seat(cast: Cast, card: UUID) -> tuple[UUID, UUID]:
    """Return a game with one seat, and Ellen's trip to it, cancelled before she is fetched."""
    game = an_occurrence(GAME_AT, capacity=1)
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    cancel(cast, trip, now=DOORS_OPEN - SOON)
    return game, trip


@pytest.mark.parametrize("minutes", [2, 15])
def test_a_cancelling_undone_late_takes_the_seat_again(
    cast: Cast, game: UUID, card: UUID, minutes: int
) -> None:
    of_one, trip = last_seat(cast, card)
    undone(cast, trip, DOORS_OPEN + timedelta(minutes=minutes))
    with acting_for(HOME):
        assert get_occurrence_facts(of_one).seats_left == 0
    assert seen(trip, card)[0] is TripState.BOOKED


def test_a_seat_that_is_gone_is_not_sold_twice(cast: Cast, game: UUID, card: UUID) -> None:
    of_one, trip = last_seat(cast, card)
    with acting_for(HOME):
        scheme = get_card(card).scheme_id
    a_card(cast, cast.poul, scheme_id=scheme)
    with acting_for(HOME):
        execute(take_seat, cast.karen, of_one, cast.poul, wheelchair=False, now=DOORS_OPEN)
    with pytest.raises(NoSeat):
        undone(cast, trip, DOORS_OPEN + SOON)
    assert seen(trip, card)[0] is TripState.CANCELLED


def test_what_only_tells_does_not_stand_in_the_way(cast: Cast, trip: UUID, card: UUID) -> None:
    soon = DOORS_OPEN - timedelta(minutes=20)
    cancel(cast, trip, now=soon)
    undone(cast, trip, soon)
    assign_at = soon + timedelta(minutes=1)
    with acting_for(HOME):
        execute(assign_escort, cast.karen, trip, cast.mia.person_id, now=assign_at)
    do(tell_on_way, cast.mia, trip, now=assign_at)
    undone(cast, trip, soon + SOON)
    assert seen(trip, card)[2] == "Bo Berg"


def test_a_booking_undone_is_told_to_whoever_has_heard_of_it(
    cast: Cast, game: UUID, card: UUID
) -> None:
    now = DOORS_OPEN - timedelta(minutes=70)
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo, now=now)
    with acting_for(HOME):
        execute(has_heard, cast, trip, now=now)
    undone(cast, trip, now + SOON)
    assert "trip_cancelled" in calls(now + timedelta(minutes=10))


def has_heard(cast: Cast, trip: UUID, *, now: datetime) -> None:
    """Let Ellen be told who comes along, by a call that somebody has made."""
    queue_call(
        f"escort:{trip}",
        "escort_found",
        citizen_id=cast.ellen,
        supplier_id=cast.supplier,
        about=trip,
        facts={},
        due_at=now,
        now=now,
    )
    message = find_message(f"escort:{trip}")
    assert message is not None
    complete_call(cast.karen, message.id, now=now)


def test_a_booking_undone_that_nobody_has_heard_of_is_told_to_nobody(
    cast: Cast, trip: UUID
) -> None:
    undone(cast, trip, MONDAY + SOON)
    assert calls(MONDAY + timedelta(hours=1)) == []


def test_whoever_was_missing_is_with_the_others_again(cast: Cast, game: UUID) -> None:
    trip = together(cast, game, cast.bo)
    do(keeping.start_trip, cast.bo, trip, now=DOORS_OPEN)
    told = {"cause": Cause.NO_SHOW, "reason": CancelReason.NOT_HOME, "answer": Charge.FREE}
    missed = DOORS_OPEN + SOON
    do(cancelling.cancel_trip, cast.karen, trip, now=missed, citizen_id=cast.poul, **told)
    undone(cast, trip, DOORS_OPEN + 2 * SOON)
    assert set(each(trip).values()) == {(TripState.UNDER_WAY, True, None)}


NOT_AT_HOME = (Cause.NO_SHOW, CancelReason.NOT_HOME)


@pytest.mark.parametrize(
    ("is_started", "state"), [(True, TripState.UNDER_WAY), (False, TripState.BOOKED)]
)
def test_whoever_a_finish_left_out_comes_back_with_it(
    cast: Cast, game: UUID, is_started: bool, state: TripState
) -> None:
    trip = together(cast, game, cast.bo)
    if is_started:
        do(keeping.start_trip, cast.bo, trip, now=DOORS_OPEN)
    finish(cast, trip, missing={cast.poul: NOT_AT_HOME}, answer=Charge.FULL)
    undone(cast, trip, HOME_AGAIN + SOON)
    assert set(each(trip).values()) == {(state, True, None)}
    with acting_for(HOME):
        for rider in riders_of(trip):
            assert rider.card_id is not None
            card = state_of(get_card(rider.card_id))
            assert (card.held(), sum(lot.used for lot in card.lots)) == (rider.planned_minutes, 0)
            assert verify_card(rider.card_id) == []


def test_whoever_a_finish_left_out_before_the_start_has_the_seat_again(
    cast: Cast, game: UUID
) -> None:
    trip = together(cast, game, cast.bo)
    ended = {"started_at": DOORS_OPEN - timedelta(minutes=30), "ended_at": DOORS_OPEN - SOON}
    left_out = {"missing": {cast.poul: NOT_AT_HOME}, "answer": Charge.FULL}
    do(keeping.finish_trip, cast.karen, trip, now=DOORS_OPEN - SOON, **ended, **left_out)
    undone(cast, trip, DOORS_OPEN)
    assert seats_left(game) == 8


def test_a_trip_that_was_finished_unstarted_is_as_it_was_booked(
    cast: Cast, trip: UUID, card: UUID
) -> None:
    finish(cast, trip)
    undone(cast, trip, HOME_AGAIN + SOON)
    assert seen(trip, card) == (TripState.BOOKED, 110, "Bo Berg")
    with acting_for(HOME):
        assert (get_trip(trip).started_at, get_trip(trip).ended_at) == (None, None)
    cancel(cast, trip, Cause.NO_SHOW, HOME_AGAIN + 2 * SOON)


def test_whoever_was_still_out_of_an_unstarted_trip_is_booked_again(cast: Cast, game: UUID) -> None:
    trip = together(cast, game, cast.bo)
    finish(cast, trip, still_out=[cast.poul])
    undone(cast, trip, HOME_AGAIN + SOON)
    assert set(each(trip).values()) == {(TripState.BOOKED, True, None)}


def test_her_own_no_is_not_undone_for_her(cast: Cast, trip: UUID, card: UUID) -> None:
    ellen = Actor(HOME, Role.CITIZEN, person_id=cast.ellen)
    told = {"citizen_id": cast.ellen, "reason": CancelReason.OTHER}
    do(stay_home, ellen, trip, now=MONDAY, **told)
    with pytest.raises(NothingToUndo):
        undone(cast, trip, MONDAY + SOON)
    assert seen(trip, card)[0] is TripState.CANCELLED


def test_a_no_that_staff_wrote_down_is_undone(cast: Cast, trip: UUID, card: UUID) -> None:
    stays_home(cast, trip, cast.ellen)
    undone(cast, trip, MONDAY + SOON)
    assert seen(trip, card)[0] is TripState.BOOKED


def test_an_incident_that_left_the_trip_as_it_was_leaves_the_undo(
    cast: Cast, trip: UUID, card: UUID
) -> None:
    finish(cast, trip)
    for effect in Effect:
        goes_wrong(cast, trip, effect, HOME_AGAIN)
    undone(cast, trip, HOME_AGAIN + SOON)
    assert seen(trip, card)[0] is TripState.BOOKED


def test_a_trip_that_waits_is_not_as_it_was(cast: Cast, trip: UUID) -> None:
    do(keeping.start_trip, cast.bo, trip, now=DOORS_OPEN)
    goes_wrong(cast, trip, Effect.PAUSE, DOORS_OPEN)
    with pytest.raises(NothingToUndo):
        undone(cast, trip, DOORS_OPEN + SOON)


def goes_wrong(cast: Cast, trip: UUID, effect: Effect, now: datetime) -> None:
    told = {"kind": IncidentKind.OTHER, "effect": effect, "happened_at": now}
    do(record_incident, cast.bo, trip, now=now, **told)
