"""Every form on every page: who may fill it in, where it goes, and what it says as it stands."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from klippekort.platform.db import db
from tests.databases import rolled_back
from tests.pages import HTML
from tests.sites import Visit

CHOSEN = {"radio", "checkbox"}
REDIRECTS = {302, 303}
# Nothing can be filled in on a document, and to draw one takes as long as fifty pages.
PAPER, LEADS_NOWHERE = ".pdf", {"own_page.data_pdf"}
_ACTION = re.compile(r'action="([^"]+)"')
Fields = dict[str, list[str]]


@dataclass(frozen=True)
class Form:
    """A form on a page. One that stands there only after another was sent has it `before`."""

    visit: Visit
    endpoint: str
    path: str
    method: str
    values: Fields
    texts: frozenset[str]
    is_upload: bool
    before: "Form | None" = None

    @property
    def kind(self) -> tuple[str, str, frozenset[str]]:
        """Return what makes two forms one: where they go, and their fields."""
        return self.endpoint, self.method, frozenset(self.values)

    def send(self, client: FlaskClient, changed: Fields) -> TestResponse:
        """Fill the form in as it stands but for some fields, and send it."""
        sent = {**self.values, **changed}
        if self.method == "GET":
            return client.get(self.path, query_string=sent)
        kind = "multipart/form-data" if self.is_upload else None
        return client.post(self.path, data=sent, content_type=kind)

    def standing(self, app: Flask, client: FlaskClient) -> "Form":
        """Return the form as it stands now: what comes before it is sent first."""
        if self.before is None:
            return self
        for page in self.before.pages(client):
            for form in forms_on(app, self.visit, page):
                if form.kind == self.kind:
                    return form
        raise LookupError(self.endpoint)

    def pages(self, client: FlaskClient) -> list[TestResponse]:
        """Send the form, and return the page that answers and the one it stood on."""
        answer = self.send(client, {})
        leads_to = answer.status_code in REDIRECTS
        shown = client.get(answer.headers["Location"]) if leads_to else answer
        return [shown, client.get(self.visit.path)]


def browser(app: Flask, cookies: Mapping[str, str]) -> FlaskClient:
    """Return a client that sends these cookies."""
    client = app.test_client()
    for name, value in cookies.items():
        client.set_cookie(name, value, domain="localhost")
    return client


def forms_on(app: Flask, visit: Visit, page: TestResponse) -> Iterator[Form]:
    """Yield the forms on a page; what is no page has none."""
    if page.mimetype != "text/html":
        return
    adapter = app.url_map.bind("localhost")
    root = html5lib.HTMLParser(namespaceHTMLElements=True).parse(page.text)
    for form in root.iter(f"{HTML}form"):
        path = form.get("action") or page.request.full_path.rstrip("?")
        method = form.get("method", "get").upper()
        endpoint, _ = adapter.match(urlsplit(path).path, method=method)
        values, texts = _fields_of(form)
        is_upload = "multipart" in form.get("enctype", "")
        made = Form(visit, endpoint, path, method, values, texts, is_upload)
        yield made
        for button in form.iter(f"{HTML}button"):
            if elsewhere := button.get("formaction"):
                endpoint, _ = adapter.match(urlsplit(elsewhere).path, method=method)
                yield replace(made, endpoint=endpoint, path=elsewhere)


def _fields_of(form: Element) -> tuple[Fields, frozenset[str]]:
    """Return what the form sends when nobody changes it, and which fields hold free text."""
    values: Fields = {}
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


def gather(
    app: Flask, todo: Iterable[Visit], filled: Mapping[str, Fields]
) -> dict[tuple[Any, ...], Form]:
    """Return every form on these pages, once for each set of fields that it is found with, and
    those that stand there only after one of them was sent, as it stands or `filled` in.
    """
    found: dict[tuple[Any, ...], Form] = {}
    for visit in todo:
        if visit.path.endswith(PAPER):
            continue
        with rolled_back(app):
            page = browser(app, visit.cookies()).get(visit.path)
            if page.status_code < 300:
                for form in forms_on(app, visit, page):
                    found.setdefault(form.kind, form)
            page.close()
    return found | _later(app, list(found.values()), filled)


def _goes_to(app: Flask, page: TestResponse) -> set[str]:
    """Return where the forms of a page go, read without a parser."""
    adapter = app.url_map.bind("localhost")
    found: set[str] = set()
    if page.mimetype != "text/html":
        return found
    for path in (page.request.path, *_ACTION.findall(page.text)):
        with suppress(HTTPException):
            found.add(adapter.match(urlsplit(path).path, method="POST")[0])
    return found


def _later(
    app: Flask, forms: list[Form], filled: Mapping[str, Fields]
) -> dict[tuple[Any, ...], Form]:
    """Return the forms for addresses that no form goes to yet."""
    known = {form.endpoint for form in forms}
    found: dict[tuple[Any, ...], Form] = {}
    largest = sorted(forms, key=lambda form: len(form.values))
    for form in {form.endpoint: form for form in largest}.values():
        if form.method != "POST" or form.is_upload or form.endpoint in LEADS_NOWHERE:
            continue
        first = replace(form, values={**form.values, **filled.get(form.endpoint, {})})
        with rolled_back(app):
            pages = first.pages(browser(app, form.visit.cookies()))
            new = [
                one
                for page in pages
                if _goes_to(app, page) - known
                for one in forms_on(app, form.visit, page)
            ]
        for one in new:
            if one.endpoint not in known:
                found.setdefault(one.kind, replace(one, before=first))
        db.session.remove()
    return found
