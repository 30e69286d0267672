"""Trips in the roster's own shape: whose they are, what they tell, and that they come back once."""

import csv
from datetime import date, time, timedelta
from io import StringIO
from uuid import UUID

import pytest
from sqlalchemy import func, select

from klippekort.accounts.models import Shift
from klippekort.citizens.models import Citizen
from klippekort.domain.permissions import Actor, Role
from klippekort.imports import jobs
from klippekort.imports.reading.rows import Kind
from klippekort.imports.services.importing import prepare
from klippekort.imports.services.run import Counts
from klippekort.planning.services.visits import SpanMakesNoSense, export_visits
from klippekort.platform.audit import AuditCitizen, AuditLine
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.trips.models import Trip
from klippekort.trips.services.escorts import assign_escort
from klippekort.trips.services.keeping import finish_trip
from tests.builders import MONDAY, a_trip
from tests.cast import AWAY, HOME, Cast
from tests.integration.planning.conftest import (
    GAME_AT,
    TUESDAY,
    Browse,
    Stranger,
    a_break,
    change_trip,
    change_worker,
)
from tests.integration.tablet import StandingClock

HEADER = "Medarbejdernr;Dato;Fra;Til;Vagttype;Klippekort-tur;Journal-id"
ASKED = "/eksport/besoeg.csv?fra=2026-11-23&til=2026-11-29"


@pytest.fixture(autouse=True)
def called(cast: Cast) -> None:
    """Ellen is J-000123 in the care record."""
    _change_citizen(cast.ellen, record_ref="J-000123")


def _change_citizen(citizen_id: UUID, **facts: object) -> None:
    def change() -> None:
        citizen = db.session.scalars(select(Citizen).filter_by(id=citizen_id)).one()
        for name, value in facts.items():
            setattr(citizen, name, value)

    with acting_for(HOME):
        execute(change)


def _file(actor: Actor, first: date = TUESDAY, last: date = TUESDAY) -> bytes:
    with acting_for(actor.municipality_id):
        return export_visits(actor, first, last).data


def _rows(data: bytes) -> list[list[str]]:
    text = data.decode("utf-8-sig")
    assert text.startswith(HEADER)
    return list(csv.reader(StringIO(text), delimiter=";"))[1:]


def test_a_booked_trip_has_its_planned_times(cast: Cast, trip: UUID) -> None:
    row = ["M1", "24-11-2026", "09:50", "11:40", "Klippekort", str(trip), "J-000123"]
    assert _rows(_file(cast.ida)) == [row]


def test_a_finished_trip_has_its_real_times(
    cast: Cast, trip: UUID, standing_clock: StandingClock
) -> None:
    standing_clock.at = GAME_AT + timedelta(hours=3)
    started_at, ended_at = GAME_AT - timedelta(minutes=5), GAME_AT + timedelta(minutes=77)
    with acting_for(HOME):
        execute(
            finish_trip,
            cast.bo,
            trip,
            started_at=started_at,
            ended_at=ended_at,
            now=standing_clock.at,
        )
    assert _rows(_file(cast.ida))[0][1:4] == ["24-11-2026", "09:55", "11:17"]


def test_a_trip_with_two_helpers_has_a_row_for_each(cast: Cast, trip: UUID) -> None:
    change_trip(trip, escorts_wanted=2)
    with acting_for(HOME):
        execute(assign_escort, cast.ida, trip, cast.mia.person_id, now=MONDAY, beside=True)
    assert [row[0] for row in _rows(_file(cast.ida))] == ["M1", "M2"]


@pytest.mark.parametrize("state", ["held", "cancelled", "no_show", "wasted_visit", "lapsed"])
def test_a_trip_that_is_not_booked_or_made_is_left_out(cast: Cast, trip: UUID, state: str) -> None:
    change_trip(trip, state=state)
    assert _rows(_file(cast.ida)) == []


def test_a_trip_nobody_comes_along_on_is_left_out(cast: Cast, game: UUID) -> None:
    a_trip(cast.bo, cast.ellen, game)
    assert _rows(_file(cast.ida)) == []


def test_both_days_are_in_the_file(cast: Cast, trip: UUID) -> None:
    assert _rows(_file(cast.ida, TUESDAY + timedelta(days=1), TUESDAY + timedelta(days=2))) == []
    assert _rows(_file(cast.ida, TUESDAY - timedelta(days=1), TUESDAY))


def test_a_citizen_without_an_id_leaves_the_cell_empty(cast: Cast, trip: UUID) -> None:
    _change_citizen(cast.ellen, record_ref=None)
    assert _rows(_file(cast.ida))[0][6] == ""


def test_there_is_no_name_address_or_person_number(cast: Cast, trip: UUID) -> None:
    text = _file(cast.karen).decode()
    assert not [word for word in ("Ellen", "Sørensen", "Åvej", "4681", "Bo Berg") if word in text]


def test_no_cell_is_taken_for_a_formula(cast: Cast, trip: UUID) -> None:
    _change_citizen(cast.ellen, record_ref="=1+1")
    change_worker(cast.bo.person_id, employee_number="@M1")
    (row,) = _rows(_file(cast.ida))
    assert (row[0], row[6]) == ("'@M1", "'=1+1")


def test_a_planner_gets_the_own_suppliers_whatever_is_asked_for(
    browse: Browse, cast: Cast, trip: UUID, stranger: Stranger
) -> None:
    asked = f"{ASKED}&leverandoer={cast.supplier}"
    assert _rows(browse(stranger.planner).get(asked).data) == []
    assert len(_rows(browse(cast.ida).get(ASKED).data)) == 1


