"""A trip from the booking to the spent minutes, through the tablet's pages."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from klippekort.domain.trips import TripState
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.cards import get_card, state_of
from klippekort.punchcards.services.proof import verify_card
from klippekort.trips.queries.trips import get_trip, next_trips
from tests.builders import MONDAY, a_trip
from tests.cast import HOME, Cast
from tests.integration.tablet import StandingClock
from tests.integration.trips.conftest import (
    DOORS_OPEN,
    HOME_AGAIN,
    Browse,
    answers,
    key_of,
)
from tests.pages import faults_of


def _left(card_id: UUID) -> tuple[int, int]:
    with acting_for(HOME):
        state = state_of(get_card(card_id))
        return sum(lot.free for lot in state.lots), state.held()


def _book(browse: Browse, cast: Cast, occurrence: UUID) -> str:
    booked = browse(cast.bo).post(f"/borgere/{cast.ellen}/tur/{occurrence}", data=answers(cast))
    assert booked.status_code == 303
    return str(booked.location)


def _trips(cast: Cast) -> list[UUID]:
    with acting_for(HOME):
        return [row.trip_id for row in next_trips(cast.ellen, MONDAY)]


def test_a_booking_sets_the_minutes_aside_door_to_door(
    browse: Browse, cast: Cast, card: UUID, game: UUID
) -> None:
    _book(browse, cast, game)
    assert _left(card) == (190, 110)


def test_a_double_tap_books_once(browse: Browse, cast: Cast, card: UUID, game: UUID) -> None:
    first = _book(browse, cast, game)
    assert (_book(browse, cast, game), len(_trips(cast))) == (first, 1)


def test_a_started_trip_is_under_way(
    browse: Browse, cast: Cast, card: UUID, game: UUID, standing_clock: StandingClock
) -> None:
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    standing_clock.at = DOORS_OPEN
    sent = {"key": key_of(2), "back": "today"}
    assert browse(cast.bo).post(f"/ture/{trip}/start", data=sent).location == "/i-dag"
    with acting_for(HOME):
        assert get_trip(trip).state is TripState.UNDER_WAY


def test_the_times_to_finish_with_are_filled_in(
    browse: Browse, cast: Cast, card: UUID, game: UUID, standing_clock: StandingClock
) -> None:
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    standing_clock.at = HOME_AGAIN
    page = browse(cast.bo).get(f"/ture/{trip}/afslut").text
    assert ('value="09:50"' in page, 'value="11:40"' in page) == (True, True)


def test_a_finished_trip_costs_its_real_minutes_and_gives_the_rest_back(
    browse: Browse, cast: Cast, card: UUID, game: UUID, standing_clock: StandingClock
) -> None:
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    standing_clock.at = HOME_AGAIN
    sent = {"key": key_of(3), "started": "09:50", "ended": "11:30"}
    assert browse(cast.bo).post(f"/ture/{trip}/afslut", data=sent).status_code == 303
    assert _left(card) == (200, 0)
    with acting_for(HOME):
        assert get_trip(trip).charged_minutes == 100
        assert verify_card(card) == []


def test_an_end_before_the_start_keeps_what_was_typed(
    browse: Browse, cast: Cast, card: UUID, game: UUID, standing_clock: StandingClock
) -> None:
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    standing_clock.at = HOME_AGAIN
    sent = {"key": key_of(3), "started": "11:30", "ended": "09:45"}
    page = browse(cast.bo).post(f"/ture/{trip}/afslut", data=sent)
    assert (page.status_code, 'value="09:45"' in page.text) == (422, True)


def test_a_trip_tells_its_own_history(
    browse: Browse, cast: Cast, card: UUID, game: UUID, standing_clock: StandingClock
) -> None:
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    standing_clock.at = HOME_AGAIN
    browser = browse(cast.bo)
    browser.set_cookie("lang", "en", domain="localhost")
    browser.post(f"/ture/{trip}/start", data={"key": key_of(4)})
    standing_clock.pass_(minutes=5)
    browser.post(
        f"/ture/{trip}/afslut", data={"key": key_of(5), "started": "09:50", "ended": "11:40"}
    )
    page = browser.get(f"/ture/{trip}").text
    lines = ("said yes to Bo", "started the trip", "finished the trip")
    told = [page.index(line) for line in lines]
    assert told == sorted(told)


def test_every_page_of_the_story_is_a_good_page(
    app: Flask,
    browse: Browse,
    cast: Cast,
    card: UUID,
    game: UUID,
    standing_clock: StandingClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home, browser = f"/borgere/{cast.ellen}", browse(cast.bo)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    faults = {
        path: faults_of(browser.get(path).text)
        for path in ("/i-dag", home, f"{home}/tur", f"{home}/tur/{game}", f"/klippekort/{card}")
    }
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    paths = [home, f"{home}/tur/{game}"]
    paths += [f"/ture/{trip}{page}" for page in ("", "/booket", "/aflys")]
    faults |= {path: faults_of(browser.get(path).text) for path in paths}
    standing_clock.at = DOORS_OPEN + timedelta(minutes=30)
    later = browse(cast.bo)
    faults |= {p: faults_of(later.get(p).text) for p in ("/i-dag", home, f"/ture/{trip}/afslut")}
    assert {path: found for path, found in faults.items() if found} == {}
