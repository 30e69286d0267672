"""F26 and F27: hostile strings in every field of every form, and in every name that is shown."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.app import create_app
from klippekort.operations import demo
from klippekort.platform.db import db
from tests.databases import rolled_back
from tests.faults import nasty
from tests.pages import HTML
from tests.sites import Visit, furnish, people, visits
from tests.small_demo import build_in

pytestmark = pytest.mark.timeout(3600)

PAIRS = 10_000
UNTOUCHED = {"csrf_token", "key"}
CHOSEN = {"radio", "checkbox"}
# These are never sent out, not even to whoever has just typed them.
NOT_SENT_BACK = {"person_number", "pin"}


@dataclass
class Form:
    """A form on a page: who may fill it in, where it goes, and what it says as it stands."""

    visit: Visit
    endpoint: str
    path: str
    method: str
    values: dict[str, list[str]]
    texts: frozenset[str]
    is_upload: bool


def _forms_of(app: Flask, visit: Visit, page: str) -> Iterator[Form]:
    adapter = app.url_map.bind("localhost")
    root = html5lib.HTMLParser(namespaceHTMLElements=True).parse(page)
    for form in root.iter(f"{HTML}form"):
        path = form.get("action") or visit.path
        method = form.get("method", "get").upper()
        endpoint, _ = adapter.match(urlsplit(path).path, method=method)
        values, texts = _fields_of(form)
        is_upload = "multipart" in form.get("enctype", "")
        yield Form(visit, endpoint, path, method, values, texts, is_upload)


def _fields_of(form: Element) -> tuple[dict[str, list[str]], frozenset[str]]:
    """Return what the form sends when nobody changes it, and which fields hold free text."""
    values: dict[str, list[str]] = {}
    texts = set()
    for field in form.iter():
        kind, name = field.tag.removeprefix(HTML), field.get("name")
        if not name or kind not in ("input", "textarea", "select", "button"):
            continue
        sort = field.get("type", "text")
        if sort == "file":
            continue
        filled = values.setdefault(name, [])
        if kind == "textarea":
            filled.append(field.text or "")
            texts.add(name)
        elif kind == "select":
            filled += [o.get("value", "") for o in field.iter() if o.get("selected") is not None]
        elif sort not in CHOSEN or field.get("checked") is not None:
            filled.append(field.get("value", ""))
            texts |= {name} if kind == "input" and sort in ("text", "search") else set()
    return values, frozenset(texts)


@pytest.fixture(scope="module")
def demo_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = create_app(build_in(tmp_path_factory.mktemp("hostile")))
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    with app.app_context():
        db.engine.dispose()


def _browser(app: Flask, cookies: dict[str, str]) -> FlaskClient:
    client = app.test_client()
    for name, value in cookies.items():
        client.set_cookie(name, value, domain="localhost")
    return client


@pytest.fixture(scope="module")
def forms(demo_app: Flask) -> list[Form]:
    """Every form there is, once for each set of fields that it is found with."""
    found: dict[Any, Form] = {}
    with demo_app.app_context():
        staff = people(demo.log_ins())
        todo = list(visits(demo_app, staff, furnish(demo_app, staff)))
        db.session.remove()
        for visit in todo:
            with rolled_back(demo_app):
                answer = _browser(demo_app, visit.cookies()).get(visit.path)
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            for form in _forms_of(demo_app, visit, answer.text):
                found.setdefault((form.endpoint, form.method, frozenset(form.values)), form)
    return list(found.values())


def _attacks(forms: list[Form]) -> Iterator[tuple[Form, str, str]]:
    """Yield each form with one field and what is written into it; fields share the strings out."""
    fields = [(form, name) for form in forms for name in sorted(set(form.values) - UNTOUCHED)]
    each = -(-PAIRS // len(fields))
    for number, (form, name) in enumerate(fields):
        for words in nasty.some(number * each, each):
            yield form, name, words


@dataclass
class Found:
    """What came of all attacks."""

    pairs: int
    statuses: Counter[int]
    broken: list[str]
    markup: list[str]
    lost: list[str]


@pytest.fixture(scope="module")
def found(demo_app: Flask, forms: list[Form]) -> Found:
    found = Found(0, Counter(), [], [], [])
    with demo_app.app_context():
        for form, name, words in _attacks(forms):
            _attack(demo_app, form, name, words, found)
    return found


def _attack(app: Flask, form: Form, name: str, words: str, found: Found) -> None:
    what = f"{form.method} {form.endpoint} {name}={words[:40]!r}"
    sent = {**form.values, name: [words]}
    with rolled_back(app):
        client = _browser(app, form.visit.cookies())
        if form.method == "GET":
            answer = client.get(form.path, query_string=sent)
        else:
            kind = "multipart/form-data" if form.is_upload else None
            answer = client.post(form.path, data=sent, content_type=kind)
        pages = [answer]
        if answer.status_code in (302, 303):
            pages.append(client.get(answer.headers["Location"]))
    found.pairs += 1
    for page in pages:
        found.statuses[page.status_code] += 1
        if page.status_code >= 500:
            found.broken.append(what)
        if page.mimetype == "text/html" and (bad := nasty.taken_for_markup(page.text)):
            found.markup.append(f"{what}: {bad}")
    is_kept = name in form.texts - NOT_SENT_BACK and _is_plain(words)
    if answer.status_code == 422 and is_kept and not _still_says(answer.text, name, words):
        found.lost.append(what)


def _is_plain(words: str) -> bool:
    """Say whether a browser would send and show these words as they are."""
    return words.isprintable() and words.strip() == words and 0 < len(words) <= 300


def _still_says(page: str, name: str, words: str) -> bool:
    """Say whether a field that was sent back still holds what was typed."""
    root = html5lib.HTMLParser(namespaceHTMLElements=True).parse(page)
    said = [
        (field.text or "").removeprefix("\n") if "textarea" in field.tag else field.get("value")
        for field in root.iter()
        if field.get("name") == name
    ]
    return not said or words in said


def test_ten_thousand_hostile_strings_break_no_page(found: Found) -> None:
    """F27, every field of every form: no error of ours, whatever is written into it."""
    assert found.pairs >= PAIRS
    assert sorted(set(found.broken)) == []


def test_no_field_is_taken_for_markup(found: Found) -> None:
    """F27: nothing raw on the page that answers, nor on the one it leads to."""
    assert sorted(set(found.markup)) == []


def test_a_form_that_is_refused_keeps_what_was_typed(found: Found) -> None:
    """F27: nothing lost of what somebody wrote."""
    assert sorted(set(found.lost)) == []


def test_every_form_was_reached(demo_app: Flask, forms: list[Form]) -> None:
    """Every address that takes a form is among those that were attacked, or is named here."""
    taking = {
        rule.endpoint for rule in demo_app.url_map.iter_rules() if "POST" in (rule.methods or ())
    }
    assert sorted(taking - {form.endpoint for form in forms}) == []
