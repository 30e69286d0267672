"""A helper is ill: every trip that breaks, who could go instead, and when the citizen is told."""

from dataclasses import replace
from datetime import date, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from klippekort.accounts.models import CareWorkerAbsence
from klippekort.domain.calendar import day_span, instant
from klippekort.domain.escorting import Reason
from klippekort.domain.permissions import Actor
from klippekort.planning.queries.broken import broken_trips
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from tests.builders import MONDAY, a_card, a_scheme, a_shift, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.planning.conftest import (
    GAME_AT,
    TUESDAY,
    Browse,
    Stranger,
    a_helper,
    calls,
    change_trip,
    change_worker,
    escorts,
    key_of,
    state_of,
)
from tests.integration.tablet import StandingClock


def _ill(browse: Browse, cast: Cast, until: str = "open", number: int = 1) -> str:
    sent = {"key": key_of(number), "reason": "ill", "until": until}
    answer = browse(cast.ida).post(f"/tavle/medarbejdere/{cast.bo.person_id}/syg", data=sent)
    assert answer.status_code == 303
    return str(answer.location)


def _choose(browse: Browse, cast: Cast, trip: UUID, worker: UUID | None, number: int = 2) -> int:
    sent = {"key": key_of(number), "escort": str(worker), "instead_of": str(cast.bo.person_id)}
    return browse(cast.ida).post(f"/tavle/ture/{trip}/ledsager", data=sent).status_code


def test_every_trip_that_breaks_is_shown_with_who_could_go_instead(
    browse: Browse, cast: Cast, trip: UUID
) -> None:
    page = browse(cast.ida).get(_ill(browse, cast)).text
    assert "Ellen Sørensen" in page
    assert f'value="{cast.mia.person_id}"' in page


def test_nothing_is_told_to_the_citizen_before_it_is_settled(
    browse: Browse, cast: Cast, trip: UUID
) -> None:
    _ill(browse, cast)
    assert calls() == []
    assert escorts(trip) == [cast.bo.person_id]


def test_the_citizen_is_told_who_comes_once_somebody_else_is_chosen(
    browse: Browse, cast: Cast, trip: UUID
) -> None:
    _ill(browse, cast)
    assert _choose(browse, cast, trip, cast.mia.person_id) == 303
    assert escorts(trip) == [cast.mia.person_id]
    assert calls() == [("escort_changed", "Mia Møller")]


def test_only_the_last_choice_is_told(browse: Browse, cast: Cast, trip: UUID) -> None:
    _choose(browse, cast, trip, cast.mia.person_id)
    _choose(browse, cast, trip, cast.bo.person_id, number=3)
    assert calls() == [("escort_changed", "Bo Berg")]


def test_a_trip_cancelled_instead_is_told_as_the_suppliers(
    browse: Browse, cast: Cast, trip: UUID
) -> None:
    _ill(browse, cast)
    sent = {"key": key_of(5), "reason": "supplier.helper_ill"}
    browse(cast.ida).post(f"/ture/{trip}/aflys", data=sent)
    assert state_of(trip) == "cancelled"
    assert [kind for kind, _ in calls()] == ["trip_cancelled"]


def test_whoever_is_ill_today_is_back_tomorrow(browse: Browse, cast: Cast, trip: UUID) -> None:
    _ill(browse, cast, until="today")
    with acting_for(HOME):
        assert broken_trips(MONDAY) == []


def test_whoever_comes_back_covers_the_trips_again(browse: Browse, cast: Cast, trip: UUID) -> None:
    _ill(browse, cast)
    with acting_for(HOME):
        absence = db.session.scalars(select(CareWorkerAbsence.id)).one()
    browse(cast.ida).post(f"/tavle/fravaer/{absence}/slut", data={"key": key_of(6)})
    with acting_for(HOME):
        assert broken_trips(MONDAY) == []


def test_a_trip_within_two_hours_is_urgent(
    browse: Browse, cast: Cast, trip: UUID, standing_clock: StandingClock
) -> None:
    standing_clock.at = GAME_AT - timedelta(hours=1)
    _ill(browse, cast, until="today")
    with acting_for(HOME):
        assert [one.is_urgent for one in broken_trips(standing_clock.at)] == [True]
    assert "need-urgent" in browse(cast.ida).get("/tavle/mangler").text


