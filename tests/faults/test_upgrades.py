"""F20, and two versions at the same time: tables that are killed half-way, newer, or older."""

import time
from pathlib import Path
from random import Random
from threading import Thread

import pytest
from flask import Flask

from bench.wire import Answer
from klippekort.config import Settings
from klippekort.operations import startup
from klippekort.platform import migrate
from klippekort.platform.db import db
from klippekort.platform.standing import newest_migration
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.services.proof import verify_municipality
from tests.cast import HOME, Cast
from tests.databases import Template, let_go
from tests.faults.machine import Crowd, Process, running, served
from tests.faults.next_version import NEXT, STOPS, held, make_next_version
from tests.faults.stage import Stage, set_the_stage, standing

pytestmark = pytest.mark.timeout(600)

SEED, KILLS = 20261123, 3
CITIZENS, DATES, PEOPLE = 10, 3, 4
CALM = b"Klippekort holder en kort pause"
ENOUGH_SECONDS = 90
# Tables that a trip's page cannot be made from; not every step takes something from it.
OLDER = "0057"


@pytest.fixture(scope="module")
def next_version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_next_version(tmp_path_factory.mktemp("next"))


@pytest.fixture
def newer(next_version: Path) -> dict[str, str]:
    """What a process is told so that it is the next version."""
    return {"PYTHONPATH": str(next_version)}


@pytest.fixture
def stage(committed_app: Flask, committed_cast: Cast) -> Stage:
    found = set_the_stage(committed_cast, CITIZENS, DATES)
    let_go()
    return found


@pytest.fixture
def settings(committed_app: Flask) -> Settings:
    found: Settings = committed_app.extensions["settings"]
    return found


def _ended(process: Process) -> tuple[int, str]:
    """Return how a command ended, and what it said: never a trace."""
    code = process.process.wait(ENOUGH_SECONDS)
    assert "Traceback" not in process.said()
    return code, process.said()


def _run(settings: Settings, log: Path, *words: str, **more: str) -> tuple[int, str]:
    with running(settings, log, *words, **more) as process:
        return _ended(process)


def _upgraded(settings: Settings, log: Path, **more: str) -> None:
    assert _run(settings, log, "database", "upgrade", **more) == (0, "The tables are current.\n")


def _stopped(process: Process, says_so: Path) -> None:
    latest = time.monotonic() + ENOUGH_SECONDS
    while not says_so.exists():
        assert process.process.poll() is None, process.said()
        assert time.monotonic() < latest, process.said()
        time.sleep(0.02)


@pytest.mark.parametrize("where", STOPS)
def test_an_upgrade_killed_half_way_changes_nothing_and_can_be_done_again(
    stage: Stage, settings: Settings, newer: dict[str, str], tmp_path: Path, where: str
) -> None:
    """F20, kill -9 in the middle: the tables are as they were, the doctor says what to do, and the
    next upgrade runs to its end with every row there.
    """
    before, says_so = held(settings), tmp_path / "stopped"
    held_up = {"STOP_AT": where, "SAYS_SO_IN": str(says_so)}
    with running(settings, tmp_path / "1", "database", "upgrade", **newer, **held_up) as upgrade:
        _stopped(upgrade, says_so)
        upgrade.process.kill()
        upgrade.process.wait()
    assert held(settings) == before
    code, said = _run(settings, tmp_path / "2", "doctor", **newer)
    assert code == 1
    assert "Its tables are not current; run: klippekort database upgrade" in said
    _upgraded(settings, tmp_path / "3", **newer)
    _is_expanded(settings, before)


def _is_expanded(settings: Settings, before: tuple[dict[str, str], dict[str, list[str]]]) -> None:
    sums, columns = held(settings)
    added = {"citizen": ["pets"], "trip": ["pet_comes"], "login_session": ["seen_by"]}
    assert columns == {
        **{name: [*known, *added.get(name, [])] for name, known in before[1].items()},
        "pet": ["municipality_id", "id", "name"],
    }
    changed = {name for name, known in before[0].items() if sums[name] != known}
    assert changed == {"citizen", "trip", "login_session", "alembic_version"} - _empty(before[0])
    with acting_for(HOME):
        assert verify_municipality() == []
        db.session.rollback()


