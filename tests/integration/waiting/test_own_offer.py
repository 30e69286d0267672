"""The citizen answers an offer on her own page, and nobody else's."""

from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.platform.tenancy import acting_for
from klippekort.trips.queries.trips import next_trips
from klippekort.waiting.jobs import pass_on
from klippekort.waiting.queries.offers import OfferRow
from klippekort.waiting.services.answers import lapse_offer
from tests.builders import MONDAY
from tests.cast import HOME, Cast
from tests.integration.own_page.arrange import PIN, type_pin
from tests.integration.tablet import StandingClock
from tests.integration.waiting.arrange import (
    a_seat_comes_free,
    here,
    own_card,
    run,
    seats_left,
    the_offer,
    waits,
)


@pytest.fixture
def offer(cast: Cast, song: UUID) -> OfferRow:
    """The seat that Ellen was offered."""
    waits(cast.bo, cast.ellen, song)
    a_seat_comes_free(song)
    with acting_for(HOME):
        pass_on(MONDAY.date(), MONDAY)
    return the_offer(cast.karen)


@pytest.fixture
def ellens(app: Flask, cast: Cast) -> tuple[FlaskClient, str]:
    """Ellen's browser with her page open, and where it is."""
    token = own_card(cast, cast.ellen, PIN)
    browser = app.test_client()
    type_pin(browser, token, PIN)
    return browser, f"/kort/lindeby/{token}"


def _url(page: str, offer: OfferRow, answer: str = "") -> str:
    return f"{page}/tilbud/{offer.offer.id}{answer}"


def _press(browser: FlaskClient, url: str) -> str:
    return browser.post(url, data={"key": str(uuid4())}, follow_redirects=True).text


def test_her_page_invites_her(offer: OfferRow, ellens: tuple[FlaskClient, str]) -> None:
    browser, page = ellens
    assert _url(page, offer) in browser.get(page).text
    shown = browser.get(_url(page, offer)).text
    assert [word for word in ("Sang", "Medborgerhuset", "klip") if word not in shown] == []


def test_her_yes_books_the_trip(
    cast: Cast, offer: OfferRow, ellens: tuple[FlaskClient, str]
) -> None:
    browser, page = ellens
    _press(browser, _url(page, offer, "/ja"))
    assert [row.trip_id for row in here(next_trips, cast.ellen, MONDAY)] == [offer.trip.id]


def test_her_no_gives_the_seat_to_the_next(
    song: UUID, offer: OfferRow, ellens: tuple[FlaskClient, str]
) -> None:
    browser, page = ellens
    _press(browser, _url(page, offer, "/nej"))
    assert seats_left(song) == 1


def test_too_late_is_said_and_changes_nothing(
    cast: Cast, offer: OfferRow, ellens: tuple[FlaskClient, str], standing_clock: StandingClock
) -> None:
    browser, page = ellens
    standing_clock.at = offer.offer.answer_by
    run(lapse_offer, offer.offer.id, now=standing_clock.at)
    standing_clock.at = MONDAY
    said = _press(browser, _url(page, offer, "/ja"))
    assert "alert" in said
    assert here(next_trips, cast.ellen, MONDAY) == []


def test_without_the_pin_nothing_is_shown_or_answered(
    app: Flask, cast: Cast, offer: OfferRow
) -> None:
    stranger = app.test_client()
    page = f"/kort/lindeby/{own_card(cast, cast.ellen, PIN)}"
    assert stranger.get(_url(page, offer)).status_code == 303
    stranger.post(_url(page, offer, "/ja"), data={"key": str(uuid4())})
    assert here(next_trips, cast.ellen, MONDAY) == []


def test_anothers_offer_is_not_found(app: Flask, cast: Cast, offer: OfferRow) -> None:
    token = own_card(cast, cast.poul, PIN)
    pouls = app.test_client()
    type_pin(pouls, token, PIN)
    assert pouls.get(_url(f"/kort/lindeby/{token}", offer)).status_code == 404
