"""The week board: whose it is, what stands on it, and that it stays quick."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from klippekort.accounts.models import CareWorker
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from tests.builders import a_card, a_shift, a_trip, an_occurrence
from tests.cast import HOME, Cast, make_citizen
from tests.integration.planning.conftest import (
    GAME_AT,
    TUESDAY,
    Browse,
    Stranger,
    a_break,
    change_worker,
)

MOST_STATEMENTS = 20


@contextmanager
def _counted() -> Iterator[list[str]]:
    said: list[str] = []

    def count(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "WITH")):
            said.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    yield said
    event.remove(db.engine, "before_cursor_execute", count)


def test_the_board_shows_shifts_breaks_and_trips(browse: Browse, cast: Cast, trip: UUID) -> None:
    a_break(cast.bo, time(12), time(12, 30))
    page = browse(cast.ida).get("/tavle").text
    assert "Ellen Sørensen" in page
    assert "Bo Berg" in page
    assert "7.00–16.00" in page
    assert 'class="line-break"' in page


def test_a_trip_nobody_comes_along_on_has_a_row_of_its_own(
    browse: Browse, cast: Cast, game: UUID
) -> None:
    a_trip(cast.bo, cast.ellen, game)
    assert "board-lacking" in browse(cast.ida).get("/tavle").text


def test_a_trip_whose_helper_does_not_fit_says_why(browse: Browse, cast: Cast, trip: UUID) -> None:
    a_break(cast.bo, time(11), time(11, 30))
    page = browse(cast.ida).get("/tavle").text
    assert "block-trouble" in page


def test_only_what_needs_somebody_can_be_shown(browse: Browse, cast: Cast, trip: UUID) -> None:
    assert "Bo Berg" not in browse(cast.ida).get("/tavle?kun=problemer").text
    a_break(cast.bo, time(11), time(11, 30))
    assert "Bo Berg" in browse(cast.ida).get("/tavle?kun=problemer").text


def test_a_planner_sees_the_own_supplier_alone(
    browse: Browse, cast: Cast, trip: UUID, stranger: Stranger
) -> None:
    mine = browse(cast.ida).get(f"/tavle?leverandoer={cast.private_supplier}").text
    assert "Bo Berg" in mine
    assert "Petra Privat" not in mine
    theirs = browse(stranger.planner).get("/tavle?leverandoer=alle").text
    assert "Petra Privat" in theirs
    assert "Ellen Sørensen" not in theirs


def test_a_coordinator_chooses_whose_board_to_see(
    browse: Browse, cast: Cast, trip: UUID, stranger: Stranger
) -> None:
    karen = browse(cast.karen)
    assert "Petra Privat" not in karen.get("/tavle").text
    assert "Petra Privat" in karen.get(f"/tavle?leverandoer={cast.private_supplier}").text
    everybody = karen.get("/tavle?leverandoer=alle").text
    assert "Petra Privat" in everybody
    assert "Bo Berg" in everybody


def test_a_district_shows_its_own_helpers_and_whoever_helps_there(
    browse: Browse, cast: Cast, trip: UUID
) -> None:
    page = browse(cast.ida).get(f"/tavle?distrikt={cast.south}").text
    assert "Mia Møller" in page
    assert "Bo Berg" not in page


def test_an_empty_week_is_a_good_page(browse: Browse, cast: Cast) -> None:
    assert browse(cast.ida).get("/tavle?uge=2026-12-07").status_code == 200
    assert browse(cast.ida).get("/tavle?uge=nej&side=0&distrikt=x").status_code == 200


def test_a_care_worker_plans_nothing(browse: Browse, cast: Cast, trip: UUID) -> None:
    for path in ("/tavle", "/tavle/mangler", f"/tavle/ture/{trip}/flyt"):
        assert browse(cast.bo).get(path).status_code == 403


def _many(cast: Cast, scheme: UUID, count: int) -> None:
    """Add care workers with a shift, a citizen and two trips each."""
    occurrences = [
        an_occurrence(GAME_AT + timedelta(hours=2 * n), title=f"Kaffe {n}", capacity=99)
        for n in range(2)
    ]
    for n in range(count):
        person = new_id()

        def add(person: UUID = person, n: int = n) -> str:
            db.session.add(
                CareWorker(
                    id=person,
                    employee_number=f"X{n}",
                    name=f"Hjælper {n}",
                    supplier_id=cast.supplier,
                    district_id=cast.north,
                )
            )
            db.session.flush()
            return str(
                make_citizen("Borger", f"Nummer {n}", supplier=cast.supplier, district=cast.north)
            )

        with acting_for(HOME):
            citizen = UUID(execute(add))
        helper = cast.bo.__class__(**{**vars(cast.bo), "person_id": person})
        a_shift(helper, TUESDAY)
        a_card(cast, citizen, scheme_id=scheme)
        for occurrence in occurrences:
            a_trip(cast.karen, citizen, occurrence, helper)


@pytest.mark.parametrize("path", ["/tavle", "/tavle/mangler"])
def test_the_number_of_statements_does_not_follow_the_number_of_rows(
    browse: Browse, cast: Cast, scheme: UUID, path: str
) -> None:
    _many(cast, scheme, 2)
    ida = browse(cast.ida)
    ida.get(path)
    with _counted() as few:
        ida.get(path)
    _more(cast, scheme)
    with _counted() as many:
        assert ida.get(path).status_code == 200
    assert len(many) == len(few) <= MOST_STATEMENTS


def _more(cast: Cast, scheme: UUID) -> None:
    for n in range(6):
        person = new_id()

        def add(person: UUID = person, n: int = n) -> None:
            db.session.add(
                CareWorker(
                    id=person,
                    employee_number=f"Y{n}",
                    name=f"Ny {n}",
                    supplier_id=cast.supplier,
                    district_id=cast.north,
                )
            )

        with acting_for(HOME):
            execute(add)
        a_shift(cast.bo.__class__(**{**vars(cast.bo), "person_id": person}), TUESDAY)


def test_a_helper_of_another_supplier_on_the_trip_is_trouble(
    browse: Browse, cast: Cast, trip: UUID
) -> None:
    change_worker(cast.bo.person_id, supplier_id=cast.private_supplier, district_id=None)
    assert "Ellen Sørensen" in browse(cast.ida).get("/tavle/mangler").text


def test_the_week_of_a_day_is_found(browse: Browse, cast: Cast, trip: UUID) -> None:
    assert date.fromisoformat("2026-11-24") == TUESDAY
    assert "Ellen Sørensen" in browse(cast.ida).get("/tavle?uge=2026-11-29").text


def test_a_page_that_is_not_there_is_the_last_one(browse: Browse, cast: Cast, trip: UUID) -> None:
    page = browse(cast.ida).get("/tavle?side=99").text
    assert "Bo Berg" in page


def test_what_needs_somebody_is_counted_in_the_district_that_is_shown(
    browse: Browse, cast: Cast, trip: UUID
) -> None:
    a_break(cast.bo, time(11), time(11, 30))
    ida = browse(cast.ida)
    south = ida.get(f"/tavle?distrikt={cast.south}&kun=problemer").text
    assert 'href="/tavle/mangler"' not in south
    north = ida.get(f"/tavle?distrikt={cast.north}&kun=problemer").text
    assert 'href="/tavle/mangler"' in north
    assert "Bo Berg" in north


def test_a_helper_of_another_supplier_stands_on_the_board_of_whose_citizen_goes_along(
    browse: Browse, cast: Cast, joint: UUID, stranger: Stranger
) -> None:
    page = browse(stranger.planner).get("/tavle").text
    assert "Poul Østergaard" in page
    assert "Bo Berg" in page
    assert "Mia Møller" not in page
    assert f"/tavle/medarbejdere/{cast.bo.person_id}" not in page
    assert f'data-trip="{joint}"' not in page
    assert "block-trouble" not in page
    assert browse(stranger.planner).get(f"/ture/{joint}?borger={cast.poul}").status_code == 200
    assert f'data-trip="{joint}"' in browse(cast.ida).get("/tavle").text
