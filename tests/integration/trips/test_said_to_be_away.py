"""Whoever books is told that the citizen is said to be away, where her card may be used then."""

from dataclasses import replace
from datetime import date
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from klippekort.citizens.services import record_absence
from klippekort.domain.permissions import Actor
from klippekort.domain.schemes import Pause, Pauses
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from tests.builders import DECIDED, MONDAY, a_card
from tests.cast import HOME, Cast
from tests.integration.trips.conftest import TUESDAY, Browse, answers, key_of

AWAY = "Ellen is said to be away"
UNTIL = date(2026, 12, 9)


def _away(cast: Cast, until: date | None = UNTIL, first: date = TUESDAY) -> None:
    with acting_for(HOME):
        execute(record_absence, cast.karen, cast.ellen, "hospital", first, until, MONDAY)


def _english(browse: Browse, actor: Actor) -> FlaskClient:
    browser = browse(actor)
    browser.set_cookie("lang", "en", domain="localhost")
    return browser


def _path(cast: Cast, occurrence: UUID) -> str:
    return f"/borgere/{cast.ellen}/tur/{occurrence}"


def _page(browse: Browse, actor: Actor, path: str) -> str:
    return unescape(_english(browse, actor).get(path).text)


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (UNTIL, "to Wednesday 9 December: in hospital."),
        (None, "and nobody knows for how long: in hospital."),
    ],
)
def test_whoever_sees_absences_is_told_where_and_for_how_long(
    browse: Browse, cast: Cast, card: UUID, game: UUID, until: date | None, words: str
) -> None:
    _away(cast, until)
    for actor in (cast.karen, cast.ida):
        page = _page(browse, actor, _path(cast, game))
        assert (AWAY in page, words in page) == (True, True)


def test_a_helper_is_told_only_that_she_is_away(
    browse: Browse, cast: Cast, card: UUID, game: UUID
) -> None:
    _away(cast)
    page = _page(browse, cast.bo, _path(cast, game))
    assert f"{AWAY} that day." in page
    assert ("hospital" in page, "9 December" in page) == (False, False)


def test_the_trip_is_booked_all_the_same(
    browse: Browse, cast: Cast, card: UUID, game: UUID
) -> None:
    _away(cast)
    assert browse(cast.bo).post(_path(cast, game), data=answers(cast)).status_code == 303


@pytest.mark.parametrize(
    ("who", "words"), [("karen", "to Wednesday 9 December: in hospital."), ("bo", "that day.")]
)
def test_it_is_said_too_where_she_goes_without_a_helper_and_a_card(
    browse: Browse, cast: Cast, game: UUID, who: str, words: str
) -> None:
    _away(cast)
    page = _page(browse, getattr(cast, who), f"{_path(cast, game)}/selv")
    assert (AWAY in page, words in page) == (True, True)


def test_on_another_day_nothing_is_said(browse: Browse, cast: Cast, card: UUID, game: UUID) -> None:
    _away(cast, first=UNTIL)
    for page in ("", "/selv"):
        assert AWAY not in _page(browse, cast.karen, _path(cast, game) + page)


def test_where_the_card_rests_the_refusal_says_it(browse: Browse, cast: Cast, game: UUID) -> None:
    resting = replace(DECIDED, pauses=Pauses(any=Pause(True, False, False)))
    a_card(cast, cast.ellen, terms=resting)
    _away(cast)
    page = _page(browse, cast.karen, _path(cast, game))
    assert (AWAY in page, "The card rests while the citizen is away." in page) == (False, True)


def test_it_is_said_of_a_place_of_her_own_and_of_each_of_several(
    browse: Browse, cast: Cast, card: UUID, game: UUID
) -> None:
    _away(cast)
    wanted = {
        "key": key_of(1),
        "kind": "meal",
        "place": "Café Linden",
        "on": TUESDAY.isoformat(),
        "starts": "12:00",
        "ends": "13:00",
        "transport": "walk",
        "travel_each_way": "10",
        "escorts_wanted": "1",
        "step": "see",
    }
    karen = _english(browse, cast.karen)
    assert AWAY in karen.post(f"/borgere/{cast.ellen}/tur/sted", data=wanted).text
    both = f"{_path(cast, game)}/sammen?med={cast.ellen}&med={cast.poul}"
    assert AWAY in karen.get(both).text
