"""One worker leads; a killed or frozen leader is followed, a wrong clock never leads."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from klippekort.domain.calendar import ONE_DAY, local_day
from klippekort.municipalities.models import Municipality
from klippekort.platform import clock, job_status
from klippekort.platform.db import db
from klippekort.platform.election import LEADER, Election, LockElection, election_for
from klippekort.platform.execute import execute
from klippekort.platform.jobs import WorkerBeat
from klippekort.platform.worker import Worker
from tests.cast import HOME, Cast
from tests.integration.jobs.effects import COUNTED, slots

Candidate = Callable[[str], Election]


@pytest.fixture
def url(committed_app: Flask) -> str:
    return str(committed_app.config["SQLALCHEMY_DATABASE_URI"])


@pytest.fixture
def candidate(committed_app: Flask, url: str) -> Iterator[Candidate]:
    made: list[Election] = []

    def make(name: str) -> Election:
        made.append(election_for(committed_app, url, name))
        return made[-1]

    yield make
    for election in made:
        election.resign()


def test_only_one_of_two_leads(candidate: Candidate):
    one, two = candidate("one"), candidate("two")
    assert [one.lead(), two.lead(), one.lead(), two.lead()] == [True, False, True, False]


def test_the_other_leads_when_the_leader_is_gone(candidate: Candidate):
    one, two = candidate("one"), candidate("two")
    one.lead()
    one.resign()
    assert two.lead()
    assert not one.lead()


def test_the_leader_is_known_by_its_beat(candidate: Candidate):
    candidate("one").lead()
    leader = job_status.find_leader()
    assert leader is not None
    assert leader.worker == "one"
    assert not job_status.is_silent(leader, clock.now())


def test_two_minutes_without_a_beat_are_silence():
    assert job_status.is_silent(None, clock.now())


def test_a_frozen_leader_is_relieved(candidate: Candidate):
    one, two = candidate("one"), candidate("two")
    if not isinstance(one, LockElection):
        pytest.skip("a file lock has no other process to relieve it")
    one.lead()

    def fall_silent() -> None:
        long_ago = clock.now() - timedelta(seconds=20)
        db.session.execute(update(WorkerBeat).filter_by(name=LEADER).values(at=long_ago))

    execute(fall_silent)
    assert two.lead()
    assert not one.lead()


def test_a_leader_that_works_keeps_its_place_whatever_others_try(candidate: Candidate):
    one, two = candidate("one"), candidate("two")
    one.lead()
    assert [two.lead() for _ in range(3)] == [False] * 3
    assert one.lead()


def test_a_wrong_clock_never_leads(candidate: Candidate, monkeypatch: pytest.MonkeyPatch):
    one = candidate("one")
    if not isinstance(one, LockElection):
        pytest.skip("an embedded database has no clock of its own")
    now = clock.now()
    with monkeypatch.context() as wrong:
        wrong.setattr(clock, "now", lambda: now + timedelta(seconds=8))
        assert not one.lead()
    found = job_status.find_wrong_clock(clock.now())
    assert found is not None
    assert found.worker == "one"


def test_a_lost_database_is_not_a_crash(committed_app: Flask, database: str, url: str):
    if database != "postgresql":
        pytest.skip("an embedded database is not lost")
    election = LockElection(url + "/nowhere", "one")
    assert election.lead() is False


def test_a_tick_of_the_leader_does_the_work(committed_app: Flask, committed_cast: Cast, url: str):
    began = clock.now() - timedelta(days=1)
    execute(lambda: db.session.execute(update(Municipality).values(created_at=began)).close())
    worker = Worker(committed_app, (COUNTED,), url)
    worker.tick()
    worker.stop()
    first = local_day(began)
    assert slots(HOME)[:2] == [str(first), str(first + ONE_DAY)]


def test_a_worker_that_does_not_lead_does_not_work(
    committed_app: Flask, committed_cast: Cast, candidate: Candidate, url: str
):
    began = clock.now() - timedelta(days=1)
    execute(lambda: db.session.execute(update(Municipality).values(created_at=began)).close())
    assert candidate("leader").lead()
    worker = Worker(committed_app, (COUNTED,), url)
    worker.tick()
    worker.stop()
    assert slots(HOME) == []


def test_a_stopped_worker_neither_leads_nor_works(
    committed_app: Flask, committed_cast: Cast, candidate: Candidate, url: str
):
    worker = Worker(committed_app, (COUNTED,), url)
    worker.stop()
    worker.tick()
    assert slots(HOME) == []
    assert candidate("other").lead()
