"""Every document the program prints can be read aloud: PDF/UA-1, as far as a program can tell."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from klippekort.app import create_app
from klippekort.domain.permissions import Role
from klippekort.operations import demo
from klippekort.own_page.services.requests import ask_on_paper
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from tests.faults.forms import browser, forms_on
from tests.screen_readers import faults_in
from tests.sites import HOME, Visit, furnish, people, visits
from tests.small_demo import build_in

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

ROOT = Path(__file__).resolve().parents[2]
PDF = "application/pdf"
# What is drawn where a form is sent, by the page on which it is pressed.
PRESSED_ON = {
    "own_page.data": "own_page.data_pdf",
    "own_page.requests": "own_page.letter",
    "punchcards.genuine": "punchcards.genuine",
}


@pytest.fixture(scope="module")
def demo_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = create_app(build_in(tmp_path_factory.mktemp("papers")))
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def todo(demo_app: Flask) -> list[Visit]:
    with demo_app.app_context():
        staff = people(demo.log_ins())
        values = furnish(demo_app, staff)
        citizen_id, now = UUID(values["citizen_id"][0]), clock.now()
        with acting_for(HOME):
            execute(ask_on_paper, staff[Role.COORDINATOR], citizen_id, "data", now=now)
        return list(visits(demo_app, staff, values))


@pytest.fixture(scope="module")
def drawn(demo_app: Flask, todo: list[Visit]) -> dict[str, bytes]:
    """One document of every address that gives one."""
    found: dict[str, bytes] = {}
    for visit in todo:
        wanted = PRESSED_ON.get(visit.endpoint, visit.endpoint)
        if wanted in found or not (visit.path.endswith(".pdf") or visit.endpoint in PRESSED_ON):
            continue
        with demo_app.app_context():
            client = browser(demo_app, visit.cookies())
            answer = client.get(visit.path)
            if visit.endpoint in PRESSED_ON:
                forms = list(forms_on(demo_app, visit, answer))
                [*_others, form] = [one for one in forms if one.endpoint == wanted]
                answer = form.send(client, {})
            if answer.mimetype == PDF:
                found[wanted] = answer.data
    return found


def test_every_address_that_gives_a_document_was_asked(
    demo_app: Flask, drawn: dict[str, bytes]
) -> None:
    wanted = {one.endpoint for one in demo_app.url_map.iter_rules() if one.rule.endswith(".pdf")}
    assert (wanted | set(PRESSED_ON.values())) - drawn.keys() == set()


def test_every_document_can_be_read_aloud(drawn: dict[str, bytes]) -> None:
    """G20: PDF/UA-1, every one of them."""
    faults = {name: found for name, one in drawn.items() if (found := faults_in(one))}
    said = [f"{name}: {one}" for name, each in sorted(faults.items()) for one in each]
    assert said == []


def test_documents_are_drawn_in_one_place() -> None:
    """What is drawn elsewhere would escape the tests above."""
    drawing = [
        str(file.relative_to(ROOT))
        for file in sorted((ROOT / "klippekort").rglob("*.py"))
        if "import weasyprint" in file.read_text()
    ]
    assert drawing == ["klippekort/platform/pdf.py"]
