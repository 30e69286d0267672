"""The small demo with an app on it that shows its error pages and asks for no token."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask

from klippekort.app import create_app
from klippekort.config import Settings
from klippekort.operations import demo
from klippekort.platform import clock, migrate
from klippekort.platform.db import db
from tests.cluster import Cluster
from tests.small_demo import build_in


@contextmanager
def nothing_behind() -> Iterator[None]:
    """Begin nothing that goes on behind a page: it would write where the test rolls back."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Thread, "start", lambda thread: None)
        yield


@contextmanager
def demo_on(kind: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """Build the small demo on a kind of database, and let go of it in the end."""
    app = create_app(build_in(folder) if kind == "sqlite" else _on_server(folder, request))
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    with app.app_context():
        db.engine.dispose()


def _on_server(folder: Path, request: pytest.FixtureRequest) -> Settings:
    cluster: Cluster = request.getfixturevalue("cluster")
    owner, url = cluster.create_database(folder.name)
    settings = Settings(folder, url, owner, folder / "keys.json")
    migrate.upgrade(owner, url)
    app = create_app(settings)
    demo.load(app, on=clock.today(), small=True)
    with app.app_context():
        db.engine.dispose()
    return settings