def _empty(sums: dict[str, str]) -> set[str]:
    """Return the tables in which nothing stood; of no rows the sum is that of no words."""
    nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    return {name for name, known in sums.items() if known == nothing}


def test_the_first_upgrade_killed_at_random_leaves_no_table_or_all(
    template: Template, tmp_path: Path
) -> None:
    """F20, kill -9 anywhere between an empty database and today's: nothing, or everything."""
    chance = Random(SEED)  # noqa: S311
    if template.cluster is None:
        owner = app = f"sqlite:///{tmp_path / 'new.db'}"
    else:
        owner, app = template.cluster.create_database(f"new_{tmp_path.name[-12:]}".lower())
    settings = Settings(tmp_path, app, owner, tmp_path / "keys.json")
    engine = migrate.owner_engine(owner)
    for number in range(KILLS):
        with running(settings, tmp_path / "log", "database", "upgrade") as upgrade:
            _until_it_works(template, settings, upgrade)
            time.sleep(chance.uniform(0, 1.5))
            upgrade.process.kill()
            upgrade.process.wait()
        assert startup.tables_at(engine) in (None, newest_migration()), number
    _upgraded(settings, tmp_path / "last")
    assert migrate.is_current(engine)
    assert held(settings)[1] == held(template.copy())[1]
    engine.dispose()


def _until_it_works(template: Template, settings: Settings, upgrade: Process) -> None:
    """Wait until tables are being made: SQLite has a file then, PostgreSQL a lock."""
    latest = time.monotonic() + ENOUGH_SECONDS
    file = Path(settings.database_url.removeprefix("sqlite:///"))
    while upgrade.process.poll() is None:
        assert time.monotonic() < latest
        if template.cluster is None and file.exists() and file.stat().st_size:
            return
        if template.cluster is not None and _is_locked(settings):
            return
        time.sleep(0.02)


def _is_locked(settings: Settings) -> bool:
    engine = migrate.owner_engine(settings.owner_database_url)
    with engine.connect() as connection:
        found = connection.exec_driver_sql(
            "select count(*) from pg_locks where mode = 'AccessExclusiveLock' and granted "
            "and database = (select oid from pg_database where datname = current_database())"
        ).scalar_one()
    engine.dispose()
    return bool(found)


def test_two_upgrades_at_once_are_one(
    stage: Stage, settings: Settings, newer: dict[str, str], tmp_path: Path
) -> None:
    """F20, two administrators: the second waits, and gives up in a sentence if it takes long."""
    says_so = tmp_path / "stopped"
    held_up = {"STOP_AT": "filled", "SAYS_SO_IN": str(says_so)}
    with running(settings, tmp_path / "1", "database", "upgrade", **newer, **held_up) as first:
        _stopped(first, says_so)
        code, said = _run(settings, tmp_path / "2", "database", "upgrade", **newer)
        first.process.kill()
        first.process.wait()
    assert code == 2
    assert "Somebody holds the database" in said
    assert said.count("\n") == 1
    _upgraded(settings, tmp_path / "3", **newer)


def test_the_old_version_serves_on_while_the_tables_are_expanded(
    stage: Stage, settings: Settings, newer: dict[str, str], tmp_path: Path
) -> None:
    """The old program books, under load, before, while and after the next one's tables are made."""
    with served(settings, tmp_path / "old") as old:
        crowd = Crowd(old.port, stage.secret, stage.form_at, stage.presses())
        upgrade = Thread(target=_upgraded, args=(settings, tmp_path / "up"), kwargs=newer)
        upgrade.start()
        crowd.run(PEOPLE, lambda: time.sleep(0.2))
        upgrade.join()
        assert startup.tables_at(db.engine) == NEXT
        assert set(crowd.statuses) <= {303, 503}
        assert crowd.again(crowd.presses[0].name).status == 303
        assert crowd.open(stage.form_at).status == 200
        assert crowd.open("/ready").status == 200
        assert "Traceback" not in old.said()
        assert b"Traceback" not in b"".join(crowd.pages)
    found = standing()
    booked = {name for name, answer in crowd.answers.items() if answer.status == 303}
    assert (sorted(found.booked), found.faults) == (sorted(booked), [])