def test_a_changed_roster_breaks_trips_the_same_minute(cast: Cast, trip: UUID) -> None:
    change_worker(cast.bo.person_id, has_driving_licence=False)
    change_trip(trip, transport="staff_car")
    with acting_for(HOME):
        found = broken_trips(MONDAY, cast.supplier)
    assert [(one.trip.id, one.reasons) for one in found] == [(trip, (Reason.NO_LICENCE,))]


def test_broken_trips_stand_on_the_overview(browse: Browse, cast: Cast, trip: UUID) -> None:
    _ill(browse, cast)
    for actor in (cast.ida, cast.karen):
        assert "/tavle/mangler" in browse(actor).get("/overblik").text


def test_nobody_unfit_is_put_on_a_trip_by_hand(
    browse: Browse, cast: Cast, trip: UUID, stranger: Stranger
) -> None:
    assert _choose(browse, cast, trip, stranger.worker) == 404
    assert escorts(trip) == [cast.bo.person_id]


def test_a_planner_writes_nothing_of_another_suppliers_people(
    browse: Browse, cast: Cast, trip: UUID, stranger: Stranger
) -> None:
    theirs = browse(stranger.planner)
    sent = {"key": key_of(7), "reason": "ill", "until": "open"}
    bo = cast.bo.person_id
    assert theirs.post(f"/tavle/medarbejdere/{bo}/syg", data=sent).status_code == 403
    assert theirs.get(f"/tavle/medarbejdere/{bo}").status_code == 403
    chosen = {"key": key_of(8), "escort": str(cast.mia.person_id)}
    assert theirs.post(f"/tavle/ture/{trip}/ledsager", data=chosen).status_code == 403
    assert "Ellen" not in theirs.get("/tavle/mangler").text


# A trip that should have begun


def test_a_helper_who_is_ill_when_the_trip_should_begin_breaks_it(
    browse: Browse, cast: Cast, trip: UUID, standing_clock: StandingClock
) -> None:
    standing_clock.at = GAME_AT
    page = browse(cast.ida).get(_ill(browse, cast, until="today")).text
    assert "Ellen Sørensen" in page
    assert "9.50" in page
    assert "need-urgent" in page
    assert "block-trouble" in browse(cast.ida).get("/tavle").text
    assert browse(cast.ida).get(f"/tavle/ture/{trip}/flyt").status_code == 200
    assert _choose(browse, cast, trip, cast.mia.person_id) == 303
    assert escorts(trip) == [cast.mia.person_id]
    assert calls() == [("escort_changed", "Mia Møller")]


def test_a_trip_that_should_be_over_is_nobodys_to_find_a_helper_for(
    browse: Browse, cast: Cast, trip: UUID, standing_clock: StandingClock
) -> None:
    standing_clock.at = GAME_AT + timedelta(hours=2)
    _ill(browse, cast, until="today")
    with acting_for(HOME):
        assert broken_trips(standing_clock.at) == []
    assert browse(cast.ida).get(f"/tavle/ture/{trip}/flyt").status_code == 303


# A trip under way


def _start(browse: Browse, helper: Actor, trip: UUID, number: int = 20) -> None:
    answer = browse(helper).post(f"/ture/{trip}/start", data={"key": key_of(number)})
    assert answer.status_code == 303
    assert state_of(trip) == "under_way"


def test_a_trip_under_way_with_its_helper_is_not_broken(
    browse: Browse, cast: Cast, trip: UUID, standing_clock: StandingClock
) -> None:
    standing_clock.at = GAME_AT
    _start(browse, cast.bo, trip)
    with acting_for(HOME):
        assert broken_trips(standing_clock.at) == []
    # Whoever has gone on past the end of a shift is still there.
    standing_clock.at = GAME_AT + timedelta(hours=7)
    with acting_for(HOME):
        assert broken_trips(standing_clock.at) == []
    _choose(browse, cast, trip, cast.mia.person_id)
    assert escorts(trip) == [cast.bo.person_id]
    assert browse(cast.ida).get(f"/tavle/ture/{trip}/flyt").status_code == 303


