"""What every test may ask for: a database of either kind, the app on it, and the cast."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.app import create_app
from klippekort.config import Settings
from klippekort.platform import migrate
from klippekort.platform.catalogues import compile_stale
from klippekort.platform.db import db
from tests.cast import Cast, assemble
from tests.cluster import Cluster

DATABASES = ("sqlite", "postgresql")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=(*DATABASES, "both"), default="sqlite")


def pytest_configure(config: pytest.Config) -> None:
    os.environ.pop("KLIPPEKORT_DATABASE_URL", None)
    compile_stale()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        kinds = DATABASES if chosen == "both" else (chosen,)
        metafunc.parametrize("database", kinds, scope="session", indirect=True)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A throw-away PostgreSQL server."""
    with Cluster() as running:
        yield running


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database this test runs on."""
    return str(request.param)


class Template:
    """A migrated database that others are copied from."""

    def __init__(self, kind: str, folder: Path, cluster: Cluster | None) -> None:
        self.kind, self.folder, self.cluster, self.count = kind, folder, cluster, 0
        self.owner_url, self.app_url = self._make("template_klippekort", None)
        migrate.upgrade(self.owner_url, self.app_url)

    def _make(self, name: str, template: str | None) -> tuple[str, str]:
        if self.cluster is not None:
            return self.cluster.create_database(name, template)
        file = self.folder / f"{name}.db"
        if template:
            shutil.copy(self.folder / f"{template}.db", file)
        return f"sqlite:///{file}", f"sqlite:///{file}"

    def copy(self) -> Settings:
        """Return settings for a fresh copy."""
        self.count += 1
        owner_url, app_url = self._make(f"copy_{self.count}", "template_klippekort")
        return Settings(
            data_folder=self.folder,
            database_url=app_url,
            owner_database_url=owner_url,
            key_file=self.folder / "keys.json",
        )


_templates: dict[str, Template] = {}


@pytest.fixture(scope="session")
def template(
    database: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Template:
    """The migrated database of this kind."""
    if database not in _templates:
        cluster = request.getfixturevalue("cluster") if database == "postgresql" else None
        _templates[database] = Template(database, tmp_path_factory.mktemp(database), cluster)
    return _templates[database]


@pytest.fixture(scope="session")
def shared_app(template: Template) -> Iterator[Flask]:
    """One app for all tests whose changes are rolled back."""
    app = create_app(template.copy())
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(shared_app: Flask) -> Iterator[Flask]:
    """The app in a transaction that is thrown away, whatever the test commits."""
    with shared_app.app_context():
        engine = db.engine
        with engine.connect() as connection, connection.begin() as outer:
            db.engines[None] = connection  # type: ignore[index]
            try:
                yield shared_app
            finally:
                db.session.remove()
                db.engines[None] = engine  # type: ignore[index]
                outer.rollback()


@pytest.fixture
def committed_app(template: Template) -> Iterator[Flask]:
    """The app on a database of its own, for threads, faults and browsers: commits are real."""
    app = create_app(template.copy())
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def cast(app: Flask) -> Cast:
    """Everybody, in both municipalities, on the rolled-back app."""
    return assemble()


@pytest.fixture
def committed_cast(committed_app: Flask) -> Cast:
    """Everybody, in both municipalities, on a database of the test's own."""
    return assemble()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript, not logged in."""
    return app.test_client()
