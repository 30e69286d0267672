"""A trip from the booking to the spent minutes, through the tablet's pages."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from klippekort.domain.trips import TripState
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.cards import get_card, state_of
from klippekort.punchcards.services.proof import verify_card
from klippekort.trips.queries.trips import get_trip, next_trips
from tests.builders import MONDAY, a_card, a_shift, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.tablet import StandingClock
from tests.pages import faults_of

TUESDAY = MONDAY + timedelta(days=1, hours=2)


@pytest.fixture
def card(cast: Cast) -> UUID:
    return a_card(cast, cast.ellen)


@pytest.fixture
def cards_game(cast: Cast) -> UUID:
    a_shift(cast.bo, date(2026, 11, 24))
    return an_occurrence(TUESDAY)


def _left(card_id: UUID) -> tuple[int, int]:
    with acting_for(HOME):
        state = state_of(get_card(card_id))
        return sum(lot.free for lot in state.lots), state.held()


def _book(browser: FlaskClient, cast: Cast, occurrence: UUID, key: str) -> str:
    answer = browser.post(
        f"/borgere/{cast.ellen}/tur/{occurrence}",
        data={
            "key": key,
            "escort_id": str(cast.bo.person_id),
            "transport": "walk",
            "travel_each_way": "10",
        },
    )
    assert answer.status_code == 303, answer.text
    return answer.location


KEY = "5e0c7d1e-6f8c-4a7f-8b56-0a7c1f1d2e3f"
OTHER_KEY = "6e0c7d1e-6f8c-4a7f-8b56-0a7c1f1d2e3f"


def _trip(cast: Cast) -> UUID:
    with acting_for(HOME):
        return next_trips(cast.ellen, MONDAY)[0].trip_id


def test_a_booking_sets_the_minutes_aside(
    bo: FlaskClient, cast: Cast, card: UUID, cards_game: UUID
) -> None:
    _book(bo, cast, cards_game, KEY)
    assert _left(card) == (190, 110)


def test_a_double_tap_books_once(bo: FlaskClient, cast: Cast, card: UUID, cards_game: UUID) -> None:
    first = _book(bo, cast, cards_game, KEY)
    assert _book(bo, cast, cards_game, KEY) == first
    assert _left(card) == (190, 110)


def test_a_finished_trip_costs_its_real_minutes(
    bo: FlaskClient,
    cast: Cast,
    card: UUID,
    cards_game: UUID,
    standing_clock: StandingClock,
) -> None:
    _book(bo, cast, cards_game, KEY)
    trip = _trip(cast)
    standing_clock.at = TUESDAY - timedelta(minutes=10)
    bo.set_cookie("session", "", domain="localhost")
    from_today = _log_in_again(bo, cast)
    from_today.post(f"/ture/{trip}/start", data={"key": KEY, "back": "today"})
    standing_clock.pass_(minutes=100)
    _log_in_again(bo, cast)
    page = from_today.get(f"/ture/{trip}/afslut").text
    assert 'value="09:50"' in page and 'value="11:30"' in page
    done = from_today.post(
        f"/ture/{trip}/afslut", data={"key": OTHER_KEY, "started": "09:50", "ended": "11:30"}
    )
    assert done.status_code == 303
    with acting_for(HOME):
        assert get_trip(trip).state is TripState.COMPLETED
        assert get_trip(trip).charged_minutes == 100
        assert verify_card(card) == []
    assert _left(card) == (200, 0)


def _log_in_again(browser: FlaskClient, cast: Cast) -> FlaskClient:
    from tests.login import log_in

    return log_in(browser, cast.bo)


def test_every_page_of_the_story_is_a_good_page(
    bo: FlaskClient, cast: Cast, card: UUID, cards_game: UUID
) -> None:
    home = f"/borgere/{cast.ellen}"
    pages = [home, f"{home}/tur", f"{home}/tur/{cards_game}"]
    done = _book(bo, cast, cards_game, KEY)
    trip = _trip(cast)
    pages += [done, "/i-dag", f"/ture/{trip}", f"/ture/{trip}/aflys", f"/klippekort/{card}"]
    faults = {page: faults_of(bo.get(page).text) for page in pages}
    assert not any(faults.values()), faults
