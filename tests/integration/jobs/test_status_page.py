"""The page on which an administrator sees whether everything runs by itself."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.domain.permissions import Actor
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.election import LEADER
from klippekort.platform.execute import execute
from klippekort.platform.job_runner import run_slot
from klippekort.platform.jobs import Job, Outcome, WorkerBeat
from tests.cast import HOME, Cast
from tests.login import log_in

ASLEEP = "Arbejderen svarer ikke"


@pytest.fixture
def pages(committed_app: Flask) -> FlaskClient:
    return committed_app.test_client()


def _beat(ago: timedelta) -> None:
    def note() -> None:
        db.session.add(WorkerBeat(name=LEADER, worker="kontor:7", at=clock.now() - ago))

    execute(note)


def _page(client: FlaskClient, actor: Actor) -> str:
    answer = log_in(client, actor).get("/drift/jobs")
    assert answer.status_code == 200
    return answer.text


def test_a_worker_that_beats_gives_no_warning(pages: FlaskClient, committed_cast: Cast):
    _beat(timedelta(seconds=90))
    text = _page(pages, committed_cast.ada)
    assert "kontor:7" in text
    assert ASLEEP not in text


def test_two_minutes_of_silence_give_a_warning(pages: FlaskClient, committed_cast: Cast):
    _beat(timedelta(seconds=130))
    assert ASLEEP in _page(pages, committed_cast.ada)


def test_the_page_tells_what_failed(committed_app: Flask, pages: FlaskClient, committed_cast: Cast):
    job = Job(
        "seal_audit", lambda _d, _n: Outcome(expected=17, done=16, failed=1, last_error="no_rule")
    )
    run_slot(job, HOME, clock.today(), clock.now(), "kontor:7")
    text = _page(pages, committed_cast.karen)
    assert "no_rule" in text
    assert "Noget fejlede" in text


def test_a_care_worker_may_not_see_it(pages: FlaskClient, committed_cast: Cast):
    assert log_in(pages, committed_cast.bo).get("/drift/jobs").status_code == 403
