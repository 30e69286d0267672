"""Every page that is got: whole, in both languages, changing nothing, looked at on record.

Each page of the small demo is opened once by everybody who may open it. What is found then is
judged by the tests below.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event, func, select, table

from klippekort.app import create_app
from klippekort.citizens.models import Citizen
from klippekort.operations import demo
from klippekort.platform.audit import AuditCitizen
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from tests.pages import faults_of
from tests.sites import HOME, Visit, addresses, furnish, people, visits
from tests.small_demo import build_in

MOST_QUERIES = 40
# A look is recorded by a read of its own; a session's sign of life is stored once a minute.
MAY_GROW = {"audit_line", "audit_citizen"}
NOT_PAGES = {"static", "start", "web.was"}  # files, and two addresses that lead on to others


@dataclass
class Opened:
    """What came of a visit."""

    visit: Visit
    status: int
    is_html: bool
    text: str
    english: str
    queries: int
    shown: frozenset[UUID]
    logged: frozenset[UUID]
    grown: dict[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.visit.path} for {self.visit.who}"


class Inspector:
    """Opens pages and notes what they do to the database."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._queries = 0
        event.listen(db.engine, "before_cursor_execute", self._count)
        with acting_for(HOME):
            self._names = {
                f"{citizen.first_name} {citizen.last_name}": citizen.id
                for citizen in db.session.scalars(select(Citizen))
            }

    def _count(self, *_details: Any) -> None:
        self._queries += 1

    def open(self, visit: Visit) -> Opened:
        """Open the page in Danish, then in English."""
        client = self._app.test_client()
        for name, value in visit.cookies().items():
            client.set_cookie(name, value, domain="localhost", path="/")
        before, logged_before = self._sizes(), self._lines()
        self._queries = 0
        answer = client.get(visit.path)
        queries = self._queries
        after = self._sizes()
        is_html = answer.mimetype == "text/html" and answer.status_code < 300
        text = answer.get_data(as_text=True) if is_html else ""
        logged = self._lines() - logged_before
        client.set_cookie("lang", "en", domain="localhost")
        english = client.get(visit.path).get_data(as_text=True) if is_html else ""
        return Opened(
            visit,
            answer.status_code,
            is_html,
            text,
            english,
            queries,
            self._shown_in(text),
            frozenset(citizen_id for _id, citizen_id in logged),
            {name: after[name] - size for name, size in before.items() if after[name] != size},
        )

    def _sizes(self) -> dict[str, int]:
        counts = {
            name: select(func.count()).select_from(table(name)).scalar_subquery()
            for name in db.metadata.tables
        }
        with db.engine.connect() as connection:
            row = connection.execute(select(*(c.label(name) for name, c in counts.items()))).one()
        return dict(row._mapping)

    def _lines(self) -> set[tuple[UUID, UUID]]:
        with acting_for(HOME):
            db.session.rollback()
            found = db.session.execute(select(AuditCitizen.id, AuditCitizen.citizen_id)).all()
        return {(row[0], row[1]) for row in found}

    def _shown_in(self, html: str) -> frozenset[UUID]:
        words = " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
        return frozenset(key for name, key in self._names.items() if name in words)


@pytest.fixture(scope="module")
def demo_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = create_app(build_in(tmp_path_factory.mktemp("pages")))
    app.testing = True
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def opened(demo_app: Flask) -> list[Opened]:
    staff = people(demo.log_ins())
    values = furnish(demo_app, staff)
    inspector = Inspector(demo_app)
    return [inspector.open(visit) for visit in visits(demo_app, staff, values)]


def pages(opened: list[Opened]) -> list[Opened]:
    return [page for page in opened if page.is_html]


def test_no_address_is_left_unvisited(demo_app: Flask, opened: list[Opened]) -> None:
    shown = {page.visit.endpoint for page in opened if page.status == 200}
    assert addresses(demo_app) - shown == NOT_PAGES


def test_nobody_is_turned_away_from_a_page_that_is_theirs(opened: list[Opened]) -> None:
    assert [(page.name, page.status) for page in opened if page.status not in (200, 303)] == []


def test_every_page_is_whole(opened: list[Opened]) -> None:
    assert {p.name: f for p in pages(opened) if (f := faults_of(p.text))} == {}


def test_every_page_is_whole_in_english(opened: list[Opened]) -> None:
    faults = {p.name: faults_of(p.english, language="en-GB") for p in pages(opened)}
    assert {name: found for name, found in faults.items() if found} == {}


def test_opening_a_page_changes_nothing_but_the_log(opened: list[Opened]) -> None:
    assert {p.name: p.grown for p in opened if set(p.grown) - MAY_GROW} == {}


def test_every_citizen_a_page_names_is_on_record_as_seen(opened: list[Opened]) -> None:
    missing = {page.name: page.shown - page.logged for page in pages(opened)}
    assert {name: len(unseen) for name, unseen in missing.items() if unseen} == {}


def test_citizens_are_named_on_many_pages(opened: list[Opened]) -> None:
    assert len({page.visit.endpoint for page in pages(opened) if page.shown}) > 10


def test_no_page_asks_the_database_too_often(opened: list[Opened]) -> None:
    worst = sorted(opened, key=lambda page: -page.queries)
    assert [(p.name, p.queries) for p in worst if p.queries > MOST_QUERIES] == []


GOOD = """<!doctype html><html lang="da"><head><meta charset="utf-8"><title>Ture – Klippekort</title>
</head><body><h1>Ture</h1><form method="post" action="/x"><input type="hidden" name="csrf_token"
value="x"><label for="a">Navn</label><input id="a" name="a"></form></body></html>"""


def test_a_good_page_has_no_faults() -> None:
    assert faults_of(GOOD) == []


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        ("<h1>Ture</h1>", "<h1>Ture</p></h1>", "invalid HTML"),
        ("<h1>Ture</h1>", "<h1>Ture</h1><h1>To</h1>", "2 first headings"),
        ("<h1>Ture</h1>", "<p>Ture</p>", "0 first headings"),
        ("<title>Ture", "<title>Kort", "title"),
        ("<h1>Ture</h1>", "<h1>Ture</h1><p id='a'></p>", "id 'a' stands 2 times"),
        ('for="a"', 'for="b"', "no label for a"),
        ('lang="da"', 'lang="en"', "language is en"),
        ("csrf_token", "other", "a form that posts without a token"),
        (">Navn<", ">Log out<", "English on a Danish page: Log out"),
        ("<h1>", '<h1 style="color:red">', "inline style"),
        ("<h1>", '<h1 onclick="x()">', "inline onclick"),
        ("</body>", "<script>x()</script></body>", "inline script"),
        ("</head>", "<style>p {}</style></head>", "inline style"),
        ("<h1>", '<img src="/a.png"><h1>', "no alt text"),
    ],
)
def test_a_planted_fault_is_seen(good: str, bad: str, fault: str) -> None:
    assert good in GOOD
    assert any(found.startswith(fault) for found in faults_of(GOOD.replace(good, bad)))
