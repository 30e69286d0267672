"""Checks, promises and courses: recorded, due, and told of in time."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError

from klippekort.domain.clearances import Kind, Missing, Outcome, State
from klippekort.domain.errors import Forbidden, Stale
from klippekort.domain.volunteering import Task
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.volunteers import jobs, queries, services
from klippekort.volunteers.models import PromiseVersion, VolunteerClearance
from tests.cast import AWAY, HOME, Cast
from tests.integration.activities.looking import faults_at
from tests.integration.volunteers.arrange import add_promise, do, pressed, see
from tests.login import log_in

FOLLOW_UP, RULES, TEXT = (
    "/frivillige/opfoelgning",
    "/frivillige/regler",
    "/frivillige/tavshedsloefte",
)


def page_of(cast: Cast) -> str:
    return f"/frivillige/{cast.viggo.person_id}"


def typed(**facts: Any) -> dict[str, Any]:
    told = {"kind": "criminal_record", "outcome": "passed", "assessed_on": "2026-01-05"}
    return {"key": str(uuid4())} | told | facts


def kept(cast: Cast) -> list[VolunteerClearance]:
    return list(see(queries.clearances_of, cast.viggo.person_id))


def missing(cast: Cast, task: Task, today: date | None = None) -> list[Missing]:
    found: list[Missing] = see(queries.blocked, cast.viggo.person_id, task, today or clock.today())
    return found


def record(cast: Cast, renew_by: date | None, kind: Kind = Kind.CRIMINAL_RECORD) -> str:
    found = services.Found(kind, Outcome.PASSED, date(2026, 1, 5), renew_by)
    answer: str = do(
        services.record_clearance, cast.karen, cast.viggo.person_id, found, now=clock.now()
    )
    return answer


def drives(cast: Cast) -> None:
    profile = services.Profile("Viggo Vang", drives=True, phone="+4520123457")
    do(services.change_profile, cast.karen, cast.viggo.person_id, profile, now=clock.now())


def test_what_came_of_a_check_is_kept(karen: FlaskClient, cast: Cast) -> None:
    answer = karen.post(f"{page_of(cast)}/tjek", data=typed(renew_by="05-01-2029"))
    assert answer.location == page_of(cast)
    [row] = kept(cast)
    assert (row.kind, row.outcome, row.renew_by) == ("criminal_record", "passed", date(2029, 1, 5))
    assert row.assessor_id == cast.karen.account_id
    assert missing(cast, Task.HOME) == []


@pytest.mark.parametrize(
    "bad",
    [
        {"kind": "promise"},
        {"kind": ""},
        {"outcome": "perhaps"},
        {"assessed_on": "2099-01-01"},
        {"assessed_on": ""},
        {"renew_by": "2025-12-31"},
        {"renew_by": "soon"},
    ],
)
def test_a_bad_check_is_not_kept(karen: FlaskClient, cast: Cast, bad: dict[str, str]) -> None:
    answer = karen.post(f"{page_of(cast)}/tjek", data=typed(title="Førstehjælp") | bad)
    assert answer.status_code == 422
    assert 'value="Førstehjælp"' in answer.text
    assert kept(cast) == []


def test_a_mistake_is_taken_back_and_stays_to_be_seen(karen: FlaskClient, cast: Cast) -> None:
    check = record(cast, None)
    assert pressed(karen, f"/frivillige/tjek/{check}/fejl").location == page_of(cast)
    assert kept(cast)[0].withdrawn_at is not None
    assert [one.kind for one in missing(cast, Task.HOME)] == [Kind.CRIMINAL_RECORD]
    assert pressed(karen, f"/frivillige/tjek/{check}/fejl").location == page_of(cast)
    assert faults_at(karen, page_of(cast)) == []


def test_a_refusal_blocks_only_what_it_must(karen: FlaskClient, cast: Cast) -> None:
    karen.post(f"{page_of(cast)}/tjek", data=typed(outcome="refused"))
    assert missing(cast, Task.HOST) == []
    assert missing(cast, Task.DRIVE) == [Missing(Kind.CRIMINAL_RECORD, State.REFUSED)]


def test_nobody_but_the_coordinator_judges(cast: Cast) -> None:
    found = services.Found(Kind.COURSE, Outcome.PASSED, date(2026, 1, 5))
    for actor in (cast.viggo, cast.ada, cast.bo):
        with acting_for(HOME), pytest.raises(Forbidden):
            execute(services.record_clearance, actor, cast.viggo.person_id, found, now=clock.now())


def test_a_volunteer_promises_on_their_own_page(viggo: FlaskClient, cast: Cast) -> None:
    add_promise(cast.karen)
    assert "Jeg holder tæt." in viggo.get("/om-mig").text
    assert faults_at(viggo, "/om-mig") == []
    assert pressed(viggo, "/om-mig/tavshedsloefte", version="1").location == "/om-mig"
    [row] = kept(cast)
    assert (row.version, row.on_paper, row.assessor_id) == (1, False, cast.viggo.account_id)
    assert faults_at(viggo, "/om-mig") == []


def test_a_promise_on_paper_is_recorded(karen: FlaskClient, cast: Cast) -> None:
    add_promise(cast.karen)
    assert faults_at(karen, page_of(cast)) == []
    pressed(karen, f"{page_of(cast)}/tavshedsloefte", version="1")
    assert [(row.version, row.on_paper) for row in kept(cast)] == [(1, True)]


def test_promising_twice_is_one_promise(viggo: FlaskClient, cast: Cast) -> None:
    add_promise(cast.karen)
    for _turn in range(2):
        pressed(viggo, "/om-mig/tavshedsloefte", version="1")
    assert len(kept(cast)) == 1


@pytest.mark.parametrize("version", ["2", "0", "x", ""])
def test_nobody_promises_words_they_have_not_read(
    viggo: FlaskClient, cast: Cast, version: str
) -> None:
    add_promise(cast.karen)
    assert pressed(viggo, "/om-mig/tavshedsloefte", version=version).status_code == 303
    assert kept(cast) == []


def test_new_words_must_be_promised_anew(cast: Cast) -> None:
    add_promise(cast.karen)
    do(services.give_promise, cast.viggo, cast.viggo.person_id, version=1, now=clock.now())
    add_promise(cast.karen, "Jeg holder tættere.")
    today = clock.today()
    assert missing(cast, Task.HOST, today + timedelta(days=14)) == []
    after = missing(cast, Task.HOST, today + timedelta(days=15))
    assert after == [Missing(Kind.PROMISE, State.EXPIRED)]
    with acting_for(HOME), pytest.raises(Stale):
        execute(services.give_promise, cast.viggo, cast.viggo.person_id, version=1, now=clock.now())


def test_words_of_a_day_to_come_are_not_asked_for_yet(cast: Cast) -> None:
    add_promise(cast.karen, from_on=clock.today() + timedelta(days=1))
    assert see(queries.find_promise, clock.today()) is None


def test_a_promise_is_never_reworded(cast: Cast) -> None:
    add_promise(cast.karen)

    def reword() -> None:
        row = db.session.query(PromiseVersion).one()
        row.text = "Jeg siger alt."
        db.session.flush()

    with acting_for(HOME), pytest.raises(DBAPIError):
        execute(reword)


def test_the_promise_gets_words(karen: FlaskClient) -> None:
    assert faults_at(karen, TEXT) == []
    today = clock.today().isoformat()
    assert pressed(karen, TEXT, text="Jeg holder tæt.", from_on=today).location == TEXT
    assert "Jeg holder tæt." in karen.get(TEXT).text
    assert faults_at(karen, TEXT) == []


@pytest.mark.parametrize("bad", [{"text": " "}, {"from_on": "2020-01-01"}, {"from_on": ""}])
def test_bad_words_are_not_used(karen: FlaskClient, bad: dict[str, str]) -> None:
    facts = {"text": "Jeg holder tæt.", "from_on": clock.today().isoformat()} | bad
    assert pressed(karen, TEXT, **facts).status_code == 422
    assert see(queries.list_promises) == []


def test_a_municipality_asks_for_what_it_likes(karen: FlaskClient, cast: Cast) -> None:
    assert faults_at(karen, RULES) == []
    facts = {"host": ["course"], "window_days": "30", "grace_days": "0"}
    assert pressed(karen, RULES, **facts).location == RULES
    assert missing(cast, Task.HOST) == [Missing(Kind.COURSE, State.MISSING)]
    assert missing(cast, Task.HOME) == []
    rules = see(queries.rules, clock.today())
    assert (rules.window_days, rules.grace_days) == (30, 0)


@pytest.mark.parametrize("bad", [{"window_days": "0"}, {"grace_days": "x"}, {"host": ["gold"]}])
def test_bad_rules_are_not_kept(karen: FlaskClient, bad: dict[str, Any]) -> None:
    facts = {"window_days": "30", "grace_days": "0"} | bad
    assert pressed(karen, RULES, **facts).status_code == 422
    assert see(queries.find_rules) is None


@pytest.mark.parametrize("address", [FOLLOW_UP, RULES, TEXT])
def test_others_do_not_see_what_is_due(client: FlaskClient, cast: Cast, address: str) -> None:
    assert log_in(client, cast.viggo).get(address).status_code == 403


def test_what_is_due_stands_on_both_sides(
    karen: FlaskClient, viggo: FlaskClient, cast: Cast
) -> None:
    drives(cast)
    record(cast, clock.today() + timedelta(days=60))
    assert "Viggo Vang" in karen.get(FOLLOW_UP).text
    assert faults_at(karen, FOLLOW_UP) == []
    assert "Viggo Vang" in viggo.get("/om-mig").text
    assert faults_at(viggo, "/om-mig") == []


def test_nothing_to_follow_up_is_an_answer(karen: FlaskClient) -> None:
    assert faults_at(karen, FOLLOW_UP) == []


def remind(days: int = 0) -> None:
    now = clock.now() + timedelta(days=days)
    with acting_for(HOME):
        assert jobs.remind_volunteers(clock.today() + timedelta(days=days), now).failed == 0


def calls(days: int = 0) -> list[str]:
    found = see(queries.open_volunteer_calls, clock.now() + timedelta(days=days))
    return [call.facts["state"] for call in found]


def test_each_stage_is_called_about_once(cast: Cast) -> None:
    drives(cast)
    record(cast, clock.today() + timedelta(days=10))
    for day, stage in ((0, "renewal_due"), (1, "renewal_due"), (11, "grace"), (25, "expired")):
        remind(day)
        assert calls(day) == [stage]


def test_a_call_that_was_made_is_not_asked_for_again(karen: FlaskClient, cast: Cast) -> None:
    drives(cast)
    record(cast, clock.today() + timedelta(days=10))
    remind()
    [call] = see(queries.open_volunteer_calls, clock.now())
    assert faults_at(karen, FOLLOW_UP) == []
    assert "+4520123457" in karen.get(FOLLOW_UP).text
    pressed(karen, f"/frivillige/opkald/{call.id}")
    assert calls() == []
    remind(1)
    assert calls(1) == []


def test_a_renewed_check_takes_its_call_back(cast: Cast) -> None:
    drives(cast)
    record(cast, clock.today() + timedelta(days=10))
    remind()
    record(cast, clock.today() + timedelta(days=900))
    assert calls() == []
    remind()
    assert calls() == []


def test_nobody_is_called_about_what_they_do_not_offer(cast: Cast) -> None:
    record(cast, clock.today() + timedelta(days=10))
    remind()
    assert calls() == []


def test_a_day_that_is_over_calls_nobody(cast: Cast) -> None:
    drives(cast)
    with acting_for(HOME):
        yesterday = clock.today() - timedelta(days=1)
        assert jobs.remind_volunteers(yesterday, clock.now()).expected == 0


def test_the_next_municipality_has_its_own_rules(cast: Cast) -> None:
    add_promise(cast.karen)
    do(services.set_rules, cast.karen, {Task.HOST: frozenset()}, window_days=9, grace_days=9)
    with acting_for(AWAY):
        assert queries.find_promise(clock.today()) is None
        assert queries.find_rules() is None
