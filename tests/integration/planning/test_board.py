"""The week board: whose it is, what stands on it, and that it stays quick."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, event

from klippekort.accounts.models import CareWorker
from klippekort.domain.permissions import Actor
from klippekort.municipalities.models import Supplier
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
    change_trip,
    change_worker,
    key_of,
    state_of,
)

MOST_STATEMENTS = 20
OWN_CARE, PRIVATE = "Hjemmeplejen", "Omsorg ApS"


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


# Citizens of two suppliers on one trip


def _read(browse: Browse, actor: Actor, path: str = "/tavle") -> str:
    """Return a page in the program's own English."""
    client = browse(actor)
    client.set_cookie("lang", "en", domain="localhost")
    return html.unescape(client.get(path).text)


def _rows(page: str) -> dict[str, str]:
    """Return what the board says in each row, by the first words of its heading."""
    found = re.findall(r"<tr[^>]*><th scope=\"row\">(.*?)</tr>", page, re.DOTALL)
    said = [re.sub(r"<svg.*?</svg>", "", one, flags=re.DOTALL) for one in found]
    plain = [" ".join(re.sub(r"<[^>]+>", " ", one.replace("</th>", "|")).split()) for one in said]
    return {one.partition("  ")[0].partition("|")[0]: one.partition("|")[2] for one in plain}


def _row(page: str, heading: str) -> str:
    """Return the row whose heading begins so, empty where there is none."""
    return next((said for name, said in _rows(page).items() if name.startswith(heading)), "")


THEIRS = "Helper from another supplier"


def test_on_a_trip_of_two_suppliers_each_planner_reads_of_her_own_helper(
    browse: Browse, cast: Cast, shared: UUID, stranger: Stranger
) -> None:
    ours, theirs = _read(browse, cast.ida), _read(browse, stranger.planner)
    for page, own, other in (
        (ours, "Bo Berg", "Petra Privat"),
        (theirs, "Petra Privat", "Bo Berg"),
    ):
        assert "Ellen Sørensen & Poul Østergaard" in _row(page, own)
        assert "A helper from another supplier comes along too" in _row(page, own)
        assert (other in page, _row(page, THEIRS)) == (False, "")
        assert page.count(f"/tavle/ture/{shared}/flyt?") == 1


def test_a_trip_that_only_anothers_helper_goes_along_on_names_nobody(
    browse: Browse, cast: Cast, joint: UUID, stranger: Stranger
) -> None:
    page = _read(browse, stranger.planner)
    assert "Poul Østergaard" in _row(page, THEIRS)
    assert ("Bo Berg" in page, str(cast.bo.person_id) in page) == (False, False)
    assert (f'data-trip="{joint}"' in page, "block-trouble" in page) == (False, False)
    trip_page = browse(stranger.planner).get(f"/ture/{joint}?borger={cast.poul}")
    assert trip_page.status_code == 200
    ours = _read(browse, cast.ida)
    assert f'data-trip="{joint}"' in ours
    assert _row(ours, THEIRS) == ""


def test_why_anothers_helper_cannot_come_is_not_said(
    browse: Browse, cast: Cast, shared: UUID, stranger: Stranger
) -> None:
    a_break(cast.bo, time(11), time(11, 30))
    said = "the helper from another supplier cannot come along"
    assert said in _row(_read(browse, stranger.planner, "/tavle?kun=problemer"), "Petra Privat")
    needs = _read(browse, stranger.planner, "/tavle/mangler")
    assert said in needs.lower()
    assert ("Bo Berg" in needs, "break" in needs) == (False, False)
    assert "has a break meanwhile" in _row(_read(browse, cast.ida), "Bo Berg")
    assert "Bo Berg: has a break meanwhile" in _read(browse, cast.ida, "/tavle/mangler")


def test_a_trip_that_wants_one_beside_anothers_helper_can_be_given_one(
    browse: Browse, cast: Cast, joint: UUID, stranger: Stranger
) -> None:
    change_trip(joint, escorts_wanted=2)
    page = _read(browse, stranger.planner, "/tavle?kun=problemer")
    assert "one helper more" in _row(page, THEIRS)
    assert f'data-trip="{joint}"' in page


def test_the_week_as_a_list_names_no_helper_of_another_supplier(
    browse: Browse, cast: Cast, shared: UUID, stranger: Stranger
) -> None:
    page = _read(browse, stranger.planner, "/ture")
    assert "Petra Privat & a helper from another supplier" in page
    assert "Bo Berg" not in page
    assert "Bo Berg & Petra Privat" in _read(browse, cast.karen, "/ture")


def test_a_trips_own_page_names_no_helper_of_another_supplier(
    browse: Browse, cast: Cast, shared: UUID, stranger: Stranger
) -> None:
    def page(actor: Actor, path: str = f"/ture/{shared}") -> str:
        return html.unescape(browse(actor).get(path).text)

    note = {"key": key_of(3), "text": "Tal med Ellen.", "citizen_id": str(cast.ellen)}
    assert browse(cast.bo).post(f"/ture/{shared}/note", data=note).status_code == 303
    bo, petra = "Bo Berg", "Petra Privat"
    planners = {cast.ida: (bo, petra), stranger.planner: (petra, bo)}
    for planner, (own, other) in planners.items():
        shown = page(planner)
        assert f"{own} & en ledsager fra en anden leverandør" in shown
        assert other not in shown
        assert other not in page(planner, "/overblik")
    assert "en ledsager fra en anden leverandør på turen" in page(cast.ida)
    assert "Bo Berg skrev en note" in page(cast.ida)
    assert "En ledsager fra en anden leverandør skrev en note" in page(stranger.planner)
    sent = {"key": key_of(4), "reason": "supplier.helper_ill", "citizen_id": ""}
    browse(cast.karen).post(f"/ture/{shared}/aflys", data=sent)
    assert state_of(shared) == "cancelled"
    for planner, (_own, other) in planners.items():
        assert other not in page(planner)
    for reader in (cast.karen, cast.bo):
        assert "Petra Privat" in page(reader)


def test_a_coordinator_sees_which_supplier_a_helper_belongs_to(
    browse: Browse, cast: Cast, trip: UUID, stranger: Stranger
) -> None:
    page = _read(browse, cast.karen, "/tavle?leverandoer=alle")
    names = {"Bo Berg": OWN_CARE, "Petra Privat": PRIVATE}
    headings = list(_rows(page))
    for name, supplier in names.items():
        assert any(one.startswith(name) and supplier in one for one in headings)
    own = _rows(_read(browse, cast.ida))
    assert not any(OWN_CARE in one for one in own)


def test_where_there_is_one_supplier_it_is_not_named(
    browse: Browse, cast: Cast, trip: UUID
) -> None:
    def alone() -> None:
        db.session.execute(delete(Supplier).where(Supplier.id == cast.private_supplier))

    with acting_for(HOME):
        execute(alone)
    headings = list(_rows(_read(browse, cast.karen)))
    assert any(one.startswith("Bo Berg") for one in headings)
    assert not any(OWN_CARE in one for one in headings)
