"""A trip to a place of one's own choice: the price first, then the booking."""

import re
from dataclasses import replace
from datetime import date, time
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from klippekort.domain.calendar import instant
from klippekort.domain.schemes import Activities, Expenses, Hours, Money, Others, Payer, Terms
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.cards import get_card, state_of
from klippekort.trips.queries.trips import TripRow, next_trips
from tests.builders import DECIDED, MONDAY, a_card, a_shift
from tests.cast import HOME, Cast
from tests.integration.trips.conftest import TUESDAY, Browse, answer_to, key_of
from tests.pages import faults_of

UNTIL_NOON = replace(DECIDED, hours=Hours(starts_from=time(9), ends_by=time(12)))


@pytest.fixture
def bo(browse: Browse, cast: Cast) -> FlaskClient:
    """Bo's browser, in English; Bo is at work on Tuesday."""
    a_shift(cast.bo, TUESDAY)
    browser = browse(cast.bo)
    browser.set_cookie("lang", "en", domain="localhost")
    return browser


def _path(cast: Cast) -> str:
    return f"/borgere/{cast.ellen}/tur/sted"


def _typed(**changed: str) -> dict[str, str]:
    sent = {
        "key": key_of(1),
        "kind": "meal",
        "place": "Café Linden",
        "address": "Torvet 2",
        "postcode": "4681",
        "on": "2026-11-24",
        "starts": "10:00",
        "ends": "11:00",
        "transport": "walk",
        "travel_each_way": "",
        "escorts_wanted": "1",
        "step": "see",
    }
    return {**sent, **changed}


def _seen(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found
    return found[1]


def _looked(bo: FlaskClient, cast: Cast, **changed: str) -> dict[str, str]:
    """Look at what a trip costs, and return what its page sends when it is booked with Bo."""
    page = bo.post(_path(cast), data=_typed(**changed)).text
    chosen = {"escort_id": str(cast.bo.person_id), "seen": _seen(page), "step": "book"}
    return _typed(**{**changed, **chosen})


def _trips(cast: Cast) -> list[TripRow]:
    with acting_for(HOME):
        return next_trips(cast.ellen, MONDAY)


def test_what_it_costs_is_seen_before_it_is_booked(bo: FlaskClient, cast: Cast, card: UUID) -> None:
    page = bo.post(_path(cast), data=_typed())
    assert page.status_code == 200
    assert "2 klip and 20 minutes" in page.text
    assert "Me, Bo Berg" in page.text
    assert _trips(cast) == []


def test_the_next_tap_books_it(bo: FlaskClient, cast: Cast, card: UUID) -> None:
    booked = bo.post(_path(cast), data=_looked(bo, cast))
    assert booked.status_code == 303
    row = _trips(cast)[0]
    assert (row.destination, row.escort_name) == ("Café Linden", "Bo Berg")
    with acting_for(HOME):
        assert state_of(get_card(card)).held() == 80
    assert "Café Linden" in bo.get(booked.location).text


def test_who_pays_a_taxi_is_said(bo: FlaskClient, cast: Cast) -> None:
    rides = Money(citizen=Expenses(transport=Payer.CITIZEN))
    a_card(cast, cast.ellen, terms=replace(DECIDED, money=rides))
    assert "The taxi" not in bo.post(_path(cast), data=_typed()).text
    page = bo.post(_path(cast), data=_typed(transport="taxi")).text
    assert ("The taxi" in page, "The citizen pays" in page) == (True, True)


def test_minutes_that_are_typed_count(bo: FlaskClient, cast: Cast, card: UUID) -> None:
    bo.post(_path(cast), data=_looked(bo, cast, travel_each_way="25"))
    assert _trips(cast)[0].travel_minutes == 50


def test_what_was_changed_since_is_seen_again_first(
    bo: FlaskClient, cast: Cast, card: UUID
) -> None:
    page = bo.post(_path(cast), data={**_looked(bo, cast), "ends": "13:00"})
    assert (page.status_code, _trips(cast)) == (422, [])
    assert "Something has been changed" in page.text
    assert "6 klip and 20 minutes" in page.text


def test_a_double_tap_books_once(bo: FlaskClient, cast: Cast, card: UUID) -> None:
    sent = _looked(bo, cast)
    first, second = bo.post(_path(cast), data=sent), bo.post(_path(cast), data=sent)
    assert (first.location, len(_trips(cast))) == (second.location, 1)


def test_two_helpers_cost_what_the_scheme_says(bo: FlaskClient, cast: Cast, card: UUID) -> None:
    a_shift(cast.mia, TUESDAY)
    sent = _looked(bo, cast, escorts_wanted="2")
    bo.post(_path(cast), data={**sent, "second_id": str(cast.mia.person_id)})
    with acting_for(HOME):
        assert state_of(get_card(card)).held() == 160


def test_without_a_helper_one_is_found_later(bo: FlaskClient, cast: Cast, card: UUID) -> None:
    thursday = {"on": "2026-11-26"}
    bo.post(_path(cast), data={**_looked(bo, cast, **thursday), "escort_id": ""})
    assert _trips(cast)[0].escort_by == instant(date(2026, 11, 25), time(12))


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("place", "", "Write where to."),
        ("kind", "", "Choose what it is."),
        ("on", "", "Write the day."),
        ("on", "2026-11-20", "Choose today or a later day."),
        ("on", "0001-01-01", "Write the day like 24-12-2026."),
        ("on", "9999-12-31", "Write the day like 24-12-2026."),
        ("on", "2199-12-31", "Choose a day within a year."),
        ("ends", "09:00", "You cannot leave before you are there."),
        ("ends", "23:00", "at most 10 hours there"),
        ("postcode", "46", "Write the postcode with 4 digits."),
        ("travel_each_way", "2000000000", "Write between 0 and 240 minutes."),
        ("travel_each_way", "999", "Write between 0 and 240 minutes."),
        ("transport", "balloon", "Choose how you get there."),
    ],
)
def test_what_is_missing_is_said_at_the_field(
    bo: FlaskClient, cast: Cast, card: UUID, field: str, value: str, words: str
) -> None:
    page = bo.post(_path(cast), data=_typed(**{field: value, "address": "Bag kirken 4"}))
    assert (page.status_code, words in page.text) == (422, True)
    assert f'id="{field}-error"' in page.text
    assert 'value="Bag kirken 4"' in page.text


