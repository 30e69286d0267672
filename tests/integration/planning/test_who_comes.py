"""Who comes along is told to those who still go, and to nobody else."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from klippekort.accounts.models import Shift
from klippekort.citizens.services.leaving import Leaving, register_leaving
from klippekort.domain.calendar import local_day
from klippekort.domain.trips import CancelReason, Cause
from klippekort.messages.models import OutboxMessage
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.trips.jobs import remind_of_trips
from klippekort.trips.queries.trips import events_of, last_change
from klippekort.trips.services.cancelling import cancel_trip
from klippekort.trips.services.settling import settle_escort
from klippekort.trips.services.telling import REMINDER
from klippekort.trips.services.undoing import undo
from tests.builders import MONDAY
from tests.cast import HOME, Cast
from tests.integration.planning.conftest import GAME_AT, Browse, calls, escorts

KINDS = ("escort_changed", "escort_found")


def _do(deed: Any, *told: Any, **named: Any) -> None:
    with acting_for(HOME):
        execute(deed, *told, now=MONDAY, **named)


def _comes(cast: Cast, trip: UUID, worker: Any) -> None:
    """Put a helper on a trip in place of whoever went along."""
    _do(settle_escort, cast.karen, trip, worker.person_id)


def _cancel(cast: Cast, trip: UUID, citizen: UUID | None = None, by: Cause = Cause.CITIZEN) -> None:
    reason = CancelReason.ILL if by is Cause.CITIZEN else CancelReason.HELPER_ILL
    _do(cancel_trip, cast.karen, trip, cause=by, reason=reason, citizen_id=citizen)


def _undo(cast: Cast, trip: UUID) -> None:
    with acting_for(HOME):
        last = last_change(events_of(trip))
        assert last is not None
        execute(undo, cast.karen, trip, last.id, now=MONDAY)


def _to_be_told() -> list[tuple[UUID | None, str]]:
    """Return who still waits to be told who comes along, and who that is."""
    with acting_for(HOME):
        waiting = select(OutboxMessage).where(
            OutboxMessage.state == "queued", OutboxMessage.kind.in_(KINDS)
        )
        return [(one.citizen_id, one.facts["escort"]) for one in db.session.scalars(waiting)]


def _takes_the_day_off(worker_id: UUID | None) -> None:
    db.session.delete(db.session.scalars(select(Shift).filter_by(care_worker_id=worker_id)).one())


def test_whoever_cancels_is_not_called_about_who_comes_along(cast: Cast, joint: UUID) -> None:
    _comes(cast, joint, cast.mia)
    assert {one for one, _ in _to_be_told()} == {cast.ellen, cast.poul}
    _cancel(cast, joint, cast.poul)
    assert _to_be_told() == [(cast.ellen, "Mia Møller")]


def test_whoever_has_cancelled_is_not_called_about_a_later_change(cast: Cast, joint: UUID) -> None:
    _cancel(cast, joint, cast.poul)
    _comes(cast, joint, cast.mia)
    assert _to_be_told() == [(cast.ellen, "Mia Møller")]


@pytest.mark.parametrize("by", [Cause.CITIZEN, Cause.SUPPLIER])
def test_nobody_is_called_about_who_comes_along_on_a_trip_that_is_off(
    browse: Browse, cast: Cast, joint: UUID, by: Cause
) -> None:
    _comes(cast, joint, cast.mia)
    _cancel(cast, joint, by=by)
    assert {kind for kind, _ in calls()} == ({"trip_cancelled"} if by is Cause.SUPPLIER else set())
    karen = browse(cast.karen)
    karen.set_cookie("lang", "en", domain="localhost")
    page = karen.get(f"/ture/{joint}").text
    assert not re.search(r"Is to be told[^.]*who comes along", page)


def test_a_cancelling_undone_has_it_told_again_who_comes_along(cast: Cast, joint: UUID) -> None:
    _comes(cast, joint, cast.mia)
    _cancel(cast, joint)
    _undo(cast, joint)
    assert escorts(joint) == [cast.mia.person_id]
    assert sorted(_to_be_told(), key=str) == sorted(
        [(cast.ellen, "Mia Møller"), (cast.poul, "Mia Møller")], key=str
    )
    assert {kind for kind, _ in calls()} == {"escort_changed"}


def test_one_s_cancelling_undone_has_that_one_told_and_no_other_twice(
    cast: Cast, joint: UUID
) -> None:
    _comes(cast, joint, cast.mia)
    _cancel(cast, joint, cast.poul)
    _undo(cast, joint)
    assert len(_to_be_told()) == 2
    assert {one for one, _ in _to_be_told()} == {cast.ellen, cast.poul}


def test_what_was_untrue_before_the_cancelling_is_not_told_after_its_undo(
    cast: Cast, joint: UUID
) -> None:
    _comes(cast, joint, cast.mia)
    _undo(cast, joint)
    _cancel(cast, joint)
    _undo(cast, joint)
    assert escorts(joint) == [cast.bo.person_id]
    assert _to_be_told() == []


def test_a_helper_who_cannot_come_back_is_not_told_of(cast: Cast, joint: UUID) -> None:
    _comes(cast, joint, cast.mia)
    _cancel(cast, joint)
    with acting_for(HOME):
        execute(_takes_the_day_off, cast.mia.person_id)
    _undo(cast, joint)
    assert escorts(joint) == []
    assert _to_be_told() == []


def test_whoever_has_died_is_not_called_about_who_comes_along(cast: Cast, joint: UUID) -> None:
    _comes(cast, joint, cast.mia)
    _do(register_leaving, cast.karen, cast.poul, Leaving("died", local_day(MONDAY), "relative"))
    assert _to_be_told() == [(cast.ellen, "Mia Møller")]


def test_whoever_has_cancelled_is_not_reminded(cast: Cast, joint: UUID) -> None:
    """What was written before is taken back; the others are reminded."""
    _cancel(cast, joint, cast.poul)
    with acting_for(HOME):
        for one in (cast.ellen, cast.poul):
            execute(_reminder, joint, one)
        remind_of_trips(local_day(MONDAY), MONDAY)
        waiting = select(OutboxMessage).filter_by(kind=REMINDER, state="queued")
        assert [one.citizen_id for one in db.session.scalars(waiting)] == [cast.ellen]


def _reminder(trip: UUID, citizen: UUID) -> None:
    db.session.add(
        OutboxMessage(
            dedupe_key=f"{REMINDER}:{trip}:{citizen}",
            kind=REMINDER,
            subject_id=trip,
            citizen_id=citizen,
            channel="sms",
            facts={"starts_at": (GAME_AT - timedelta(minutes=10)).isoformat()},
            queued_at=MONDAY,
            due_at=MONDAY,
        )
    )