def test_another_suppliers_citizen_is_not_told_of(cast: Cast, trip: UUID) -> None:
    _change_citizen(cast.ellen, supplier_id=cast.private_supplier)
    assert [row[6] for row in _rows(_file(cast.ida))] == [""]
    assert [row[6] for row in _rows(_file(cast.karen))] == ["J-000123"]


def test_nothing_comes_from_the_other_municipality(cast: Cast, trip: UUID) -> None:
    assert _rows(_file(Actor(AWAY, Role.COORDINATOR))) == []


def test_the_look_is_put_on_record(browse: Browse, cast: Cast, trip: UUID) -> None:
    browse(cast.ida).get(ASKED)
    assert "export_visits" in _purposes(cast.ellen)


def _purposes(citizen_id: UUID) -> list[str | None]:
    with acting_for(HOME):
        lines = select(AuditLine.purpose).join(AuditCitizen, AuditCitizen.line_id == AuditLine.id)
        return list(db.session.scalars(lines.where(AuditCitizen.citizen_id == citizen_id)))


def test_the_page_asks_for_the_next_two_weeks(browse: Browse, cast: Cast) -> None:
    page = browse(cast.ida).get("/eksport/besoeg").text
    assert ('value="2026-11-23"' in page, 'value="2026-12-06"' in page) == (True, True)
    assert "leverandoer" not in page


def test_a_coordinator_may_choose_a_supplier(browse: Browse, cast: Cast, trip: UUID) -> None:
    karen = browse(cast.karen)
    assert "Omsorg ApS" in karen.get("/eksport/besoeg").text
    assert len(_rows(karen.get(f"{ASKED}&leverandoer={cast.supplier}").data)) == 1
    assert _rows(karen.get(f"{ASKED}&leverandoer={cast.private_supplier}").data) == []


@pytest.mark.parametrize(
    "asked",
    [
        "fra=2026-11-24&til=2026-11-23",
        "fra=2026-11-24&til=2028-11-23",
        "fra=i+dag&til=2026-11-23",
        "fra=0001-01-01&til=0001-01-02",
        "fra=9999-12-30&til=9999-12-31",
        "fra=2026-11-24&til=2026-11-25&leverandoer=x",
    ],
)
def test_days_that_make_no_sense_are_asked_for_again(
    browse: Browse, cast: Cast, asked: str
) -> None:
    answer = browse(cast.karen).get(f"/eksport/besoeg.csv?{asked}")
    assert answer.status_code == 422
    assert "error-summary" in answer.text


def test_a_span_of_years_is_refused(cast: Cast) -> None:
    with pytest.raises(SpanMakesNoSense):
        _file(cast.karen, TUESDAY, TUESDAY + timedelta(days=400))


# Coming back


def _bring(ada: Actor, data: bytes, kind: Kind = Kind.SHIFTS) -> Counts:
    with acting_for(HOME):
        return jobs.apply(ada, kind, prepare(kind, data), now=MONDAY)


def _shifts() -> list[tuple[object, ...]]:
    with acting_for(HOME):
        found = select(Shift.care_worker_id, Shift.starts_at, Shift.ends_at, Shift.break_starts_at)
        return [tuple(row) for row in db.session.execute(found.order_by(Shift.id))]


def _told(counts: Counts) -> tuple[int, int, int]:
    return counts.new, counts.changed, counts.unchanged


def test_what_was_sent_changes_nothing_when_it_comes_back(cast: Cast, trip: UUID) -> None:
    before = _shifts()
    assert _told(_bring(cast.ada, _file(cast.karen))) == (0, 0, 1)
    assert _shifts() == before


def test_our_rows_lie_inside_the_rosters_own_shifts(cast: Cast, trip: UUID) -> None:
    before = _shifts()
    shifts = "M1;24-11-2026;07:00;16:00;;;\r\nM2;24-11-2026;07:00;16:00;;;\r\n"
    data = _file(cast.karen) + shifts.encode()
    assert _told(_bring(cast.ada, data)) == (0, 0, 3)
    assert _shifts() == before


@pytest.mark.parametrize("times", ["07:00;16:00", "05:00;23:30", "15:30;15:30", "22:00;07:30"])
def test_our_rows_stay_ours_with_other_times(cast: Cast, trip: UUID, times: str) -> None:
    before = _shifts()
    row = f"M1;24-11-2026;{times};dag;{trip};J-000123"
    assert _told(_bring(cast.ada, f"{HEADER}\n{row}\n".encode())) == (0, 0, 1)
    assert _shifts() == before


def test_our_rows_leave_the_breaks_alone(cast: Cast, trip: UUID) -> None:
    a_break(cast.bo, time(12), time(12, 30))
    before = _shifts()
    _bring(cast.ada, _file(cast.karen))
    assert _shifts() == before


def test_our_rows_become_no_trips_either(cast: Cast, trip: UUID) -> None:
    header = "CPR-nummer;Dato;Fra;Til;Medarbejdernr;Resultat;Minutter;Klippekort-tur;Journal-id"
    row = f"610150-1234;24-11-2026;09:50;11:40;M1;gennemført;110;{trip};J-000123"
    counts = _bring(cast.ada, f"{header}\n{row}\n".encode(), Kind.TRIPS)
    assert _told(counts) == (0, 0, 1)
    with acting_for(HOME):
        assert db.session.scalar(select(func.count(Trip.id))) == 1
