"""Going together: found by name, asked one by one, booked for all or for none."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from klippekort.citizens.queries import list_looks
from klippekort.domain.permissions import Actor
from klippekort.domain.schemes import Joint, JointTrips, Terms
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.cards import get_card, state_of
from klippekort.trips.queries.trips import next_trips, riders_of
from tests.builders import DECIDED, MONDAY, a_card, a_scheme, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.trips.conftest import GAME_AT, Browse, answers
from tests.pages import faults_of

SHARED = replace(DECIDED, joint_trips=JointTrips(charge=Joint.SHARED))


@pytest.fixture
def karen(browse: Browse, cast: Cast) -> FlaskClient:
    """Karen's browser, in English: she may book for everybody."""
    return _english(browse, cast.karen)


def _english(browse: Browse, actor: Actor) -> FlaskClient:
    browser = browse(actor)
    browser.set_cookie("lang", "en", domain="localhost")
    return browser


def _cards(cast: Cast, terms: Terms = SHARED, minutes: int = 300) -> list[UUID]:
    scheme = a_scheme(terms)
    return [a_card(cast, who, minutes, scheme_id=scheme) for who in (cast.ellen, cast.poul)]


@pytest.fixture
def cards(cast: Cast, game: UUID) -> list[UUID]:
    """Ellen's and Poul's cards, under a scheme that shares the minutes of a trip together."""
    return _cards(cast)


def _path(cast: Cast, game: UUID, *others: UUID) -> str:
    query = "&".join(f"med={one}" for one in others)
    return f"/borgere/{cast.ellen}/tur/{game}/sammen?{query}"


def _yes(*citizens: UUID) -> dict[str, str]:
    return {f"yes_{one.hex}": "said" for one in citizens}


def _said(cast: Cast, **changed: str) -> dict[str, str]:
    sent = {"transport": "wheelchair_bus", "between": "0", **_yes(cast.ellen, cast.poul)}
    return answers(cast, **{**sent, **changed})


def _held(cards: list[UUID]) -> list[int]:
    with acting_for(HOME):
        return [state_of(get_card(card)).held() for card in cards]


def test_somebody_is_found_by_name(karen: FlaskClient, cast: Cast, game: UUID) -> None:
    page = karen.get(f"{_path(cast, game)}q=po").text
    assert "Take Poul along" in page
    assert f"med={cast.poul}" in page


def test_a_helper_finds_only_her_own(browse: Browse, cast: Cast, game: UUID) -> None:
    page = _english(browse, cast.bo).get(f"{_path(cast, game)}q=po").text
    assert "Nobody whom you may book for has a name like that" in page


def test_nobody_takes_a_stranger_along(browse: Browse, cast: Cast, game: UUID) -> None:
    bo = browse(cast.bo)
    assert bo.get(_path(cast, game, cast.poul)).status_code == 403
    assert browse(cast.karen).get(_path(cast, game, cast.gudrun)).status_code == 404


def test_everybody_who_is_seen_is_on_record(
    karen: FlaskClient, cast: Cast, game: UUID, cards: list[UUID]
) -> None:
    karen.get(_path(cast, game, cast.poul))
    with acting_for(HOME):
        purposes = [look.purpose for who in (cast.ellen, cast.poul) for look in list_looks(who)]
    assert purposes.count("book_trip") == 2


def test_each_card_says_what_it_pays(
    karen: FlaskClient, cast: Cast, game: UUID, cards: list[UUID]
) -> None:
    page = karen.get(_path(cast, game, cast.poul)).text
    assert page.count("(the time is shared)") == 2


def test_both_are_booked_at_once(
    karen: FlaskClient, cast: Cast, game: UUID, cards: list[UUID]
) -> None:
    booked = karen.post(_path(cast, game, cast.poul), data=_said(cast))
    assert (booked.status_code, _held(cards)) == (303, [55, 55])
    assert "Poul" in karen.get(booked.location).text


def test_each_one_s_yes_is_kept(
    karen: FlaskClient, cast: Cast, game: UUID, cards: list[UUID]
) -> None:
    karen.post(_path(cast, game, cast.poul), data=_said(cast))
    with acting_for(HOME):
        trip = next_trips(cast.ellen, MONDAY)[0].trip_id
        assert [one.joint_agreed_how for one in riders_of(trip)] == ["said", "said"]


def test_without_everybody_s_yes_nobody_goes(
    karen: FlaskClient, cast: Cast, game: UUID, cards: list[UUID]
) -> None:
    said = _said(cast, between="7", **{f"yes_{cast.poul.hex}": ""})
    page = karen.post(_path(cast, game, cast.poul), data=said)
    assert (page.status_code, _held(cards)) == (422, [0, 0])
    assert f'id="yes_{cast.poul.hex}-error"' in page.text
    assert 'value="7"' in page.text


