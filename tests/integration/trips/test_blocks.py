"""One block: several citizens, several helpers, one's own way, places of one's own choice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from klippekort.activities.queries import get_occurrence_facts
from klippekort.domain.errors import (
    CitizenBusy,
    ConsentMissing,
    EscortBusy,
    EscortOffDuty,
    Refused,
    Stale,
)
from klippekort.domain.schemes import Charge, Joint, JointTrips
from klippekort.domain.trips import CancelReason, Cause, Company, Transport, TripState
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.cards import get_card, state_of
from klippekort.trips.queries.trips import events_of, get_trip, riders_of, rows_of
from klippekort.trips.services.blocks import Block, Passenger, Place
from klippekort.trips.services.cancelling import cancel_trip
from klippekort.trips.services.holding import confirm_held, release_held
from klippekort.trips.services.keeping import finish_trip, start_trip
from klippekort.trips.services.reserving import reserve
from tests.builders import DECIDED, MONDAY, a_card, a_scheme, a_shift
from tests.cast import HOME, Cast
from tests.integration.trips.conftest import DOORS_OPEN, GAME_AT, HOME_AGAIN, TUESDAY

SHARED = replace(
    DECIDED,
    joint_trips=JointTrips(charge=Joint.SHARED),
    charging=replace(DECIDED.charging, second_helper=1.0),
)
Cards = dict[UUID, UUID]


@pytest.fixture
def cards(cast: Cast, game: UUID) -> Cards:
    """Ellen's and Poul's cards, under a scheme that shares the minutes of a trip together."""
    scheme = a_scheme(SHARED)
    return {who: a_card(cast, who, scheme_id=scheme) for who in (cast.ellen, cast.poul)}


def rider(citizen: UUID, **changed: Any) -> Passenger:
    return Passenger(citizen, "said", **{"joint_agreed_how": "said", **changed})


def block(goal: UUID | Place, *riders: Passenger, **changed: Any) -> Block:
    plain = {"transport": Transport.WALK, "out_minutes": 10, "home_minutes": 10}
    return Block(riders, goal, **{**plain, **changed})


def made(cast: Cast, wanted: Block, now: datetime = MONDAY) -> UUID:
    with acting_for(HOME):
        return UUID(execute(lambda: str(reserve(cast.karen, wanted, now=now))))


def held(card: UUID) -> int:
    with acting_for(HOME):
        return state_of(get_card(card)).held()


def after(change: Callable[..., str], *told: Any, now: datetime, **named: Any) -> None:
    with acting_for(HOME):
        execute(change, *told, now=now, **named)


def state_now(trip: UUID, citizen: UUID | None = None) -> TripState:
    with acting_for(HOME):
        return get_trip(trip, citizen).state


def seats_left(game: UUID) -> int:
    with acting_for(HOME):
        return get_occurrence_facts(game).seats_left


def test_two_who_go_together_share_the_minutes(cast: Cast, game: UUID, cards: Cards) -> None:
    made(cast, block(game, rider(cast.ellen), rider(cast.poul)))
    assert [held(card) for card in cards.values()] == [55, 55]


def test_each_takes_a_seat(cast: Cast, game: UUID, cards: Cards) -> None:
    before = seats_left(game)
    made(cast, block(game, rider(cast.ellen), rider(cast.poul)))
    assert before - seats_left(game) == 2


def test_nobody_rides_with_others_without_a_yes_of_their_own(
    cast: Cast, game: UUID, cards: Cards
) -> None:
    silent = rider(cast.poul, joint_agreed_how=None)
    with pytest.raises(ConsentMissing):
        made(cast, block(game, rider(cast.ellen), silent))
    assert [held(card) for card in cards.values()] == [0, 0]


def test_the_yes_to_going_together_is_kept_with_its_time(
    cast: Cast, game: UUID, cards: Cards
) -> None:
    trip = made(cast, block(game, rider(cast.ellen), rider(cast.poul)))
    with acting_for(HOME):
        kept = {(one.joint_agreed_how, one.joint_agreed_at) for one in riders_of(trip)}
    assert kept == {("said", MONDAY)}


def test_one_who_is_fetched_later_pays_for_less(cast: Cast, game: UUID, cards: Cards) -> None:
    late = rider(cast.poul, picked_up_after=6, home_before=4)
    made(cast, block(game, rider(cast.ellen), late))
    assert [held(card) for card in cards.values()] == [55, 50]


def test_when_one_cannot_be_paid_for_nobody_goes(cast: Cast, game: UUID) -> None:
    paid = a_card(cast, cast.ellen, terms=SHARED)
    with pytest.raises(Refused):
        made(cast, block(game, rider(cast.ellen), rider(cast.poul)))
    assert (held(paid), seats_left(game)) == (0, 10)


def test_one_may_stay_at_home_while_the_other_goes(cast: Cast, game: UUID, cards: Cards) -> None:
    trip = made(cast, block(game, rider(cast.ellen), rider(cast.poul), escorts=(_of(cast.bo),)))
    after(
        cancel_trip,
        cast.karen,
        trip,
        cause=Cause.CITIZEN,
        reason=CancelReason.ILL,
        citizen_id=cast.poul,
        now=MONDAY,
    )
    assert state_now(trip, cast.poul) is TripState.CANCELLED
    assert state_now(trip, cast.ellen) is TripState.BOOKED
    assert [held(card) for card in cards.values()] == [55, 0]


def test_that_one_stays_at_home_makes_it_no_dearer_for_the_other(
    cast: Cast, game: UUID, cards: Cards
) -> None:
    trip = made(cast, block(game, rider(cast.ellen), rider(cast.poul)))
    after(
        cancel_trip,
        cast.karen,
        trip,
        cause=Cause.CITIZEN,
        reason=CancelReason.ILL,
        citizen_id=cast.poul,
        now=MONDAY,
    )
    after(
        finish_trip,
        cast.karen,
        trip,
        started_at=DOORS_OPEN,
        ended_at=HOME_AGAIN,
        now=HOME_AGAIN,
    )
    with acting_for(HOME):
        charged = {row.citizen_id: row.charged_minutes for row in rows_of(trip)}
    assert charged == {cast.ellen: 55, cast.poul: 0}


def test_a_second_helper_is_paid_for_as_the_scheme_says(cast: Cast, game: UUID) -> None:
    card = a_card(cast, cast.ellen, terms=SHARED)
    two = (_of(cast.bo), _of(cast.mia))
    trip = made(cast, block(game, rider(cast.ellen), escorts=two, escorts_wanted=2))
    with acting_for(HOME):
        names = get_trip(trip).escort_name
    assert (held(card), names) == (220, "Bo Berg & Mia Møller")


def test_of_two_helpers_who_are_not_both_free_none_is_taken(cast: Cast, game: UUID) -> None:
    scheme = a_scheme(SHARED)
    card = a_card(cast, cast.ellen, scheme_id=scheme)
    a_card(cast, cast.poul, scheme_id=scheme)
    made(cast, block(game, rider(cast.poul), escorts=(_of(cast.mia),)))
    two = (_of(cast.bo), _of(cast.mia))
    with pytest.raises(EscortBusy):
        made(cast, block(game, rider(cast.ellen), escorts=two, escorts_wanted=2))
    assert held(card) == 0


def test_on_ones_own_way_no_card_is_needed(cast: Cast, game: UUID) -> None:
    trip = made(cast, block(game, rider(cast.ellen), company=Company.RELATIVE))
    with acting_for(HOME):
        row = get_trip(trip)
    assert (row.card_id, row.planned_minutes, row.lacks_escort) == (None, 0, False)
    assert seats_left(game) == 9


def test_on_ones_own_way_one_is_still_in_one_place(cast: Cast, game: UUID) -> None:
    cafe = _cafe(GAME_AT)
    made(cast, block(game, rider(cast.ellen), company=Company.ALONE))
    with pytest.raises(CitizenBusy):
        made(cast, block(cafe, rider(cast.ellen), company=Company.FRIEND))


def test_coming_home_from_ones_own_way_costs_nothing(cast: Cast, game: UUID) -> None:
    trip = made(cast, block(game, rider(cast.ellen), company=Company.FLEX))
    after(finish_trip, cast.karen, trip, started_at=DOORS_OPEN, ended_at=HOME_AGAIN, now=HOME_AGAIN)
    assert state_now(trip) is TripState.COMPLETED


def _cafe(at: datetime, minutes: int = 60) -> Place:
    return Place("Café Linden", "Torvet 2", "4681", "cafe", at, at + timedelta(minutes=minutes))


def test_a_trip_goes_where_the_citizen_likes(cast: Cast, card: UUID, game: UUID) -> None:
    trip = made(cast, block(_cafe(GAME_AT), rider(cast.ellen), escorts=(_of(cast.bo),)))
    with acting_for(HOME):
        row = get_trip(trip)
    assert (row.destination, row.occurrence_id, held(card)) == ("Café Linden", None, 80)


def test_the_scheme_judges_the_place_too(cast: Cast, game: UUID) -> None:
    only = replace(DECIDED.activities, forbidden=("cafe",))
    a_card(cast, cast.ellen, terms=replace(DECIDED, activities=only))
    with pytest.raises(Refused) as refused:
        made(cast, block(_cafe(GAME_AT), rider(cast.ellen)))
    assert refused.value.rule == "activity"


def test_a_helper_who_is_off_duty_goes_nowhere(cast: Cast, card: UUID) -> None:
    with pytest.raises(EscortOffDuty):
        made(cast, block(_cafe(GAME_AT), rider(cast.ellen), escorts=(_of(cast.bo),)))


def test_what_is_held_is_set_aside_until_the_answer(cast: Cast, card: UUID, game: UUID) -> None:
    until = MONDAY + timedelta(hours=3)
    trip = made(cast, block(game, rider(cast.ellen), escorts=(_of(cast.bo),), held_until=until))
    assert (state_now(trip), held(card), seats_left(game)) == (TripState.HELD, 110, 9)


def test_a_yes_books_what_was_held(cast: Cast, card: UUID, game: UUID) -> None:
    until = MONDAY + timedelta(hours=3)
    trip = made(cast, block(game, rider(cast.ellen), held_until=until))
    after(confirm_held, cast.karen, trip, agreed_how="said", now=MONDAY)
    assert (state_now(trip), held(card)) == (TripState.BOOKED, 110)


def test_a_yes_that_comes_too_late_books_nothing(cast: Cast, card: UUID, game: UUID) -> None:
    until = MONDAY + timedelta(hours=3)
    trip = made(cast, block(game, rider(cast.ellen), held_until=until))
    with pytest.raises(Stale):
        after(confirm_held, cast.karen, trip, agreed_how="said", now=until)


@pytest.mark.parametrize("to", [TripState.TURNED_DOWN, TripState.LAPSED, TripState.CANCELLED])
def test_a_no_gives_all_of_it_back(cast: Cast, card: UUID, game: UUID, to: TripState) -> None:
    until = MONDAY + timedelta(hours=3)
    trip = made(cast, block(game, rider(cast.ellen), escorts=(_of(cast.bo),), held_until=until))
    after(release_held, cast.karen, trip, to=to, now=MONDAY)
    assert (state_now(trip), held(card), seats_left(game)) == (to, 0, 10)
    made(cast, block(game, rider(cast.ellen), escorts=(_of(cast.bo),)))


@pytest.mark.parametrize(
    ("cause", "state"),
    [
        (Cause.WASTED_VISIT, TripState.WASTED_VISIT),
        (Cause.TURNED_DOWN, TripState.TURNED_DOWN),
        (Cause.NO_SHOW, TripState.NO_SHOW),
        (Cause.SUPPLIER, TripState.CANCELLED),
    ],
)
def test_each_way_of_not_going_has_its_name(
    cast: Cast, game: UUID, cause: Cause, state: TripState
) -> None:
    said = replace(
        DECIDED.cancelling,
        citizen=replace(DECIDED.cancelling.citizen, charge=Charge.FULL),
        wasted_visit=Charge.HALF,
        no_show=Charge.FULL,
    )
    a_card(cast, cast.ellen, terms=replace(DECIDED, cancelling=said))
    trip = made(cast, block(game, rider(cast.ellen)))
    after(cancel_trip, cast.karen, trip, cause=cause, reason=CancelReason.OTHER, now=DOORS_OPEN)
    with acting_for(HOME):
        charged = get_trip(trip).charged_minutes
    expected = {Cause.WASTED_VISIT: 55, Cause.TURNED_DOWN: 110, Cause.NO_SHOW: 110}
    assert (state_now(trip), charged) == (state, expected.get(cause, 0))


def _of(actor: Any) -> UUID:
    person: UUID = actor.person_id
    return person


def test_the_shift_covers_the_whole_block(cast: Cast, card: UUID) -> None:
    a_shift(cast.bo, TUESDAY, begins=10)
    with pytest.raises(EscortOffDuty):
        made(cast, block(_cafe(GAME_AT), rider(cast.ellen), escorts=(_of(cast.bo),)))


def test_whom_a_finish_was_about_is_kept(cast: Cast, game: UUID, cards: Cards) -> None:
    trip = made(cast, block(game, rider(cast.ellen), rider(cast.poul)))
    told = {"cause": Cause.CITIZEN, "reason": CancelReason.ILL}
    after(cancel_trip, cast.karen, trip, **told, citizen_id=cast.poul, now=MONDAY)
    after(finish_trip, cast.karen, trip, started_at=DOORS_OPEN, ended_at=HOME_AGAIN, now=HOME_AGAIN)
    with acting_for(HOME):
        last = events_of(trip)[-1]
    assert (last.kind, last.details["citizen"]) == ("completed", str(cast.ellen))


def test_a_trip_that_only_one_makes_is_not_cancelled_under_way(
    cast: Cast, card: UUID, game: UUID
) -> None:
    trip = made(cast, block(game, rider(cast.ellen), escorts=(_of(cast.bo),)))
    after(start_trip, cast.bo, trip, now=DOORS_OPEN)
    told = {"cause": Cause.CITIZEN, "reason": CancelReason.ILL}
    with pytest.raises(Stale):
        after(cancel_trip, cast.karen, trip, **told, citizen_id=cast.ellen, now=DOORS_OPEN)
