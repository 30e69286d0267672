"""What volunteers say about themselves, on their own page and the coordinator's."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from klippekort.domain.errors import Forbidden, NotFound
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.volunteers import queries, services
from klippekort.volunteers.models import Volunteer
from klippekort.volunteers.queries import Wanted
from tests.cast import AWAY, HOME, Cast
from tests.integration.activities.looking import faults_at
from tests.integration.volunteers.arrange import do, pressed, see
from tests.login import log_in

MINE, CHANGE = "/om-mig", "/om-mig/ret"


def typed(**facts: Any) -> dict[str, Any]:
    return {"key": str(uuid4()), "name": "Viggo Vang", "go_along_times": "2"} | facts


def told(cast: Cast) -> Volunteer:
    with acting_for(HOME):
        return queries.get_volunteer(cast.viggo.person_id)  # type: ignore[arg-type]


@pytest.mark.parametrize("address", [MINE, CHANGE])
def test_the_own_pages_are_as_pages_should_be(viggo: FlaskClient, address: str) -> None:
    assert faults_at(viggo, address) == []


@pytest.mark.parametrize("tail", ["", "/ret", "/tjek"])
def test_the_coordinators_pages_are_as_pages_should_be(
    karen: FlaskClient, cast: Cast, tail: str
) -> None:
    assert faults_at(karen, f"/frivillige/{cast.viggo.person_id}{tail}") == []


def test_a_volunteer_says_what_they_like(viggo: FlaskClient, cast: Cast) -> None:
    answer = viggo.post(
        CHANGE,
        data=typed(
            phone="20 12 34 57",
            interests=["cards", "walk"],
            languages=["da", "ar"],
            weekdays=["0", "6"],
            parts=["evening"],
            would_rather_not="Trapper",
            most_times="4",
            most_hours="10",
            goes_along="y",
            go_along_times="3",
            drives="y",
            has_car="y",
            takes_wheelchair="y",
        ),
    )
    assert answer.location == MINE
    row = told(cast)
    assert (row.interests, row.languages) == (["cards", "walk"], ["da", "ar"])
    assert (row.weekdays, row.parts) == ([0, 6], ["evening"])
    assert (row.most_times, row.most_hours, row.go_along_times) == (4, 10, 3)
    assert (row.goes_along, row.drives, row.takes_wheelchair) == (True, True, True)
    assert "Trapper" in viggo.get(MINE).text


def test_a_volunteer_keeps_their_association(viggo: FlaskClient, cast: Cast) -> None:
    viggo.post(CHANGE, data=typed(association="", started_on="2020-02-29"))
    assert told(cast).association_id == cast.association
    assert told(cast).started_on is None


def test_the_coordinator_says_since_when(karen: FlaskClient, cast: Cast) -> None:
    page = f"/frivillige/{cast.viggo.person_id}/ret"
    assert karen.post(page, data=typed(association="", started_on="29-02-2024")).status_code == 303
    assert str(told(cast).started_on) == "2024-02-29"
    assert told(cast).association_id is None


@pytest.mark.parametrize(
    "bad",
    [
        {"name": ""},
        {"phone": "1"},
        {"most_times": "0"},
        {"most_hours": "many"},
        {"go_along_times": ""},
        {"takes_wheelchair": "y"},
        {"paused_until": "31-02-2027"},
        {"paused_until": "2099-01-01"},
        {"parts": ["night"]},
    ],
)
def test_bad_input_keeps_what_was_typed(viggo: FlaskClient, bad: dict[str, Any]) -> None:
    answer = viggo.post(CHANGE, data=typed(reach="Hos naboen") | bad)
    assert answer.status_code == 422
    assert 'value="Hos naboen"' in answer.text


def test_nobody_begins_on_a_day_to_come(karen: FlaskClient, cast: Cast) -> None:
    late = (clock.today() + timedelta(days=1)).isoformat()
    page = f"/frivillige/{cast.viggo.person_id}/ret"
    assert karen.post(page, data=typed(association="", started_on=late)).status_code == 422


def test_an_e_mail_is_somebodys_only_once(karen: FlaskClient, cast: Cast) -> None:
    pressed(karen, "/frivillige/ny", name="Ruth Ravn", email="ruth@example.dk")
    page = f"/frivillige/{cast.viggo.person_id}/ret"
    facts = typed(email="RUTH@example.dk", association="", started_on="2024-01-01")
    assert karen.post(page, data=facts).status_code == 422


def test_one_volunteer_cannot_change_another(cast: Cast) -> None:
    other = do(
        services.add_volunteer,
        cast.karen,
        name="Ruth Ravn",
        email=None,
        phone=None,
        association_id=None,
        now=clock.now(),
    )
    with acting_for(HOME), pytest.raises(Forbidden):
        execute(
            services.change_profile, cast.viggo, other, services.Profile("Ruth"), now=clock.now()
        )


def test_only_a_coordinator_says_where_somebody_belongs(cast: Cast) -> None:
    profile, elsewhere = services.Profile("Viggo"), services.Belonging(None, clock.today())
    with acting_for(HOME), pytest.raises(Forbidden):
        execute(
            services.change_profile,
            cast.viggo,
            cast.viggo.person_id,
            profile,
            now=clock.now(),
            belonging=elsewhere,
        )


@pytest.mark.parametrize("who", ["viggo", "bo", "ada", "ida"])
def test_only_a_coordinator_sees_a_volunteers_page(
    client: FlaskClient, cast: Cast, who: str
) -> None:
    browser = log_in(client, getattr(cast, who))
    assert browser.get(f"/frivillige/{cast.viggo.person_id}").status_code == 403


@pytest.mark.parametrize("tail", ["", "/ret", "/tjek"])
def test_somebody_else_municipalitys_volunteer_is_not_found(
    karen: FlaskClient, cast: Cast, tail: str
) -> None:
    with acting_for(AWAY):
        execute(_add_away, gudruns := new_id())
    assert karen.get(f"/frivillige/{gudruns}{tail}").status_code == 404
    assert pressed(karen, f"/frivillige/{gudruns}/stop").status_code == 404
    with acting_for(HOME), pytest.raises(NotFound):
        queries.get_volunteer(gudruns)


def _add_away(volunteer_id: Any) -> None:
    db.session.add(Volunteer(id=volunteer_id, name="Gerda Gram", created_at=clock.now()))


def test_whoever_stops_is_asked_no_more_and_shut_out(
    karen: FlaskClient, viggo: FlaskClient, cast: Cast
) -> None:
    page = f"/frivillige/{cast.viggo.person_id}"
    assert viggo.get(MINE).status_code == 200
    assert pressed(karen, f"{page}/stop").status_code == 303
    assert see(queries.list_volunteers) == []
    assert [one.name for one in see(queries.list_volunteers, with_archived=True)] == ["Viggo Vang"]
    assert viggo.get(MINE).status_code == 303
    assert faults_at(karen, page) == []


def test_whoever_has_stopped_is_not_changed(karen: FlaskClient, cast: Cast) -> None:
    page = f"/frivillige/{cast.viggo.person_id}"
    pressed(karen, f"{page}/stop")
    facts = typed(association="", started_on="2024-01-01")
    assert karen.post(f"{page}/ret", data=facts).status_code == 422
    assert pressed(karen, f"{page}/igen").status_code == 303
    assert karen.post(f"{page}/ret", data=facts).status_code == 303


def change(cast: Cast, **facts: Any) -> None:
    profile = services.Profile("Viggo Vang", **facts)
    do(services.change_profile, cast.karen, cast.viggo.person_id, profile, now=clock.now())


@pytest.mark.parametrize(
    ("wanted", "is_found"),
    [
        (Wanted(text="kort"), True),
        (Wanted(text="bridge"), False),
        (Wanted(interest="cards"), True),
        (Wanted(interest="walk"), False),
        (Wanted(language="ar"), True),
        (Wanted(language="de"), False),
        (Wanted(weekday=1), True),
        (Wanted(weekday=2), False),
        (Wanted(does="drive"), True),
        (Wanted(does="go_along"), False),
        (Wanted(state="paused"), False),
        (Wanted(state="archived"), False),
    ],
)
def test_the_list_is_narrowed(cast: Cast, wanted: Wanted, is_found: bool) -> None:
    change(cast, interests=("cards",), languages=("ar",), weekdays=(1,), drives=True)
    found = see(queries.find_volunteers, wanted, clock.today())
    assert bool(found) is is_found


def test_whoever_pauses_is_asked_again_the_day_after(cast: Cast) -> None:
    today = clock.today()
    change(cast, paused_until=today)
    assert see(queries.find_volunteers, Wanted(), today) == []
    assert len(see(queries.find_volunteers, Wanted(), today + timedelta(days=1))) == 1


@pytest.mark.parametrize("asked", ["?interesse=cards&vis=all&dag=1", "?vis=x&dag=9&sprog=zz&kan=q"])
def test_the_narrowed_page_is_as_pages_should_be(karen: FlaskClient, asked: str) -> None:
    assert faults_at(karen, f"/frivillige{asked}") == []


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_comes_as_a_table(karen: FlaskClient, cast: Cast, kind: str) -> None:
    answer = karen.get(f"/frivillige/udtraek/{kind}?q=viggo")
    assert answer.status_code == 200
    assert f"frivillige.{kind}" in answer.headers["Content-Disposition"]
    assert kind != "csv" or "Viggo Vang" in answer.get_data().decode("utf-8-sig")


def test_there_is_no_other_table(karen: FlaskClient) -> None:
    assert karen.get("/frivillige/udtraek/pdf").status_code == 404


def test_the_paper_is_as_pages_should_be(karen: FlaskClient) -> None:
    assert faults_at(karen, "/frivillige/papir") == []
