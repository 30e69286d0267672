"""Who may see a citizen's card and trips, and who may book."""

from uuid import UUID

import pytest
from sqlalchemy import update

from klippekort.citizens.models import Citizen
from klippekort.citizens.services.openings import open_access
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from tests.builders import MONDAY, a_trip
from tests.cast import HOME, Cast
from tests.integration.tablet import StandingClock
from tests.integration.trips.conftest import Browse, answers


def test_another_district_s_care_worker_is_asked_why(browse: Browse, cast: Cast) -> None:
    answer = browse(cast.mia).get(f"/borgere/{cast.ellen}")
    assert (answer.status_code, answer.location) == (303, f"/borgere/{cast.ellen}/adgang")


def test_a_short_opening_shows_the_card_and_no_more(browse: Browse, cast: Cast, card: UUID) -> None:
    with acting_for(HOME):
        execute(open_access, cast.mia, cast.ellen, "covering", now=MONDAY)
    page = browse(cast.mia).get(f"/borgere/{cast.ellen}").text
    assert ("punch-card" in page, f"/borgere/{cast.ellen}/tur" in page) == (True, False)


def test_another_district_s_care_worker_books_nothing(
    browse: Browse, cast: Cast, card: UUID, game: UUID
) -> None:
    path = f"/borgere/{cast.ellen}/tur/{game}"
    assert browse(cast.mia).post(path, data=answers(cast)).status_code == 403


def test_whoever_escorts_her_today_sees_her_page(
    browse: Browse, cast: Cast, card: UUID, game: UUID, standing_clock: StandingClock
) -> None:
    trip = a_trip(cast.bo, cast.ellen, game, cast.mia)
    assert browse(cast.mia).get(f"/ture/{trip}").status_code == 403
    standing_clock.pass_(days=1)
    assert browse(cast.mia).get(f"/ture/{trip}").status_code == 200


@pytest.mark.parametrize("page", ["", "/tur"])
def test_another_municipality_s_citizen_is_not_found(browse: Browse, cast: Cast, page: str) -> None:
    assert browse(cast.bo).get(f"/borgere/{cast.gudrun}{page}").status_code == 404


def test_another_municipality_s_trip_is_not_found(
    browse: Browse, cast: Cast, card: UUID, game: UUID
) -> None:
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    assert browse(cast.frida).get(f"/klippekort/{card}").status_code == 404
    assert browse(cast.karen).get(f"/ture/{trip}").status_code == 200


@pytest.mark.parametrize("path", ["/i-dag", "/ture", "/borgere/{ellen}", "/borgere/{ellen}/tur"])
def test_a_volunteer_sees_no_card_and_no_trip(browse: Browse, cast: Cast, path: str) -> None:
    assert browse(cast.viggo).get(path.format(ellen=cast.ellen)).status_code == 403


def test_an_assessor_gives_cards_and_books_no_trips(browse: Browse, cast: Cast, game: UUID) -> None:
    asta = browse(cast.asta)
    assert f"/borgere/{cast.ellen}/klippekort/ny" in asta.get(f"/borgere/{cast.ellen}").text
    assert asta.get(f"/borgere/{cast.ellen}/tur").status_code == 403


def test_a_planner_sees_only_the_own_supplier_s_trips(
    browse: Browse, cast: Cast, card: UUID, game: UUID
) -> None:
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    ida = browse(cast.ida)
    assert f"/ture/{trip}" in ida.get("/ture").text
    with acting_for(HOME):
        other = update(Citizen).filter_by(id=cast.ellen).values(supplier_id=cast.private_supplier)
        execute(lambda: db.session.execute(other).close())
    assert f"/ture/{trip}" not in ida.get("/ture").text
    assert ida.get(f"/ture/{trip}").status_code == 403


def test_an_unknown_date_is_not_found(browse: Browse, cast: Cast, card: UUID) -> None:
    assert browse(cast.bo).get(f"/borgere/{cast.ellen}/tur/{UUID(int=9)}").status_code == 404


def test_a_citizen_without_a_card_is_offered_no_trip_with_a_helper(
    browse: Browse, cast: Cast, game: UUID
) -> None:
    page = browse(cast.bo).get(f"/borgere/{cast.ellen}/tur").text
    assert f'"/borgere/{cast.ellen}/tur/{game}"' not in page
    assert f'"/borgere/{cast.ellen}/tur/sted"' not in page