def test_two_versions_serve_side_by_side_on_the_newer_tables(
    stage: Stage, settings: Settings, newer: dict[str, str], database: str, tmp_path: Path
) -> None:
    """While nodes are brought up one after the other, either version shows what the other wrote."""
    if database == "sqlite":
        pytest.skip("the embedded database has one server process")
    presses = stage.presses()
    with served(settings, tmp_path / "old") as old:
        _upgraded(settings, tmp_path / "up", **newer)
        with served(settings, tmp_path / "new", 1, **newer) as new:
            halves = (presses[::2], presses[1::2])
            crowds = [
                Crowd(server.port, stage.secret, stage.form_at, half)
                for server, half in zip((old, new), halves, strict=True)
            ]
            for crowd in crowds:
                crowd.run(PEOPLE, lambda: time.sleep(0.1))
                assert set(crowd.statuses) == {303}
            for crowd, other in zip(crowds, reversed(crowds), strict=True):
                first = other.presses[0]
                answer = Crowd(crowd.port, stage.secret, stage.form_at, [first]).again(first.name)
                assert answer.location() == other.answers[first.name].location()
                assert crowd.open("/ready").status == 200
            assert "Traceback" not in old.said() + new.said()
    found = standing()
    assert (len(found.booked), found.faults) == (len(presses), [])


def test_an_old_program_does_not_begin_on_newer_tables(
    settings: Settings, newer: dict[str, str], tmp_path: Path
) -> None:
    """It says in one sentence whom the tables belong to, and changes nothing."""
    _upgraded(settings, tmp_path / "up", **newer)
    for command in ("serve", "worker"):
        code, said = _run(settings, tmp_path / command, command, PORT="0")
        assert (code, said.count("\n")) == (2, 1)
        assert "The database belongs to a newer Klippekort" in said
    code, said = _run(settings, tmp_path / "doctor", "doctor")
    assert code == 1
    assert "Its tables belong to a newer Klippekort" in said
    assert startup.tables_at(db.engine) == NEXT


def test_a_new_program_waits_for_its_tables(
    settings: Settings, newer: dict[str, str], database: str, tmp_path: Path
) -> None:
    """On a server's older tables it says what to run first; the embedded one's it makes itself."""
    if database == "sqlite":
        with served(settings, tmp_path / "new", 1, **newer):
            assert startup.tables_at(db.engine) == NEXT
        return
    for command in ("serve", "worker"):
        code, said = _run(settings, tmp_path / command, command, **newer, PORT="0")
        assert (code, said.count("\n")) == (2, 1)
        assert "The tables are not current; first run: klippekort database upgrade" in said
    assert startup.tables_at(db.engine) == newest_migration()


def test_tables_that_grow_older_underneath_are_a_short_break(
    stage: Stage, settings: Settings, tmp_path: Path
) -> None:
    """An older copy is put back while the pages are served: a calm page, `/ready` says why, and all
    is well when the tables are current again.
    """
    path = stage.form_at.partition("/tur/")[0]
    with served(settings, tmp_path / "log") as server:
        crowd = Crowd(server.port, stage.secret, stage.form_at, [])
        assert crowd.open(path).status == 200
        migrate.downgrade(settings.owner_database_url, settings.database_url, OLDER)
        answer, ready = crowd.open(path), crowd.open("/ready")
        _is_calm(answer)
        assert ready.status == 503
        assert b'"tables":"old"' in ready.body.replace(b" ", b"")
        assert crowd.open("/live").status == 200
        _upgraded(settings, tmp_path / "up")
        assert crowd.open(path).status == 200
        assert crowd.open("/ready").status == 200
        assert "Traceback" not in server.said()


def _is_calm(answer: Answer) -> None:
    assert answer.status == 503
    assert CALM in answer.body
    assert b"Retry-After" in answer.head
    assert b"Traceback" not in answer.body
