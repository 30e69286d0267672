"""A trip gets another helper, or another time; what stands in the way is shown first."""

from datetime import date, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from klippekort.domain.trips import Transport
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.services.proof import verify_municipality
from klippekort.trips.models import Trip, TripRider
from klippekort.trips.services.blocks import Block, Passenger, Place
from klippekort.trips.services.reserving import reserve
from tests.builders import MONDAY, a_shift, a_trip
from tests.cast import HOME, Cast
from tests.integration.planning.conftest import (
    GAME_AT,
    TUESDAY,
    Browse,
    Stranger,
    a_break,
    calls,
    escorts,
    key_of,
)

WEDNESDAY = date(2026, 11, 25)


@pytest.fixture
def grave(cast: Cast, game: UUID) -> UUID:
    """Ellen visits a grave with Bo on Tuesday 9:50–11:40."""
    a_shift(cast.bo, WEDNESDAY)
    place = Place("Kirkegården", None, "4681", "walk", GAME_AT, GAME_AT + timedelta(minutes=90))
    bo = cast.bo.person_id
    assert bo is not None
    block = Block((Passenger(cast.ellen, "said"),), place, Transport.WALK, 10, 10, (bo,))
    with acting_for(HOME):
        return UUID(str(execute(reserve, cast.bo, block, now=MONDAY)))


def _span(trip: UUID) -> tuple[str, str]:
    with acting_for(HOME):
        found = db.session.scalars(select(Trip).filter_by(id=trip)).one()
        rider = db.session.scalars(select(TripRider).filter_by(trip_id=trip)).one()
        assert (rider.starts_at, rider.ends_at) == (found.starts_at, found.ends_at)
        return f"{found.starts_at:%d %H:%M}", f"{found.ends_at:%d %H:%M}"


def _sent(cast: Cast, worker: UUID | None, **more: str) -> dict[str, str]:
    return {"key": key_of(1), "escort": str(worker or ""), **more}


def test_who_fits_and_who_does_not_is_shown_before_anything_is_sent(
    browse: Browse, cast: Cast, trip: UUID
) -> None:
    page = browse(cast.ida).get(f"/tavle/ture/{trip}/flyt").text
    assert f'value="{cast.mia.person_id}"' in page
    assert escorts(trip) == [cast.bo.person_id]


def test_whoever_was_asked_for_and_does_not_fit_is_not_chosen(
    browse: Browse, cast: Cast, game: UUID
) -> None:
    trip = a_trip(cast.bo, cast.ellen, game)
    page = browse(cast.ida).get(f"/tavle/ture/{trip}/flyt?ledsager={key_of(9)}").text
    assert "alert-warning" in page


def test_a_trip_gets_another_helper(browse: Browse, cast: Cast, trip: UUID) -> None:
    url = f"/tavle/ture/{trip}/flyt"
    answer = browse(cast.ida).post(url, data=_sent(cast, cast.mia.person_id))
    assert answer.status_code == 303
    assert escorts(trip) == [cast.mia.person_id]
    assert calls() == [("escort_changed", "Mia Møller")]


def test_the_same_press_twice_is_one_move(browse: Browse, cast: Cast, trip: UUID) -> None:
    ida, url = browse(cast.ida), f"/tavle/ture/{trip}/flyt"
    for _turn in range(2):
        ida.post(url, data=_sent(cast, cast.mia.person_id))
    assert calls() == [("escort_changed", "Mia Møller")]


def test_nobody_who_does_not_fit_can_be_chosen(
    browse: Browse, cast: Cast, trip: UUID, stranger: Stranger
) -> None:
    url = f"/tavle/ture/{trip}/flyt"
    assert browse(cast.ida).post(url, data=_sent(cast, stranger.worker)).status_code == 422
    assert escorts(trip) == [cast.bo.person_id]


def test_another_suppliers_planner_finds_no_way_in(
    browse: Browse, cast: Cast, trip: UUID, stranger: Stranger
) -> None:
    theirs = browse(stranger.planner)
    assert theirs.get(f"/tavle/ture/{trip}/flyt").status_code == 403
    assert theirs.get(f"/tavle/ture/{trip}/passer").status_code == 403
    sent = _sent(cast, cast.mia.person_id)
    assert theirs.post(f"/tavle/ture/{trip}/flyt", data=sent).status_code == 403
    assert escorts(trip) == [cast.bo.person_id]


