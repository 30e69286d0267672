"""Bo's tablet on the Tuesday of the trip; the clock stands still."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.domain.permissions import Actor
from klippekort.domain.schemes import Joint, JointTrips, Terms
from klippekort.domain.trips import Transport
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.trips.services.blocks import Block, Passenger
from klippekort.trips.services.reserving import reserve
from tests.builders import DECIDED, MONDAY, a_card, a_scheme, a_shift, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.integration import tablet
from tests.integration.tablet import StandingClock
from tests.integration.tablets.sending import Tablet
from tests.login import log_in

GAME_AT = MONDAY + timedelta(days=1, hours=2)
TUESDAY = date(2026, 11, 24)
AT_THE_DOOR = GAME_AT - timedelta(minutes=10)
Browse = Callable[[Actor], FlaskClient]


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    return tablet.stand_still(monkeypatch)


@pytest.fixture
def browse(app: Flask, cast: Cast) -> Browse:
    """Return a function that opens a browser with somebody logged in."""
    return lambda actor: log_in(app.test_client(), actor)


@pytest.fixture
def card(cast: Cast) -> UUID:
    """Ellen's card, with 300 minutes."""
    return a_card(cast, cast.ellen)


@pytest.fixture
def trip(cast: Cast, card: UUID, standing_clock: StandingClock) -> UUID:
    """Ellen and Bo on Tuesday 9:50–11:40 on the Danish clock; it is time to leave."""
    a_shift(cast.bo, TUESDAY)
    a_shift(cast.mia, TUESDAY)
    booked = a_trip(cast.bo, cast.ellen, an_occurrence(GAME_AT), cast.bo)
    standing_clock.at = AT_THE_DOOR
    return booked


def together(cast: Cast, standing: StandingClock, terms: Terms = DECIDED) -> UUID:
    """Book Ellen and Poul, each with a card, on one trip with Bo; it is time to leave."""
    standing.at = MONDAY
    a_shift(cast.bo, TUESDAY)
    scheme = a_scheme(replace(terms, joint_trips=JointTrips(charge=Joint.SHARED)))
    both = (cast.ellen, cast.poul)
    for citizen in both:
        a_card(cast, citizen, scheme_id=scheme)
    block = Block(
        passengers=tuple(Passenger(one, "said", joint_agreed_how="said") for one in both),
        goal=an_occurrence(GAME_AT),
        transport=Transport.WHEELCHAIR_BUS,
        out_minutes=10,
        home_minutes=10,
        escorts=(cast.bo.person_id,) if cast.bo.person_id else (),
        escorts_wanted=1,
    )
    with acting_for(HOME):
        booked = UUID(str(execute(reserve, cast.karen, block, now=MONDAY)))
    standing.at = AT_THE_DOOR
    return booked


@pytest.fixture
def joint(cast: Cast, standing_clock: StandingClock) -> UUID:
    """Ellen, Poul and Bo on Tuesday 9:50–11:40 on the Danish clock."""
    return together(cast, standing_clock)


@pytest.fixture
def bos(app: Flask, cast: Cast, standing_clock: StandingClock) -> Tablet:
    """Bo's tablet, logged in on Tuesday."""
    standing_clock.at = AT_THE_DOOR
    return Tablet(log_in(app.test_client(), cast.bo), cast.bo)


def later(standing: StandingClock, minutes: int) -> datetime:
    """Let minutes pass and return what it is then."""
    return standing.pass_(minutes=minutes)
