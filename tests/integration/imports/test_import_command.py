"""`klippekort import`, as an operator runs it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from klippekort.cli.importing import import_
from klippekort.config import Settings
from tests.cast import Cast
from tests.integration.imports.conftest import CITIZEN_HEADER, a_citizen, file_of


@pytest.fixture
def environment(committed_app: Flask, committed_cast: Cast) -> dict[str, str]:
    settings: Settings = committed_app.extensions["settings"]
    return {
        "KLIPPEKORT_DATA_FOLDER": str(settings.data_folder),
        "KLIPPEKORT_DATABASE_URL": settings.database_url,
        "KLIPPEKORT_OWNER_DATABASE_URL": settings.owner_database_url,
        "KLIPPEKORT_KEY_FILE": str(settings.key_file),
    }


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return kept(tmp_path, file_of(CITIZEN_HEADER, a_citizen()))


def kept(folder: Path, data: bytes) -> Path:
    file = folder / "borgere.csv"
    file.write_bytes(data)
    return file


def run(environment: dict[str, str], *words: object) -> Result:
    said = ["--municipality", "lindeby", *map(str, words)]
    return CliRunner().invoke(import_, said, env=environment)


def test_it_counts_what_is_new_and_then_what_is_there(environment: dict[str, str], good: Path):
    counted = ("new", "changed", "unchanged")
    for expected in ([1, 0, 0], [0, 0, 1]):
        answer = run(environment, "citizens", good, "--format", "json")
        assert answer.exit_code == 0, answer.output
        said = json.loads(answer.stdout)
        assert [said[name] for name in counted] == expected
    assert (said["kind"], said["encoding"], said["rows"], said["faults"]) == (
        "citizens",
        "utf-8",
        1,
        [],
    )


def test_a_dry_run_may_be_repeated(environment: dict[str, str], good: Path):
    for _time in range(2):
        answer = run(environment, "citizens", good, "--dry-run", "--format", "json")
        assert json.loads(answer.stdout)["new"] == 1


def test_faults_exit_with_one_and_hide_the_number(environment: dict[str, str], tmp_path: Path):
    file = kept(tmp_path, file_of(CITIZEN_HEADER, a_citizen("990150-1234")))
    answer = run(environment, "citizens", file, "--format", "json")
    assert answer.exit_code == 1
    (fault,) = json.loads(answer.stdout)["faults"]
    assert (fault["row"], fault["column"], fault["code"], fault["value"]) == (
        2,
        "CPR-nummer",
        "bad_person_number",
        "990150-••••",
    )
    assert fault["reason"]


def test_the_terminal_names_row_and_column(environment: dict[str, str], tmp_path: Path):
    file = kept(tmp_path, file_of(CITIZEN_HEADER, a_citizen(supplier="Ukendt")))
    answer = run(environment, "citizens", file)
    assert answer.exit_code == 1
    assert "2, Leverandør" in answer.stdout


def test_two_municipalities_must_be_told_apart(environment: dict[str, str], good: Path):
    answer = CliRunner().invoke(import_, ["citizens", str(good)], env=environment)
    assert answer.exit_code == 2
    assert "bakkeby, lindeby" in answer.stderr


def test_an_unknown_municipality_is_one_sentence(environment: dict[str, str], good: Path):
    words = ["citizens", str(good), "--municipality", "nowhere"]
    answer = CliRunner().invoke(import_, words, env=environment)
    assert answer.exit_code == 2
    assert answer.stderr.count("\n") == 1


def test_a_missing_file_is_a_matter_of_usage(environment: dict[str, str], tmp_path: Path):
    assert run(environment, "citizens", tmp_path / "none.csv").exit_code == 2