def test_a_helper_who_is_off_duty_is_refused_at_the_field(
    bo: FlaskClient, cast: Cast, card: UUID
) -> None:
    sent = {**_looked(bo, cast), "escort_id": str(cast.mia.person_id)}
    page = bo.post(_path(cast), data=sent)
    assert (page.status_code, 'id="escort_id-error"' in page.text) == (422, True)
    assert "not at work the whole time" in page.text


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        (replace(DECIDED, activities=Activities(forbidden=("meal",))), "this kind of activity"),
        (UNTIL_NOON, "between 09:00 and 12:00"),
    ],
)
def test_the_scheme_judges_the_place(bo: FlaskClient, cast: Cast, terms: Terms, words: str) -> None:
    a_card(cast, cast.ellen, terms=terms)
    page = bo.post(_path(cast), data=_typed(starts="12:00", ends="13:00"))
    assert (page.status_code, words in page.text) == (422, True)
    assert 'value="Café Linden"' in page.text


def test_a_refusal_offers_other_times_with_what_they_cost(bo: FlaskClient, cast: Cast) -> None:
    a_card(cast, cast.ellen, terms=UNTIL_NOON)
    page = bo.post(_path(cast), data=_typed(starts="12:00", ends="13:00")).text
    times = re.findall(r'name="at" value="([^"]*)"', page)
    assert times[0] == "2026-11-24T10:00"
    assert len(times) == 3
    assert "You can go along" in page


def test_another_time_is_one_tap_away(bo: FlaskClient, cast: Cast) -> None:
    a_card(cast, cast.ellen, terms=UNTIL_NOON)
    sent = _typed(starts="12:00", ends="13:00", at="2026-11-24T10:00")
    page = bo.post(_path(cast), data=sent)
    assert page.status_code == 200
    assert 'value="10:00"' in page.text
    assert "says yes – book the trip" in page.text


@pytest.mark.parametrize("at", ["0001-01-01T00:00", "9999-12-31T23:00", "2026-02-30T10:00"])
def test_a_time_nobody_lives_to_see_moves_nothing(
    bo: FlaskClient, cast: Cast, card: UUID, at: str
) -> None:
    page = bo.post(_path(cast), data=_typed(at=at))
    assert (page.status_code, 'value="2026-11-24"' in page.text) == (200, True)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_link_to_a_day_nobody_lives_to_see_opens_the_page(
    bo: FlaskClient, cast: Cast, day: str
) -> None:
    page = bo.get(f"{_path(cast)}?dag={day}&fra=10:00&til=11:00")
    assert (page.status_code, day in page.text) == (200, False)


def test_what_nobody_has_decided_is_asked(bo: FlaskClient, cast: Cast) -> None:
    terms = replace(DECIDED, activities=Activities(allowed=("walk",), others=Others.UNDECIDED))
    a_card(cast, cast.ellen, terms=terms)
    sent = _looked(bo, cast)
    assert bo.post(_path(cast), data=sent).status_code == 422
    decided = {**sent, answer_to("activities.others"): "allowed", "why": "Her birthday."}
    assert bo.post(_path(cast), data=decided).status_code == 303


def test_one_is_in_one_place_at_a_time(bo: FlaskClient, cast: Cast, card: UUID) -> None:
    bo.post(_path(cast), data=_looked(bo, cast))
    page = bo.post(_path(cast), data=_typed(place="Kirken"))
    assert (page.status_code, "on another trip at that time" in page.text) == (422, True)


def test_every_state_of_the_page_is_a_good_page(browse: Browse, cast: Cast) -> None:
    a_card(cast, cast.ellen, terms=UNTIL_NOON)
    browser = browse(cast.bo)
    pages = {
        "empty": browser.get(_path(cast)).text,
        "preview": browser.post(_path(cast), data=_typed()).text,
        "refused": browser.post(_path(cast), data=_typed(starts="12:00", ends="13:00")).text,
        "wrong": browser.post(_path(cast), data=_typed(place="", on="x")).text,
    }
    faults = {
        name: [fault for fault in faults_of(page) if "token" not in fault]
        for name, page in pages.items()
    }
    assert {name: found for name, found in faults.items() if found} == {}
