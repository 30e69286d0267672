"""What an operator types, and the one sentence that comes back when it can't be done."""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, CompletedProcess, Popen, run
from urllib.request import urlopen

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from klippekort.cli import main
from klippekort.config import Settings
from klippekort.operations import doctor, startup
from klippekort.operations.doctor import Verdict
from klippekort.platform import migrate
from klippekort.platform.db import db
from tests.databases import Template

ROOT = Path(__file__).resolve().parents[2]


def environment(folder: Path, **changed: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KLIPPEKORT")}
    own = {"KLIPPEKORT_DATA_FOLDER": str(folder), "PYTHONPATH": str(ROOT), "PORT": "0"}
    return kept | own | changed


def klippekort(folder: Path, *words: str, **changed: str) -> Result:
    return CliRunner().invoke(main, words, env=environment(folder, **changed))


def klippekort_alone(folder: Path, *words: str, **changed: str) -> "CompletedProcess[str]":
    """In a process of its own, as it is really run."""
    return run(
        [sys.executable, "-m", "klippekort", *words],
        cwd=folder,
        env=environment(folder, **changed),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def assert_refused(answer: "Result | CompletedProcess[str]", *words: str) -> None:
    """One sentence on stderr, nothing else, and exit code 2."""
    status = answer.exit_code if isinstance(answer, Result) else answer.returncode
    assert status == 2
    assert answer.stderr.count("\n") == 1, answer.stderr
    for word in words:
        assert word in answer.stderr
    assert answer.stdout == ""


def test_a_taken_port_is_one_sentence(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert_refused(klippekort_alone(tmp_path, "serve", PORT=port), "Port", port)


def test_an_unwritable_folder_is_one_sentence(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    refused = klippekort(tmp_path, "serve", KLIPPEKORT_DATA_FOLDER=str(tmp_path / "file" / "data"))
    assert_refused(refused, "cannot be used")


def test_an_unreachable_database_is_one_sentence_without_its_password(tmp_path: Path):
    url = "postgresql://app:hushhush@127.0.0.1:1/klippekort"
    refused = klippekort(tmp_path, "serve", KLIPPEKORT_DATABASE_URL=url)
    assert_refused(refused, "klippekort at 127.0.0.1", "cannot be reached")
    assert "hushhush" not in refused.stderr


@pytest.mark.parametrize(
    ("setting", "value"), [("PORT", "eighty"), ("KLIPPEKORT_DATABASE_URL", "mysql://here")]
)
def test_a_bad_setting_is_one_sentence(tmp_path: Path, setting: str, value: str):
    assert_refused(klippekort(tmp_path, "serve", **{setting: value}), setting)


def test_a_key_file_that_holds_no_keys_is_one_sentence(tmp_path: Path):
    (tmp_path / "keys.json").write_text("{}")
    assert_refused(klippekort(tmp_path, "serve"), "keys.json")


def test_several_processes_on_an_embedded_database_are_refused(tmp_path: Path):
    assert_refused(klippekort(tmp_path, "serve", WEB_CONCURRENCY="4"), "WEB_CONCURRENCY")


def test_a_municipality_is_let_in_once(tmp_path: Path):
    words = ("municipality", "create", "Lindeby Kommune", "--administrator", "Ada Ager")
    first = klippekort(tmp_path, *words, "--email", "ada@example.dk")
    assert first.exit_code == 0, first.stderr
    assert "Ada Ager" in first.stdout
    assert_refused(klippekort(tmp_path, *words, "--email", "other@example.dk"), "Lindeby Kommune")


@pytest.mark.parametrize(
    ("name", "administrator", "email", "said"),
    [
        ("   ", "Ada Ager", "ada@example.dk", "needs a name"),
        ("x" * 81, "Ada Ager", "ada@example.dk", "80 letters"),
        ("Lindeby", " ", "ada@example.dk", "administrator"),
        ("Lindeby", "Ada Ager", "not mail", "name@example.com"),
    ],
)
def test_a_municipality_without_name_or_mail_is_not_let_in(
    tmp_path: Path, name: str, administrator: str, email: str, said: str
):
    words = ("municipality", "create", name, "--administrator", administrator, "--email", email)
    assert_refused(klippekort(tmp_path, *words), said)


def test_an_embedded_database_is_for_its_owner_alone(tmp_path: Path):
    folder = tmp_path / "data"
    answer = klippekort_alone(
        folder.parent, "database", "upgrade", KLIPPEKORT_DATA_FOLDER=str(folder)
    )
    assert answer.returncode == 0, answer.stderr
    others = {one.name: one.stat().st_mode & 0o077 for one in (folder, *folder.iterdir())}
    assert set(others.values()) == {0}, others


def test_an_empty_ledger_proves(tmp_path: Path):
    assert klippekort(tmp_path, "database", "upgrade").exit_code == 0
    answer = klippekort(tmp_path, "ledger", "verify")
    assert (answer.exit_code, answer.stdout) == (0, "Every minute is accounted for.\n")


@pytest.mark.parametrize(
    "words",
    [
        "ledger verify",
        "ledger explain 00000000-0000-0000-0000-000000000001",
        "audit verify",
        "retention plan",
        "retention run",
        "scheme export Klippekort",
        "export visits --from 2026-01-01 --to 2026-01-31",
        "keys rotate",
        "backup copies",
        "municipality deleted",
    ],
)
def test_where_no_database_lies_nothing_is_proved_and_nothing_made(tmp_path: Path, words: str):
    folder = tmp_path / "data"
    there = {"KLIPPEKORT_DATA_FOLDER": str(folder)}
    for answer in (klippekort(tmp_path, *words.split(), **there) for _ in range(2)):
        assert_refused(answer, "There is no database", str(folder))
    assert not folder.exists()


def test_an_unknown_job_is_one_sentence_that_names_the_known_ones(tmp_path: Path):
    assert_refused(klippekort(tmp_path, "job", "dance"), "dance", "seal_audit")


def test_a_job_is_a_command(tmp_path: Path):
    answer = klippekort(tmp_path, "job", "seal_audit", "--on", "2026-01-02")
    assert answer.exit_code == 0, answer.stderr


@pytest.fixture
def server(tmp_path: Path) -> Iterator["Popen[str]"]:
    process = Popen(
        [sys.executable, "-m", "klippekort", "serve"],
        cwd=tmp_path,
        env=environment(tmp_path),
        stdout=PIPE,
        stderr=PIPE,
        text=True,
    )
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate()


def test_serve_says_where_answers_and_ends_when_told(server: "Popen[str]"):
    assert server.stdout is not None
    line = server.stdout.readline()
    assert line.startswith("Klippekort is ready: http://localhost:")
    address = line.split()[-1].replace("localhost", "127.0.0.1")
    with urlopen(f"{address}/static/css/base.css?v=1") as answer:  # noqa: S310  our own server
        assert "immutable" in answer.headers["Cache-Control"]
    server.send_signal(signal.SIGTERM)
    assert server.wait(timeout=20) == 0


def test_a_server_database_is_never_migrated_unasked(template: Template, tmp_path: Path):
    if template.cluster is None:
        pytest.skip("an embedded database is migrated when it is opened")
    owner_url, app_url = template.cluster.create_database("unmigrated")
    there = {"KLIPPEKORT_DATABASE_URL": app_url, "KLIPPEKORT_OWNER_DATABASE_URL": owner_url}
    assert_refused(klippekort_alone(tmp_path, "worker", **there), "klippekort database upgrade")
    assert klippekort_alone(tmp_path, "database", "upgrade", **there).returncode == 0
    assert klippekort_alone(tmp_path, "ledger", "verify", **there).returncode == 0


def test_a_municipality_is_let_in_on_this_database(template: Template, tmp_path: Path):
    settings: Settings = template.copy()
    answer = klippekort_alone(
        tmp_path,
        *("municipality", "create", "Bakkeby", "--administrator", "Bo", "--email", "bo@example.dk"),
        KLIPPEKORT_DATABASE_URL=settings.database_url,
    )
    assert answer.returncode == 0, answer.stderr


def test_keys_that_others_may_read_are_found(tmp_path: Path):
    file = tmp_path / "keys.json"
    file.touch(mode=0o644)
    assert doctor.check_key_file(file).verdict is Verdict.WRONG
    file.chmod(0o600)
    assert doctor.check_key_file(file).verdict is Verdict.FINE


@pytest.mark.parametrize(
    ("file", "verdict"),
    [("/data/far/k.db", Verdict.WRONG), ("/data/k.db", Verdict.FINE), ("/k.db", Verdict.FINE)],
)
def test_an_embedded_database_on_a_network_is_found(tmp_path: Path, file: str, verdict: Verdict):
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
        "2 1 8:2 / /data rw shared:1 - xfs /dev/sdb1 rw\n"
        "3 2 0:40 / /data/far rw - nfs4 server:/far rw\n"
    )
    assert doctor.check_file_system(Path(file), mounts).verdict is verdict


def test_what_cannot_be_looked_at_is_not_called_fine(tmp_path: Path):
    found = doctor.check_file_system(tmp_path / "k.db", tmp_path / "missing")
    assert found.verdict is Verdict.UNCHECKED


def test_the_newest_migration_is_known_without_loading_alembic(committed_app: Flask):
    assert migrate.is_current(db.engine)
    assert startup.tables_at(db.engine) == startup.newest_migration()
