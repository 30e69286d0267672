"""Databases that are made once and copied: migrated, with nothing or with something in them."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from klippekort.app import create_app
from klippekort.config import Settings
from klippekort.platform import migrate
from klippekort.platform.audit_heads import forget_heads
from klippekort.platform.db import db
from tests.cast import assemble
from tests.cluster import Cluster


@dataclass(frozen=True)
class Stock:
    """What a database holds before a test begins: `fill` puts it there once, in the app's context.

    What it returns is given to every test that begins with this stock, so it may not be changed.
    """

    name: str
    fill: Callable[[Flask], Any]


EMPTY = Stock("empty", lambda app: None)
PEOPLED = Stock("peopled", lambda app: assemble())


class Template:
    """A migrated database of one kind that others are copied from, by what they hold."""

    def __init__(self, kind: str, folder: Path, cluster: Cluster | None) -> None:
        self.kind, self.folder, self.cluster, self.count = kind, folder, cluster, 0
        urls = self._make(_named(EMPTY), None)
        migrate.upgrade(*urls)
        self._told: dict[str, Any] = {EMPTY.name: None}
        self._shared: dict[str, Flask] = {}

    def _make(self, name: str, template: str | None) -> tuple[str, str]:
        if self.cluster is not None:
            return self.cluster.create_database(name, template)
        file = self.folder / f"{name}.db"
        if template:
            shutil.copy(self.folder / f"{template}.db", file)
        return f"sqlite:///{file}", f"sqlite:///{file}"

    def _settings(self, name: str, template: str) -> Settings:
        owner_url, app_url = self._make(name, template)
        return Settings(
            data_folder=self.folder,
            database_url=app_url,
            owner_database_url=owner_url,
            key_file=self.folder / "keys.json",
        )

    def told(self, stock: Stock) -> Any:
        """Return what filling a database told, once it has been done."""
        if stock.name not in self._told:
            app = quiet_app(self._settings(_named(stock), _named(EMPTY)))
            with app.app_context():
                told = stock.fill(app)
                let_go()
            self._told[stock.name] = told
        return self._told[stock.name]

    def copy(self, stock: Stock = EMPTY) -> Settings:
        """Return settings for a fresh copy."""
        self.told(stock)
        self.count += 1
        settings = self._settings(f"copy_{self.count}", _named(stock))
        forget_heads(settings.data_folder)  # those of another copy: all have one folder
        return settings

    def shared(self, stock: Stock = EMPTY) -> Flask:
        """Return the one app for all tests that begin with this stock and are rolled back."""
        if stock.name not in self._shared:
            self._shared[stock.name] = quiet_app(self.copy(stock))
        return self._shared[stock.name]

    def close(self) -> None:
        """Close the connections of the shared apps."""
        for app in self._shared.values():
            with app.app_context():
                let_go()


def _named(stock: Stock) -> str:
    return f"template_{stock.name}"


def quiet_app(settings: Settings) -> Flask:
    """Return an app whose forms need no token."""
    app = create_app(settings)
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def let_go() -> None:
    """Leave the database of the app at hand: nobody may be connected to what is copied."""
    db.session.remove()
    db.engine.dispose()


@contextmanager
def rolled_back(app: Flask) -> Iterator[Flask]:
    """Put the app in a transaction that is thrown away, whatever is committed meanwhile."""
    with app.app_context():
        engine = db.engine
        with engine.connect() as connection, connection.begin() as outer:
            db.engines[None] = connection  # type: ignore[index]
            try:
                yield app
            finally:
                db.session.remove()
                db.engines[None] = engine  # type: ignore[index]
                outer.rollback()
                forget_heads(app.extensions["settings"].data_folder)
