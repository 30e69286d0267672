"""The page a trip is checked on: ways, helpers now or later, and the card that pays."""

import re
from dataclasses import replace
from datetime import date, time, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.accounts.models import CareWorker
from klippekort.domain.calendar import instant
from klippekort.domain.schemes import Activities, Expenses, Money, Payer
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.cards import get_card, state_of
from klippekort.punchcards.services.assessing import assess
from klippekort.trips.queries.trips import TripRow, next_trips
from tests.builders import DECIDED, MONDAY, a_card, a_scheme, a_shift, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.trips.conftest import GAME_AT, TUESDAY, Browse, answers
from tests.pages import faults_of


@pytest.fixture
def bo(browse: Browse, cast: Cast) -> FlaskClient:
    """Bo's browser, in English."""
    browser = browse(cast.bo)
    browser.set_cookie("lang", "en", domain="localhost")
    return browser


def _path(cast: Cast, occurrence: UUID) -> str:
    return f"/borgere/{cast.ellen}/tur/{occurrence}"


def _trip(cast: Cast) -> TripRow:
    with acting_for(HOME):
        return next_trips(cast.ellen, MONDAY)[0]


def _held(card: UUID) -> int:
    with acting_for(HOME):
        return state_of(get_card(card)).held()


def _book(bo: FlaskClient, cast: Cast, game: UUID, **sent: str) -> str:
    booked = bo.post(_path(cast, game), data=answers(cast, **sent))
    assert booked.status_code == 303
    return str(booked.location)


def test_each_way_of_travelling_says_its_minutes(
    bo: FlaskClient, cast: Cast, card: UUID, game: UUID
) -> None:
    page = bo.get(_path(cast, game)).text
    assert "On foot, 10 min" in page
    assert "Taxi, 10 min" in page


def test_another_way_takes_its_own_minutes(bo: FlaskClient, cast: Cast, card: UUID) -> None:
    a_shift(cast.bo, TUESDAY)
    far = an_occurrence(GAME_AT, postcode="4720")
    _book(bo, cast, far, travel_each_way="5", reckoned_for="walk", transport="taxi")
    assert (_trip(cast).travel_minutes, _held(card)) == (40, 130)


def test_minutes_that_a_person_chose_stay(bo: FlaskClient, cast: Cast, card: UUID) -> None:
    a_shift(cast.bo, TUESDAY)
    far = an_occurrence(GAME_AT, postcode="4720")
    _book(bo, cast, far, travel_each_way="15", transport="taxi")
    assert _trip(cast).travel_minutes == 30


def test_minutes_chosen_by_hand_are_known_as_such(
    bo: FlaskClient, cast: Cast, card: UUID, game: UUID
) -> None:
    page = bo.get(f"{_path(cast, game)}?vej=30").text
    assert 'name="reckoned_for" value=""' in page
    assert 'name="travel_each_way" value="30"' in page


def test_what_two_helpers_cost_is_seen_beforehand(
    bo: FlaskClient, cast: Cast, card: UUID, game: UUID
) -> None:
    page = bo.get(_path(cast, game)).text
    assert "One helper: 3 klip and 20 minutes" in page
    assert "Two helpers: 7 klip and 10 minutes" in page


def test_two_helpers_go_along(bo: FlaskClient, cast: Cast, card: UUID, game: UUID) -> None:
    _book(bo, cast, game, escorts_wanted="2", second_id=str(cast.mia.person_id))
    assert (_trip(cast).escort_name, _held(card)) == ("Bo Berg & Mia Møller", 220)


def test_nobody_goes_along_twice(bo: FlaskClient, cast: Cast, card: UUID, game: UUID) -> None:
    twice = answers(cast, escorts_wanted="2", second_id=str(cast.bo.person_id))
    page = bo.post(_path(cast, game), data=twice)
    assert (page.status_code, "Choose two different helpers" in page.text) == (422, True)


def test_with_two_helpers_the_trip_is_no_simple_one(
    bo: FlaskClient, cast: Cast, card: UUID, game: UUID
) -> None:
    assert "data-intent" in _form(bo.get(_path(cast, game)).text)
    assert "data-intent" not in _form(bo.get(f"{_path(cast, game)}?hjaelpere=2").text)


def _form(page: str) -> str:
    return next(re.finditer(r"<form class=\"form\"[^>]*>", page)).group()


def _later(cast: Cast, **changed: str) -> dict[str, str]:
    return answers(cast, escort_id="", **changed)


def test_a_helper_is_found_later_by_the_working_day_before(
    bo: FlaskClient, cast: Cast, card: UUID
) -> None:
    thursday = an_occurrence(GAME_AT + timedelta(days=2))
    bo.post(_path(cast, thursday), data=_later(cast))
    assert _trip(cast).escort_by == instant(date(2026, 11, 25), time(12))