def test_a_helper_who_falls_ill_on_the_way_breaks_the_trip(
    browse: Browse, cast: Cast, trip: UUID, standing_clock: StandingClock
) -> None:
    standing_clock.at = GAME_AT
    _start(browse, cast.bo, trip)
    page = browse(cast.ida).get(_ill(browse, cast, until="today")).text
    assert "Ellen Sørensen" in page
    assert "need-urgent" in page
    assert f"/ture/{trip}/aflys" not in page
    assert "De er ude nu" in browse(cast.ida).get("/tavle/mangler").text
    assert "tone-urgent" in browse(cast.ida).get("/tavle").text
    assert "/tavle/mangler" in browse(cast.ida).get("/overblik").text
    page = browse(cast.ida).get(f"/tavle/ture/{trip}/flyt?i_stedet_for={cast.bo.person_id}").text
    assert f'value="{cast.mia.person_id}"' in page
    assert 'name="tid"' not in page


def test_another_helper_is_put_on_a_trip_under_way(
    browse: Browse, cast: Cast, trip: UUID, standing_clock: StandingClock
) -> None:
    standing_clock.at = GAME_AT
    _start(browse, cast.bo, trip)
    _ill(browse, cast, until="today")
    _choose(browse, cast, trip, cast.mia.person_id)
    assert escorts(trip) == [cast.mia.person_id]
    assert state_of(trip) == "under_way"
    assert calls() == []  # they are out: nobody is at home to be called
    assert "Ellen Sørensen" in browse(cast.mia).get("/i-dag").text
    with acting_for(HOME):
        assert broken_trips(standing_clock.at) == []


def test_whoever_is_free_from_now_on_fits_a_trip_under_way(
    browse: Browse, cast: Cast, trip: UUID, standing_clock: StandingClock
) -> None:
    standing_clock.at = GAME_AT + timedelta(minutes=30)
    late = a_helper(cast, "Lis Lund", cast.supplier, day=date(2026, 12, 1))
    a_shift(replace(cast.bo, person_id=late), TUESDAY, begins=10)
    _start(browse, cast.bo, trip)
    assert f'value="{late}"' in browse(cast.ida).get(_ill(browse, cast, until="today")).text
    _choose(browse, cast, trip, late)
    assert escorts(trip) == [late]


def test_a_trip_that_somebody_is_out_on_stands_first(
    browse: Browse, cast: Cast, trip: UUID, standing_clock: StandingClock
) -> None:
    a_card(cast, cast.poul, scheme_id=a_scheme(name="Anden"))
    earlier = an_occurrence(GAME_AT - timedelta(minutes=40))
    a_trip(cast.mia, cast.poul, earlier, cast.mia)
    standing_clock.at = GAME_AT
    _start(browse, cast.bo, trip)
    _ill(browse, cast, until="today")
    sent = {"key": key_of(9), "reason": "ill", "until": "today"}
    browse(cast.ida).post(f"/tavle/medarbejdere/{cast.mia.person_id}/syg", data=sent)
    page = browse(cast.ida).get("/tavle/mangler").text
    assert page.index("Ellen Sørensen") < page.index("Poul Østergaard")


def test_the_trips_own_page_offers_another_helper_too(
    browse: Browse, cast: Cast, trip: UUID, standing_clock: StandingClock
) -> None:
    standing_clock.at = GAME_AT
    _start(browse, cast.bo, trip)
    address = f"/ture/{trip}/ledsager"
    assert f'href="{address}"' not in browse(cast.karen).get(f"/ture/{trip}").text
    assert browse(cast.karen).get(address).status_code == 303
    _ill(browse, cast, until="today")
    assert f'href="{address}"' in browse(cast.karen).get(f"/ture/{trip}").text
    page = browse(cast.karen).get(address).text
    assert f'value="{cast.mia.person_id}"' in page
    sent = {"key": key_of(21), "escort": str(cast.mia.person_id)}
    assert browse(cast.karen).post(address, data=sent).status_code == 303
    assert escorts(trip) == [cast.mia.person_id]


# Away later


def _away(browse: Browse, cast: Cast, **sent: str) -> TestResponse:
    sent = {"key": key_of(1), "reason": "holiday", "since": "later", "until": "date", **sent}
    return browse(cast.ida).post(f"/tavle/medarbejdere/{cast.bo.person_id}/syg", data=sent)


