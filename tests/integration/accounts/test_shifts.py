"""Who is at work for the whole of a trip."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from klippekort.accounts import queries
from klippekort.accounts.models import Shift
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from tests.cast import AWAY, HOME, Cast
from tests.integration.accounts.people import NOON

END = NOON + timedelta(hours=2)


def _works(worker: UUID | None, from_hour: int, to_hour: int) -> None:
    def add() -> None:
        db.session.add(
            Shift(
                care_worker_id=worker,
                starts_at=NOON + timedelta(hours=from_hour),
                ends_at=NOON + timedelta(hours=to_hour),
            )
        )

    with acting_for(HOME):
        execute(add)


@pytest.mark.parametrize(
    ("from_hour", "to_hour", "covers"), [(0, 2, True), (-1, 3, True), (1, 3, False), (-2, 1, False)]
)
def test_a_shift_covers_a_span_from_end_to_end(
    app: Flask, cast: Cast, from_hour: int, to_hour: int, covers: bool
):
    _works(cast.bo.person_id, from_hour, to_hour)
    assert cast.bo.person_id is not None
    with acting_for(HOME):
        assert (queries.covering_shift(cast.bo.person_id, NOON, END) is not None) is covers


def test_those_on_shift_can_be_asked_for_by_district(app: Flask, cast: Cast):
    _works(cast.bo.person_id, 0, 3)
    _works(cast.mia.person_id, 0, 3)
    with acting_for(HOME):
        everyone = queries.list_on_shift(NOON, END, supplier_id=cast.supplier)
        north = queries.list_on_shift(NOON, END, district_id=cast.north)
    assert [worker.name for worker in everyone] == ["Bo Berg", "Mia Møller"]
    assert [worker.name for worker in north] == ["Bo Berg"]


def test_two_half_shifts_do_not_cover_a_trip(app: Flask, cast: Cast):
    _works(cast.bo.person_id, 0, 1)
    _works(cast.bo.person_id, 1, 2)
    with acting_for(HOME):
        assert queries.list_on_shift(NOON, END) == []


def test_another_municipality_sees_no_care_workers(app: Flask, cast: Cast):
    _works(cast.bo.person_id, 0, 3)
    with acting_for(AWAY):
        assert queries.list_on_shift(NOON, END) == []
        assert queries.list_care_workers() == []
