"""The tests' own PostgreSQL: what it gives, and that nothing of it is left behind."""

import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from tests.cluster import APP, READER, Cluster, NoPostgreSQL

pytestmark = pytest.mark.postgresql
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    if request.config.getoption("--database") == "sqlite":
        pytest.skip("PostgreSQL was not asked for")
    with Cluster() as running:
        yield running


def ask(url: str, statement: str) -> object:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        return connection.execute(text(statement)).scalar_one_or_none()


def run(url: str, statement: str) -> None:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.execute(text(statement))


def test_the_app_connects_as_its_own_role(cluster: Cluster) -> None:
    _owner, app = cluster.create_database("roles")
    assert ask(app, "SELECT current_user::text") == APP


def test_the_app_may_not_make_tables(cluster: Cluster) -> None:
    _owner, app = cluster.create_database("rights")
    with pytest.raises(DBAPIError, match="permission denied"):
        run(app, "CREATE TABLE mine (id int)")


def test_the_owner_may_grant_to_the_reader(cluster: Cluster) -> None:
    owner, _app = cluster.create_database("grants")
    run(owner, "CREATE TABLE read_me (id int)")
    run(owner, f"GRANT SELECT ON read_me TO {READER}")
    assert ask(cluster.url("grants", READER), "SELECT count(*) FROM read_me") == 0


def test_exclusion_constraints_can_compare_plain_values(cluster: Cluster) -> None:
    owner, _app = cluster.create_database("exclusion")
    run(owner, "CREATE TABLE busy (who int, span tstzrange, EXCLUDE USING gist (who WITH =))")
    run(owner, "INSERT INTO busy VALUES (1, NULL)")
    with pytest.raises(DBAPIError, match="exclusion constraint"):
        run(owner, "INSERT INTO busy VALUES (1, NULL)")


def test_a_database_may_begin_as_a_copy(cluster: Cluster) -> None:
    owner, _app = cluster.create_database("original")
    run(owner, "CREATE TABLE copied AS SELECT 7 AS id")
    owner, _app = cluster.create_database("copy", template="original")
    assert ask(owner, "SELECT id FROM copied") == 7


def test_a_dropped_database_is_gone_though_somebody_is_connected(cluster: Cluster) -> None:
    _owner, app = cluster.create_database("dropped")
    engine = create_engine(app, poolclass=NullPool)
    connection = engine.connect()
    cluster.drop_database("dropped")
    connection.invalidate()
    connection.close()
    with pytest.raises(DBAPIError, match="does not exist"):
        engine.connect()


def test_stopping_leaves_neither_process_nor_folder(cluster: Cluster) -> None:
    other = Cluster()
    other.start()
    folder = other.folder
    assert folder is not None
    server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    other.stop()
    assert not folder.exists()
    assert not Path(f"/proc/{server}").exists()


def test_a_killed_run_takes_its_server_with_it(cluster: Cluster) -> None:
    program = (
        "from tests.cluster import Cluster\n"
        "cluster = Cluster()\n"
        "cluster.start()\n"
        "print(cluster.folder, flush=True)\n"
        "input()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdout is not None
        folder = Path(child.stdout.readline().strip())
        server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        watch = os.pidfd_open(server)
        child.send_signal(signal.SIGKILL)
    ended, _, _ = select.select([watch], [], [], 10)
    os.close(watch)
    shutil.rmtree(folder)
    assert ended


def test_a_machine_without_the_programs_is_told_so(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoPostgreSQL, match="not installed"):
        Cluster().start()
