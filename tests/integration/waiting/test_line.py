"""Standing in a line, and a seat that comes free."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from klippekort.activities.services import OccurrenceOver
from klippekort.domain.errors import CitizenBusy, Forbidden, Stale
from klippekort.domain.trips import Company, TripState
from klippekort.messages.queries import open_calls
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.trips.queries.trips import next_trips
from klippekort.trips.services.holding import release_held
from klippekort.waiting.jobs import pass_on
from klippekort.waiting.services.answers import accept_offer, decline_offer
from klippekort.waiting.services.errors import InLineAlready, NotFull
from klippekort.waiting.services.wishes import put_back, withdraw_wish
from tests.builders import MONDAY, a_card, a_scheme, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.waiting.arrange import (
    SONG_AT,
    a_full_date,
    a_seat_comes_free,
    all_offers,
    cards_for,
    fill,
    held_for,
    here,
    run,
    seats_left,
    sheets,
    state_of_trip,
    the_offer,
    waits,
    wish,
)


def _pass_on(now=MONDAY):
    with acting_for(HOME):
        return pass_on(now.date(), now)


def test_a_date_with_a_seat_has_no_line(cast: Cast) -> None:
    with pytest.raises(NotFull):
        waits(cast.bo, cast.ellen, an_occurrence(SONG_AT))


def test_one_stands_in_a_line_once(cast: Cast, song: UUID) -> None:
    waits(cast.bo, cast.ellen, song)
    with pytest.raises(InLineAlready):
        waits(cast.karen, cast.ellen, song)


def test_whoever_has_a_seat_does_not_wait_for_one(cast: Cast, song: UUID) -> None:
    full = an_occurrence(SONG_AT + timedelta(days=1), capacity=1)
    a_trip(cast.karen, cast.ellen, full)
    with pytest.raises(CitizenBusy):
        waits(cast.karen, cast.ellen, full)


def test_nobody_waits_for_a_date_that_has_begun(cast: Cast, song: UUID) -> None:
    with pytest.raises(OccurrenceOver):
        waits(cast.bo, cast.ellen, song, SONG_AT)


def test_a_helper_puts_only_her_own_on_a_list(cast: Cast, song: UUID) -> None:
    with pytest.raises(Forbidden):
        waits(cast.mia, cast.ellen, song)


def test_a_wish_that_is_withdrawn_can_be_put_back_with_its_time(cast: Cast, song: UUID) -> None:
    place = waits(cast.bo, cast.ellen, song)
    run(withdraw_wish, cast.bo, place, reason="citizen", now=MONDAY + timedelta(hours=1))
    run(put_back, cast.bo, place, now=MONDAY + timedelta(hours=2))
    assert (wish(place).state, wish(place).made_at) == ("waiting", MONDAY)


def test_what_we_cannot_do_is_counted_as_unmet(cast: Cast, song: UUID) -> None:
    place = waits(cast.bo, cast.ellen, song)
    run(withdraw_wish, cast.bo, place, reason="not_possible", now=MONDAY)
    assert wish(place).state == "unmet"


def test_a_wish_is_closed_once(cast: Cast, song: UUID) -> None:
    place = waits(cast.bo, cast.ellen, song)
    run(withdraw_wish, cast.bo, place, reason="citizen", now=MONDAY)
    with pytest.raises(Stale):
        run(withdraw_wish, cast.bo, place, reason="citizen", now=MONDAY)


def test_a_free_seat_is_offered_to_whoever_waits(cast: Cast, song: UUID) -> None:
    place = waits(cast.bo, cast.ellen, song)
    a_seat_comes_free(song)
    _pass_on()
    assert (wish(place).state, the_offer(cast.karen).citizen.id) == ("offered", cast.ellen)


def test_an_offer_really_holds_seat_minutes_and_helper(cast: Cast, song: UUID) -> None:
    waits(cast.bo, cast.ellen, song)
    a_seat_comes_free(song)
    _pass_on()
    offer = the_offer(cast.karen)
    held = held_for(cast.ellen)
    assert (offer.trip.state, seats_left(song), held > 0, offer.escort) == (
        "held",
        0,
        True,
        "Bo Berg",
    )


def test_a_held_trip_is_not_shown_as_booked(cast: Cast, song: UUID) -> None:
    waits(cast.bo, cast.ellen, song)
    a_seat_comes_free(song)
    _pass_on()
    assert here(next_trips, cast.ellen, MONDAY) == []


def test_an_offer_is_answered_within_eight_working_hours(cast: Cast, song: UUID) -> None:
    waits(cast.bo, cast.ellen, song)
    a_seat_comes_free(song)
    _pass_on()
    assert the_offer(cast.karen).offer.answer_by == MONDAY + timedelta(days=1, hours=1)


def test_an_offer_puts_a_call_on_the_list(cast: Cast, song: UUID) -> None:
    waits(cast.bo, cast.ellen, song)
    a_seat_comes_free(song)
    _pass_on()
    assert [call.kind for call in here(open_calls, MONDAY)] == ["trip_offer"]


def test_the_one_who_waited_longest_is_asked_first(cast: Cast, song: UUID) -> None:
    waits(cast.karen, cast.poul, song, MONDAY - timedelta(days=15))
    waits(cast.bo, cast.ellen, song)
    a_seat_comes_free(song)
    _pass_on()
    assert the_offer(cast.karen).citizen.id == cast.poul


def test_the_sheet_is_kept_with_everybody_in_order(cast: Cast, song: UUID) -> None:
    waits(cast.karen, cast.poul, song, MONDAY - timedelta(days=15))
    waits(cast.bo, cast.ellen, song)
    a_seat_comes_free(song)
    _pass_on()
    assert [(line["citizen"], line["outcome"]) for line in sheets()[0].lines] == [
        (str(cast.poul), "offered"),
        (str(cast.ellen), "next"),
    ]


def test_a_kept_sheet_never_changes(cast: Cast, song: UUID) -> None:
    waits(cast.bo, cast.ellen, song)
    a_seat_comes_free(song)
    _pass_on()

    def tamper() -> None:
        db.session.connection().execute(text("update turn_sheet set reason = 'again'"))

    with acting_for(HOME), pytest.raises(DatabaseError):
        execute(tamper)


def test_without_a_card_one_is_offered_the_seat_alone(cast: Cast) -> None:
    song = a_full_date(cast)
    place = waits(cast.bo, cast.ellen, song)
    a_seat_comes_free(song)
    _pass_on()
    held = the_offer(cast.karen)
    assert (held.trip.company, held.escort) == (Company.ALONE, None)
    run(accept_offer, cast.bo, held.offer.id, now=MONDAY)
    assert [row.planned_minutes for row in here(next_trips, cast.ellen, MONDAY)] == [0]
    assert (wish(place).state, seats_left(song)) == ("met", 0)


def test_whoever_it_cannot_be_held_for_is_passed_over_with_the_reason(cast: Cast) -> None:
    cards_for(cast, cast.ellen)
    a_card(cast, cast.poul, 10, scheme_id=a_scheme(name="Pouls kort"))
    song = a_full_date(cast)
    waits(cast.karen, cast.poul, song, MONDAY - timedelta(days=15))
    waits(cast.bo, cast.ellen, song)
    a_seat_comes_free(song)
    _pass_on()
    assert [line["outcome"] for line in sheets()[0].lines] == ["balance", "offered"]


def test_without_a_helper_nothing_is_held(cast: Cast) -> None:
    cards_for(cast, cast.ellen)
    alone = an_occurrence(SONG_AT + timedelta(days=1), capacity=1)
    fill(alone)
    place = waits(cast.bo, cast.ellen, alone)
    a_seat_comes_free(alone)
    _pass_on()
    assert (wish(place).state, sheets()[0].lines[0]["outcome"]) == ("waiting", "no_escort")


def test_a_sheet_that_says_nothing_new_is_not_kept_again(cast: Cast) -> None:
    cards_for(cast, cast.ellen)
    alone = an_occurrence(SONG_AT + timedelta(days=1), capacity=1)
    fill(alone)
    waits(cast.bo, cast.ellen, alone)
    a_seat_comes_free(alone)
    _pass_on()
    _pass_on(MONDAY + timedelta(minutes=1))
    assert len(sheets()) == 1


def test_a_seat_that_is_given_back_goes_to_the_next_at_once(cast: Cast, song: UUID) -> None:
    waits(cast.bo, cast.ellen, song)
    waits(cast.karen, cast.poul, song)
    a_seat_comes_free(song)
    _pass_on()
    first = the_offer(cast.karen)
    run(decline_offer, cast.karen, first.offer.id, now=MONDAY)
    assert the_offer(cast.karen).citizen.id == cast.poul


def test_one_free_seat_makes_one_offer(cast: Cast, song: UUID) -> None:
    waits(cast.bo, cast.ellen, song)
    waits(cast.karen, cast.poul, song)
    a_seat_comes_free(song)
    _pass_on()
    _pass_on()
    assert len(all_offers()) == 1


def test_nobody_is_asked_right_before(cast: Cast, song: UUID) -> None:
    waits(cast.bo, cast.ellen, song)
    a_seat_comes_free(song)
    _pass_on(SONG_AT - timedelta(minutes=150))
    assert sheets()[0].lines[0]["outcome"] == "too_late"


def test_a_held_trip_that_goes_under_is_withdrawn_with_time(cast: Cast, song: UUID) -> None:
    waits(cast.bo, cast.ellen, song)
    a_seat_comes_free(song)
    _pass_on()
    offer = the_offer(cast.karen).offer
    run(release_held, cast.karen, offer.trip_id, to=TripState.CANCELLED, now=MONDAY)
    _pass_on(offer.answer_by)
    assert (state_of_trip(offer.trip_id), all_offers()[0].state) == ("cancelled", "withdrawn")
