"""A volunteer goes along with a citizen a set number of times, or drives her."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.domain.clearances import Kind, Outcome
from klippekort.domain.errors import Forbidden
from klippekort.domain.volunteering import Task
from klippekort.platform import clock
from klippekort.platform.audit import AuditCitizen
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.volunteers import queries, services
from klippekort.volunteers.queries.company import coming_company, times_together, willing
from klippekort.volunteers.services.company import arrange_company, cancel_company
from tests.cast import HOME, Cast
from tests.integration.activities.looking import faults_at
from tests.integration.volunteers.arrange import do, pressed, see
from tests.login import log_in


def offers(cast: Cast, *, is_checked: bool = True, **facts: Any) -> None:
    """Let Viggo go along twice with one person and drive, his record in order."""
    told: dict[str, Any] = {"goes_along": True, "drives": True, "phone": "+4520123457"}
    profile = services.Profile("Viggo Vang", **told | facts)
    do(services.change_profile, cast.karen, cast.viggo.person_id, profile, now=clock.now())
    if is_checked:
        found = services.Found(Kind.CRIMINAL_RECORD, Outcome.PASSED, date(2026, 1, 5))
        do(services.record_clearance, cast.karen, cast.viggo.person_id, found, now=clock.now())


def page_of(cast: Cast) -> str:
    return f"/borgere/{cast.ellen}/foelgeven"


def in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


def agree(karen: FlaskClient, cast: Cast, days: int = 1, **facts: Any) -> Any:
    told = {"volunteer": str(cast.viggo.person_id), "task": "go_along"}
    return pressed(karen, page_of(cast), on_day=in_days(days).isoformat(), **told | facts)


def together(cast: Cast) -> int:
    times: int = see(times_together, cast.viggo.person_id, cast.ellen)
    return times


def coming(cast: Cast) -> list[Any]:
    return list(see(coming_company, cast.viggo.person_id, clock.today()))


def test_the_page_is_as_pages_should_be(karen: FlaskClient, cast: Cast) -> None:
    assert faults_at(karen, page_of(cast)) == []
    offers(cast)
    agree(karen, cast)
    assert faults_at(karen, page_of(cast)) == []


def test_the_coordinators_look_is_on_record(karen: FlaskClient, cast: Cast) -> None:
    karen.get(page_of(cast))
    seen = select(AuditCitizen.citizen_id).filter_by(citizen_id=cast.ellen, municipality_id=HOME)
    with acting_for(HOME):
        assert db.session.scalars(seen).all() == [cast.ellen]


def test_a_yes_is_written_down(karen: FlaskClient, cast: Cast) -> None:
    offers(cast)
    assert agree(karen, cast).location == page_of(cast)
    assert together(cast) == 1
    assert coming(cast)[0].on_day == in_days(1)


def test_after_the_set_number_of_times_somebody_else_is_found(
    karen: FlaskClient, cast: Cast
) -> None:
    offers(cast)
    for days in (1, 2):
        assert agree(karen, cast, days).status_code == 303
    [viggo] = see(willing, cast.ellen, clock.today())
    assert (viggo.times_left, viggo.drives) == (0, True)
    assert agree(karen, cast, 3).status_code == 422
    assert together(cast) == 2


def test_with_another_person_the_count_begins_anew(karen: FlaskClient, cast: Cast) -> None:
    offers(cast, go_along_times=1)
    agree(karen, cast)
    [viggo] = see(willing, cast.poul, clock.today())
    assert viggo.times_left == 1


def test_driving_is_not_counted(karen: FlaskClient, cast: Cast) -> None:
    offers(cast)
    assert agree(karen, cast, task="drive").status_code == 303
    assert together(cast) == 0


@pytest.mark.parametrize(
    "facts",
    [
        {"is_checked": False},
        {"goes_along": False, "drives": False},
        {"paused_until": date(2099, 1, 1)},
    ],
)
def test_who_cannot_is_not_shown(cast: Cast, facts: dict[str, Any]) -> None:
    offers(cast, **facts)
    assert see(willing, cast.ellen, clock.today()) == []


def test_an_offer_that_is_taken_back_meanwhile_is_not_used(karen: FlaskClient, cast: Cast) -> None:
    offers(cast, goes_along=False)
    assert agree(karen, cast).status_code == 422
    assert together(cast) == 0


def test_nobody_goes_along_on_a_day_of_their_pause(karen: FlaskClient, cast: Cast) -> None:
    offers(cast, paused_until=clock.today() - timedelta(days=1))
    assert agree(karen, cast, 0).status_code == 303


@pytest.mark.parametrize(
    "bad", [{"volunteer": ""}, {"task": "dance"}, {"on_day": "x"}, {"on_day": "2020-01-01"}]
)
def test_a_bad_answer_is_not_kept(karen: FlaskClient, cast: Cast, bad: dict[str, str]) -> None:
    offers(cast)
    facts = {
        "volunteer": str(cast.viggo.person_id),
        "task": "go_along",
        "on_day": in_days(1).isoformat(),
    }
    assert pressed(karen, page_of(cast), **facts | bad).status_code == 422
    assert together(cast) == 0


def test_the_same_day_is_agreed_once(karen: FlaskClient, cast: Cast) -> None:
    offers(cast)
    agree(karen, cast)
    assert agree(karen, cast).status_code == 422


def test_the_volunteer_sees_a_first_name_and_no_more(
    karen: FlaskClient, viggo: FlaskClient, cast: Cast
) -> None:
    offers(cast)
    agree(karen, cast)
    text = viggo.get("/om-mig").text
    assert "Ellen" in text
    assert "Sørensen" not in text
    assert faults_at(viggo, "/om-mig") == []


def test_i_cant_after_all_asks_the_coordinator(
    karen: FlaskClient, viggo: FlaskClient, cast: Cast
) -> None:
    offers(cast)
    agree(karen, cast)
    press = f"/borgere/foelgeven/{coming(cast)[0].id}/aflys"
    assert pressed(viggo, press).location == "/om-mig"
    assert coming(cast) == []
    assert together(cast) == 0
    assert page_of(cast) in karen.get("/frivillige/opfoelgning").text
    assert faults_at(karen, "/frivillige/opfoelgning") == []
    assert pressed(viggo, press).status_code == 303


def test_the_coordinator_calls_off_without_a_call(karen: FlaskClient, cast: Cast) -> None:
    offers(cast)
    agree(karen, cast)
    press = f"/borgere/foelgeven/{coming(cast)[0].id}/aflys"
    assert pressed(karen, press).location == page_of(cast)
    assert see(queries.open_volunteer_calls, clock.now()) == []


def test_one_volunteer_calls_nothing_off_for_another(cast: Cast) -> None:
    offers(cast)
    facts = {"task": Task.DRIVE, "on_day": in_days(1), "now": clock.now()}
    company = UUID(do(arrange_company, cast.karen, cast.viggo.person_id, cast.ellen, **facts))
    other = type(cast.viggo)(HOME, cast.viggo.role, cast.viggo.account_id, person_id=cast.ellen)
    with acting_for(HOME), pytest.raises(Forbidden):
        execute(cancel_company, other, company, now=clock.now())


@pytest.mark.parametrize("who", ["viggo", "bo", "asta", "ida", "ada"])
def test_only_the_coordinator_finds_company(client: FlaskClient, cast: Cast, who: str) -> None:
    assert log_in(client, getattr(cast, who)).get(page_of(cast)).status_code == 403


def test_gudrun_is_not_found(karen: FlaskClient, cast: Cast) -> None:
    offers(cast)
    page = f"/borgere/{cast.gudrun}/foelgeven"
    assert karen.get(page).status_code == 404
    facts = {"volunteer": str(cast.viggo.person_id), "task": "drive", "on_day": "2027-01-01"}
    assert pressed(karen, page, **facts).status_code == 404
