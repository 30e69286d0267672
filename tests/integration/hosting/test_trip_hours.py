"""Hours of those who go along or drive: confirmed with one tap, and counted."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from klippekort.domain.errors import Forbidden, Stale
from klippekort.domain.permissions import Actor, Role
from klippekort.hosting.queries.log import hosting_between, statement_of, totals
from klippekort.hosting.queries.trip_hours import trips_to_log
from klippekort.hosting.services import (
    LoggedBefore,
    NotBegun,
    answer,
    ask,
    cannot_after_all,
    log_trip_hours,
)
from klippekort.trips.queries.volunteers import volunteers_on
from tests.builders import a_card, a_shift, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.activities.arrange import FOUR, NOW, TUESDAY, TWO, do, read
from tests.integration.activities.looking import faults_at
from tests.integration.hosting.arrange import Person, a_volunteer, cleared, pressed
from tests.integration.hosting.test_offers import along
from tests.integration.tablet import StandingClock
from tests.login import log_in

AFTER = FOUR + timedelta(hours=1)
DAY = TWO - timedelta(hours=6), TWO + timedelta(days=1)


@pytest.fixture
def dora(cast: Cast) -> Person:
    """A friend who goes along."""
    return cleared(a_volunteer("Dora Dam", goes_along=True), cast)


@pytest.fixture
def trip_id(cast: Cast) -> UUID:
    """A trip of Ellen's on the Tuesday."""
    a_card(cast, cast.ellen)
    a_shift(cast.bo, TUESDAY)
    return a_trip(cast.bo, cast.ellen, an_occurrence(TWO), cast.bo)


@pytest.fixture
def agreed(cast: Cast, dora: Person, trip_id: UUID) -> UUID:
    """What Dora has said yes to."""
    offer_id = UUID(do(ask, cast.karen, dora.id, along(trip_id, cast), now=NOW))
    do(answer, dora.actor, offer_id, is_yes=True, now=NOW)
    return offer_id


def test_one_tap_confirms_what_was_planned(
    client: FlaskClient, standing_clock: StandingClock, dora: Person, agreed: UUID
) -> None:
    standing_clock.at = AFTER
    browser = log_in(client, dora.actor)
    assert f"/vaertskab/ture/{agreed}/som-planlagt" in browser.get("/aktiviteter/mine").text
    assert faults_at(browser, f"/vaertskab/ture/{agreed}/timer") == []
    pressed(browser, f"/vaertskab/ture/{agreed}/som-planlagt")
    (line,) = read(hosting_between, *DAY)
    assert (line.volunteer, line.role, line.guests) == ("Dora Dam", "go_along", 1)
    assert line.minutes >= 60
    assert read(trips_to_log, NOW, AFTER, dora.id) == []


def test_hours_stand_in_totals_and_in_the_year(cast: Cast, dora: Person, agreed: UUID) -> None:
    do(log_trip_hours, dora.actor, agreed, minutes=90, now=AFTER)
    lines = read(hosting_between, *DAY)
    assert [(one.role, one.minutes) for one in totals(lines, "activity")] == [("go_along", 90)]
    year = read(statement_of, dora.id, 2026)
    assert (year.times, year.minutes, year.guests) == (1, 90, 1)


def test_a_volunteer_corrects_the_same_day_and_a_coordinator_always(
    cast: Cast, dora: Person, agreed: UUID
) -> None:
    do(log_trip_hours, dora.actor, agreed, now=AFTER)
    do(log_trip_hours, dora.actor, agreed, minutes=45, now=AFTER)
    later = AFTER + timedelta(days=1)
    with pytest.raises(LoggedBefore):
        do(log_trip_hours, dora.actor, agreed, minutes=30, now=later)
    do(log_trip_hours, cast.karen, agreed, minutes=30, now=later)
    (line,) = read(hosting_between, *DAY)
    assert (line.minutes, line.is_corrected) == (30, True)


def test_what_is_not_over_has_no_hours(dora: Person, agreed: UUID) -> None:
    with pytest.raises(NotBegun):
        do(log_trip_hours, dora.actor, agreed, now=NOW)


def test_who_could_not_after_all_has_none(
    cast: Cast, dora: Person, agreed: UUID, trip_id: UUID
) -> None:
    do(cannot_after_all, dora.actor, dora.id, along(trip_id, cast), now=NOW)
    with pytest.raises(Stale):
        do(log_trip_hours, dora.actor, agreed, now=AFTER)


def test_the_friend_stands_on_the_trip(
    client: FlaskClient, standing_clock: StandingClock, cast: Cast, agreed: UUID, trip_id: UUID
) -> None:
    [found] = read(volunteers_on, [trip_id]).values()
    assert [(one.name, one.role) for one in found] == [("Dora Dam", "go_along")]
    assert "Dora Dam" in log_in(client, cast.karen).get(f"/ture/{trip_id}").text


def test_nobody_elses_hours_are_told(cast: Cast, agreed: UUID) -> None:
    stranger = Actor(HOME, Role.VOLUNTEER, person_id=a_volunteer("Ebbe Eng").id)
    with pytest.raises(Forbidden):
        do(log_trip_hours, stranger, agreed, now=AFTER)