def test_a_helper_is_found_by_the_day_that_was_said(
    bo: FlaskClient, cast: Cast, card: UUID
) -> None:
    thursday = an_occurrence(GAME_AT + timedelta(days=2))
    bo.post(_path(cast, thursday), data=_later(cast, escort_by="2026-11-24"))
    assert _trip(cast).escort_by == instant(TUESDAY, time(12))


@pytest.mark.parametrize("by", ["2026-11-22", "2026-11-27"])
def test_a_helper_is_not_found_after_the_trip_or_yesterday(
    bo: FlaskClient, cast: Cast, card: UUID, by: str
) -> None:
    thursday = an_occurrence(GAME_AT + timedelta(days=2))
    page = bo.post(_path(cast, thursday), data=_later(cast, escort_by=by))
    assert (page.status_code, 'id="escort_by-error"' in page.text) == (422, True)
    assert f'value="{by}"' in page.text


def test_it_says_when_she_is_told_who_comes(bo: FlaskClient, cast: Cast, card: UUID) -> None:
    thursday = an_occurrence(GAME_AT + timedelta(days=2))
    booked = bo.post(_path(cast, thursday), data=_later(cast, escort_by="2026-11-25"))
    assert "We tell Ellen who comes by Wednesday" in bo.get(booked.location).text


def test_a_booking_can_be_undone_from_its_page(
    bo: FlaskClient, cast: Cast, card: UUID, game: UUID
) -> None:
    page = bo.get(_book(bo, cast, game)).text
    undo = re.search(r'action="(/ture/[^"]*/fortryd/[^"]*)"', page)
    key = re.search(r'fortryd.*?name="key" value="([^"]*)"', page, re.DOTALL)
    assert undo
    assert key
    bo.post(undo[1], data={"key": key[1]})
    assert _held(card) == 0


def _second_card(cast: Cast) -> UUID:
    return a_card(cast, cast.ellen, 200, scheme_id=a_scheme(name="Demenskort"))


def test_with_one_card_nobody_asks_which(
    bo: FlaskClient, cast: Cast, card: UUID, game: UUID
) -> None:
    assert 'name="card_id"' not in bo.get(_path(cast, game)).text


def test_with_two_cards_one_says_which_pays(
    bo: FlaskClient, cast: Cast, card: UUID, game: UUID
) -> None:
    other = _second_card(cast)
    assert 'name="card_id"' in bo.get(_path(cast, game)).text
    _book(bo, cast, game, card_id=str(other))
    assert (_held(card), _held(other)) == (0, 110)


def test_what_is_left_is_told_of_the_card_that_pays(
    bo: FlaskClient, cast: Cast, card: UUID, game: UUID
) -> None:
    other = _second_card(cast)
    page = bo.get(_book(bo, cast, game, card_id=str(other))).text
    assert "1 hour 30 minutes" in page  # 200 saved on it, of which the trip takes 110


def test_a_card_that_is_not_hers_pays_nothing(
    bo: FlaskClient, cast: Cast, card: UUID, game: UUID
) -> None:
    _second_card(cast)
    stranger = a_card(cast, cast.poul, scheme_id=a_scheme(name="Pouls kort"))
    page = bo.post(_path(cast, game), data=answers(cast, card_id=str(stranger)))
    assert (page.status_code, "Choose which card pays" in page.text) == (422, True)


def test_a_refusal_says_what_else_costs_and_who_could_go(
    bo: FlaskClient, cast: Cast, game: UUID
) -> None:
    paid = Money(Expenses(Payer.CITIZEN), Expenses(Payer.MUNICIPALITY))
    a_card(cast, cast.ellen, 80, terms=replace(DECIDED, money=paid))
    a_shift(cast.bo, date(2026, 11, 25))
    an_occurrence(GAME_AT + timedelta(days=1), minutes=45, title="Kaffe")
    page = " ".join(bo.get(_path(cast, game)).text.split())
    assert "Kaffe, Wednesday 25 November, 09:50–10:55" in page
    assert "On the card: 2 klip and 5 minutes" in page
    assert "Price for Ellen: DKK 35" in page
    assert "For the helper: Free · You can go along" in page


def test_without_anybody_free_a_helper_is_to_be_found(
    bo: FlaskClient, cast: Cast, game: UUID
) -> None:
    a_card(cast, cast.ellen, 80)
    an_occurrence(GAME_AT + timedelta(days=1), minutes=45, title="Kaffe")
    assert "A helper is to be found" in bo.get(_path(cast, game)).text


