"""Shifts are added, changed and removed, and no trip breaks unseen."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from klippekort.accounts.models import Shift
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from tests.builders import a_trip
from tests.cast import HOME, Cast
from tests.integration.planning.conftest import (
    Browse,
    Stranger,
    key_of,
    shift_of,
)


def _shifts(worker_id: UUID | None) -> list[tuple[str, str, bool]]:
    with acting_for(HOME):
        rows = db.session.scalars(select(Shift).filter_by(care_worker_id=worker_id)).all()
        return [
            (f"{row.starts_at:%H:%M}", f"{row.ends_at:%H:%M}", row.break_starts_at is not None)
            for row in rows
        ]


def _sent(**changed: str) -> dict[str, str]:
    sent = {"key": key_of(1), "day": "2026-11-25", "starts": "08:00", "ends": "15:00"}
    return {**sent, **changed}


def _add(client: FlaskClient, cast: Cast, **changed: str) -> int:
    url = f"/tavle/medarbejdere/{cast.bo.person_id}/vagter"
    return client.post(url, data=_sent(**changed)).status_code


def test_a_planner_adds_a_shift_with_a_break(browse: Browse, cast: Cast) -> None:
    assert _add(browse(cast.ida), cast, break_from="11:30", break_to="12:00") == 303
    assert _shifts(cast.bo.person_id) == [("07:00", "14:00", True)]


def test_a_shift_goes_on_over_midnight(browse: Browse, cast: Cast) -> None:
    sent = {"starts": "23:00", "ends": "07:00", "break_from": "02:00", "break_to": "02:30"}
    assert _add(browse(cast.ida), cast, **sent) == 303
    assert _shifts(cast.bo.person_id) == [("22:00", "06:00", True)]


@pytest.mark.parametrize(
    "changed",
    [
        {"day": ""},
        {"day": "9999-12-31", "starts": "23:00", "ends": "07:00"},
        {"day": "0001-01-01"},
        {"day": "2019-11-25"},
        {"day": "2029-11-25"},
        {"day": "2027-03-28", "starts": "02:30", "ends": "10:00"},
        {"day": "2027-03-27", "starts": "20:00", "ends": "02:30"},
        {"day": "2027-03-28", "starts": "00:00", "break_from": "02:30", "break_to": "03:30"},
        {"starts": ""},
        {"starts": "06:00", "ends": "23:00"},
        {"break_from": "11:00"},
        {"break_to": "11:00"},
        {"break_from": "14:50", "break_to": "15:10"},
        {"break_from": "12:00", "break_to": "11:00"},
    ],
)
def test_what_makes_no_sense_is_said_at_the_field_and_kept(
    browse: Browse, cast: Cast, changed: dict[str, str]
) -> None:
    url = f"/tavle/medarbejdere/{cast.bo.person_id}/vagter"
    answer = browse(cast.ida).post(url, data=_sent(**changed))
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert _shifts(cast.bo.person_id) == []


def test_two_shifts_at_once_are_refused(browse: Browse, cast: Cast) -> None:
    ida = browse(cast.ida)
    assert _add(ida, cast) == 303
    assert _add(ida, cast, key=key_of(2), starts="14:00", ends="18:00") == 422


def test_a_shift_is_removed_at_once_when_no_trip_needs_it(
    browse: Browse, cast: Cast, game: UUID
) -> None:
    url = f"/tavle/vagter/{shift_of(cast.bo)}/slet"
    browse(cast.ida).post(url, data={"key": key_of(1), "seen": ""})
    assert _shifts(cast.bo.person_id) == []


def test_a_removal_shows_which_trips_lose_their_helper_first(
    browse: Browse, cast: Cast, trip: UUID
) -> None:
    page = browse(cast.ida).get(f"/tavle/vagter/{shift_of(cast.bo)}/slet").text
    assert "Ellen Sørensen" in page
    assert str(trip) in page


def test_no_shift_is_removed_with_a_trip_that_was_not_shown(
    browse: Browse, cast: Cast, trip: UUID
) -> None:
    url = f"/tavle/vagter/{shift_of(cast.bo)}/slet"
    answer = browse(cast.ida).post(url, data={"key": key_of(1), "seen": ""})
    assert "Ellen Sørensen" in answer.text
    assert len(_shifts(cast.bo.person_id)) == 1


def test_a_shift_is_removed_once_the_trips_were_seen(
    browse: Browse, cast: Cast, trip: UUID
) -> None:
    url = f"/tavle/vagter/{shift_of(cast.bo)}/slet"
    answer = browse(cast.ida).post(url, data={"key": key_of(1), "seen": str(trip)})
    assert answer.status_code == 303
    assert "/tavle/mangler" in answer.location
    assert _shifts(cast.bo.person_id) == []


def test_a_shorter_shift_asks_once_more_when_it_breaks_a_trip(
    browse: Browse, cast: Cast, trip: UUID
) -> None:
    url, ida = f"/tavle/vagter/{shift_of(cast.bo)}", browse(cast.ida)
    sent = _sent(day="2026-11-24", starts="07:00", ends="10:30")
    first = ida.post(url, data=sent)
    assert first.status_code == 422
    assert "Ellen Sørensen" in first.text
    again = ida.post(url, data={**sent, "key": key_of(2), "seen": str(trip)})
    assert again.status_code == 303
    assert _shifts(cast.bo.person_id) == [("06:00", "09:30", False)]


def test_a_longer_shift_breaks_nothing(browse: Browse, cast: Cast, trip: UUID) -> None:
    sent = _sent(day="2026-11-24", starts="06:00", ends="17:00")
    answer = browse(cast.ida).post(f"/tavle/vagter/{shift_of(cast.bo)}", data=sent)
    assert answer.status_code == 303


def test_a_planner_changes_no_shift_of_another_supplier(
    browse: Browse, cast: Cast, game: UUID, stranger: Stranger
) -> None:
    theirs, shift = browse(stranger.planner), shift_of(cast.bo)
    assert theirs.get(f"/tavle/vagter/{shift}").status_code == 403
    assert theirs.post(f"/tavle/vagter/{shift}", data=_sent()).status_code == 403
    assert theirs.post(f"/tavle/vagter/{shift}/slet", data={"key": key_of(1)}).status_code == 403
    assert _add(theirs, cast) == 403
    assert len(_shifts(cast.bo.person_id)) == 1


def test_the_page_of_a_care_worker_shows_the_shifts_ahead(
    browse: Browse, cast: Cast, game: UUID
) -> None:
    page = browse(cast.ida).get(f"/tavle/medarbejdere/{cast.bo.person_id}").text
    assert f"/tavle/vagter/{shift_of(cast.bo)}" in page


def test_the_database_refuses_a_break_outside_its_shift(app: Flask, cast: Cast, game: UUID) -> None:
    def change() -> None:
        shift = db.session.scalars(select(Shift).filter_by(care_worker_id=cast.bo.person_id)).one()
        shift.break_starts_at = shift.ends_at
        shift.break_ends_at = shift.ends_at + timedelta(minutes=30)

    with acting_for(HOME), pytest.raises(IntegrityError):
        execute(change)


def test_a_trip_without_the_helper_is_not_touched(browse: Browse, cast: Cast, game: UUID) -> None:
    a_trip(cast.bo, cast.ellen, game)
    page = browse(cast.ida).get(f"/tavle/vagter/{shift_of(cast.bo)}/slet").text
    assert "Ellen Sørensen" not in page