def test_a_trip_that_is_held_in_the_hand_knows_where_it_fits(
    browse: Browse, cast: Cast, trip: UUID
) -> None:
    from_bo = browse(cast.ida).get(f"/tavle/ture/{trip}/passer").json
    assert from_bo is not None
    day = from_bo["days"]["2026-11-24"]
    assert list(from_bo["days"]) == ["2026-11-24"]
    assert day[str(cast.mia.person_id)] == ""


def test_a_trip_to_a_place_of_ones_own_knows_the_whole_week(
    browse: Browse, cast: Cast, grave: UUID
) -> None:
    found = browse(cast.ida).get(f"/tavle/ture/{grave}/passer").json
    assert found is not None
    assert len(found["days"]) == 7
    assert found["days"]["2026-11-25"][str(cast.bo.person_id)] == ""
    assert found["days"]["2026-11-25"][str(cast.mia.person_id)] != ""


def test_a_trip_to_an_activity_keeps_its_time(browse: Browse, cast: Cast, trip: UUID) -> None:
    sent = _sent(cast, cast.mia.person_id, day="2026-11-25", clock="09:00", agreed="y")
    browse(cast.ida).post(f"/tavle/ture/{trip}/flyt", data=sent)
    assert _span(trip) == ("24 08:50", "24 10:40")


def test_a_new_time_needs_the_citizens_yes(browse: Browse, cast: Cast, grave: UUID) -> None:
    sent = _sent(cast, cast.bo.person_id, day="2026-11-25", clock="12:00")
    assert browse(cast.ida).post(f"/tavle/ture/{grave}/flyt", data=sent).status_code == 422
    assert _span(grave) == ("24 08:50", "24 10:40")


def test_a_trip_to_a_place_of_ones_own_moves_with_minutes_and_helper(
    browse: Browse, cast: Cast, grave: UUID
) -> None:
    sent = _sent(cast, cast.bo.person_id, day="2026-11-25", clock="12:00", agreed="y")
    assert browse(cast.ida).post(f"/tavle/ture/{grave}/flyt", data=sent).status_code == 303
    assert _span(grave) == ("25 11:00", "25 12:50")
    assert escorts(grave) == [cast.bo.person_id]
    with acting_for(HOME):
        assert list(verify_municipality()) == []
        held = db.session.scalars(select(TripRider.planned_minutes).filter_by(trip_id=grave))
        assert held.one() == 110


def test_a_new_time_without_anybody_who_fits_leaves_the_helper_to_be_found(
    browse: Browse, cast: Cast, grave: UUID
) -> None:
    sent = _sent(cast, None, day="2026-11-26", clock="12:00", agreed="y")
    assert browse(cast.ida).post(f"/tavle/ture/{grave}/flyt", data=sent).status_code == 303
    assert escorts(grave) == []


def test_a_new_time_against_the_schemes_rules_moves_nothing(
    browse: Browse, cast: Cast, grave: UUID
) -> None:
    sent = _sent(cast, None, day="2026-11-23", clock="07:00", agreed="y")
    assert browse(cast.ida).post(f"/tavle/ture/{grave}/flyt", data=sent).status_code == 422
    assert _span(grave) == ("24 08:50", "24 10:40")
    assert escorts(grave) == [cast.bo.person_id]


def test_a_citizen_is_in_one_place_when_a_trip_moves(
    browse: Browse, cast: Cast, game: UUID, grave: UUID
) -> None:
    sent = _sent(cast, None, day="2026-11-24", clock="13:00", agreed="y")
    browse(cast.ida).post(f"/tavle/ture/{grave}/flyt", data=sent)
    other = a_trip(cast.bo, cast.ellen, game, cast.mia)
    back = _sent(cast, None, day="2026-11-24", clock="10:00", agreed="y") | {"key": key_of(2)}
    assert browse(cast.ida).post(f"/tavle/ture/{grave}/flyt", data=back).status_code == 422
    assert _span(other) == ("24 08:50", "24 10:40")


def test_a_day_of_the_week_is_asked_for_by_address(browse: Browse, cast: Cast, grave: UUID) -> None:
    page = browse(cast.ida).get(f"/tavle/ture/{grave}/flyt?dag=2026-11-25&tid=12:00").text
    assert 'name="agreed"' in page
    assert f'value="{cast.mia.person_id}"' not in page
    assert TUESDAY.isoformat() not in page


def test_a_helper_in_a_break_is_named_with_the_reason(
    browse: Browse, cast: Cast, trip: UUID
) -> None:
    a_break(cast.mia, time(11), time(11, 30))
    page = browse(cast.ida).get(f"/tavle/ture/{trip}/flyt").text
    assert "Mia Møller" in page
    assert f'value="{cast.mia.person_id}"' not in page
