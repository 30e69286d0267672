"""A route server is asked little, trusted little, and never waited for long."""

import json
import logging
import time
from typing import Any

import pytest

from klippekort.domain.travel import Point, Source, road_between
from klippekort.domain.trips import Transport
from klippekort.travel.providers import osrm
from klippekort.travel.providers.osrm import RouteServer
from tests.integration.travel.route_server import GOOD, RouteServerAt

HOME, CLUB = Point(55.32104, 10.79123), Point(55.31, 10.8)
RECKONED = road_between(HOME, CLUB)
CAR = Transport.STAFF_CAR


class Clock:
    """Seconds that pass when told to."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def ask(server: RouteServerAt, *, within: float = 2.0, mode: Transport = CAR) -> Any:
    return RouteServer(server.url).road(HOME, CLUB, mode, within=within)


def test_the_servers_road_counts(server: RouteServerAt):
    road = ask(server)
    assert (road.metres, road.source) == (2_500, Source.ROUTE)
    assert road.drive_minutes == pytest.approx(5.008, abs=0.001)


def test_it_is_asked_longitude_first_and_to_ten_metres(server: RouteServerAt):
    ask(server)
    assert server.asked == ["/route/v1/driving/10.7912,55.3210;10.8000,55.3100?overview=false"]


def test_it_is_told_nothing_else(server: RouteServerAt):
    ask(server)
    assert set(server.ill.told[0]) == {"Host", "Accept", "Accept-Encoding", "Connection"}


def test_a_walk_is_asked_of_the_foot_profile(server: RouteServerAt):
    ask(server, mode=Transport.WALK)
    assert server.asked[0].startswith("/route/v1/foot/")


def test_a_server_may_live_below_a_path(server: RouteServerAt):
    RouteServer(f"{server.url}/osrm/").road(HOME, CLUB, CAR, within=2)
    assert server.asked[0].startswith("/osrm/route/v1/driving/")


def test_the_way_back_is_not_asked_about_again(server: RouteServerAt):
    asker = RouteServer(server.url)
    out = asker.road(HOME, CLUB, CAR, within=2)
    assert asker.road(CLUB, HOME, Transport.TAXI, within=2) == out
    assert len(server.asked) == 1


def test_an_answer_is_forgotten_after_a_day(server: RouteServerAt):
    clock = Clock()
    asker = RouteServer(server.url, clock=clock)
    asker.road(HOME, CLUB, CAR, within=2)
    clock.now += osrm.KEPT_SECONDS + 1
    asker.road(HOME, CLUB, CAR, within=2)
    assert len(server.asked) == 2


def test_only_so_many_answers_are_kept(server: RouteServerAt, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(osrm, "MOST_KEPT", 1)
    asker = RouteServer(server.url)
    for goal in (CLUB, Point(55.4, 10.9), CLUB):
        asker.road(HOME, goal, CAR, within=2)
    assert len(server.asked) == 3


def test_nothing_is_asked_when_there_is_no_time_left(server: RouteServerAt):
    assert ask(server, within=0) == RECKONED
    assert server.asked == []


def changed(**route: Any) -> bytes:
    return json.dumps(GOOD | {"routes": [GOOD["routes"][0] | route]}).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Welcome</html>",
        b"\xff\xfe\x00",
        b"null",
        b"[]",
        b'{"code": "Ok"}',
        b'{"code": "Ok", "routes": {}}',
        b'{"code": "Ok", "routes": [7]}',
        b'{"code": "InvalidQuery"}',
        b"[" * 60_000,
        changed(duration="300"),
        changed(duration=None),
        changed(duration=True),
        changed(duration=-1),
        changed(duration=float("nan")),
        changed(distance=float("inf")),
        changed(distance=10**400),
        changed(distance=2_000_000),
        b'{"code": "Ok", "pad": "' + b"x" * 70_000 + b'"}',
    ],
)
def test_an_answer_that_cannot_be_true_is_not_used(server: RouteServerAt, body: bytes):
    server.ill.body = body
    assert ask(server) == RECKONED


@pytest.mark.parametrize("status", [201, 301, 302, 307, 404, 429, 500, 503])
def test_only_an_answer_that_says_well_is_used(server: RouteServerAt, status: int):
    server.ill.status = status
    assert ask(server) == RECKONED


def test_redirects_are_not_followed(server: RouteServerAt):
    server.ill.status = 302
    server.ill.headers = {"Location": f"{server.url}/elsewhere"}
    ask(server)
    assert len(server.asked) == 1


def test_a_proxy_in_the_environment_is_not_used(
    server: RouteServerAt, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert ask(server).source is Source.ROUTE


def test_a_silent_server_is_hung_up_on(server: RouteServerAt):
    server.ill.is_silent = True
    began = time.monotonic()
    assert ask(server, within=0.2) == RECKONED
    assert time.monotonic() - began < 1.5


def test_a_server_that_drips_is_hung_up_on(server: RouteServerAt):
    """Each byte comes in time, so that no limit on a single read would ever end it."""
    server.ill.drips = True
    server.ill.body = b" " * 5_000
    began = time.monotonic()
    assert ask(server, within=0.3) == RECKONED
    assert time.monotonic() - began < 1.5


def test_an_answer_that_breaks_off_is_not_used(server: RouteServerAt):
    server.ill.length = len(server.ill.body)
    server.ill.body = server.ill.body[:-9]
    assert ask(server, within=0.5) == RECKONED


def test_nobody_at_home_is_no_trouble():
    asker = RouteServer("http://127.0.0.1:9")
    assert asker.road(HOME, CLUB, CAR, within=2) == RECKONED


def test_a_name_that_does_not_exist_is_no_trouble():
    asker = RouteServer("http://routes.invalid")
    assert asker.road(HOME, CLUB, CAR, within=2) == RECKONED


def test_a_server_that_speaks_no_tls_is_not_used_in_clear(server: RouteServerAt):
    asker = RouteServer(server.url.replace("http:", "https:"))
    assert asker.road(HOME, CLUB, CAR, within=2) == RECKONED
    assert server.asked == []


def test_a_server_that_failed_is_left_alone_for_a_while(server: RouteServerAt):
    clock = Clock()
    asker = RouteServer(server.url, clock=clock)
    server.ill.status = 500
    for _ in range(3):
        asker.road(HOME, CLUB, CAR, within=2)
    assert len(server.asked) == 1


def test_a_server_that_is_well_again_is_asked_again(server: RouteServerAt):
    clock = Clock()
    asker = RouteServer(server.url, clock=clock)
    server.ill.status = 500
    asker.road(HOME, CLUB, CAR, within=2)
    server.ill.status = 200
    clock.now += osrm.REST_SECONDS
    assert asker.road(HOME, CLUB, CAR, within=2).source is Source.ROUTE


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (400, {"code": "NoRoute", "message": "Impossible route between points"}),
        (400, {"code": "NoSegment", "message": "One of the supplied points is in the sea"}),
        (200, GOOD | {"waypoints": [{"distance": 4.0}, {"distance": 25_000.0}]}),
    ],
)
def test_two_places_without_a_road_are_reckoned_and_the_server_stays_in_use(
    server: RouteServerAt, status: int, answer: dict[str, Any]
):
    asker, good = RouteServer(server.url), server.ill.body
    server.ill.status, server.ill.body = status, json.dumps(answer).encode()
    assert asker.road(HOME, CLUB, CAR, within=2) == RECKONED
    server.ill.status, server.ill.body = 200, good
    assert asker.road(HOME, Point(55.4, 10.9), CAR, within=2).source is Source.ROUTE


@pytest.mark.parametrize("body", [b"<html>", changed(duration="300"), b""])
def test_the_log_tells_of_the_fault_and_of_no_place(
    server: RouteServerAt, body: bytes, caplog: pytest.LogCaptureFixture
):
    server.ill.body = body
    with caplog.at_level(logging.DEBUG):
        ask(server)
    assert "gave no answer" in caplog.text
    assert [place for place in ("55.3", "10.79", "10.8", "55.31") if place in caplog.text] == []
