"""What machines ask: whether it lives, whether it can be used, its numbers; and what it logs."""

import json
import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import StatementError
from werkzeug.test import TestResponse

from klippekort.config import BadSetting, Settings, from_environment
from klippekort.messages.models import OutboxMessage
from klippekort.platform import clock, house, watching
from klippekort.platform.auth import public
from klippekort.platform.db import db
from klippekort.platform.election import LEADER
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.jobs import WorkerBeat
from klippekort.platform.logs import masked, requests_log, write_logs
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import LedgerDifference
from tests.cast import HOME, Cast
from tests.login import log_in

TOKEN = "a-token-that-is-long-enough"


@pytest.fixture
def settings(app: Flask) -> Settings:
    found: Settings = app.extensions["settings"]
    return found


def test_a_process_that_answers_lives(client: FlaskClient) -> None:
    answer = client.get("/live")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_it_is_ready_though_no_worker_is_heard_of(client: FlaskClient) -> None:
    answer = client.get("/ready")
    assert answer.status_code == 200
    assert answer.json == {"database": "ok", "tables": "ok", "worker": "silent"}


def test_it_is_not_ready_on_older_tables(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("klippekort.platform.standing.newest_migration", lambda: "9999")
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert '"tables":"old"' in answer.text.replace(" ", "")


def test_numbers_are_for_this_machine(client: FlaskClient, cast: Cast) -> None:
    client.get("/live")
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert 'klippekort_requests_total{method="GET",part="health",status="2xx"}' in answer.text
    assert "klippekort_municipalities 2.0" in answer.text
    assert 'klippekort_alarm{kind="worker"} 1.0' in answer.text


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_what_a_proxy_hands_on_is_not_from_this_machine(client: FlaskClient, name: str) -> None:
    assert client.get("/metrics", headers={name: "127.0.0.1"}).status_code == 404


def test_numbers_are_for_whoever_has_the_token(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    told = Settings(**{**vars(settings), "metrics_token": TOKEN})
    monkeypatch.setitem(app.extensions, "settings", told)

    def asked(token: str) -> TestResponse:
        given = {"Authorization": f"Bearer {token}"}
        return client.get("/metrics", headers=given, environ_base={"REMOTE_ADDR": "10.1.2.3"})

    assert asked(TOKEN).status_code == 200
    assert asked("another-token-of-that-length").status_code == 404


def test_the_accessibility_statement_is_where_it_is_said_to_be(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    assert client.get("/was").headers["Location"] == "/tilgaengelighed"
    told = Settings(**{**vars(settings), "accessibility_url": "https://was.example.dk/1"})
    monkeypatch.setitem(app.extensions, "settings", told)
    assert client.get("/was").headers["Location"] == "https://was.example.dk/1"
    assert 'href="/was"' in client.get("/tilgaengelighed").text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KLIPPEKORT_LOG", "xml"),
        ("KLIPPEKORT_METRICS_TOKEN", "short"),
        ("KLIPPEKORT_BACKUP_HOURS", "-1"),
        ("KLIPPEKORT_PROXIES", "all"),
        ("KLIPPEKORT_ACCESSIBILITY_URL", "javascript:alert(1)"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name):
        from_environment({name: value})


def _kinds(now: datetime, hours: int = 26) -> list[str]:
    return [one.kind for one in watching.alarms_in(watching.measure(now), hours)]


def _beat(at: datetime) -> None:
    db.session.add(WorkerBeat(name=LEADER, worker="w", at=at))


def test_all_is_well_with_a_worker_and_a_copy(cast: Cast) -> None:
    now = clock.now()
    execute(_beat, now)
    execute(house.note, "backup", "test", {}, now)
    assert _kinds(now) == []


def test_a_worker_that_stopped_and_a_copy_that_is_late_are_told_of(cast: Cast) -> None:
    now = clock.now()
    execute(_beat, now)
    execute(house.note, "backup", "test", {}, now)
    later = now + timedelta(hours=27)
    assert _kinds(later) == [watching.WORKER, watching.BACKUP]
    assert _kinds(later, hours=0) == [watching.WORKER]


def test_messages_that_wait_and_minutes_that_do_not_prove_are_told_of(cast: Cast) -> None:
    now = clock.now()
    execute(_beat, now)
    with acting_for(HOME):
        execute(_wait, now - timedelta(minutes=31))
        execute(_differ, now)
    assert _kinds(now, hours=0) == [watching.LEDGER, watching.OUTBOX]


def test_an_administrator_reads_what_the_house_needs(client: FlaskClient, cast: Cast) -> None:
    now = clock.now()
    with acting_for(HOME):
        execute(_wait, now - timedelta(minutes=31))
    log_in(client, cast.ada)
    client.set_cookie("lang", "en")
    page = client.get("/drift/jobs").text
    assert "1 message has waited for over half an hour" in page
    assert "No copy of everything has been taken yet" in page
    execute(house.note, "backup", "test", {}, now)
    assert "No copy of everything" not in client.get("/drift/jobs").text


@pytest.mark.parametrize(("who", "page"), [("ada", "/foerste-uge"), ("karen", "/overblik")])
def test_what_stands_wrong_meets_whoever_must_act_where_they_begin(
    client: FlaskClient, cast: Cast, who: str, page: str
) -> None:
    now = clock.now()
    with acting_for(HOME):
        execute(_wait, now - timedelta(minutes=31))
        execute(_differ, now)
    log_in(client, getattr(cast, who))
    client.set_cookie("lang", "en")
    told = client.get(page).text
    for said in (
        "Nothing runs by itself just now",
        "1 message has waited for over half an hour",
        "No copy of everything has been taken yet",
        "The ledger does not prove",
        'href="/drift/jobs"',
    ):
        assert said in told


def test_who_cannot_act_is_not_frightened(client: FlaskClient, cast: Cast) -> None:
    log_in(client, cast.ida)
    client.set_cookie("lang", "en")
    assert "Nothing runs by itself" not in client.get("/overblik").text


def _wait(since: datetime) -> None:
    db.session.add(
        OutboxMessage(
            id=new_id(),
            dedupe_key="waiting",
            kind="trip_cancelled",
            channel="sms",
            facts={},
            state="queued",
            due_at=since,
            queued_at=since,
        )
    )


def _differ(now: datetime) -> None:
    row = LedgerDifference(id=new_id(), card_id=None, what="changed_line", place="1", found_at=now)
    db.session.add(row)


def test_the_record_of_the_house_shows_a_change(app: Flask) -> None:
    for kind in ("backup", "deleted", "backup"):
        execute(house.note, kind, "test", {"kind": kind}, clock.now())
    assert house.first_broken_line() is None
    with pytest.raises(Exception, match=r"append-only|permission denied"):
        execute(_change)


def _change() -> None:
    db.session.connection().exec_driver_sql("update house_event set kind = 'x' where seq = 2")


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What is written to a log of JSON lines."""
    root = logging.getLogger()
    before, level, own = root.handlers[:], root.level, requests_log.level
    stream = StringIO()
    write_logs("json", stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    requests_log.setLevel(own)


def test_the_log_tells_of_requests_and_of_nobody(
    app: Flask, client: FlaskClient, cast: Cast, log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> str:
        said = "Ellen Hansen 010150-1234"
        raise ValueError(f"{said} 20 12 34 56 {client}")

    monkeypatch.setitem(app.view_functions, "health.live", public(broken))
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    app.testing = False
    try:
        client.get("/live?name=Ellen&phone=20123456", headers={"X-Request-ID": "request-0001"})
        client.get("/borgere/Ellen%20Hansen?q=Ellen")
        client.post("/log-ind", data={"email": "ellen@example.dk", "password": "hemmelig-Ellen"})
        client.get("/borgere?q=0101501234")
        logging.getLogger("klippekort.some").error("call +45 20 12 34 56 about 010150-1234")
    finally:
        app.testing = True
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert len(lines) >= 6
    for word in ("Ellen", "hemmelig", "example.dk", "010150", "0101501234", "20123456", "20 12"):
        assert word not in log.getvalue()
    [failed] = [one for one in lines if "exception" in one]
    assert failed["exception"][-1] == "ValueError"
    assert failed["request"] == "request-0001"
    told = [one for one in lines if one["message"] == "request"]
    assert {"method", "endpoint", "status", "ms"} <= set(told[0])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("for 010150-1234.", "for [number]."),
        ("ring 20123456 nu", "ring [phone] nu"),
        ("to ada@example.dk", "to [e-mail]"),
        ("GET /borgere?q=x&b=1 failed", "GET /borgere?[query] failed"),
        ("at 2026-11-22 19:41:48 row 0192f3a4-1111-7000-8000-0123456789ab", None),
    ],
)
def test_what_looks_like_somebody_is_masked(text: str, shown: str | None) -> None:
    assert masked(text) == (shown or text)


@pytest.mark.parametrize("form", ["plain", "json"])
def test_each_line_of_the_log_has_its_time_in_utc(
    log: StringIO, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """Wherever the machine stands: the machine's own clock may be another every half year."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    stream = StringIO()
    try:
        write_logs(form, stream)
        before = datetime.now(UTC)
        logging.getLogger("klippekort.some").error("something")
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()
    said = stream.getvalue()
    written = json.loads(said)["at"] if form == "json" else said.split()[0]
    assert written.endswith("Z")
    assert abs(datetime.fromisoformat(written) - before) < timedelta(minutes=1)


def test_an_instant_without_its_time_zone_is_not_stored(app: Flask, cast: Cast) -> None:
    beat = WorkerBeat(name="x", worker="x", at=datetime(2026, 3, 3, 12))  # noqa: DTZ001
    with pytest.raises(StatementError, match="time zone"):
        execute(db.session.add, beat)


_ALL_HANDLERS = """
import logging, sys
import klippekort.cli, klippekort.operations.serve
from klippekort.platform.logs import write_logs

write_logs("json")
named = {"root": logging.root, **logging.root.manager.loggerDict}
for name, one in named.items():
    for own in getattr(one, "handlers", ()):
        if not isinstance(own, logging.NullHandler):
            is_shown = type(own) is logging.StreamHandler and own.stream is sys.stderr
            print(name, "stderr" if is_shown else repr(own))
"""


def test_the_log_goes_to_one_place_and_nowhere_else() -> None:
    """No part of the program, nor of its libraries, writes to a file or to another machine."""
    said = subprocess.run(
        [sys.executable, "-c", _ALL_HANDLERS],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    found = dict(line.split(" ", 1) for line in said.stdout.splitlines())
    assert found["root"] == "stderr"
    assert {name: where for name, where in found.items() if where != "stderr"} == {}
