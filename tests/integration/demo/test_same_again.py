"""The same seed and day make the same towns; a later day makes them anew."""

import shutil
import sqlite3
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.engine import make_url

from klippekort.app import create_app
from klippekort.config import Settings
from klippekort.domain.calendar import local_day
from klippekort.municipalities.models import Municipality
from klippekort.operations import demo
from klippekort.platform import migrate
from klippekort.platform.clock import now
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import PunchCard
from tests.databases import let_go

BEFORE_EASTER, EASTER_DAY = date(2026, 4, 1), date(2026, 4, 5)


def an_app(folder: Path, name: str) -> Flask:
    """Return an app on an embedded database of its own: a new one, or the file of that name."""
    url = f"sqlite:///{folder / name}.db"
    migrate.upgrade(url, url)
    return create_app(Settings(folder, url, url, folder / "keys.json"))


def heads(app: Flask) -> set[tuple[str, str]]:
    with app.app_context(), acting_for(1):
        return {(str(card.id), card.head) for card in db.session.scalars(select(PunchCard))}


def anchor(app: Flask) -> date:
    with app.app_context():
        return local_day(db.session.scalars(select(Municipality.created_at).limit(1)).one())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small demo of some days ago, to be copied."""
    folder = tmp_path_factory.mktemp("built")
    app = an_app(folder, "old")
    demo.load(app, on=BEFORE_EASTER, small=True)
    with app.app_context():
        let_go()
    return folder


@pytest.fixture
def old(built: Path, tmp_path: Path) -> Flask:
    """The app on its own copy of the small demo of some days ago."""
    for name in ("old.db", "keys.json"):
        shutil.copy(built / name, tmp_path / name)
    return an_app(tmp_path, "old")


def test_the_same_seed_and_day_make_the_same_chains(old: Flask, tmp_path: Path):
    again = an_app(tmp_path, "again")
    demo.load(again, on=BEFORE_EASTER, small=True)
    assert heads(again) == heads(old)


def test_another_seed_makes_other_chains(old: Flask, tmp_path: Path):
    other = an_app(tmp_path, "other")
    demo.load(other, on=BEFORE_EASTER, small=True, seed=2)
    assert heads(other).isdisjoint(heads(old))


def test_an_old_demo_is_built_anew(old: Flask):
    assert demo.roll_forward(old, on=EASTER_DAY, small=True)
    assert anchor(old) == EASTER_DAY


def test_nothing_is_left_beside_a_demo_that_was_built_anew(old: Flask, tmp_path: Path):
    demo.roll_forward(old, on=EASTER_DAY, small=True)
    assert [file.name for file in tmp_path.glob("old.db.*")] == []


def test_todays_demo_is_left_as_it_is(old: Flask):
    before = heads(old)
    assert not demo.roll_forward(old, on=BEFORE_EASTER, small=True)
    assert heads(old) == before


def test_an_empty_database_is_left_empty(tmp_path: Path):
    app = an_app(tmp_path, "empty")
    assert not demo.roll_forward(app, on=EASTER_DAY, small=True)
    assert demo.is_empty(app)


def test_a_real_municipality_beside_the_demo_is_never_touched(old: Flask):
    def found() -> None:
        db.session.add(Municipality(id=3, slug="ny", name="Ny Kommune", created_at=now()))

    with old.app_context():
        execute(found)
    assert not demo.roll_forward(old, on=EASTER_DAY, small=True)
    assert anchor(old) == BEFORE_EASTER


def test_a_demo_that_another_program_has_open_stays(old: Flask):
    file = make_url(old.extensions["settings"].database_url).database
    reader = sqlite3.connect(str(file))
    reader.execute("begin")
    reader.execute("select count(*) from municipality").fetchone()
    with pytest.raises(demo.DemoStays):
        demo.roll_forward(old, on=EASTER_DAY, small=True)
    reader.close()
    assert anchor(old) == BEFORE_EASTER
