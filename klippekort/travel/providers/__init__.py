"""Who says how far it is: this program by itself, or a route server that the settings name."""

from typing import Protocol

from flask import Flask, current_app

from klippekort.domain.travel import Point, Road, road_between
from klippekort.domain.trips import Transport
from klippekort.travel.providers.osrm import RouteServer


class Provider(Protocol):
    """Says what lies between two points."""

    def road(self, start: Point, goal: Point, mode: Transport, *, within: float) -> Road:
        """Return the road for a mode, in at most `within` seconds; never raises for a bad day."""


class Offline:
    """Reckons from where the points lie; nothing leaves the house."""

    def road(self, start: Point, goal: Point, mode: Transport, *, within: float) -> Road:
        """Return the road by the distance as the crow flies; every mode goes the same one."""
        del mode, within
        return road_between(start, goal)


def init_travel(app: Flask, url: str) -> None:
    """Choose the app's provider: the route server at `url`, or none where it is empty."""
    app.extensions["travel"] = RouteServer(url) if url else Offline()


def provider() -> Provider:
    """Return the provider of the app at hand."""
    chosen: Provider = current_app.extensions["travel"]
    return chosen
