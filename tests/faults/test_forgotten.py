"""F41: whoever was forgotten after a copy was taken does not come back with it."""

import os
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from klippekort.app import create_app
from klippekort.citizens import queries
from klippekort.citizens.models import CitizenContact, CitizenLeaving
from klippekort.citizens.services.contacts import add_contact
from klippekort.config import Settings
from klippekort.operations.backups import back_up
from klippekort.oversight.jobs import run
from klippekort.platform import clock, forgotten, migrate
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.forgotten import forgotten_file, read_forgotten
from klippekort.platform.standing import newest_migration
from klippekort.platform.tenancy import acting_for
from tests.builders import a_card, a_scheme
from tests.cast import HOME, Cast, make_citizen
from tests.cluster import SUPERUSER
from tests.databases import Template, let_go
from tests.faults.machine import running

pytestmark = pytest.mark.timeout(300)

LONG_AGO = timedelta(days=6 * 366)
NAME, CONTACT = "Forglemmigej", "Husketante"


@pytest.fixture
def settings(committed_app: Flask, committed_cast: Cast, tmp_path: Path) -> Settings:
    """A database where somebody is long gone, and a data folder of its own."""
    told: Settings = committed_app.extensions["settings"]
    folder = tmp_path / "data"
    folder.mkdir()
    own = Settings(folder, told.database_url, told.owner_database_url, told.key_file)
    committed_app.extensions["settings"] = own
    return own


@pytest.fixture
def gone(settings: Settings, committed_cast: Cast) -> UUID:
    """Somebody who moved away six years ago, with a card and somebody close to her."""
    cast, now = committed_cast, clock.now()

    def leave(citizen_id: UUID) -> None:
        db.session.add(
            CitizenLeaving(
                citizen_id=citizen_id,
                kind="moved",
                left_on=clock.today() - LONG_AGO,
                told_by="relative",
                recorded_at=now,
            )
        )

    with acting_for(HOME):
        found: UUID = execute(
            make_citizen, "Flora", NAME, supplier=cast.supplier, district=cast.north
        )
        a_card(cast, found, scheme_id=a_scheme())
        execute(
            add_contact,
            cast.karen,
            found,
            name=CONTACT,
            phone="+4520123456",
            relation="child",
            is_next_of_kin=True,
            gets_greetings=False,
            now=now,
        )
        execute(leave, found)
    let_go()
    return found


def _klippekort(settings: Settings, log: Path, *words: str) -> str:
    reader = settings.owner_database_url.replace("klippekort_owner@", f"{SUPERUSER}@")
    with running(settings, log, *words, KLIPPEKORT_BACKUP_DATABASE_URL=reader) as process:
        assert process.process.wait(120) == 0, process.said()
    return process.said()


def _copy_of(settings: Settings, tmp_path: Path) -> Path:
    said = _klippekort(settings, tmp_path / "backup", "backup", str(tmp_path / "copies"))
    return Path(said.strip())


def _elsewhere(settings: Settings, template: Template, tmp_path: Path) -> Settings:
    """Return settings for an empty database, on the machine whose file says who was forgotten."""
    if template.cluster is None:
        url = owner = f"sqlite:///{tmp_path / 'back.db'}"
    else:
        owner, url = template.cluster.create_database(f"back_{tmp_path.name[-12:]}".lower())
    return Settings(settings.data_folder, url, owner, settings.key_file)


def _forget() -> None:
    with acting_for(HOME):
        run(clock.today(), clock.now())
    let_go()


def _is_forgotten(settings: Settings, citizen_id: UUID, cast: Cast) -> None:
    app = create_app(settings)
    with app.app_context(), acting_for(HOME):
        row = queries.get_citizen(citizen_id)
        assert (row.name, row.search_name, row.wrapped_key) == ("– –", "", None)
        assert queries.person_number_of(row) is None
        assert queries.address_of(row) is None
        wanted = select(CitizenContact.id).filter_by(citizen_id=citizen_id)
        assert db.session.scalars(wanted).all() == []
        assert queries.get_citizen(cast.poul).first_name == "Poul"
        let_go()


def test_whoever_was_forgotten_since_the_copy_is_forgotten_after_it(
    settings: Settings, gone: UUID, committed_cast: Cast, template: Template, tmp_path: Path
) -> None:
    """F41: the copy still knows her; the restored database does not, and every minute proves."""
    copy = _copy_of(settings, tmp_path)
    _forget()
    _is_forgotten(settings, gone, committed_cast)
    back = _elsewhere(settings, template, tmp_path)
    said = _klippekort(back, tmp_path / "restore", "restore", str(copy))
    assert "municipality 1: anonymise 1 in citizen" in said
    assert "Every minute is accounted for." in said
    _is_forgotten(back, gone, committed_cast)
    if template.cluster is None:
        _is_in_no_byte(Path(back.database_url.removeprefix("sqlite:///")))


def _is_in_no_byte(file: Path) -> None:
    """SQLite leaves what is deleted in its file, unless it is told to write over it."""
    for one in file.parent.glob(f"{file.name}*"):
        content = one.read_bytes()
        assert NAME.encode() not in content, one.name
        assert CONTACT.encode() not in content, one.name


def test_an_older_copy_is_brought_up_to_date_before_she_is_forgotten(
    settings: Settings,
    gone: UUID,
    committed_cast: Cast,
    template: Template,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """F41, a copy from before an upgrade: its tables are made current, and she is forgotten."""
    urls = (settings.owner_database_url, settings.database_url)
    migrate.downgrade(*urls, "-1")
    before = f"{int(newest_migration()) - 1:04}"
    monkeypatch.setattr("klippekort.operations.backups.taking.newest_migration", lambda: before)
    copy = _taken(settings, tmp_path)
    migrate.upgrade(*urls)
    _forget()
    back = _elsewhere(settings, template, tmp_path)
    said = _klippekort(back, tmp_path / "restore", "restore", str(copy))
    assert "they are current now" in said
    assert "Every minute is accounted for." in said
    _is_forgotten(back, gone, committed_cast)


def _taken(settings: Settings, tmp_path: Path) -> Path:
    reader = settings.owner_database_url.replace("klippekort_owner@", f"{SUPERUSER}@")
    return back_up(settings, reader, tmp_path / "copies", now=clock.now())


def test_who_was_forgotten_is_written_down_though_the_program_was_killed_before_it(
    settings: Settings, gone: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F41, killed between the database and the file: the next night writes down who is missing."""

    def killed(*_args: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch, acting_for(HOME):
        patch.setattr("klippekort.oversight.jobs.note_forgotten", killed)
        with pytest.raises(SystemExit):
            run(clock.today(), clock.now())
    assert list(read_forgotten(forgotten_file())) == []
    _forget()
    assert list(read_forgotten(forgotten_file())) == [(HOME, gone)]


def test_a_line_that_was_cut_off_costs_nobody_her_place(
    settings: Settings, gone: UUID, committed_cast: Cast
) -> None:
    """F41, killed within the file: what comes after it is read, and what it said comes back."""
    _forget()
    file = forgotten_file()
    os.truncate(file, file.stat().st_size - 30)
    forgotten.note_forgotten(HOME, [committed_cast.ellen], clock.now())
    assert list(read_forgotten(file)) == [(HOME, committed_cast.ellen)]
    _forget()
    assert set(read_forgotten(file)) == {(HOME, committed_cast.ellen), (HOME, gone)}
