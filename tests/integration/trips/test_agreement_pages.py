"""The pages of standing agreements: what they ask, what they reckon, and what they refuse."""

from dataclasses import replace
from datetime import date, time, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.activities.queries import get_occurrence_facts
from klippekort.domain.schemes import OPEN, Activities, Visits
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.services.assessing import assess
from klippekort.trips.models import StandingAgreement
from klippekort.trips.queries.agreements import exception_on
from klippekort.trips.queries.trips import TripRow, next_trips
from klippekort.trips.services.agreements import due_days
from tests.builders import DECIDED, MONDAY, a_card
from tests.cast import HOME, Cast
from tests.integration.trips.conftest import Browse, key_of
from tests.pages import faults_of

FIRST = date(2026, 11, 25)
NO_ID = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def bo(browse: Browse, cast: Cast) -> FlaskClient:
    """Bo's browser, in English."""
    browser = browse(cast.bo)
    browser.set_cookie("lang", "en", domain="localhost")
    return browser


def _path(cast: Cast) -> str:
    return f"/borgere/{cast.ellen}/aftaler/ny"


def _typed(**changed: str) -> dict[str, str]:
    sent = {
        "key": key_of(1),
        "activity_id": "",
        "destination": "En tur rundt om søen",
        "address": "",
        "postcode": "",
        "kind": "walk",
        "weekday": "2",
        "every_weeks": "1",
        "starts": "10:00",
        "minutes": "30",
        "travel_each_way": "0",
        "transport": "walk",
        "care_worker_id": "",
        "from_on": "2026-11-24",
        "until_on": "",
    }
    return {**sent, **changed}


def _trips(cast: Cast) -> list[TripRow]:
    with acting_for(HOME):
        return next_trips(cast.ellen, MONDAY, limit=20)


def _made() -> list[StandingAgreement]:
    with acting_for(HOME):
        return list(db.session.scalars(select(StandingAgreement)))


def _agreed(bo: FlaskClient, cast: Cast, **changed: str) -> str:
    answer = bo.post(_path(cast), data=_typed(**changed))
    assert answer.status_code == 303
    return str(answer.location)


def _left_out(bo: FlaskClient, there: str, on: str, number: int = 2) -> str:
    sent = {"key": key_of(number), "on": on, "reason": "visitors"}
    return bo.post(f"{there}/undtag", data=sent, follow_redirects=True).text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("activity_id", "rubbish"),
        ("activity_id", NO_ID),
        ("care_worker_id", "rubbish"),
        ("care_worker_id", NO_ID),
        ("from_on", "0026-11-25"),
        ("from_on", "9999-12-31"),
        ("from_on", "2026-11-20"),
        ("from_on", "2030-01-01"),
        ("until_on", "9999-12-31"),
        ("starts", ""),
        ("starts", "25:00"),
        ("minutes", ""),
        ("minutes", "x"),
    ],
)
def test_what_makes_no_sense_is_said_at_the_field(
    bo: FlaskClient, cast: Cast, card: UUID, field: str, value: str
) -> None:
    page = bo.post(_path(cast), data=_typed(**{field: value}))
    assert (page.status_code, f'id="{field}-error"' in page.text) == (422, True)
    assert _made() == []


def test_to_an_activity_nobody_asks_when_it_begins(
    bo: FlaskClient, cast: Cast, card: UUID, game: UUID
) -> None:
    with acting_for(HOME):
        activity = str(get_occurrence_facts(game).activity_id)
    said = {"activity_id": activity, "destination": "", "starts": "", "minutes": ""}
    _agreed(bo, cast, **said, travel_each_way="")
    made = _made()[0]
    assert (made.weekday, made.starts, made.minutes) == (1, time(10), 90)
    assert [row.occurrence_id for row in _trips(cast)] == [game]


def test_the_way_is_reckoned_as_when_a_trip_is_booked(
    bo: FlaskClient, cast: Cast, card: UUID
) -> None:
    there = _agreed(bo, cast, travel_each_way="", postcode="4600", transport="taxi")
    assert [one.travel_each_way for one in _made()] == [20]
    assert "20 min" in bo.get(there).text


def test_the_form_answers_the_way_as_the_booking_page_does(bo: FlaskClient, cast: Cast) -> None:
    page = bo.get(_path(cast)).text
    assert 'name="travel_each_way"' in page
    assert 'name="travel_each_way" type="text" value="10"' not in page
    assert "the way is reckoned by the postcode" in page


def test_a_day_the_card_cannot_pay_says_what_is_missing(bo: FlaskClient, cast: Cast) -> None:
    a_card(cast, cast.ellen, 70)
    page = bo.get(_agreed(bo, cast)).text
    assert "20 minutes is missing" in page
    assert ": 0 minutes is missing" not in page


def test_a_day_without_a_trip_cannot_be_left_out(bo: FlaskClient, cast: Cast, card: UUID) -> None:
    there = _agreed(bo, cast)
    page = _left_out(bo, there, "2026-11-26")
    assert 'id="on-error"' in page
    assert "Nothing is agreed for that day" in page


def test_a_day_that_is_left_out_is_put_back(bo: FlaskClient, cast: Cast, card: UUID) -> None:
    there = _agreed(bo, cast, from_on="2026-12-24")
    assert _trips(cast) == []
    on = "2026-12-30"
    assert f'value="{on}"' in _left_out(bo, there, on)
    back = bo.post(f"{there}/undtag/slet", data={"key": key_of(3), "on": on})
    assert back.status_code == 303
    assert _trips(cast) == []
    assert f'value="{on}"' not in bo.get(there).text


