"""Every page that is got: whole, in both languages, changing nothing, looked at on record.

Each page of the small demo is opened once by everybody who may open it. What is found then is
judged by the tests below.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, table

from klippekort.accounts.models import Account, CareWorker
from klippekort.app import create_app
from klippekort.citizens.models import Citizen
from klippekort.municipalities.models import District
from klippekort.operations import demo
from klippekort.platform.audit import AuditCitizen, audit_write
from klippekort.platform.auth import access_of, public
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for, set_municipality
from klippekort.volunteers.models import Volunteer
from tests.pages import faults_of
from tests.sites import HOME, Visit, addresses, furnish, people, visits
from tests.small_demo import build_in

# Every page is opened by everybody before the first test is judged.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

MOST_QUERIES = 40
# A look is recorded by a read of its own; a session's sign of life is stored once a minute.
# What a device is asked to answer with a passkey waits for the answer.
# How often a page is asked that tells whether a paper is genuine is counted for some minutes.
MAY_GROW = {"audit_line", "audit_citizen", "sign_in_step", "pace_count"}
# What leads to whoever vouches for people, and back.
VOUCHED = {"accounts.ask_provider", "accounts.confirm_by_provider", "accounts.vouched"}
NOT_PAGES = {
    "static",
    "start",
    "web.was",
    "trips.open_ref",
    *VOUCHED,
}  # files, and what leads on to others


@dataclass
class Opened:
    """What came of a visit."""

    visit: Visit
    status: int
    is_html: bool
    text: str
    english: str | None
    queries: int
    named: frozenset[str]
    unseen: frozenset[str]
    grown: dict[str, int]
    saved_as: str = ""

    @property
    def name(self) -> str:
        return f"{self.visit.path} for {self.visit.who}"


class Inspector:
    """Opens pages and notes what they do to the database."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._queries = 0
        self._in_english: set[str] = set()
        with app.app_context(), acting_for(HOME):
            event.listen(db.engine, "before_cursor_execute", self._count)
            self._citizens = _citizens_by_name()
        counts = {
            name: select(func.count()).select_from(table(name)).scalar_subquery()
            for name in db.metadata.tables
        }
        self._counting = select(*(count.label(name) for name, count in counts.items()))

    def _count(self, *_details: Any) -> None:
        self._queries += 1

    def open(self, visit: Visit) -> Opened:
        """Open the page in Danish; whoever comes first to an address opens it in English too."""
        client = self._app.test_client()
        with self._app.app_context():
            cookies = visit.cookies()
        for name, value in cookies.items():
            client.set_cookie(name, value, domain="localhost")
        sizes, before = self._sizes(), new_id()
        self._queries = 0
        answer = client.get(visit.path, buffered=True)
        queries, after = self._queries, self._sizes()
        logged = self._logged_after(before)
        is_html = answer.mimetype == "text/html" and answer.status_code < 300
        text = answer.get_data(as_text=True) if is_html else ""
        named = self._named_in(text)
        return Opened(
            visit,
            answer.status_code,
            is_html,
            text,
            self._english(client, visit.path) if is_html else None,
            queries,
            named,
            frozenset(name for name in named if not self._citizens[name] & logged),
            {name: after[name] - size for name, size in sizes.items() if after[name] != size},
            answer.headers.get("Content-Disposition", ""),
        )

    def _sizes(self) -> dict[str, int]:
        with self._app.app_context(), db.engine.connect() as connection:
            row = connection.execute(self._counting).one()
        return dict(row._mapping)

    def _english(self, client: FlaskClient, path: str) -> str | None:
        if path in self._in_english:
            return None
        self._in_english.add(path)
        client.set_cookie("lang", "en", domain="localhost")
        return client.get(path).get_data(as_text=True)

    def _logged_after(self, line: UUID) -> set[UUID]:
        """Return whose data was looked at in lines of the log made after this one would be."""
        with self._app.app_context(), acting_for(HOME):
            found = select(AuditCitizen.citizen_id).where(AuditCitizen.id > line)
            return set(db.session.scalars(found))

    def _named_in(self, html: str) -> frozenset[str]:
        words = " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
        return frozenset(name for name in self._citizens if name in words)


