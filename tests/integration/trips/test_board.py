"""The week for planners, and putting a helper on a trip."""

from datetime import timedelta
from uuid import UUID

from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.cards import get_card
from klippekort.trips.queries.trips import get_trip
from tests.builders import a_card, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.tablet import StandingClock
from tests.integration.trips.conftest import DOORS_OPEN, HOME_AGAIN, Browse, key_of


def _assign(browse: Browse, cast: Cast, trip: UUID, helper: UUID | None) -> int:
    sent = {"key": key_of(1), "escort": str(helper)}
    return browse(cast.ida).post(f"/ture/{trip}/ledsager", data=sent).status_code


def test_trips_without_a_helper_stand_first(
    browse: Browse, cast: Cast, card: UUID, game: UUID
) -> None:
    trip = a_trip(cast.bo, cast.ellen, game)
    page = browse(cast.ida).get("/ture").text
    assert page.count(f"/ture/{trip}/ledsager") == 2


def test_a_planner_puts_a_helper_on_a_trip(
    browse: Browse, cast: Cast, card: UUID, game: UUID
) -> None:
    trip = a_trip(cast.bo, cast.ellen, game)
    assert _assign(browse, cast, trip, cast.mia.person_id) == 303
    with acting_for(HOME):
        assert get_trip(trip).escort_id == cast.mia.person_id


def test_a_new_helper_takes_the_place_of_the_old(
    browse: Browse, cast: Cast, card: UUID, game: UUID
) -> None:
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    assert _assign(browse, cast, trip, cast.mia.person_id) == 303
    with acting_for(HOME):
        assert get_trip(trip).escort_id == cast.mia.person_id


def test_a_helper_who_is_busy_is_not_offered(
    browse: Browse, cast: Cast, card: UUID, game: UUID
) -> None:
    with acting_for(HOME):
        scheme = get_card(card).scheme_id
    a_card(cast, cast.poul, scheme_id=scheme)
    a_trip(cast.karen, cast.poul, game, cast.mia)
    trip = a_trip(cast.bo, cast.ellen, game)
    assert _assign(browse, cast, trip, cast.mia.person_id) == 422


def test_a_helper_of_the_own_district_comes_first(
    browse: Browse, cast: Cast, card: UUID, game: UUID
) -> None:
    trip = a_trip(cast.bo, cast.ellen, game)
    page = browse(cast.ida).get(f"/ture/{trip}/ledsager").text
    assert page.index("Bo Berg") < page.index("Mia Møller")


def test_a_helper_who_knows_the_citizen_comes_first_of_all(
    browse: Browse, cast: Cast, card: UUID, game: UUID, standing_clock: StandingClock
) -> None:
    known = a_trip(cast.bo, cast.ellen, game, cast.mia)
    standing_clock.at = HOME_AGAIN
    sent = {"key": key_of(5), "started": "09:50", "ended": "11:30"}
    browse(cast.karen).post(f"/ture/{known}/afslut", data=sent)
    again = an_occurrence(HOME_AGAIN + timedelta(hours=1), minutes=30)
    trip = a_trip(cast.bo, cast.ellen, again, now=HOME_AGAIN)
    page = browse(cast.ida).get(f"/ture/{trip}/ledsager").text
    assert page.index("Mia Møller") < page.index("Bo Berg")


def test_a_care_worker_plans_nobody(browse: Browse, cast: Cast, card: UUID, game: UUID) -> None:
    trip = a_trip(cast.bo, cast.ellen, game)
    assert browse(cast.bo).get("/ture").status_code == 403
    assert browse(cast.bo).get(f"/ture/{trip}/ledsager").status_code == 403


def test_a_trip_that_is_under_way_keeps_its_helper(
    browse: Browse, cast: Cast, card: UUID, game: UUID, standing_clock: StandingClock
) -> None:
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    standing_clock.at = DOORS_OPEN
    browse(cast.bo).post(f"/ture/{trip}/start", data={"key": key_of(3)})
    _assign(browse, cast, trip, cast.mia.person_id)
    with acting_for(HOME):
        assert get_trip(trip).escort_id == cast.bo.person_id


def test_today_shows_a_care_worker_her_own_trips(
    browse: Browse, cast: Cast, card: UUID, game: UUID, standing_clock: StandingClock
) -> None:
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    standing_clock.pass_(days=1)
    assert f"/ture/{trip}/start" in browse(cast.bo).get("/i-dag").text
    assert f"/ture/{trip}" not in browse(cast.mia).get("/i-dag").text


def test_a_cancelled_trip_is_told_to_whoever_was_to_go(
    browse: Browse, cast: Cast, card: UUID, game: UUID, standing_clock: StandingClock
) -> None:
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    sent = {"key": key_of(4), "reason": "weather.weather"}
    browse(cast.karen).post(f"/ture/{trip}/aflys", data=sent)
    standing_clock.pass_(days=1)
    assert f"/ture/{trip}" in browse(cast.bo).get("/i-dag").text


def test_an_empty_week_is_a_good_page(browse: Browse, cast: Cast) -> None:
    assert "uge" in browse(cast.ida).get("/ture?uge=2026-12-07").text


def test_a_week_that_is_none_is_this_week(browse: Browse, cast: Cast) -> None:
    assert browse(cast.ida).get("/ture?uge=nej").status_code == 200