def test_a_day_whose_trip_was_cancelled_is_booked_again(
    bo: FlaskClient, cast: Cast, card: UUID
) -> None:
    there = _agreed(bo, cast)
    last = _trips(cast)[-1]
    on = f"{FIRST + timedelta(weeks=3)}"
    _left_out(bo, there, on)
    cancelled = {"key": key_of(3), "reason": "citizen.visitors"}
    bo.post(f"/ture/{last.trip_id}/aflys", data=cancelled)
    assert len(_trips(cast)) == 3
    bo.post(f"{there}/undtag/slet", data={"key": key_of(4), "on": on})
    assert len(_trips(cast)) == 4


def test_a_day_after_the_end_is_not_put_back(bo: FlaskClient, cast: Cast, card: UUID) -> None:
    there = _agreed(bo, cast, from_on="2026-12-23")
    _left_out(bo, there, "2026-12-30")
    bo.post(f"{there}/slut", data={"key": key_of(5), "last_on": "2026-12-23"})
    assert 'value="2026-12-30"' not in bo.get(there).text
    bo.post(f"{there}/undtag/slet", data={"key": key_of(4), "on": "2026-12-30"})
    with acting_for(HOME):
        assert exception_on(_made()[0].id, date(2026, 12, 30)) is not None


def test_an_agreement_ends_before_its_first_day(bo: FlaskClient, cast: Cast, card: UUID) -> None:
    there = _agreed(bo, cast, from_on="2026-12-23")
    bo.post(f"{there}/slut", data={"key": key_of(5), "last_on": "2026-12-01"})
    made = _made()[0]
    with acting_for(HOME):
        assert due_days(made, date(2026, 12, 20)) == []


def test_what_is_agreed_is_not_agreed_again(bo: FlaskClient, cast: Cast, card: UUID) -> None:
    _agreed(bo, cast)
    again = bo.post(_path(cast), data=_typed(key=key_of(2), starts="10:15"))
    assert (again.status_code, "agreement at that time already" in again.text) == (422, True)
    assert len(_made()) == 1


def test_the_other_half_of_the_weeks_is_free(bo: FlaskClient, cast: Cast, card: UUID) -> None:
    _agreed(bo, cast, every_weeks="2")
    _agreed(bo, cast, key=key_of(2), every_weeks="2", from_on="2026-11-30")
    assert len(_made()) == 2


@pytest.mark.parametrize("last_on", ["9999-12-31", "0001-01-01", "2199-12-31"])
def test_an_end_that_makes_no_sense_is_said_at_the_field(
    bo: FlaskClient, cast: Cast, card: UUID, last_on: str
) -> None:
    there = _agreed(bo, cast, until_on="2027-03-31")
    page = bo.post(f"{there}/slut", data={"key": key_of(2), "last_on": last_on})
    assert (page.status_code, 'id="last_on-error"' in page.text) == (422, True)


def test_ending_an_agreement_never_makes_it_longer(bo: FlaskClient, cast: Cast, card: UUID) -> None:
    there = _agreed(bo, cast, until_on="2026-12-31")
    page = bo.post(f"{there}/slut", data={"key": key_of(2), "last_on": "2027-01-31"})
    assert (page.status_code, "ends already on" in page.text) == (422, True)
    with acting_for(HOME):
        assert _made()[0].until_on == date(2026, 12, 31)


def test_a_weekday_within_a_sentence_is_written_as_the_language_does(
    bo: FlaskClient, cast: Cast, card: UUID
) -> None:
    assert "Every week, Wednesday at" in bo.get(_agreed(bo, cast)).text


def test_every_state_of_the_pages_is_a_good_page(browse: Browse, cast: Cast, card: UUID) -> None:
    browser = browse(cast.bo)
    there = _agreed(browser, cast)
    _left_out(browser, there, f"{FIRST + timedelta(weeks=2)}")
    pages = {
        "form": browser.get(_path(cast)).text,
        "wrong": browser.post(_path(cast), data=_typed(starts="", from_on="x")).text,
        "made": browser.get(there).text,
        "refused": browser.post(
            f"{there}/undtag", data={"key": key_of(9), "on": "2026-11-26"}
        ).text,
    }
    faults = {
        name: [fault for fault in faults_of(page) if "token" not in fault]
        for name, page in pages.items()
    }
    assert {name: found for name, found in faults.items() if found} == {}


def test_a_day_outside_the_cards_hours_says_what_they_are(bo: FlaskClient, cast: Cast) -> None:
    hours = replace(DECIDED.hours, starts_from=time(9), ends_by=time(17))
    a_card(cast, cast.ellen, terms=replace(DECIDED, hours=hours))
    page = bo.get(_agreed(bo, cast, starts="19:00")).text
    assert "The whole trip must lie between 09:00 and 17:00." in page


def test_a_day_that_nobody_has_decided_about_says_what_is_open(bo: FlaskClient, cast: Cast) -> None:
    a_card(cast, cast.ellen, terms=replace(DECIDED, visits=Visits(longest=OPEN)))
    page = bo.get(_agreed(bo, cast)).text
    assert "Your municipality has not decided" in page
    assert "The trip does not fit the card." not in page


def test_a_day_for_what_the_citizen_cannot_do_names_the_condition(
    bo: FlaskClient, cast: Cast
) -> None:
    activities = Activities(needs_for={"walk": "can_climb_stairs"})
    a_card(cast, cast.ellen, terms=replace(DECIDED, activities=activities))
    with acting_for(HOME):
        execute(assess, cast.asta, cast.ellen, {"can_climb_stairs": "no"}, now=MONDAY)
    page = bo.get(_agreed(bo, cast)).text
    assert "The trip requires: can climb stairs. What is known: cannot climb stairs." in page
