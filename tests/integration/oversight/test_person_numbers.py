"""A person number stands nowhere in clear: not on pages, in logs, the database, or a backup."""

import logging
import re
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from klippekort.app import create_app
from klippekort.citizens import queries
from klippekort.citizens.models import Citizen
from klippekort.domain.permissions import ALLOWED, Role
from klippekort.operations import demo
from klippekort.operations.backups import back_up
from klippekort.platform import clock
from klippekort.platform.auth import access_of, public
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME
from tests.login import log_in
from tests.sites import FILES, people
from tests.small_demo import build_in

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

TYPED = "070150-1234"  # typed in by hand below
PAGES = (
    "/borgere/{}/oplysninger",
    "/borgere/{}/ret",
    "/borgere/{}/log",
    "/borgere/{}/rettelser",
    "/borgere/{}",
)


@dataclass
class Town:
    """A town with what was said in it: pages, addresses and logs, and where its files lie."""

    app: Flask
    folder: Path
    numbers: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


class _Kept(logging.Handler):
    def __init__(self, kept: list[str]) -> None:
        super().__init__()
        self.kept = kept
        self.setFormatter(logging.Formatter("%(message)s %(pathname)s %(args)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.kept.append(self.format(record))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("numbers")
    settings = build_in(folder)
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    handler = None
    found = Town(app, folder)
    handler = _Kept(found.said)
    logging.getLogger().addHandler(handler)
    try:
        _live(found)
        with app.app_context():
            found.said.append(
                str(back_up(settings, settings.database_url, folder / "b", now=clock.now()))
            )
        yield found
    finally:
        logging.getLogger().removeHandler(handler)
        with app.app_context():
            db.engine.dispose()


def _live(town: Town) -> None:
    """Open every page without an address of its own, and some citizens'; add, import, and fail."""

    @public
    def broken() -> str:
        with acting_for(HOME):
            citizen = db.session.scalars(select(Citizen).limit(1)).one()
            number = queries.person_number_of(citizen)
            raise RuntimeError(f"something about {citizen.id}{'' if number else '!'}")

    town.app.add_url_rule("/i-stykker", "broken", broken)
    with town.app.app_context():
        staff = people(demo.log_ins())
        with acting_for(HOME):
            citizens = list(db.session.scalars(select(Citizen)))
            numbers = [queries.person_number_of(one) for one in citizens]
            town.numbers = [one for one in numbers if one] + [TYPED.replace("-", "")]
            first = citizens[0]
            places = {"supplier": str(first.supplier_id), "district": str(first.district_id or "")}
            shown = [str(one.id) for one in citizens[:3]]
        db.session.rollback()
    opened: set[str] = set()
    for role, actor in staff.items():
        with town.app.app_context():
            client = log_in(town.app.test_client(), actor)
        _open(town, client, role, opened)
        if role in (Role.ASSESSOR, Role.COORDINATOR):
            for page, one in product(PAGES, shown):
                _note(town, client.get(page.format(one)))
        if role is Role.ASSESSOR:
            _add(town, client, places)
        if role is Role.ADMINISTRATOR:
            _import(town, client)
        _note(town, client.get("/i-stykker"))


def _open(town: Town, client: FlaskClient, role: Role, opened: set[str]) -> None:
    """Open every page whose address is its own, the first who may."""
    for rule in town.app.url_map.iter_rules():
        access = access_of(town.app.view_functions[rule.endpoint])
        if rule.arguments or "GET" not in (rule.methods or ()) or rule.endpoint in opened:
            continue
        if access is not None and access.action and role in ALLOWED[access.action]:
            opened.add(rule.endpoint)
            _note(town, client.get(str(rule)))


def _import(town: Town, client: FlaskClient) -> None:
    for name, text in FILES.items():
        sent = {"kind": "citizens", "file": (BytesIO(text.encode()), f"{name}.csv")}
        answer = client.post("/indlaes", data=sent, content_type="multipart/form-data")
        for thread in threading.enumerate():
            if thread.name.startswith("import-"):
                thread.join()
        _note(town, client.get(answer.location))


def _add(town: Town, client: FlaskClient, places: dict[str, str]) -> None:
    facts = {
        "first_name": "Inger",
        "last_name": "Åkjær",
        "person_number": TYPED,
        "address": "Vej 1",
        "postcode": "4681",
        "town": "Lindeby",
        "setting": "own_home",
        **places,
    }
    for sent in (facts, facts, {**facts, "person_number": f"{TYPED}x"}):
        key = client.get("/borgere/ny").text.partition('name="key" value="')[2][:36]
        answer = client.post("/borgere/ny", data={**sent, "key": key})
        if answer.status_code != 422:  # what was typed wrong stands in its field again
            _note(town, answer)


def _note(town: Town, answer: TestResponse) -> None:
    town.said.append(answer.get_data().decode("utf-8", "replace"))
    town.said.append(str(answer.headers))
    town.said.append(answer.request.url)


def _pattern(town: Town) -> re.Pattern[bytes]:
    forms = [f"{one[:6]}[- ]?{one[6:]}" for one in town.numbers]
    return re.compile("|".join(forms).encode())


def test_the_town_has_numbers_and_much_was_said(town: Town) -> None:
    assert len(town.numbers) > 20
    assert len(town.said) > 200
    assert any("unexpected" in said for said in town.said)


def test_no_page_header_address_or_log_says_a_number(town: Town) -> None:
    pattern = _pattern(town)
    assert [said[:200] for said in town.said if pattern.search(said.encode())] == []


def test_no_file_of_the_installation_holds_a_number(town: Town) -> None:
    """Only the very bytes somebody sent in do, for an hour at most, readable by nobody else."""
    pattern = _pattern(town)
    files = [file for file in town.folder.rglob("*") if file.is_file()]
    hits = [file for file in files if pattern.search(file.read_bytes())]
    assert {file.parent.name for file in hits} <= {"uploads"}
    assert {file.stat().st_mode & 0o077 for file in hits} <= {0}
    assert not any(file.suffix == ".json" for file in hits)
    assert any(file.suffix == ".db" for file in files)


def test_no_backup_holds_a_number(town: Town) -> None:
    pattern, read = _pattern(town), 0
    for file in (town.folder / "b").iterdir():
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive:
                for name in archive.namelist():
                    content = archive.read(name)
                    assert not pattern.search(content), name
                    read += len(content)
        else:
            read += len(file.read_bytes())
            assert not pattern.search(file.read_bytes())
    assert read > 100_000


def test_a_number_that_is_there_would_be_found(town: Town) -> None:
    assert _pattern(town).search(f"a{TYPED}b".encode())
    assert _pattern(town).search(town.numbers[0].encode())