def test_what_is_full_is_no_alternative(bo: FlaskClient, cast: Cast, game: UUID) -> None:
    a_card(cast, cast.ellen, 80)
    a_card(cast, cast.poul, scheme_id=a_scheme(name="Pouls kort"))
    full = an_occurrence(GAME_AT + timedelta(days=1), minutes=45, title="Fuldt", capacity=1)
    a_trip(cast.karen, cast.poul, full)
    assert "Fuldt" not in bo.get(_path(cast, game)).text


def test_a_driver_is_asked_for_only_where_one_drives(
    bo: FlaskClient, cast: Cast, card: UUID
) -> None:
    a_shift(cast.bo, TUESDAY)
    _no_licence(cast)
    far = an_occurrence(GAME_AT, postcode="4720")
    page = bo.get(_path(cast, far)).text
    assert re.search(r'checked class="choice-input"[^>]*value="taxi"', page)


def _no_licence(cast: Cast) -> None:
    def change() -> None:
        worker = db.session.scalars(select(CareWorker).filter_by(id=cast.bo.person_id)).one()
        worker.has_driving_licence = False

    with acting_for(HOME):
        execute(change)


@pytest.mark.parametrize("asked", ["", "?hjaelpere=2", "?hjaelpere=9&vej=999"])
def test_every_state_of_the_page_is_a_good_page(
    browse: Browse, cast: Cast, card: UUID, game: UUID, asked: str
) -> None:
    _second_card(cast)
    browser = browse(cast.bo)
    page = browser.get(f"{_path(cast, game)}{asked}")
    assert [fault for fault in faults_of(page.text) if "token" not in fault] == []


STAIRS = "The trip requires: can climb stairs."


@pytest.mark.parametrize(
    ("asks", "facts", "status", "told"),
    [
        ("needs_for", {"can_climb_stairs": "no"}, 422, "What is known: cannot climb stairs."),
        ("needs", {"can_climb_stairs": "no"}, 422, "What is known: cannot climb stairs."),
        ("needs_for", {"lives_alone": "yes"}, 303, "It has not been assessed."),
        ("needs_for", {}, 303, "It has not been assessed."),
        ("needs_for", {"can_climb_stairs": "yes"}, 303, None),
    ],
)
def test_what_a_trip_requires_of_her_is_told_with_what_is_known(
    bo: FlaskClient,
    cast: Cast,
    game: UUID,
    asks: str,
    facts: dict[str, str],
    status: int,
    told: str | None,
) -> None:
    said = {"needs_for": {"games": "can_climb_stairs"}, "needs": "can_climb_stairs"}
    terms = replace(DECIDED, activities=Activities(**{asks: said[asks]}))  # type: ignore[arg-type]
    a_card(cast, cast.ellen, terms=terms)
    with acting_for(HOME):
        execute(assess, cast.asta, cast.ellen, facts, now=MONDAY)
    page = bo.get(_path(cast, game)).text
    assert (STAIRS in page, told is None or told in page) == (told is not None, True)
    assert "cannot pay for this kind" not in page
    answer = bo.post(_path(cast, game), data=answers(cast))
    assert (answer.status_code, STAIRS in answer.text) == (status, status == 422)


def test_what_is_forbidden_to_all_is_not_told_as_a_requirement(
    bo: FlaskClient, cast: Cast, game: UUID
) -> None:
    needs = {"games": "can_climb_stairs"}
    activities = Activities(forbidden=("games",), needs_for=needs)
    a_card(cast, cast.ellen, terms=replace(DECIDED, activities=activities))
    page = bo.get(_path(cast, game)).text
    assert (STAIRS in page, "cannot pay for this kind" in page) == (False, True)


def test_who_does_not_meet_it_is_told_when_several_go_together(
    browse: Browse, cast: Cast, game: UUID
) -> None:
    activities = Activities(needs_for={"games": "can_climb_stairs"})
    scheme = a_scheme(replace(DECIDED, activities=activities))
    for citizen, stairs in ((cast.ellen, None), (cast.poul, "no")):
        a_card(cast, citizen, scheme_id=scheme)
        with acting_for(HOME):
            facts = {"can_climb_stairs": stairs} if stairs else {}
            execute(assess, cast.asta, citizen, facts, now=MONDAY)
    karen = browse(cast.karen)
    karen.set_cookie("lang", "en", domain="localhost")
    page = karen.get(f"{_path(cast, game)}/sammen?med={cast.ellen}&med={cast.poul}").text
    assert page.count(STAIRS) == 2
    assert "It has not been assessed." in page
    assert "What is known: cannot climb stairs." in page
