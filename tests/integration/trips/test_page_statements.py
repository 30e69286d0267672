"""The pages of a working day ask the database the same few times, however much is on them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from klippekort.accounts.models import CareWorker
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.trips.models import Trip, TripEscort, TripRider
from tests.builders import MONDAY, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.trips.conftest import Browse

FEW, MANY = 5, 50
# What each page asks, the log-in among it; the record of whom it showed comes besides.
ASKED = {"Today": 8, "citizen": 18, "booking": 15, "board": 9, "activities": 3}


@contextmanager
def _counted() -> Iterator[list[str]]:
    said: list[str] = []

    def note(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield said
    event.remove(db.engine, "before_cursor_execute", note)


def _do(add: Callable[[], None]) -> None:
    with acting_for(HOME):
        execute(add)


def _trips(cast: Cast, card: UUID, number: int) -> None:
    """Book short trips with Bo, every quarter of an hour from now."""

    def add() -> None:
        for place in range(number):
            start = MONDAY + timedelta(minutes=15 * place)
            span = {"starts_at": start, "ends_at": start + timedelta(minutes=10)}
            trip = Trip(
                id=new_id(),
                destination=f"Kortspil {place}, Torvet",
                travel_minutes=0,
                transport="walk",
                booked_at=MONDAY,
                **span,
            )
            db.session.add(trip)
            db.session.flush()
            owner = {"citizen_id": cast.ellen, "card_id": card}
            facts = {"planned_minutes": 10, "agreed_how": "said"}
            db.session.add(TripRider(trip_id=trip.id, **owner, **facts, **span))
            escort = {"care_worker_id": cast.bo.person_id, "is_active": True}
            db.session.add(TripEscort(trip_id=trip.id, **escort, **span))

    _do(add)


def _dates(cast: Cast, card: UUID, number: int) -> None:
    """Have something to go to, every two hours from tomorrow on."""
    for place in range(number):
        an_occurrence(MONDAY + timedelta(days=1, hours=2 * place), title=f"Kortspil {place}")


def _helpers(cast: Cast, card: UUID, number: int) -> None:
    """Hire helpers of Bo's supplier, and book trips with Bo."""
    _trips(cast, card, number)

    def add() -> None:
        mine = select(CareWorker).filter_by(id=cast.bo.person_id)
        supplier_id = db.session.scalars(mine).one().supplier_id
        for place in range(number):
            name = {"employee_number": f"H{place}", "name": f"Hjælper {place}"}
            db.session.add(CareWorker(**name, supplier_id=supplier_id))

    _do(add)


PAGES: dict[str, tuple[Callable[[Cast, UUID, int], None], Callable[[Cast], str]]] = {
    "Today": (_trips, lambda cast: "/i-dag"),
    "citizen": (_trips, lambda cast: f"/borgere/{cast.ellen}"),
    "booking": (_dates, lambda cast: f"/borgere/{cast.ellen}/tur"),
    "board": (_helpers, lambda cast: "/tavle"),
    "activities": (_dates, lambda cast: "/aktiviteter"),
}


def _asks(browser: FlaskClient, path: str) -> int:
    """Return how many statements a page takes once the program has shown it before."""
    assert browser.get(path).status_code == 200
    with _counted() as said:
        browser.get(path)
    return len(said)


@pytest.mark.parametrize("number", [FEW, MANY])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_takes_as_many_statements_with_fifty_rows_as_with_five(
    browse: Browse, cast: Cast, card: UUID, name: str, number: int
) -> None:
    fill, path_of = PAGES[name]
    fill(cast, card, number)
    browser = browse(cast.bo if name == "Today" else cast.ida)
    assert _asks(browser, path_of(cast)) == ASKED[name]
