"""A helper is ill: every trip that breaks, who could go instead, and when the citizen is told."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from klippekort.accounts.models import CareWorkerAbsence
from klippekort.domain.escorting import Reason
from klippekort.planning.queries.broken import broken_trips
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from tests.builders import MONDAY
from tests.cast import HOME, Cast
from tests.integration.planning.conftest import (
    GAME_AT,
    Browse,
    Stranger,
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
