"""A seat on one's own way: no helper, no minutes, the same seat; also when the card is no good."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from klippekort.activities.queries import get_occurrence_facts
from klippekort.domain.errors import Stale
from klippekort.domain.trips import Company
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.trips.queries.trips import TripRow, next_trips
from klippekort.trips.services.settling import settle_escort
from klippekort.trips.views.seen_by_citizen import trip_seen
from tests.builders import MONDAY, a_card, a_scheme, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.trips.conftest import GAME_AT, TUESDAY, Browse, key_of
from tests.pages import faults_of


@pytest.fixture
def bo(browse: Browse, cast: Cast) -> FlaskClient:
    """Bo's browser, in English."""
    browser = browse(cast.bo)
    browser.set_cookie("lang", "en", domain="localhost")
    return browser


def _path(cast: Cast, occurrence: UUID) -> str:
    return f"/borgere/{cast.ellen}/tur/{occurrence}/selv"


def _said(**changed: str) -> dict[str, str]:
    return {"key": key_of(1), "company": "relative", "agreed_how": "said", **changed}


def _trips(cast: Cast) -> list[TripRow]:
    with acting_for(HOME):
        return next_trips(cast.ellen, MONDAY)


def test_without_a_card_one_finds_something_to_go_to(
    bo: FlaskClient, cast: Cast, game: UUID
) -> None:
    page = bo.get(f"/borgere/{cast.ellen}").text
    assert f'href="/borgere/{cast.ellen}/tur"' in page
    assert f'href="{_path(cast, game)}"' in bo.get(f"/borgere/{cast.ellen}/tur").text


def test_an_empty_card_leaves_the_way_open(bo: FlaskClient, cast: Cast, game: UUID) -> None:
    a_card(cast, cast.ellen, 80)
    for page in (f"/borgere/{cast.ellen}/tur", f"/borgere/{cast.ellen}/tur/{game}"):
        assert f'href="{_path(cast, game)}"' in bo.get(page).text


@pytest.mark.parametrize("company", ["relative", "friend", "flex", "alone"])
def test_a_seat_costs_no_minutes(bo: FlaskClient, cast: Cast, game: UUID, company: str) -> None:
    booked = bo.post(_path(cast, game), data=_said(company=company))
    assert booked.status_code == 303
    row = _trips(cast)[0]
    assert (row.company, row.planned_minutes, row.escorts) == (Company(company), 0, ())
    with acting_for(HOME):
        assert get_occurrence_facts(game).seats_left == 9


def test_staff_and_the_one_who_goes_read_how(bo: FlaskClient, cast: Cast, game: UUID) -> None:
    booked = bo.post(_path(cast, game), data=_said())
    assert "With a relative" in bo.get(booked.location).text
    with acting_for(HOME):
        seen = trip_seen(next_trips(cast.ellen, MONDAY)[0], TUESDAY)
    assert (seen.way, seen.who, seen.is_own_way) == ("You go there with a relative", None, True)


def test_without_her_yes_nothing_is_booked_and_the_rest_is_kept(
    bo: FlaskClient, cast: Cast, game: UUID
) -> None:
    page = bo.post(_path(cast, game), data=_said(agreed_how="", company="friend"))
    assert (page.status_code, _trips(cast)) == (422, [])
    assert 'id="agreed_how-error"' in page.text
    assert 'checked class="choice-input" id="company-1"' in page.text


def test_how_one_gets_there_must_be_said(bo: FlaskClient, cast: Cast, game: UUID) -> None:
    page = bo.post(_path(cast, game), data=_said(company="escort"))
    assert (page.status_code, 'id="company-error"' in page.text) == (422, True)


def test_a_full_activity_is_full_for_everybody(bo: FlaskClient, cast: Cast, card: UUID) -> None:
    a_card(cast, cast.poul, scheme_id=a_scheme(name="Pouls kort"))
    full = an_occurrence(GAME_AT, capacity=1)
    a_trip(cast.karen, cast.poul, full)
    page = bo.post(_path(cast, full), data=_said())
    assert (page.status_code, "All the seats are taken" in page.text) == (422, True)


