"""Anybody asks to become a volunteer; the coordinator answers."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from klippekort.platform import clock
from klippekort.platform.tenancy import acting_for
from klippekort.volunteers import jobs, queries
from klippekort.volunteers.models import VolunteerApplication
from klippekort.volunteers.services import applications
from tests.cast import AWAY, HOME, Cast
from tests.integration.activities.looking import faults_at
from tests.integration.volunteers.arrange import pressed, see
from tests.login import log_in

APPLY, THANKS = "/bliv-frivillig/lindeby", "/bliv-frivillig/lindeby/tak"
QUEUE = "/frivillige/ansoegninger"


def typed(**facts: Any) -> dict[str, Any]:
    return {"key": str(uuid4()), "name": "Ruth Ravn", "phone": "20 12 34 57"} | facts


def waiting() -> list[VolunteerApplication]:
    return list(see(queries.waiting_applications))


@pytest.mark.parametrize("address", [APPLY, THANKS])
def test_the_public_pages_are_as_pages_should_be(anybody: FlaskClient, address: str) -> None:
    assert faults_at(anybody, address) == []


def test_whoever_asks_waits_for_an_answer(anybody: FlaskClient) -> None:
    answer = anybody.post(APPLY, data=typed(interests=["cards"], weekdays=["1", "3"], drives="y"))
    assert answer.location == THANKS
    [row] = waiting()
    assert (row.name, row.phone, row.interests) == ("Ruth Ravn", "+4520123457", ["cards"])
    assert (row.weekdays, row.drives) == ([1, 3], True)


@pytest.mark.parametrize("way", [{"email": "ruth@example.dk"}, {"reach": "Via biblioteket"}])
def test_any_way_to_be_reached_will_do(anybody: FlaskClient, way: dict[str, str]) -> None:
    assert anybody.post(APPLY, data=typed(phone="") | way).status_code == 303


@pytest.mark.parametrize(
    "bad",
    [{"name": " "}, {"phone": ""}, {"phone": "12"}, {"email": "ruth"}, {"interests": ["gold"]}],
)
def test_what_cannot_be_answered_keeps_what_was_typed(
    anybody: FlaskClient, bad: dict[str, Any]
) -> None:
    answer = anybody.post(APPLY, data=typed(association="Åens Venner") | bad)
    assert answer.status_code == 422
    assert 'value="Åens Venner"' in answer.text
    assert waiting() == []


def test_a_program_is_thanked_and_forgotten(anybody: FlaskClient) -> None:
    assert anybody.post(APPLY, data=typed(website="http://x")).location == THANKS
    assert waiting() == []


def test_asking_twice_waits_once_and_says_the_same(anybody: FlaskClient) -> None:
    first, second = (anybody.post(APPLY, data=typed()) for _turn in range(2))
    assert first.location == second.location == THANKS
    assert len(waiting()) == 1


def test_a_known_volunteer_gets_the_same_answer(anybody: FlaskClient, cast: Cast) -> None:
    assert anybody.post(APPLY, data=typed(name="Viggo Vang")).location == THANKS


def test_too_many_in_an_hour_are_asked_to_wait(
    anybody: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applications, "MOST_AN_HOUR", 1)
    anybody.post(APPLY, data=typed())
    answer = anybody.post(APPLY, data=typed(name="Bodil Bro"))
    assert answer.status_code == 429
    assert 'value="Bodil Bro"' in answer.text


def test_an_address_without_a_municipality_is_no_page(anybody: FlaskClient) -> None:
    assert anybody.get("/bliv-frivillig/ingensteder").status_code == 404


def test_each_municipality_has_its_own_queue(anybody: FlaskClient) -> None:
    anybody.post("/bliv-frivillig/bakkeby", data=typed())
    assert waiting() == []
    with acting_for(AWAY):
        assert len(queries.waiting_applications()) == 1


def test_the_queue_tells_who_waits(karen: FlaskClient, anybody: FlaskClient) -> None:
    assert faults_at(karen, QUEUE) == []
    anybody.post(APPLY, data=typed())
    page = f"{QUEUE}/{waiting()[0].id}"
    assert faults_at(karen, QUEUE) == []
    assert page in karen.get(QUEUE).text
    assert faults_at(karen, page) == []


def test_whoever_is_welcomed_keeps_what_they_said(
    karen: FlaskClient, anybody: FlaskClient, cast: Cast
) -> None:
    anybody.post(APPLY, data=typed(association="kortklubben", interests=["cards"], goes_along="y"))
    answer = pressed(karen, f"{QUEUE}/{waiting()[0].id}/velkommen")
    assert answer.location == QUEUE
    ruth = next(one for one in see(queries.list_volunteers) if one.name == "Ruth Ravn")
    assert (ruth.association, ruth.interests, ruth.goes_along) == ("Kortklubben", ("cards",), True)
    assert waiting() == []


def test_a_known_e_mail_is_welcomed_only_once(karen: FlaskClient, anybody: FlaskClient) -> None:
    for name in ("Ruth Ravn", "R. Ravn"):
        anybody.post(APPLY, data=typed(name=name, email="ruth@example.dk"))
    for row in waiting():
        pressed(karen, f"{QUEUE}/{row.id}/velkommen")
    assert len(waiting()) == 1


def test_a_no_has_a_reason(karen: FlaskClient, anybody: FlaskClient) -> None:
    anybody.post(APPLY, data=typed())
    page = f"{QUEUE}/{waiting()[0].id}"
    assert pressed(karen, page).status_code == 422
    assert pressed(karen, page, reason="no_need").location == QUEUE
    assert waiting() == []


def test_nobody_is_answered_twice(karen: FlaskClient, anybody: FlaskClient) -> None:
    anybody.post(APPLY, data=typed())
    page = f"{QUEUE}/{waiting()[0].id}"
    pressed(karen, page, reason="no_need")
    pressed(karen, f"{page}/velkommen")
    assert [one.name for one in see(queries.list_volunteers)] == ["Viggo Vang"]
    assert "Ruth Ravn" in karen.get(page).text


@pytest.mark.parametrize("who", ["viggo", "bo", "ada", "asta"])
def test_only_a_coordinator_reads_the_queue(client: FlaskClient, cast: Cast, who: str) -> None:
    assert log_in(client, getattr(cast, who)).get(QUEUE).status_code == 403


def test_another_municipalitys_application_is_not_found(
    karen: FlaskClient, anybody: FlaskClient
) -> None:
    anybody.post("/bliv-frivillig/bakkeby", data=typed())
    with acting_for(AWAY):
        application_id = queries.waiting_applications()[0].id
    assert karen.get(f"{QUEUE}/{application_id}").status_code == 404
    assert pressed(karen, f"{QUEUE}/{application_id}/velkommen").status_code == 404


def test_what_was_told_is_deleted_90_days_after_the_answer(
    karen: FlaskClient, anybody: FlaskClient
) -> None:
    anybody.post(APPLY, data=typed())
    page = f"{QUEUE}/{waiting()[0].id}"
    pressed(karen, page, reason="no_need")
    for days, status in ((89, 200), (91, 404)):
        now = clock.now() + timedelta(days=days)
        with acting_for(HOME):
            assert jobs.forget_applications(now.date(), now).failed == 0
        assert karen.get(page).status_code == status
