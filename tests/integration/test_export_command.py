"""`klippekort export visits`, as an operator runs it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from klippekort.cli import main
from klippekort.config import Settings
from klippekort.platform.audit import AuditCitizen, AuditLine
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from tests.builders import MONDAY, a_card, a_shift, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.integration import tablet

Run = Callable[..., Result]
DAYS = ("--from", "2026-11-23", "--to", "29-11-2026")


@pytest.fixture
def run(committed_app: Flask, committed_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command, where Ellen goes to cards with Bo on Tuesday."""
    tablet.stand_still(monkeypatch)
    game_at = MONDAY + timedelta(days=1, hours=2)
    a_card(committed_cast, committed_cast.ellen)
    a_shift(committed_cast.bo, game_at.date())
    a_trip(committed_cast.bo, committed_cast.ellen, an_occurrence(game_at), committed_cast.bo)
    settings: Settings = committed_app.extensions["settings"]
    environment = {
        "KLIPPEKORT_DATA_FOLDER": str(settings.data_folder),
        "KLIPPEKORT_DATABASE_URL": settings.database_url,
        "KLIPPEKORT_OWNER_DATABASE_URL": settings.owner_database_url,
        "KLIPPEKORT_KEY_FILE": str(settings.key_file),
    }
    return lambda *words: CliRunner().invoke(
        main, ["export", "visits", *DAYS, *words], env=environment
    )


def test_it_writes_the_rosters_shape(run: Run):
    answer = run("--municipality", "lindeby")
    assert answer.exit_code == 0, answer.output
    assert "M1;24-11-2026;09:50;11:40;Klippekort;" in answer.stdout


def test_it_writes_to_a_file(run: Run, tmp_path: Path):
    file = tmp_path / "besoeg.csv"
    assert run("--municipality", "lindeby", "--output", str(file)).exit_code == 0
    assert file.read_bytes().count(b"\r\n") == 2


def test_one_suppliers_helpers_only(run: Run):
    answer = run("--municipality", "lindeby", "--supplier", "omsorg aps")
    assert "M1" not in answer.stdout


def test_the_other_municipality_gets_nothing_of_it(run: Run):
    answer = run("--municipality", "bakkeby")
    assert (answer.exit_code, "M1" in answer.stdout) == (0, False)


def test_the_look_is_put_on_record(run: Run, committed_cast: Cast):
    run("--municipality", "lindeby")
    with acting_for(HOME):
        lines = select(AuditLine.purpose).join(AuditCitizen, AuditCitizen.line_id == AuditLine.id)
        found = db.session.scalars(lines.where(AuditCitizen.citizen_id == committed_cast.ellen))
        assert "export_visits" in list(found)


@pytest.mark.parametrize(
    "words",
    [(), ("--municipality", "x"), ("--municipality", "lindeby", "--supplier", "x")],
)
def test_what_is_not_there_is_said_in_one_sentence(run: Run, words: tuple[str, ...]):
    answer = run(*words)
    assert (answer.exit_code, "Traceback" in answer.output) == (2, False)