def test_whoever_is_fetched_last_is_home_first(
    karen: FlaskClient, cast: Cast, game: UUID, cards: list[UUID]
) -> None:
    karen.post(_path(cast, game, cast.poul), data=_said(cast, between="5"))
    with acting_for(HOME):
        ellen, poul = (next_trips(who, MONDAY)[0] for who in (cast.ellen, cast.poul))
    assert poul.starts_at - ellen.starts_at == timedelta(minutes=5)
    assert ellen.ends_at - poul.ends_at == timedelta(minutes=5)
    assert _held(cards) == [60, 55]


def test_another_may_be_fetched_first(
    karen: FlaskClient, cast: Cast, game: UUID, cards: list[UUID]
) -> None:
    karen.post(_path(cast, game, cast.poul, cast.ellen), data=_said(cast, between="5"))
    assert _held(cards) == [55, 60]


def test_two_helpers_may_go_along(
    karen: FlaskClient, cast: Cast, game: UUID, cards: list[UUID]
) -> None:
    two = _said(cast, escorts_wanted="2", second_id=str(cast.mia.person_id))
    karen.post(_path(cast, game, cast.poul), data=two)
    with acting_for(HOME):
        assert next_trips(cast.poul, MONDAY)[0].escort_name == "Bo Berg & Mia Møller"


def test_why_one_of_them_cannot_stands_by_the_name(
    karen: FlaskClient, cast: Cast, game: UUID
) -> None:
    a_card(cast, cast.ellen, terms=SHARED)
    page = karen.get(_path(cast, game, cast.poul)).text
    assert "There is no card that can pay on that day" in page
    assert "All say yes" not in page


@pytest.mark.parametrize(
    ("joint", "words"),
    [
        (JointTrips(charge=Joint.FORBIDDEN), "cannot pay for trips together with others"),
        (JointTrips(charge=Joint.FREE, most_citizens=1), "At most 1 may go together"),
    ],
)
def test_a_scheme_may_say_no_to_going_together(
    karen: FlaskClient, cast: Cast, game: UUID, joint: JointTrips, words: str
) -> None:
    _cards(cast, replace(DECIDED, joint_trips=joint))
    assert words in karen.get(_path(cast, game, cast.poul)).text


def test_when_it_is_full_dates_for_both_are_offered(
    karen: FlaskClient, cast: Cast, cards: list[UUID]
) -> None:
    narrow = an_occurrence(GAME_AT, capacity=1, title="Lille stue")
    an_occurrence(GAME_AT + timedelta(days=1), capacity=1, title="Også lille")
    wide = an_occurrence(GAME_AT + timedelta(days=2), title="Stor stue")
    page = karen.get(_path(cast, narrow, cast.poul)).text
    offered = re.findall(r"/tur/([0-9a-f-]{36})/sammen[^\"]*\">([^,<]*), ", page)
    assert (str(wide), "Stor stue") in offered
    assert "Også lille" not in page
    assert "Ellen 1 klip and 25 minutes" in " ".join(page.split())


def test_what_nobody_has_decided_is_asked(karen: FlaskClient, cast: Cast, game: UUID) -> None:
    cards = _cards(cast, replace(DECIDED, joint_trips=JointTrips()))
    assert karen.post(_path(cast, game, cast.poul), data=_said(cast)).status_code == 422
    said = _said(cast, rule="joint_trips.charge", answer="full")
    assert karen.post(_path(cast, game, cast.poul), data=said).status_code == 303
    assert _held(cards) == [110, 110]


def test_alone_there_is_nothing_to_book(
    karen: FlaskClient, cast: Cast, game: UUID, cards: list[UUID]
) -> None:
    page = karen.post(_path(cast, game), data=_said(cast))
    assert (page.status_code, _held(cards)) == (200, [0, 0])


def test_every_state_of_the_page_is_a_good_page(
    browse: Browse, cast: Cast, game: UUID, cards: list[UUID]
) -> None:
    browser = browse(cast.karen)
    pages = {
        "alone": browser.get(f"{_path(cast, game)}q=po").text,
        "both": browser.get(f"{_path(cast, game, cast.poul)}&hjaelpere=2").text,
        "missing": browser.post(_path(cast, game, cast.poul), data=answers(cast)).text,
    }
    faults = {
        name: [fault for fault in faults_of(page) if "token" not in fault]
        for name, page in pages.items()
    }
    assert {name: found for name, found in faults.items() if found} == {}
