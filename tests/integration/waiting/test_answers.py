"""Yes, no, another day, and no answer in time."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from klippekort.activities.services import cancel_occurrence
from klippekort.domain.errors import Forbidden
from klippekort.messages.queries import open_calls
from klippekort.platform.tenancy import acting_for
from klippekort.trips.queries.trips import next_trips
from klippekort.waiting.jobs import pass_on
from klippekort.waiting.queries.offers import OfferRow
from klippekort.waiting.services.answers import (
    accept_offer,
    accept_other_day,
    decline_offer,
    lapse_offer,
)
from klippekort.waiting.services.errors import NobodyFree, OfferOver
from klippekort.waiting.services.wishes import put_back
from tests.builders import MONDAY, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.waiting.arrange import (
    SONG_AT,
    a_seat_comes_free,
    all_offers,
    held_for,
    here,
    run,
    seats_left,
    state_of_trip,
    the_offer,
    waits,
    wish,
)


def _pass_on(now: datetime) -> None:
    with acting_for(HOME):
        pass_on(now.date(), now)


@pytest.fixture
def place(cast: Cast, song: UUID) -> UUID:
    """Ellen's place in the line."""
    return waits(cast.bo, cast.ellen, song)


@pytest.fixture
def offer(cast: Cast, song: UUID, place: UUID) -> OfferRow:
    """The seat that Ellen was offered."""
    a_seat_comes_free(song)
    _pass_on(MONDAY)
    return the_offer(cast.karen)


def test_a_yes_books_the_trip(cast: Cast, offer: OfferRow, place: UUID) -> None:
    run(accept_offer, cast.bo, offer.offer.id, now=MONDAY)
    booked = here(next_trips, cast.ellen, MONDAY)
    assert [row.trip_id for row in booked] == [offer.trip.id]
    assert (wish(place).state, wish(place).trip_id) == ("met", offer.trip.id)


def test_a_yes_takes_the_call_off_the_list(cast: Cast, offer: OfferRow) -> None:
    run(accept_offer, cast.bo, offer.offer.id, now=MONDAY)
    assert here(open_calls, MONDAY) == []


def test_a_yes_given_twice_is_one_booking(cast: Cast, offer: OfferRow) -> None:
    run(accept_offer, cast.bo, offer.offer.id, now=MONDAY)
    with pytest.raises(OfferOver) as over:
        run(accept_offer, cast.karen, offer.offer.id, now=MONDAY)
    assert over.value.state == "accepted"
    assert len(here(next_trips, cast.ellen, MONDAY)) == 1


def test_a_yes_after_the_deadline_is_refused(cast: Cast, offer: OfferRow) -> None:
    with pytest.raises(OfferOver) as over:
        run(accept_offer, cast.bo, offer.offer.id, now=offer.offer.answer_by)
    assert over.value.state == "lapsed"
    assert state_of_trip(offer.trip.id) == "held"


def test_a_no_gives_everything_back(cast: Cast, offer: OfferRow, song: UUID, place: UUID) -> None:
    run(decline_offer, cast.bo, offer.offer.id, now=MONDAY)
    held = held_for(cast.ellen)
    assert (state_of_trip(offer.trip.id), held, seats_left(song)) == ("turned_down", 0, 1)
    assert (wish(place).state, wish(place).close_reason) == ("withdrawn", "said_no")


def test_a_no_given_by_mistake_can_be_taken_back(cast: Cast, offer: OfferRow, place: UUID) -> None:
    run(decline_offer, cast.bo, offer.offer.id, now=MONDAY)
    run(put_back, cast.bo, place, now=MONDAY)
    _pass_on(MONDAY + timedelta(minutes=1))
    assert the_offer(cast.karen).citizen.id == cast.ellen


def test_without_an_answer_the_seat_passes_on(cast: Cast, song: UUID, offer: OfferRow) -> None:
    waits(cast.karen, cast.poul, song)
    _pass_on(offer.offer.answer_by)
    now_asked = the_offer(cast.karen, offer.offer.answer_by)
    assert (state_of_trip(offer.trip.id), now_asked.citizen.id) == ("lapsed", cast.poul)


def test_whoever_was_not_reached_keeps_her_place(cast: Cast, offer: OfferRow, place: UUID) -> None:
    run(lapse_offer, offer.offer.id, now=offer.offer.answer_by)
    # Nobody else waits, so it is her turn again at once.
    assert (wish(place).state, wish(place).made_at) == ("offered", MONDAY)


def test_one_who_cannot_be_reached_is_asked_twice_at_most(cast: Cast, offer: OfferRow) -> None:
    at = offer.offer.answer_by
    _pass_on(at)
    _pass_on(at + timedelta(minutes=1))
    again = the_offer(cast.karen, at).offer
    _pass_on(again.answer_by)
    _pass_on(again.answer_by + timedelta(minutes=1))
    assert [one.state for one in all_offers()] == ["lapsed", "lapsed"]


def test_an_offer_lapses_once(cast: Cast, offer: OfferRow) -> None:
    at = offer.offer.answer_by
    assert run(lapse_offer, offer.offer.id, now=at) is not None
    assert run(lapse_offer, offer.offer.id, now=at) is None


def test_an_offer_does_not_lapse_before_its_time(cast: Cast, offer: OfferRow) -> None:
    early = offer.offer.answer_by - timedelta(seconds=1)
    assert run(lapse_offer, offer.offer.id, now=early) is None


def test_a_helper_of_another_district_answers_for_nobody(cast: Cast, offer: OfferRow) -> None:
    with pytest.raises(Forbidden):
        run(accept_offer, cast.mia, offer.offer.id, now=MONDAY)


def test_another_day_is_booked_instead(cast: Cast, offer: OfferRow, song: UUID) -> None:
    other = an_occurrence(SONG_AT + timedelta(hours=2), title="Sang igen")
    trip_id = UUID(run(accept_other_day, cast.bo, offer.offer.id, other, now=MONDAY))
    assert (state_of_trip(trip_id), state_of_trip(offer.trip.id)) == ("booked", "turned_down")
    assert seats_left(song) == 1


def test_when_the_other_day_cannot_be_had_the_first_is_still_held(
    cast: Cast, offer: OfferRow
) -> None:
    other = an_occurrence(SONG_AT + timedelta(days=1), title="Uden hjælper")
    with pytest.raises(NobodyFree):
        run(accept_other_day, cast.bo, offer.offer.id, other, now=MONDAY)
    assert state_of_trip(offer.trip.id) == "held"


def test_a_date_that_is_cancelled_ends_its_offers_and_its_line(
    cast: Cast, song: UUID, offer: OfferRow, place: UUID
) -> None:
    behind = waits(cast.karen, cast.poul, song)
    run(cancel_occurrence, cast.karen, song, reason="host_ill", now=MONDAY)
    held = held_for(cast.ellen)
    assert ([one.state for one in all_offers()], held) == (["withdrawn"], 0)
    assert {wish(one).close_reason for one in (place, behind)} == {"cancelled"}
