"""The small demo in a folder, for tests that look at pages with something on them."""

import atexit
import shutil
import tempfile
from datetime import date
from functools import cache
from pathlib import Path

from klippekort.app import create_app
from klippekort.config import Settings
from klippekort.operations import demo
from klippekort.platform import clock, migrate
from klippekort.platform.db import db


def settings_in(folder: Path) -> Settings:
    """Return settings for an embedded database in `folder`."""
    url = f"sqlite:///{folder / 'klippekort.db'}"
    return Settings(folder, url, url, folder / "keys.json")


def build_in(folder: Path) -> Settings:
    """Put the small demo of today into `folder` and return its settings."""
    for file in _built(clock.today()).iterdir():
        shutil.copy(file, folder)
    return settings_in(folder)


@cache
def _built(on: date) -> Path:
    """Build the small demo of a day, once for all who ask in this process."""
    folder = Path(tempfile.mkdtemp(prefix="small-demo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    settings = settings_in(folder)
    migrate.upgrade(settings.database_url, settings.database_url)
    app = create_app(settings)
    demo.load(app, on=on, small=True)
    with app.app_context():
        db.engine.dispose()
    return folder
