"""Browser tests: the app on a real port, Debian's Chromium, and faults that fail any test.

Every test also fails on a breach of the Content-Security-Policy, an uncaught script error, or a
request that leaves this machine.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from klippekort.app import create_app
from klippekort.domain.permissions import Actor, Role
from klippekort.operations import demo
from klippekort.platform import migrate
from klippekort.platform.db import db
from tests.browser.checks import SIZES, watch
from tests.live import LiveServer
from tests.login import session_secret
from tests.sites import people
from tests.small_demo import build_in, settings_in

pytest.register_assert_rewrite("tests.browser.page_checks")

# How long a page may take is measured elsewhere; here a slow machine is waited for.
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small demo in it, to be copied."""
    folder = tmp_path_factory.mktemp("demo")
    build_in(folder)
    return folder


@pytest.fixture
def demo_app(demo_folder: Path, tmp_path: Path) -> Iterator[Flask]:
    """The app on its own copy of the small demo."""
    for name in ("klippekort.db", "keys.json"):
        shutil.copy(demo_folder / name, tmp_path / name)
    app = create_app(settings_in(tmp_path))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def empty_app(tmp_path: Path) -> Iterator[Flask]:
    """The app on a database with tables and nothing in them."""
    settings = settings_in(tmp_path)
    migrate.upgrade(settings.database_url, settings.database_url)
    app = create_app(settings)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Iterator[LiveServer]:
    """The demo on a port, or what the marker `site("empty_app")` names."""
    marker = request.node.get_closest_marker("site")
    app = request.getfixturevalue(marker.args[0] if marker else "demo_app")
    live = LiveServer(app)
    yield live
    live.stop()


@pytest.fixture
def staff(demo_app: Flask) -> dict[Role, Actor]:
    """The demo's log-ins, by role."""
    with demo_app.app_context():
        return people(demo.log_ins())


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture
def open_context(new_context: Callable[..., BrowserContext], site: LiveServer) -> Any:
    """Open a browser of a size: `open_context("tablet")`."""

    def open_(size: str = "tablet", **more: Any) -> BrowserContext:
        width, height = SIZES[size]
        opened = new_context(
            base_url=site.url,
            viewport={"width": width, "height": height},
            has_touch=size != "desktop",
            locale="da-DK",
            timezone_id="Europe/Copenhagen",
            **more,
        )
        opened.set_default_timeout(PATIENCE)
        faults.append(watch(opened))
        return opened

    faults: list[list[str]] = []
    yield open_
    assert [fault for found in faults for fault in found] == []


@pytest.fixture
def log_in_as(
    open_context: Any, site: LiveServer, demo_app: Flask, staff: dict[Role, Actor]
) -> Callable[..., Page]:
    """Open a page as somebody: `log_in_as(Role.CARE_WORKER, "tablet")`."""

    def log_in(role: Role, size: str = "tablet") -> Page:
        with demo_app.app_context():
            secret = session_secret(staff[role])
        context = open_context(size)
        context.add_cookies([{"name": "session", "value": secret, "url": site.url}])
        page: Page = context.new_page()
        page.goto("/")
        return page

    return log_in