def test_nobody_is_put_on_a_trip_on_ones_own_way(
    browse: Browse, bo: FlaskClient, cast: Cast, game: UUID
) -> None:
    bo.post(_path(cast, game), data=_said())
    trip = _trips(cast)[0].trip_id
    with acting_for(HOME), pytest.raises(Stale):
        execute(settle_escort, cast.ida, trip, cast.bo.person_id, now=MONDAY)
    assert _trips(cast)[0].escorts == ()
    assert f"/ture/{trip}/ledsager" not in browse(cast.ida).get(f"/ture/{trip}").text


def test_staff_read_with_whom_she_goes(bo: FlaskClient, cast: Cast, game: UUID) -> None:
    bo.post(_path(cast, game), data=_said())
    page = bo.get(f"/ture/{_trips(cast)[0].trip_id}").text
    assert "With a relative" in page
    assert "Not known" not in page
    assert "is picked up" not in page


def test_a_trip_on_ones_own_way_tells_of_no_helper_and_no_time(
    bo: FlaskClient, cast: Cast, game: UUID
) -> None:
    bo.post(_path(cast, game), data=_said())
    there = f"/ture/{_trips(cast)[0].trip_id}"
    asked = bo.get(f"{there}/aflys").text
    assert ("Ellen is ill" in asked, "The helper is ill" in asked) == (True, False)
    assert "set aside" not in bo.get(there).text
    bo.post(f"{there}/aflys", data={"key": key_of(2), "reason": "citizen.ill"})
    page = bo.get(there).text
    assert ("cancelled the trip." in page, "given back" in page) == (True, False)


def test_how_she_gets_there_is_asked_of_her(bo: FlaskClient, cast: Cast, game: UUID) -> None:
    assert "How does the citizen get there?" in bo.get(_path(cast, game)).text


def test_a_full_date_offers_the_line_and_other_dates(
    bo: FlaskClient, cast: Cast, card: UUID
) -> None:
    a_card(cast, cast.poul, scheme_id=a_scheme(name="Pouls kort"))
    full = an_occurrence(GAME_AT, capacity=1)
    other = an_occurrence(GAME_AT + timedelta(days=1), title="Sang")
    a_trip(cast.karen, cast.poul, full)
    page = bo.get(_path(cast, full))
    assert "All the seats are taken" in page.text
    assert "Book the seat" not in page.text
    assert "gets a seat" not in page.text
    assert f'href="{_path(cast, other)}"' in page.text
    assert f"/venteliste/{full}" in page.text
    assert "is offered with a helper, and the card pays" in page.text


def test_one_is_in_one_place_on_ones_own_way_too(
    bo: FlaskClient, cast: Cast, card: UUID, game: UUID
) -> None:
    a_trip(cast.bo, cast.ellen, an_occurrence(GAME_AT, title="Sang"))
    page = bo.post(_path(cast, game), data=_said())
    assert (page.status_code, "on another trip at that time" in page.text) == (422, True)


def test_somebody_else_s_citizen_stays_unknown(browse: Browse, cast: Cast, game: UUID) -> None:
    page = browse(cast.karen).post(f"/borgere/{cast.gudrun}/tur/{game}/selv", data=_said())
    assert page.status_code == 404


def test_the_pages_without_a_card_are_good_pages(browse: Browse, cast: Cast, game: UUID) -> None:
    browser = browse(cast.bo)
    pages = ("", "/tur", f"/tur/{game}", f"/tur/{game}/selv")
    faults = {
        page: [
            fault
            for fault in faults_of(browser.get(f"/borgere/{cast.ellen}{page}").text)
            if "token" not in fault
        ]
        for page in pages
    }
    assert {page: found for page, found in faults.items() if found} == {}
