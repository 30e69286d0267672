"""Whoever acts for Ellen reads her pages with Ellen's name, and by both clocks."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.domain.permissions import Actor
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.relatives.services.settings import choose
from klippekort.waiting.jobs import pass_on
from tests.builders import MONDAY, a_shift, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.own_page.arrange import PIN, type_pin
from tests.integration.own_page.visits import press
from tests.integration.tablet import StandingClock, stand_still
from tests.integration.waiting.arrange import (
    a_full_date,
    a_seat_comes_free,
    cards_for,
    own_card,
    waits,
)
from tests.login import log_in
from tests.relatives_site import a_relative, let_in

WEDNESDAY = date(2026, 11, 25)
AT_TWO = MONDAY + timedelta(days=2, hours=6)
HERS = (
    "Would you like to come along?",
    "Yes, I'll come",
    "You are fetched",
    "You are home again",
    "you have booked",
    "keep the place for you",
    " for you</dd>",
    "Your next trip",
    "I can't come",
)
TOLD = (
    "Would Ellen like to come along?",
    "Yes, Ellen will come",
    "Ellen is fetched",
    "Ellen is home again",
    "for trips that are booked",
    "keep the place for Ellen",
    "The next trip of Ellen",
    "Ellen can't come",
)


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    return stand_still(monkeypatch)


@pytest.fixture
def trip(cast: Cast) -> UUID:
    """Ellen's trip on Wednesday at two; a song on Thursday is held until she answers."""
    cards_for(cast, cast.ellen)
    song = a_full_date(cast)
    waits(cast.bo, cast.ellen, song)
    a_seat_comes_free(song)
    with acting_for(HOME):
        pass_on(MONDAY.date(), MONDAY)
    a_shift(cast.bo, WEDNESDAY)
    return a_trip(cast.bo, cast.ellen, an_occurrence(AT_TWO))


@pytest.fixture
def maja(client: FlaskClient, cast: Cast, trip: UUID) -> FlaskClient:
    """The browser of Ellen's daughter, who may do everything for her and reads English."""
    actor = let_in(cast.karen, a_relative(cast.karen, cast.ellen, now=MONDAY), now=MONDAY)
    return _in_english(log_in(client, actor), actor, "Europe/Copenhagen")


def _in_english(browser: FlaskClient, actor: Actor, zone: str) -> FlaskClient:
    with acting_for(HOME):
        execute(choose, actor, zone, None, now=MONDAY)
    browser.set_cookie("lang", "en")
    return browser


def _said(page: str, words: tuple[str, ...]) -> list[str]:
    return [one for one in words if one in page]


def test_a_relative_reads_of_ellen_by_name(maja: FlaskClient, cast: Cast) -> None:
    page = maja.get(f"/min-side/{cast.ellen}").text
    assert (_said(page, HERS), _said(page, TOLD)) == ([], list(TOLD))


def test_ellen_herself_is_spoken_to(app: Flask, cast: Cast, trip: UUID) -> None:
    token, browser = own_card(cast, cast.ellen, PIN), app.test_client()
    browser.set_cookie("lang", "en")
    type_pin(browser, token, PIN)
    page = browser.get(f"/kort/lindeby/{token}").text
    assert (_said(page, HERS), _said(page, TOLD)) == (list(HERS), [])


def test_a_relative_says_by_name_that_ellen_is_not_coming(
    maja: FlaskClient, cast: Cast, trip: UUID
) -> None:
    address = f"/min-side/{cast.ellen}/tur/{trip}/afbud"
    assert "Ellen can't come?" in maja.get(address).text
    assert " for you</dd>" not in maja.get(address).text
    press(maja, address)
    assert "We know that Ellen is not coming." in maja.get(f"/min-side/{cast.ellen}").text


def test_a_relative_far_away_reads_hours_and_deadlines_by_both_clocks(
    client: FlaskClient, cast: Cast, trip: UUID
) -> None:
    actor = let_in(cast.karen, a_relative(cast.karen, cast.ellen, now=MONDAY), now=MONDAY)
    sydney = _in_english(log_in(client, actor), actor, "Australia/Sydney")
    page = sydney.get(f"/min-side/{cast.ellen}").text
    fetched = "13:50 in Denmark (23:50 where you are)"
    assert fetched in page
    assert fetched in sydney.get(f"/min-side/{cast.ellen}/tur/{trip}/afbud").text
    deadlines = [page.split("Answer by ")[1], sydney.get("/parorende").text.split("Answer by ")[1]]
    assert [("in Denmark (" in one.split("<")[0]) for one in deadlines] == [True, True]
