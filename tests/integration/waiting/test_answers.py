"""Yes, no, another day, and no answer in time."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from klippekort.activities.services import cancel_occurrence
from klippekort.domain.errors import Forbidden, Replaced
from klippekort.domain.trips import CancelReason, Cause
from klippekort.messages.queries import open_calls
from klippekort.platform.tenancy import acting_for
from klippekort.trips.queries.trips import events_of, last_change, lock_trip, next_trips
from klippekort.trips.services.cancelling import cancel_trip
from klippekort.trips.services.undoing import undo
from klippekort.waiting.jobs import close_over, pass_on
from klippekort.waiting.queries.offers import OfferRow, lock_offer
from klippekort.waiting.services.answers import (
    accept_offer,
    accept_other_day,
    decline_offer,
    lapse_offer,
)
from klippekort.waiting.services.errors import NobodyFree, OfferOver
from klippekort.waiting.services.wishes import put_back
from tests.builders import MONDAY, a_trip, an_occurrence
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
from tests.integration.waiting.conftest import Browse


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


def _undo(cast: Cast, trip: UUID, now: datetime) -> None:
    def last() -> UUID:
        found = last_change(events_of(trip))
        assert found is not None
        return found.id

    run(undo, cast.karen, trip, here(last), now=now)


def test_a_yes_undone_leaves_her_the_place_she_had(
    cast: Cast, offer: OfferRow, place: UUID
) -> None:
    run(accept_offer, cast.bo, offer.offer.id, now=MONDAY)
    _undo(cast, offer.trip.id, MONDAY + timedelta(minutes=4))
    now = wish(place)
    assert (now.close_reason, now.trip_id, now.made_at) == (None, None, MONDAY)
    # Nobody else waits, so it is her turn again at once.
    assert (now.state, the_offer(cast.karen).citizen.id) == ("offered", cast.ellen)
    assert state_of_trip(offer.trip.id) == "cancelled"


def test_a_yes_undone_after_the_date_counts_as_unmet(
    cast: Cast, offer: OfferRow, place: UUID
) -> None:
    at = SONG_AT - timedelta(minutes=20)
    run(_hold_until, offer.offer.id, SONG_AT)
    run(accept_offer, cast.bo, offer.offer.id, now=at)
    _undo(cast, offer.trip.id, SONG_AT + timedelta(minutes=5))
    with acting_for(HOME):
        close_over(SONG_AT.date(), SONG_AT + timedelta(minutes=6))
    assert wish(place).state == "unmet"


def _hold_until(offer_id: UUID, until: datetime) -> None:
    """Let an offer be answered until then."""
    held = lock_offer(offer_id)
    held.answer_by = until
    lock_trip(held.trip_id).held_until = until


@pytest.mark.parametrize("how", ["text", "said"])
def test_a_yes_from_afar_that_is_undone_is_told_off(cast: Cast, offer: OfferRow, how: str) -> None:
    run(accept_offer, cast.bo, offer.offer.id, agreed_how=how, now=MONDAY)
    later = MONDAY + timedelta(minutes=4)
    _undo(cast, offer.trip.id, later)
    about = [call.kind for call in here(open_calls, later) if call.subject_id == offer.trip.id]
    assert about == ["trip_cancelled"]


@pytest.fixture
def replaced(cast: Cast, song: UUID) -> tuple[UUID, OfferRow]:
    """A trip of Ellen's that we cancelled, and the day she is offered in its place."""
    other = an_occurrence(SONG_AT + timedelta(hours=2), title="Sang igen", kind="music")
    first = a_trip(cast.karen, cast.ellen, other, cast.bo)
    a_seat_comes_free(song)
    run(
        cancel_trip,
        cast.karen,
        first,
        cause=Cause.SUPPLIER,
        reason=CancelReason.BUSY,
        now=MONDAY,
    )
    return first, the_offer(cast.karen)


def test_nobody_is_given_a_trip_and_what_replaced_it(
    cast: Cast, replaced: tuple[UUID, OfferRow]
) -> None:
    first, instead = replaced
    run(accept_offer, cast.bo, instead.offer.id, now=MONDAY)
    with pytest.raises(Replaced) as refusal:
        _undo(cast, first, MONDAY + timedelta(minutes=4))
    assert refusal.value.destination == instead.trip.destination
    assert [row.trip_id for row in here(next_trips, cast.ellen, MONDAY)] == [instead.trip.id]


def test_with_the_replacement_undone_the_first_is_on_again(
    cast: Cast, replaced: tuple[UUID, OfferRow]
) -> None:
    first, instead = replaced
    run(accept_offer, cast.bo, instead.offer.id, now=MONDAY)
    _undo(cast, instead.trip.id, MONDAY + timedelta(minutes=3))
    _undo(cast, first, MONDAY + timedelta(minutes=4))
    assert [row.trip_id for row in here(next_trips, cast.ellen, MONDAY)] == [first]


def test_the_refusal_names_the_trip_she_goes_to(
    browse: Browse, cast: Cast, replaced: tuple[UUID, OfferRow]
) -> None:
    first, instead = replaced
    run(accept_offer, cast.bo, instead.offer.id, now=MONDAY)
    event = here(lambda: last_change(events_of(first)))
    assert event is not None
    karen = browse(cast.karen)
    karen.set_cookie("lang", "en", domain="localhost")
    path = f"/ture/{first}/fortryd/{event.id}"
    said = karen.post(path, data={"key": str(UUID(int=1))}, follow_redirects=True).text
    assert f"yes to another trip instead: {instead.trip.destination}" in said


def test_a_day_in_place_of_a_trip_that_is_on_again_is_not_booked_too(
    cast: Cast, replaced: tuple[UUID, OfferRow]
) -> None:
    first, instead = replaced
    _undo(cast, first, MONDAY + timedelta(minutes=4))
    with pytest.raises(OfferOver):
        run(accept_offer, cast.bo, instead.offer.id, now=MONDAY + timedelta(minutes=5))
