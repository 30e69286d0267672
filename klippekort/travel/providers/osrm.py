"""A route server that speaks as OSRM does, asked with care: what it can't answer is reckoned here.

It is told two places and nothing else: no name, no address, no number. What goes wrong is logged
without them.
"""

import json
import logging
import socket
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from math import isfinite
from typing import Any
from urllib.parse import urlsplit

from klippekort.domain.travel import Point, Road, Source, road_between
from klippekort.domain.trips import Transport

log = logging.getLogger(__name__)

MOST_SECONDS = 2.0
"""Seconds that one question may take, from the call to the last byte."""

MOST_BYTES = 64 * 1024
"""Bytes of an answer that are read; a true one has less than one thousand."""

REST_SECONDS = 30.0
"""Seconds in which a server that failed is left alone."""

MOST_KEPT = 4_096
"""Answers that are kept in memory; the one that was used longest ago goes first."""

KEPT_SECONDS = 24 * 60 * 60
"""Seconds that an answer is kept."""

FARTHEST_SNAP = 1_000
"""Metres from a place to the nearest road that the server knows; beyond, its map is another's."""

LONGEST_ROAD = 1_000_000
"""Metres that a road in Denmark may have."""

_PROFILES = {Transport.WALK: "foot"}
_Key = tuple[str, str]


class Unusable(Exception):
    """The server gave no answer that can be used; the text says why and holds no place."""


class NoRoad(Exception):
    """The server is well, but its map has no road between these two places."""


_FAULTS = (Unusable, OSError, HTTPException, ValueError, OverflowError, RecursionError)


class RouteServer:
    """Asks an OSRM server for the road, keeps answers for a day, and reckons where it gives none.

    Threads may share it. `clock` is in seconds and only goes forward.
    """

    def __init__(self, url: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        parts = urlsplit(url)
        self._connection = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._host, self._port = parts.hostname or "", parts.port
        self._base = parts.path.rstrip("/")
        self._clock = clock
        self._lock = threading.Lock()
        self._rests_until = 0.0
        self._kept: OrderedDict[_Key, tuple[float, Road]] = OrderedDict()

    def road(self, start: Point, goal: Point, mode: Transport, *, within: float) -> Road:
        """Return the road of the server's map, or the one reckoned here when it has none.

        The way back is taken to be the way out, so that each pair is asked about once.
        """
        profile = _PROFILES.get(mode, "driving")
        key = (profile, ";".join(sorted((_written(start), _written(goal)))))
        found = self._find(key)
        if found is not None:
            return found
        seconds = min(MOST_SECONDS, within)
        if seconds <= 0 or self._clock() < self._rests_until:
            return road_between(start, goal)
        try:
            found = _road(self._ask(key, seconds))
        except NoRoad:
            found = road_between(start, goal)
        except _FAULTS as fault:
            self._rests_until = self._clock() + REST_SECONDS
            # The fault's own words may hold the address that was asked, and with it the places.
            why = str(fault) if isinstance(fault, Unusable) else type(fault).__name__
            log.warning("the route server gave no answer (%s); ways are reckoned without it", why)
            return road_between(start, goal)
        self._keep(key, found)
        return found

    def _find(self, key: _Key) -> Road | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept[0] < self._clock():
                return None
            self._kept.move_to_end(key)
            return kept[1]

    def _keep(self, key: _Key, road: Road) -> None:
        with self._lock:
            self._kept[key] = (self._clock() + KEPT_SECONDS, road)
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)

    def _ask(self, key: _Key, seconds: float) -> Any:
        """Return the server's answer as JSON. Redirects are not followed, nor is any proxy used."""
        profile, places = key
        connection = self._connection(self._host, self._port, timeout=seconds)
        try:
            connection.connect()
            with _cut_after(seconds, connection.sock):
                connection.request(
                    "GET",
                    f"{self._base}/route/v1/{profile}/{places}?overview=false",
                    headers={"Accept": "application/json", "Connection": "close"},
                )
                return _content(connection.getresponse())
        finally:
            connection.close()


@contextmanager
def _cut_after(seconds: float, line: socket.socket) -> Iterator[None]:
    """Hang up after so many seconds in all: a socket's own limit begins anew with every byte."""
    is_late = threading.Event()

    def cut() -> None:
        is_late.set()
        with suppress(OSError):  # hung up already
            line.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except _FAULTS as fault:
        if is_late.is_set():
            raise Unusable("too slow") from fault
        raise
    finally:
        timer.cancel()


def _content(response: HTTPResponse) -> Any:
    """Return an answer's content. OSRM says with status 400 that there is no road."""
    if response.status not in (200, 400):
        raise Unusable(f"status {response.status}")
    body = response.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise Unusable("too long")
    return json.loads(body)


def _written(point: Point) -> str:
    """Return a place as it is asked about: longitude first, to some ten metres and no nearer."""
    return f"{point.longitude:.4f},{point.latitude:.4f}"


def _road(answer: Any) -> Road:
    """Return the first route of an answer. Raises NoRoad, and Unusable for what can't be true."""
    if not isinstance(answer, dict):
        raise Unusable("no route")
    if answer.get("code") in ("NoRoute", "NoSegment"):
        raise NoRoad
    if answer.get("code") != "Ok":
        raise Unusable("no route")
    for place in _list(answer, "waypoints"):
        if isinstance(place, dict) and _number(place.get("distance", 0)) > FARTHEST_SNAP:
            raise NoRoad
    routes = _list(answer, "routes")
    if not routes or not isinstance(routes[0], dict):
        raise Unusable("no route")
    metres, seconds = (_number(routes[0].get(name)) for name in ("distance", "duration"))
    if metres > LONGEST_ROAD:
        raise Unusable("too far")
    return Road(round(metres), Source.ROUTE, drive_minutes=seconds / 60)


def _list(answer: dict[str, Any], name: str) -> list[Any]:
    found = answer.get(name)
    return found if isinstance(found, list) else []


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unusable("no number")
    if not isfinite(value) or value < 0:
        raise Unusable("no number")
    return float(value)
