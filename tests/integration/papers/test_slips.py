"""Slips that come back: done as if said, once, and called about when they do not come."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.domain.errors import NothingToUndo
from klippekort.domain.papers.codes import shown
from klippekort.domain.trips import TripState
from klippekort.messages.models import OutboxMessage
from klippekort.papers.services import slips
from klippekort.papers.services.slips import Ticked
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.trips.queries.trips import events_of, get_trip, last_change, next_trips
from klippekort.trips.services.undoing import undo
from klippekort.waiting.queries.offers import offers_of
from tests.cast import HOME, Cast
from tests.login import log_in
from tests.papers_site import a_busy_week, a_slip, slip_row, work

NOW = clock.now()


def calls(kind: str) -> int:
    with acting_for(HOME):
        found = select(OutboxMessage).filter_by(kind=kind, channel="call", state="queued")
        return len(db.session.scalars(found).all())


def take(cast: Cast, slip_id: UUID, *boxes: str, wish: str = "") -> dict[str, str]:
    with acting_for(HOME):
        ticked = Ticked(frozenset(boxes), wish)
        answer = execute(slips.take, cast.karen, slip_id, ticked, now=NOW)
        said: dict[str, str] = answer["said"]
        return said


def test_what_is_ticked_is_done_once(app: Flask, cast: Cast):
    trips = a_busy_week(cast, NOW)
    _code, slip_id = a_slip(cast, NOW)
    said = take(cast, slip_id, "1", "A-yes", wish="Høre jazz")
    assert said == {"1": "done", "A-yes": "done", "wish": "done"}
    with acting_for(HOME):
        assert get_trip(trips[0], cast.ellen).state is TripState.CANCELLED
        assert len(next_trips(cast.ellen, NOW)) == 2
        assert not offers_of(cast.ellen)
        again = execute(slips.take, cast.karen, slip_id, Ticked(frozenset({"2"})), now=NOW)
        assert again == {"said": {}, "was_known": True}
        assert get_trip(trips[1], cast.ellen).state is TripState.BOOKED


def test_a_no_on_a_slip_is_hers_and_not_undone_by_a_tap(app: Flask, cast: Cast):
    trips = a_busy_week(cast, NOW)
    _code, slip_id = a_slip(cast, NOW)
    take(cast, slip_id, "1")
    with acting_for(HOME):
        last = last_change(events_of(trips[0]))
        assert last is not None
        with pytest.raises(NothingToUndo):
            execute(undo, cast.karen, trips[0], last.id, now=NOW)


def test_what_cannot_be_done_any_more_is_a_call(app: Flask, cast: Cast):
    a_busy_week(cast, NOW)
    _code, first = a_slip(cast, NOW)
    _code, second = a_slip(cast, NOW)
    take(cast, first, "1", "A-no")
    assert take(cast, second, "1", "A-yes") == {"1": "over", "A-yes": "over", "ring": "done"}
    assert calls("slip_call_back") == 1


def test_yes_and_no_at_once_is_asked_about(app: Flask, cast: Cast):
    a_busy_week(cast, NOW)
    _code, slip_id = a_slip(cast, NOW)
    with pytest.raises(slips.BothAnswers):
        take(cast, slip_id, "A-yes", "A-no")


def test_a_slip_that_does_not_come_back_is_called_about(app: Flask, cast: Cast):
    a_busy_week(cast, NOW)
    _code, slip_id = a_slip(cast, NOW)
    late = slip_row(slip_id).answer_by + timedelta(minutes=1)
    work(late, "call_about_slips", "call_about_slips")
    assert slip_row(slip_id).state == "called"
    assert calls("slip_unanswered") == 1


def test_a_slip_without_questions_is_called_about_by_nobody(app: Flask, cast: Cast):
    a_busy_week(cast, NOW, offers=0)
    _code, slip_id = a_slip(cast, NOW)
    work(slip_row(slip_id).answer_by + timedelta(minutes=1), "call_about_slips")
    assert calls("slip_unanswered") == 0


def test_a_slip_is_typed_in_on_its_page(app: Flask, client: FlaskClient, cast: Cast):
    trips = a_busy_week(cast, NOW)
    code, slip_id = a_slip(cast, NOW)
    log_in(client, cast.karen)
    found = client.post("/svar-paa-papir", data={"key": str(new_id()), "code": shown(code).lower()})
    assert found.location == f"/svar-paa-papir/{slip_id}"
    assert "Kortspil" in client.get(found.location).text
    sent = {"key": str(new_id()), "boxes": ["1", "ring"]}
    assert client.post(found.location, data=sent).status_code == 303
    with acting_for(HOME):
        assert get_trip(trips[0], cast.ellen).state is TripState.CANCELLED
    assert calls("slip_call_back") == 1
    assert "checkbox" not in client.get(found.location).text


@pytest.mark.parametrize("typed", ["", "ABCD", "2222-2222"])
def test_a_code_that_is_none_is_told_at_its_field(client: FlaskClient, cast: Cast, typed: str):
    log_in(client, cast.karen)
    page = client.post("/svar-paa-papir", data={"key": str(new_id()), "code": typed})
    assert page.status_code == 422
    assert 'id="code-error"' in page.text


def test_a_slip_of_a_week_that_is_over_is_refused(app: Flask, cast: Cast):
    a_busy_week(cast, NOW)
    _code, slip_id = a_slip(cast, NOW)
    late = slip_row(slip_id).ends_at
    with acting_for(HOME), pytest.raises(slips.SlipOver):
        execute(slips.take, cast.karen, slip_id, Ticked(frozenset({"1"})), now=late)


def test_another_municipalitys_code_is_unknown(app: Flask, cast: Cast):
    a_busy_week(cast, NOW)
    code, _slip_id = a_slip(cast, NOW)
    with acting_for(2), pytest.raises(slips.UnknownCode):
        slips.find(cast.frida, code, now=NOW)
