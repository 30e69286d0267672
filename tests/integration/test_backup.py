"""A copy of everything, taken while the program works, and everything back from it."""

import os
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import func, select

from klippekort.app import create_app
from klippekort.config import Settings
from klippekort.operations.backups import NotABackup, back_up, restore
from klippekort.operations.startup import Trouble
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import PunchEntry
from klippekort.punchcards.services.proof import Difference, verify_municipality, verify_record
from tests.builders import a_card, a_scheme
from tests.cast import HOME, Cast
from tests.cluster import SUPERUSER
from tests.databases import Template


@pytest.fixture
def filled(committed_app: Flask, committed_cast: Cast) -> Settings:
    """A database with a card in it."""
    with acting_for(HOME):
        a_card(committed_cast, committed_cast.ellen, scheme_id=a_scheme())
    settings: Settings = committed_app.extensions["settings"]
    db.session.remove()
    return settings


def _as_reader_of_all(settings: Settings) -> str:
    """Return the address of a role that may read every row."""
    return settings.owner_database_url.replace("klippekort_owner@", f"{SUPERUSER}@")


@pytest.fixture
def backup(filled: Settings, tmp_path: Path) -> Path:
    return back_up(filled, _as_reader_of_all(filled), tmp_path / "kept", now=clock.now())


@pytest.fixture
def elsewhere(filled: Settings, template: Template, tmp_path: Path) -> Settings:
    """Settings for an empty database, with the same keys."""
    folder = tmp_path / "new"
    if template.cluster is None:
        url = owner = f"sqlite:///{folder / 'klippekort.db'}"
    else:
        owner, url = template.cluster.create_database(f"back_{tmp_path.name[-12:]}".lower())
    return Settings(folder, url, owner, filled.key_file)


def _entries(settings: Settings) -> tuple[int, list[Difference]]:
    """Return how many entries there are, and what does not prove."""
    app = create_app(settings)
    with app.app_context():
        with acting_for(HOME):
            many = db.session.scalars(select(func.count(PunchEntry.id))).one()
            wrong = [*verify_municipality(lambda: None), *verify_record()]
        db.session.remove()
        db.engine.dispose()
    return many, wrong


def test_what_is_restored_is_all_there_and_proves(
    filled: Settings, backup: Path, elsewhere: Settings
) -> None:
    elsewhere.data_folder.mkdir()
    newer = elsewhere.data_folder / f"record-{HOME}.head"
    newer.write_text("how far the record had come that was lost")
    restore(elsewhere, backup)
    assert not newer.exists()
    many, wrong = _entries(elsewhere)
    assert (many, wrong) == (_entries(filled)[0], [])
    assert many > 0


def test_only_its_owner_may_read_a_backup_and_no_key_is_in_it(
    filled: Settings, backup: Path
) -> None:
    assert backup.stat().st_mode & 0o077 == 0
    names = ZipFile(backup).namelist()
    assert len(names) == 2
    assert not [name for name in names if "key" in name]
    assert os.listdir(backup.parent) == [backup.name]


def test_nothing_is_written_over(filled: Settings, backup: Path) -> None:
    before = _entries(filled)
    with pytest.raises(Trouble, match="empty"):
        restore(filled, backup)
    assert _entries(filled) == before


def test_a_damaged_backup_is_refused(backup: Path, elsewhere: Settings) -> None:
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 0xFF
    backup.write_bytes(content)
    with pytest.raises(NotABackup, match="damaged"):
        restore(elsewhere, backup)


def test_a_file_that_is_no_backup_is_refused(tmp_path: Path, elsewhere: Settings) -> None:
    other = tmp_path / "other.zip"
    other.write_text("not a zip")
    with pytest.raises(NotABackup, match="no backup"):
        restore(elsewhere, other)


def test_other_keys_are_noticed_before_anything_is_done(
    backup: Path, elsewhere: Settings, tmp_path: Path
) -> None:
    strange = Settings(
        elsewhere.data_folder,
        elsewhere.database_url,
        elsewhere.owner_database_url,
        tmp_path / "strange.json",
    )
    with pytest.raises(Trouble, match="missing"):
        restore(strange, backup)
    create_app(strange)
    with pytest.raises(Trouble, match="does not hold the keys"):
        restore(strange, backup)


def test_a_role_that_does_not_see_every_row_is_refused(
    filled: Settings, template: Template, tmp_path: Path
) -> None:
    if template.cluster is None:
        pytest.skip("SQLite has no row-level security")
    with pytest.raises(Trouble, match="row-level security"):
        back_up(filled, filled.owner_database_url, tmp_path, now=clock.now())
