"""Who is offered for a trip, and who is refused."""

from datetime import time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from klippekort.accounts.models import CareWorkerAbsence
from klippekort.citizens.queries import get_citizen
from klippekort.domain.errors import EscortBusy, EscortOffDuty, EscortUnable, NotFound
from klippekort.domain.escorting import Reason
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.trips.models import Trip
from klippekort.trips.queries.escorts import check_escort, free_escorts, why_not
from klippekort.trips.queries.trips import lock_escort
from tests.builders import MONDAY, a_card, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.planning.conftest import (
    GAME_AT,
    Stranger,
    a_break,
    change_worker,
)

START, END = GAME_AT - timedelta(minutes=10), GAME_AT + timedelta(minutes=100)


def _names(cast: Cast, transport: str = "walk") -> list[str]:
    with acting_for(HOME):
        found = free_escorts(START, END, get_citizen(cast.ellen), transport=transport)
        return [one.name for one in found]


def _is_away(cast: Cast) -> None:
    def add() -> None:
        db.session.add(
            CareWorkerAbsence(
                care_worker_id=cast.bo.person_id,
                starts_at=MONDAY,
                ends_at=None,
                reason="ill",
                recorded_at=MONDAY,
            )
        )

    with acting_for(HOME):
        execute(add)


def _check(cast: Cast, worker_id: UUID | None, transport: str = "walk") -> None:
    assert worker_id is not None
    with acting_for(HOME):
        citizens = [get_citizen(cast.ellen)]
        worker = lock_escort(worker_id)
        check_escort(worker, START, END, citizens, transport)


def test_those_at_work_and_free_are_offered_the_own_district_first(cast: Cast, game: UUID) -> None:
    assert _names(cast) == ["Bo Berg", "Mia Møller"]


def test_nobody_is_offered_in_a_break(cast: Cast, game: UUID) -> None:
    a_break(cast.bo, time(11), time(11, 30))
    assert _names(cast) == ["Mia Møller"]
    with pytest.raises(EscortOffDuty):
        _check(cast, cast.bo.person_id)


def test_nobody_is_offered_who_is_away(cast: Cast, game: UUID) -> None:
    _is_away(cast)
    assert _names(cast) == ["Mia Møller"]
    with pytest.raises(EscortOffDuty):
        _check(cast, cast.bo.person_id)


def test_the_staff_car_is_only_driven_with_a_licence(cast: Cast, game: UUID) -> None:
    change_worker(cast.bo.person_id, has_driving_licence=False)
    assert _names(cast, "staff_car") == ["Mia Møller"]
    with pytest.raises(EscortUnable) as refusal:
        _check(cast, cast.bo.person_id, "staff_car")
    assert refusal.value.lacks == ("licence",)


def test_whoever_just_came_home_with_somebody_else_needs_time_to_get_there(
    cast: Cast, game: UUID, scheme: UUID
) -> None:
    a_card(cast, cast.poul, scheme_id=scheme)
    before = an_occurrence(GAME_AT - timedelta(hours=1), minutes=35)
    a_trip(cast.karen, cast.poul, before, cast.bo)
    assert _names(cast) == ["Mia Møller"]
    with pytest.raises(EscortBusy):
        _check(cast, cast.bo.person_id)


def test_nobody_of_another_supplier_is_let_in(cast: Cast, game: UUID, stranger: Stranger) -> None:
    assert "Petra Privat" not in _names(cast)
    with pytest.raises(NotFound):
        _check(cast, stranger.worker)


def test_why_somebody_does_not_fit_is_told_in_codes(
    cast: Cast, trip: UUID, stranger: Stranger
) -> None:
    with acting_for(HOME):
        found = db.session.scalars(select(Trip).filter_by(id=trip)).one()
        assert cast.mia.person_id is not None
        assert why_not(cast.mia.person_id, found) == ()
        assert why_not(stranger.worker, found) == (Reason.OTHER_SUPPLIER, Reason.OFF_SHIFT)
