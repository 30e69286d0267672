"""The volunteer's own pages: what comes, who came, and cancelling a date."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.activities.queries import get_occurrence_facts, guests_of
from klippekort.hosting.queries.log import find_hosting
from klippekort.platform.audit import AuditLine
from klippekort.platform.db import db
from tests.cast import Cast
from tests.integration.activities.arrange import a_date, an_activity, read, seat
from tests.integration.activities.looking import faults_at
from tests.integration.tablet import StandingClock
from tests.login import log_in


def attendance(occurrence_id: UUID) -> str:
    """Return the address where the host tells who came."""
    return f"/aktiviteter/datoer/{occurrence_id}/fremmoede"


def told(*seats: UUID, **changes: Any) -> dict[str, Any]:
    """Return what the host sends."""
    answer = {"others": "0", "started": "14:00", "ended": "16:00", "key": str(uuid4())}
    return answer | {"came": [str(one) for one in seats]} | changes


@pytest.fixture
def date_id(cast: Cast, viggo: FlaskClient) -> UUID:
    """A date Ellen has a seat at."""
    occurrence_id = a_date(cast)
    seat(cast, occurrence_id, cast.ellen)
    return occurrence_id


@pytest.fixture
def afterwards(
    date_id: UUID, viggo: FlaskClient, cast: Cast, standing_clock: StandingClock
) -> FlaskClient:
    """Viggo's browser when the date is over."""
    standing_clock.pass_(hours=33)
    return log_in(viggo, cast.viggo)


def test_only_first_names_are_shown(viggo: FlaskClient, date_id: UUID) -> None:
    assert faults_at(viggo, "/aktiviteter/mine") == []
    page = viggo.get("/aktiviteter/mine").text
    assert "Ellen" in page
    assert "Sørensen" not in page


def test_seeing_a_guest_is_on_record(viggo: FlaskClient, cast: Cast, date_id: UUID) -> None:
    viggo.get("/aktiviteter/mine")
    looks = read(lambda: db.session.scalars(select(AuditLine).filter_by(purpose="host_activity")))
    assert looks.all()


def test_a_date_that_is_over_is_asked_about_first(afterwards: FlaskClient, date_id: UUID) -> None:
    page = afterwards.get("/aktiviteter/mine").text
    assert attendance(date_id) in page
    assert page.index("Hvem kom?") < page.index("Alt, hvad jeg har slået op")


def test_ticking_logs_who_came_and_the_hours(afterwards: FlaskClient, date_id: UUID) -> None:
    ellen = read(guests_of, date_id)[0].sign_up_id
    assert faults_at(afterwards, attendance(date_id)) == []
    afterwards.post(attendance(date_id), data=told(ellen, others="3"))
    logged = read(find_hosting, date_id)
    assert (logged.minutes, logged.guests) == (120, 4)
    assert read(guests_of, date_id)[0].attended


def test_it_is_asked_no_more_once_told(afterwards: FlaskClient, date_id: UUID) -> None:
    afterwards.post(attendance(date_id), data=told())
    assert attendance(date_id) not in afterwards.get("/aktiviteter/mine").text


def test_what_was_told_can_be_corrected(afterwards: FlaskClient, date_id: UUID) -> None:
    afterwards.post(attendance(date_id), data=told(others="3"))
    page = afterwards.get(attendance(date_id)).text
    afterwards.post(attendance(date_id), data=told(others="5", ended="16:30"))
    assert 'value="3"' in page
    assert read(find_hosting, date_id).minutes == 150


@pytest.mark.parametrize(
    ("field", "typed"), [("ended", "13:00"), ("others", "-1"), ("started", "x")]
)
def test_what_cannot_be_is_said_at_its_field(
    afterwards: FlaskClient, date_id: UUID, field: str, typed: str
) -> None:
    answer = afterwards.post(attendance(date_id), data=told(**{field: typed}))
    assert answer.status_code == 422
    assert f'id="{field}-error' in answer.text


def test_nobody_is_ticked_before_it_begins(viggo: FlaskClient, date_id: UUID) -> None:
    assert faults_at(viggo, attendance(date_id)) == []
    assert viggo.post(attendance(date_id), data=told()).status_code == 422


def test_a_care_worker_is_no_host(bo: FlaskClient, cast: Cast) -> None:
    assert bo.get(attendance(a_date(cast))).status_code == 403


def test_cancelling_says_how_many_it_touches(viggo: FlaskClient, date_id: UUID) -> None:
    page = viggo.get(f"/aktiviteter/datoer/{date_id}/aflys").text
    assert "1 gæst kommer" in page


def test_a_date_is_cancelled_with_a_reason(viggo: FlaskClient, date_id: UUID) -> None:
    page = f"/aktiviteter/datoer/{date_id}/aflys"
    assert viggo.post(page, data={"key": str(uuid4())}).status_code == 422
    viggo.post(page, data={"key": str(uuid4()), "reason": "host_ill"})
    assert read(get_occurrence_facts, date_id).cancelled_reason == "host_ill"


def test_a_cancelled_date_cannot_be_cancelled_again(viggo: FlaskClient, date_id: UUID) -> None:
    page = f"/aktiviteter/datoer/{date_id}/aflys"
    viggo.post(page, data={"key": str(uuid4()), "reason": "weather"})
    assert viggo.get(page).status_code == 409


def test_the_other_municipality_finds_no_date(viggo: FlaskClient) -> None:
    assert viggo.get(attendance(uuid4())).status_code == 404


def test_an_activity_of_ones_own_opens(viggo: FlaskClient, cast: Cast) -> None:
    assert faults_at(viggo, f"/aktiviteter/{an_activity(cast)}") == []