def test_a_holiday_next_week_is_written_down_and_breaks_its_trips_at_once(
    browse: Browse, cast: Cast, trip: UUID
) -> None:
    answer = _away(browse, cast, first_on="2026-11-24", last_on="2026-11-27")
    assert answer.status_code == 303
    assert "Ellen Sørensen" in browse(cast.ida).get(answer.location).text
    with acting_for(HOME):
        found = db.session.scalars(select(CareWorkerAbsence)).one()
        assert (found.starts_at, found.ends_at) == (
            day_span(date(2026, 11, 24))[0],
            day_span(date(2026, 11, 27))[1],
        )
    assert escorts(trip) == [cast.bo.person_id]


def test_an_absence_may_begin_at_a_time_of_day(browse: Browse, cast: Cast, trip: UUID) -> None:
    _away(browse, cast, first_on="2026-11-24", first_at="12:00", until="today")
    with acting_for(HOME):
        assert broken_trips(MONDAY) == []
        found = db.session.scalars(select(CareWorkerAbsence)).one()
        assert (found.starts_at, found.ends_at) == (
            instant(date(2026, 11, 24), time(12)),
            day_span(date(2026, 11, 24))[1],
        )


def test_an_absence_that_has_not_begun_is_taken_back(browse: Browse, cast: Cast) -> None:
    _away(browse, cast, first_on="2026-12-01", last_on="2026-12-02")
    with acting_for(HOME):
        absence = db.session.scalars(select(CareWorkerAbsence.id)).one()
    assert str(absence) in browse(cast.ida).get(f"/tavle/medarbejdere/{cast.bo.person_id}").text
    browse(cast.ida).post(f"/tavle/fravaer/{absence}/slut", data={"key": key_of(6)})
    with acting_for(HOME):
        assert db.session.scalars(select(CareWorkerAbsence.id)).all() == []


@pytest.mark.parametrize(
    "sent",
    [
        {"last_on": "2026-11-27"},
        {"first_on": "2026-11-24"},
        {"first_on": "2026-11-24", "last_on": "2026-11-23"},
        {"first_on": "2026-11-22", "last_on": "2026-11-27"},
        {"first_on": "2026-11-24", "last_on": "9999-12-31"},
        {"first_on": "9999-12-31", "first_at": "10:00", "until": "today"},
        {"first_on": "2027-03-28", "first_at": "02:30", "last_on": "2027-03-29"},
        {"since": "now", "last_on": "9999-12-31"},
        {"since": "now", "last_on": "2026-11-22"},
        {"since": "now", "last_on": "2031-01-01"},
    ],
)
def test_days_away_that_make_no_sense_are_said_at_the_field(
    browse: Browse, cast: Cast, sent: dict[str, str]
) -> None:
    answer = _away(browse, cast, **sent)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    with acting_for(HOME):
        assert db.session.scalars(select(CareWorkerAbsence.id)).all() == []


# Citizens of two suppliers


def test_a_helper_of_another_supplier_is_theirs_to_exchange(
    browse: Browse, cast: Cast, joint: UUID, stranger: Stranger
) -> None:
    a_shift(replace(cast.bo, person_id=stranger.worker), TUESDAY)
    _ill(browse, cast)
    theirs = browse(stranger.planner).get("/tavle/mangler").text
    assert "Poul Østergaard" in theirs
    assert f"/tavle/ture/{joint}/ledsager" not in theirs
    assert f"/ture/{joint}/aflys" not in theirs
    ours = browse(cast.ida).get("/tavle/mangler").text
    assert f'value="{cast.mia.person_id}"' in ours
    assert str(stranger.worker) not in ours
    assert _choose(browse, cast, joint, cast.mia.person_id) == 303
    assert escorts(joint) == [cast.mia.person_id]


def test_a_helper_of_either_supplier_covers_a_trip_of_both(
    browse: Browse, cast: Cast, joint: UUID, stranger: Stranger
) -> None:
    for planner in (cast.ida, stranger.planner):
        assert "Poul" not in browse(planner).get("/tavle/mangler").text
