"""The small demo in a folder, for tests that look at pages with something on them."""

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
    """Build the small demo in `folder` and return its settings."""
    settings = settings_in(folder)
    migrate.upgrade(settings.database_url, settings.database_url)
    app = create_app(settings)
    demo.load(app, on=clock.today(), small=True)
    with app.app_context():
        db.engine.dispose()
    return settings
