"""The booking pages reckon with the way there, and tell nobody outside where anybody lives."""

import re
import socket
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.platform.keys import KeyRing, Place
from klippekort.travel.providers import init_travel
from tests.builders import MONDAY, a_card, a_shift, an_occurrence
from tests.cast import Cast
from tests.integration import tablet
from tests.integration.travel.arrange import CLUB, ELLENS, FAR_CLUB, is_held_at, lives_at
from tests.integration.travel.route_server import RouteServerAt
from tests.login import log_in

GAME_AT = MONDAY + timedelta(days=1, hours=2)


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    tablet.stand_still(monkeypatch)


@pytest.fixture
def game(cast: Cast) -> UUID:
    """Cards on Tuesday 10–11:30, ten minutes on foot from Ellen's door; she has 300 minutes."""
    a_card(cast, cast.ellen)
    a_shift(cast.bo, GAME_AT.date())
    lives_at(cast.ellen, ELLENS)
    held = an_occurrence(GAME_AT)
    is_held_at(held, CLUB)
    return held


@pytest.fixture
def bo(app: Flask, cast: Cast) -> FlaskClient:
    return log_in(app.test_client(), cast.bo)


def check_page(client: FlaskClient, cast: Cast, game: UUID) -> str:
    return client.get(f"/borgere/{cast.ellen}/tur/{game}").text


def each_way(page: str) -> str:
    found = re.search(r'name="travel_each_way"[^>]*value="(\d+)"', page)
    assert found is not None
    return found[1]


def chosen(page: str) -> list[str]:
    return re.findall(r'<input[^>]*checked[^>]*name="transport"[^>]*value="(\w+)"', page)


def test_a_trip_is_reckoned_with_the_way_from_the_door(bo: FlaskClient, cast: Cast, game: UUID):
    page = check_page(bo, cast, game)
    assert (each_way(page), chosen(page)) == ("10", ["walk"])


def test_a_goal_too_far_to_walk_to_is_driven_to(bo: FlaskClient, cast: Cast, game: UUID):
    is_held_at(game, FAR_CLUB)
    page = check_page(bo, cast, game)
    assert (each_way(page), chosen(page)) == ("20", ["staff_car"])


def test_a_list_opens_the_home_once(
    bo: FlaskClient, cast: Cast, game: UUID, monkeypatch: pytest.MonkeyPatch
):
    for hour in range(4):
        is_held_at(an_occurrence(GAME_AT + timedelta(days=1, hours=hour)), FAR_CLUB)
    opened: list[str] = []
    decrypt = KeyRing.decrypt

    def counted(ring: KeyRing, wrapped: bytes, owner: Place, text: bytes, place: Place) -> str:
        opened.append(place.column)
        return decrypt(ring, wrapped, owner, text, place)

    monkeypatch.setattr(KeyRing, "decrypt", counted)
    page = bo.get(f"/borgere/{cast.ellen}/tur").text
    assert page.count("Kortspil") >= 5
    assert opened.count("point") == 1


def test_no_connection_is_opened_unless_told(
    bo: FlaskClient, cast: Cast, game: UUID, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("a connection was opened")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for page in (f"/borgere/{cast.ellen}/tur", f"/borgere/{cast.ellen}/tur/{game}"):
        assert bo.get(page).status_code == 200


def test_a_route_server_is_used_where_the_settings_name_one(
    app: Flask, bo: FlaskClient, cast: Cast, game: UUID, server: RouteServerAt
):
    is_held_at(game, FAR_CLUB)
    try:
        init_travel(app, server.url)
        page = check_page(bo, cast, game)
    finally:
        init_travel(app, "")
    # Five minutes' drive and nine at the doors and the parking place.
    assert each_way(page) == "15"
    assert len(server.asked) == 1


def test_pages_come_where_the_route_server_is_ill(
    app: Flask, bo: FlaskClient, cast: Cast, game: UUID, server: RouteServerAt
):
    server.ill.status = 500
    try:
        init_travel(app, server.url)
        page = check_page(bo, cast, game)
    finally:
        init_travel(app, "")
    assert each_way(page) == "10"


@pytest.mark.parametrize("page", ["oplysninger", "ret", "log"])
def test_where_a_citizen_lives_is_on_no_page(app: Flask, cast: Cast, game: UUID, page: str):
    asta = log_in(app.test_client(), cast.asta)
    shown = asta.get(f"/borgere/{cast.ellen}/{page}").text
    assert [part for part in ("55.3", "55,3", "11.5", "11,5") if part in shown] == []
