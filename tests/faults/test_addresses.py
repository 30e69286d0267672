"""F27 where no form stands: what machines send, and buttons that pages hold for a moment only."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from itertools import product
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from klippekort.config import DigitalPost, SmsGateway, VoiceGateway
from klippekort.domain.permissions import ALLOWED, Actor, Role
from klippekort.operations import demo
from klippekort.platform import clock
from klippekort.platform.auth import access_of
from klippekort.platform.db import db
from klippekort.platform.gateways import signed
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME
from tests.databases import rolled_back
from tests.faults import nasty
from tests.faults.forms import browser
from tests.faults.seldom import BUTTONS, MACHINES, with_gateways
from tests.faults.small import demo_on, nothing_behind
from tests.gateways import SECRET
from tests.login import session_secret
from tests.messages_site import sending
from tests.own_page_site import own_cookies
from tests.sites import Values, furnish, people

pytestmark = pytest.mark.timeout(1200)

# What a body may be that no program of ours sends.
BODIES = (
    b"",
    b"null",
    b"[]",
    b"[[], {}, 1]",
    b'"<xqz>"',
    b"{",
    b"{}",
    b"[" * 9000,
    b"{" * 9000,
    b"\xff\xfe\x00",
    b"1" * 5000,
    b'{"a": 1e999}',
    b'{"\\u0000": "\\ud800"}',
    b"x" * 20_000,
)
KINDS = ("application/json", "application/x-www-form-urlencoded", "text/plain", "")
FIELDS = ("id", "kind", "type", "from", "text", "reference", "status", "code", "key")
HIDDEN = ("citizen_id", "version", "back", "guest", "word", "answer")
EVERY = 7  # of the strings, in each field of a machine's


@pytest.fixture(scope="module")
def demo_app(
    database: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Flask]:
    with demo_on(database, tmp_path_factory.mktemp("addresses"), request) as app:
        with_gateways(app)
        yield app


@pytest.fixture(scope="module")
def staff(demo_app: Flask) -> dict[Role, Actor]:
    with demo_app.app_context():
        return people(demo.log_ins())


@pytest.fixture(scope="module")
def values(demo_app: Flask, staff: dict[Role, Actor]) -> Values:
    with demo_app.app_context():
        found = furnish(demo_app, staff)
        db.session.remove()
    return found


def _paths(app: Flask, endpoint: str, values: Values) -> Iterator[str]:
    """Yield an address with what is there in it, and one with ids that never were."""
    adapter = app.url_map.bind("localhost")
    rule = next(one for one in app.url_map.iter_rules(endpoint) if "POST" in (one.methods or ()))
    known = {
        name: values.get(f"{endpoint}:{name}", values.get(name, ())) for name in rule.arguments
    }
    for there in (True, False):
        part = {
            name: found[0] if there and found else _invented(rule._converters[name])
            for name, found in known.items()
        }
        yield adapter.build(endpoint, part, method="POST")


def _invented(converter: object) -> str:
    items = getattr(converter, "items", None)
    return sorted(items)[0] if items else str(uuid4()) if "UUID" in repr(converter) else "1"


def _wrong(answer: TestResponse) -> bool:
    is_page = answer.mimetype == "text/html"
    return answer.status_code >= 500 or (is_page and bool(nasty.taken_for_markup(answer.text)))


def test_machines_may_send_anything(
    demo_app: Flask, staff: dict[Role, Actor], values: Values
) -> None:
    """F27, every address that takes no form: what cannot be read is refused, and nothing breaks."""
    wrong = []
    with demo_app.app_context(), _gateways(demo_app):
        cookies = {"session": session_secret(staff[Role.CARE_WORKER])}
        for endpoint in sorted(MACHINES):
            for path, kind, body in product(_paths(demo_app, endpoint, values), KINDS, _bodies()):
                with rolled_back(demo_app):
                    answer = _sent(demo_app, cookies, staff, path, kind, body)
                if _wrong(answer):
                    wrong.append(f"{path} {kind} {body[:60]!r}: {answer.status_code}")
    assert wrong == []


def _bodies() -> Iterator[bytes]:
    yield from BODIES
    for field, words in product(FIELDS, nasty.ALL[::EVERY]):
        said = {
            "id": str(uuid4()),
            "kind": "note",
            "type": "reply",
            "from": "+4520304050",
            "text": "JA",
            "reference": f"1.{uuid4()}",
            "status": "delivered",
        }
        yield json.dumps({**said, field: words}).encode()[:16_000]


def _gateways(app: Flask) -> AbstractContextManager[None]:
    return sending(
        app,
        sms=SmsGateway("https://sms.example.dk", "token", secret=SECRET),
        voice=VoiceGateway("https://voice.example.dk", "token", "+4547000000", SECRET),
        digital_post=DigitalPost(Path("post"), "", "token", SECRET),
    )


def _sent(
    app: Flask,
    cookies: dict[str, str],
    staff: dict[Role, Actor],
    path: str,
    kind: str,
    body: bytes,
) -> TestResponse:
    """Send a body as one who may: signed, and from the tablet's own account."""
    stamp = str(int(clock.now().timestamp()))
    headers = {
        "X-Account": str(staff[Role.CARE_WORKER].account_id),
        "Idempotency-Key": str(uuid4()),
        "webhook-id": str(uuid4()),
        "webhook-timestamp": stamp,
    }
    signature = signed.signature(SECRET, headers["webhook-id"], stamp, body)
    client = browser(app, cookies)
    answer: TestResponse = client.post(
        path, data=body, content_type=kind, headers={**headers, "webhook-signature": signature}
    )
    return answer


def test_buttons_may_be_pressed_with_anything(
    demo_app: Flask, staff: dict[Role, Actor], values: Values
) -> None:
    """F27, buttons that stand on a page for a moment only: whatever is sent in their place."""
    wrong = []
    with demo_app.app_context(), nothing_behind():
        for endpoint in sorted(BUTTONS):
            for cookies in _who_may(demo_app, endpoint, staff):
                for path, sent in product(_paths(demo_app, endpoint, values), _presses()):
                    with rolled_back(demo_app):
                        answer = _pressed(browser(demo_app, cookies), path, sent)
                    if _wrong(answer):
                        wrong.append(f"{path} {sent}: {answer.status_code}")
    assert wrong == []


def _who_may(app: Flask, endpoint: str, staff: dict[Role, Actor]) -> Iterator[dict[str, str]]:
    """Yield the cookies of the first role that may press a button, or of the citizen herself."""
    access = access_of(app.view_functions[endpoint])
    if access is None or access.action is None:
        with acting_for(HOME):
            yield own_cookies(endpoint)
    else:
        role = next(role for role in staff if role in ALLOWED[access.action])
        yield {"session": session_secret(staff[role])}


def _presses() -> Iterator[dict[str, str]]:
    """Yield what is sent: a good key alone, and words where the key and other things should be."""
    yield {"key": str(uuid4())}
    yield {}
    for words in nasty.ALL[::EVERY]:
        yield {"key": words}
        yield {"key": str(uuid4())} | dict.fromkeys(HIDDEN, words)


def _pressed(client: FlaskClient, path: str, sent: dict[str, str]) -> TestResponse:
    answer: TestResponse = client.post(path, data=sent)
    if answer.status_code in (302, 303):
        answer = client.get(answer.headers["Location"])
    return answer