def _citizens_by_name() -> dict[str, set[UUID]]:
    """Return who is called what, without those who share their name with a helper."""
    found: dict[str, set[UUID]] = defaultdict(set)
    for citizen in db.session.scalars(select(Citizen)):
        found[f"{citizen.first_name} {citizen.last_name}"].add(citizen.id)
    for column in (Account.display_name, CareWorker.name, Volunteer.name):
        for name in db.session.scalars(select(column)):
            found.pop(name, None)
    return found


@pytest.fixture(scope="module")
def demo_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = create_app(build_in(tmp_path_factory.mktemp("pages")))
    app.testing = True
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def opened(demo_app: Flask) -> list[Opened]:
    with demo_app.app_context():
        staff = people(demo.log_ins())
        todo = list(visits(demo_app, staff, furnish(demo_app, staff)))
    inspector = Inspector(demo_app)
    return [inspector.open(visit) for visit in todo]


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
    faults = {p.name: faults_of(p.english, language="en-GB") for p in opened if p.english}
    assert len(faults) > 200
    assert {name: found for name, found in faults.items() if found} == {}


def test_opening_a_page_changes_nothing_but_the_log(opened: list[Opened]) -> None:
    assert {p.name: p.grown for p in opened if set(p.grown) - MAY_GROW} == {}


def test_every_citizen_a_page_names_is_on_record_as_seen(opened: list[Opened]) -> None:
    assert {page.name: page.unseen for page in opened if page.unseen} == {}


def test_citizens_are_named_on_many_pages(opened: list[Opened]) -> None:
    assert len({page.visit.endpoint for page in opened if page.named}) > 10


def test_no_page_asks_the_database_too_often(opened: list[Opened]) -> None:
    worst = sorted(opened, key=lambda page: -page.queries)
    assert [(p.name, p.queries) for p in worst if p.queries > MOST_QUERIES] == []


def test_whoever_works_here_finds_how_to_log_out_on_every_page(
    demo_app: Flask, opened: list[Opened]
) -> None:
    """On all that are for those who are logged in, but a tablet that is turned to a citizen."""
    theirs = {
        endpoint
        for endpoint, view in demo_app.view_functions.items()
        if (access := access_of(view)) is not None
        and (access.action is not None or access.fresh)
        and not access.while_shown
    }
    whole = [page for page in pages(opened) if page.visit.endpoint in theirs and page.visit.actor]
    assert len({page.visit.actor.role for page in whole if page.visit.actor}) >= 6
    assert [page.name for page in whole if 'action="/log-ud"' not in page.text] == []


def test_the_names_of_files_are_the_programs_own_and_plain(opened: list[Opened]) -> None:
    """None holds what somebody typed, nor anything that could end the header it stands in."""
    named = {page.visit.endpoint: page.saved_as for page in opened if page.saved_as}
    assert len(named) > 20
    plain = re.compile(r'inline|(?:inline|attachment); filename="?[\w.-]{1,80}\.[a-z]{2,5}"?')
    assert {name: said for name, said in named.items() if not plain.fullmatch(said)} == {}


@pytest.fixture
def planted(demo_app: Flask) -> Iterator[dict[str, Opened]]:
    """What the inspector says of two bad pages: one names a citizen unseen, one writes."""
    app = create_app(demo_app.extensions["settings"])

    @public
    def telling() -> str:
        set_municipality(HOME)
        citizen = db.session.scalars(select(Citizen).limit(1)).one()
        return f"<h1>{citizen.first_name} {citizen.last_name}</h1>"

    @public
    def writing() -> str:
        set_municipality(HOME)
        audit_write(db.session.add, District(name=str(uuid4())))
        return "<h1>Planted</h1>"

    views = {"telling": telling, "writing": writing}
    for name, view in views.items():
        app.add_url_rule(f"/{name}", name, view)
    inspector = Inspector(app)
    yield {name: inspector.open(Visit(name, f"/{name}", None)) for name in views}
    with app.app_context():
        db.engine.dispose()


def test_a_citizen_named_without_a_look_is_noticed(planted: dict[str, Opened]) -> None:
    assert planted["telling"].unseen


def test_a_page_that_writes_is_noticed(planted: dict[str, Opened]) -> None:
    assert planted["writing"].grown == {"district": 1}


GOOD = """<!doctype html><html lang="da"><head><meta charset="utf-8"><title>Ture</title></head>
<body><h1>Ture</h1><form method="post" action="/x"><input type="hidden" name="csrf_token"
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
