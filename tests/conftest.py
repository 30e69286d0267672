"""What every test may ask for: a database of either kind, the app on it, and the cast."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from klippekort.accounts.services import secrets
from klippekort.platform.catalogues import compile_stale
from klippekort.punchcards.services import card_keys
from tests.cast import Cast
from tests.cluster import Cluster
from tests.compiled import compile_once
from tests.databases import EMPTY, PEOPLED, Template, let_go, quiet_app, rolled_back

DATABASES = ("sqlite", "postgresql")
FAULTS = Path(__file__).parent / "faults"
HASHING = (secrets, card_keys)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=(*DATABASES, "both"), default="sqlite")
    parser.addoption("--promised", action="store_true", help="faults as often as is promised")


def pytest_configure(config: pytest.Config) -> None:
    os.environ.pop("KLIPPEKORT_DATABASE_URL", None)
    compile_stale()
    compile_once()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the faults out of every run that does not name them: they take an hour."""
    if collection_path != FAULTS:
        return None
    named = (config.invocation_params.dir / argument.partition("::")[0] for argument in config.args)
    return None if any(path.resolve().is_relative_to(FAULTS) for path in named) else True


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        kinds = DATABASES if chosen == "both" else (chosen,)
        metafunc.parametrize("database", kinds, scope="session", indirect=True)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what runs on a server, so that a run may take only that."""
    case = getattr(item, "callspec", None)
    if case is not None and case.params.get("database") == "postgresql":
        item.add_marker("postgresql")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the files that take longest begin first, so that no process works on alone at the end."""
    items.sort(key=lambda item: not any(item.iter_markers("slow")))
    items.sort(key=lambda item: not any(item.iter_markers("browser")))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A throw-away PostgreSQL server."""
    with Cluster() as running:
        yield running


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database this test runs on."""
    return str(request.param)


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[dict[str, PasswordHasher]]:
    """Let a password or PIN be hashed at the least cost there is; give the program's own hashers.

    `real_hashes` undoes it for a test that is about the cost, or about many tries at once.
    """
    really = {module.__name__: module._hasher for module in HASHING}
    with pytest.MonkeyPatch.context() as patch:
        for module in HASHING:
            patch.setattr(module, "_hasher", PasswordHasher(1, 8, 1))
        yield really


@pytest.fixture
def real_hashes(quick_hashes: dict[str, PasswordHasher], monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords and PINs are hashed at the program's own cost, which takes as long as it does."""
    for module in HASHING:
        monkeypatch.setattr(module, "_hasher", quick_hashes[module.__name__])


@pytest.fixture(scope="session")
def templates() -> Iterator[dict[str, Template]]:
    """The migrated databases there are so far, by kind."""
    made: dict[str, Template] = {}
    yield made
    for template in made.values():
        template.close()


@pytest.fixture(scope="session")
def template(
    database: str,
    templates: dict[str, Template],
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Template:
    """The migrated database of this kind."""
    if database not in templates:
        cluster = request.getfixturevalue("cluster") if database == "postgresql" else None
        templates[database] = Template(database, tmp_path_factory.mktemp(database), cluster)
    return templates[database]


@pytest.fixture
def shared_app(template: Template) -> Flask:
    """One app for all tests that change nothing, on a database with nothing in it."""
    return template.shared()


@pytest.fixture
def app(template: Template, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The app in a transaction that is thrown away, whatever the test commits.

    Nothing is in the database, or the cast where the test asks for it.
    """
    stock = PEOPLED if "cast" in request.fixturenames else EMPTY
    with rolled_back(template.shared(stock)) as shared:
        yield shared


@pytest.fixture
def committed_app(template: Template, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The app on a database of its own, for threads, faults and browsers: commits are real."""
    stock = PEOPLED if "committed_cast" in request.fixturenames else EMPTY
    app = quiet_app(template.copy(stock))
    with app.app_context():
        yield app
        let_go()


@pytest.fixture
def cast(app: Flask, template: Template) -> Cast:
    """Everybody, in both municipalities, on the rolled-back app."""
    found: Cast = template.told(PEOPLED)
    return found


@pytest.fixture
def committed_cast(committed_app: Flask, template: Template) -> Cast:
    """Everybody, in both municipalities, on a database of the test's own."""
    found: Cast = template.told(PEOPLED)
    return found


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript, not logged in."""
    return app.test_client()
