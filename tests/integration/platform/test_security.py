"""What a hostile browser, link, file or header may try, and what it gets."""

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from gunicorn.config import Config  # type: ignore[import-untyped]
from markupsafe import escape
from sqlalchemy import select
from sqlalchemy.pool import QueuePool

from klippekort.app import create_app
from klippekort.municipalities.models import District
from klippekort.operations import serve
from klippekort.platform.auth import access_of, public
from klippekort.platform.db import db
from klippekort.platform.security import LONGEST_REPORT, REPORTS
from klippekort.platform.spreadsheet import as_csv
from klippekort.platform.tenancy import acting_for
from tests.cast import AWAY, HOME, Cast
from tests.login import log_in

PAGES = ("/log-ind", "/tilgaengelighed", "/findes-ikke", "/static/css/base.css")


@contextmanager
def _another(app: Flask, **told: Any) -> Iterator[Flask]:
    """Put the app together once more, told something else, and let go of its database."""
    made = create_app(replace(app.extensions["settings"], **told))
    try:
        yield made
    finally:
        with made.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_has_the_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path, buffered=True).headers
    policy = headers["Content-Security-Policy"]
    for part in (
        "default-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ):
        assert part in policy
    assert "frame-ancestors 'none'" in policy
    assert "report-uri /csp-rapport" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers


def test_pages_are_not_kept_in_any_cache(client: FlaskClient) -> None:
    assert client.get("/log-ind").headers["Cache-Control"] == "private, no-store"


def test_over_https_browsers_are_told_to_stay_there(app: Flask) -> None:
    assert "Strict-Transport-Security" not in app.test_client().get("/log-ind").headers
    with _another(app, secure_cookies=True) as safe:
        lasting = safe.test_client().get("/log-ind").headers["Strict-Transport-Security"]
    assert lasting == "max-age=31536000; includeSubDomains"


def test_over_https_every_cookie_is_kept_to_this_host(app: Flask) -> None:
    with _another(app, secure_cookies=True) as safe:
        assert safe.config["SESSION_COOKIE_NAME"].startswith("__Host-")
        assert safe.config["SESSION_COOKIE_SECURE"]
        assert safe.config["SESSION_COOKIE_HTTPONLY"]


@pytest.mark.parametrize(
    "report",
    [
        {
            "csp-report": {
                "effective-directive": "script-src",
                "document-uri": "https://x/kort/lindeby/ellens-t?q=Ellen",
            }
        },
        [
            {
                "type": "csp-violation",
                "body": {
                    "effectiveDirective": "script-src",
                    "documentURL": "/kort/by/ellens-token",
                },
            }
        ],
    ],
    ids=["old", "new"],
)
def test_what_a_page_was_kept_from_is_logged_without_what_was_typed(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, report: object
) -> None:
    with caplog.at_level(logging.WARNING):
        assert client.post(REPORTS, data=json.dumps(report)).status_code == 204
    assert "script-src at own_page.home" in caplog.text
    assert "ellen" not in caplog.text.lower()


def test_a_flood_of_reports_does_not_fill_the_log(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    said = json.dumps({"csp-report": {"effective-directive": "img-src", "document-uri": "/"}})
    with caplog.at_level(logging.WARNING):
        for _turn in range(45):  # in two minutes at most, should the minute change meanwhile
            assert client.post(REPORTS, data=said).status_code == 204
    assert caplog.text.count("kept from") <= 40


@pytest.mark.parametrize("said", ["", "{", "[]", "3", '"x"', "[[]]", '{"csp-report": 3}'])
def test_a_report_that_is_none_does_no_harm(client: FlaskClient, said: str) -> None:
    assert client.post(REPORTS, data=said).status_code in (204, 400)


def test_a_report_that_is_too_long_is_refused(client: FlaskClient) -> None:
    assert client.post(REPORTS, data="x" * (LONGEST_REPORT + 1)).status_code == 413


def test_nobody_writes_lines_of_their_own_into_the_log(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    forged = "/a\r\nERROR all is lost\x1b[2J\u2028more"
    said = {"csp-report": {"effective-directive": f"img{forged}", "document-uri": forged}}
    with caplog.at_level(logging.DEBUG):
        client.post(REPORTS, data=json.dumps(said))
        client.get("/%0d%0aERROR%20all%20is%20lost", headers={"User-Agent": "x\tERROR y"})
        client.post("/sprog", data={"back": forged, "lang": "da\r\nERROR"})
    messages = [record.getMessage() for record in caplog.records]
    assert messages
    assert not [said for said in messages if "\n" in said or "\r" in said or "\x1b" in said]


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\n/evil.example",
        "/%09/evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "///evil.example",
        "/\x00/evil.example",
        "/a\r\nSet-Cookie: x=y",
    ],
)
def test_nobody_is_led_to_another_site(client: FlaskClient, back: str) -> None:
    answer = client.post("/sprog", data={"lang": "da", "back": back})
    where = answer.headers.get("Location", "/")
    assert where.startswith("/")
    assert where[1:2] not in ("/", "\\", "\t", "\n", "\r", "\x00")
    assert not any(mark in where for mark in "\t\r\n\x00\\")
    assert "x=y" not in answer.headers.getlist("Set-Cookie")


def test_a_host_that_is_not_ours_is_refused(app: Flask) -> None:
    with _another(app, public_url="https://klippekort.example.dk") as told:
        client = told.test_client()
        good = client.get("/log-ind", headers={"Host": "klippekort.example.dk"})
        bad = client.get("/log-ind", headers={"Host": "evil.example"})
    assert (good.status_code, bad.status_code) == (200, 400)
    assert "evil.example" not in bad.text


def test_a_host_stands_on_no_page(client: FlaskClient) -> None:
    page = client.get(
        "/log-ind", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    )
    assert "evil.example" not in page.text
    assert "evil.example" not in page.headers.get("Location", "")


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", " =1"],
)
def test_no_cell_of_a_table_is_taken_for_a_formula(cell: str) -> None:
    row = as_csv(["Navn"], [[cell]]).decode("utf-8-sig").splitlines()[1:]
    first = "".join(row).lstrip('"')
    assert first[:1] == "'"


def test_a_form_from_elsewhere_is_refused(app: Flask, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        client = log_in(app.test_client(), cast.karen)
        refused = {}
        for rule in app.url_map.iter_rules():
            view = app.view_functions[rule.endpoint]
            access = access_of(view)
            if "POST" not in (rule.methods or ()) or rule.arguments or access is None:
                continue
            if access.action is None or access.is_json:
                continue
            refused[str(rule)] = client.post(str(rule)).status_code
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert len(refused) > 15
    assert {path: code for path, code in refused.items() if code not in (400, 403)} == {}


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "DELETE", "PUT"])
def test_methods_nobody_uses_are_refused(client: FlaskClient, method: str) -> None:
    assert client.open("/log-ind", method=method).status_code in (400, 405)


def test_a_body_that_is_too_large_is_refused(client: FlaskClient) -> None:
    answer = client.post("/sprog", data={"lang": "x" * (22 * 1024 * 1024)})
    assert answer.status_code in (400, 413)


@pytest.mark.parametrize("say", ["warning", "exception"])
def test_what_the_server_itself_says_names_no_address(
    caplog: pytest.LogCaptureFixture, say: str
) -> None:
    """Of gunicorn: a request that cannot be read, and one that broke before the program had it."""
    log = serve._Log(Config())
    with caplog.at_level(logging.WARNING):
        log.warning("Invalid request from ip=192.0.2.7: Invalid line: 'GET /kort/by/secret X'")
        log.exception("Error handling request %s %s", "GET", "/kort/by/secret")
        getattr(log, say)("Worker (pid:%s) was sent SIGTERM", 7)
    assert "secret" not in caplog.text
    assert "192.0.2.7" not in caplog.text
    assert "pid:7" in caplog.text
    assert len(caplog.records) == 3


def test_what_is_asked_for_is_decoded_once(client: FlaskClient, cast: Cast) -> None:
    """What is left of a sign that was written twice as a code is a code still, and no sign."""
    log_in(client, cast.karen)
    once, twice = (client.get(f"/borgere?q=%{sign}3Cxqz%{sign}3E").text for sign in ("", "25"))
    assert 'value="&lt;xqz&gt;"' in once
    assert 'value="%3Cxqz%3E"' in twice
    assert client.get("/static/%252e%252e/%252e%252e/setup.cfg").status_code == 404


@pytest.mark.parametrize(
    "typed",
    [
        "**fed** _skrå_ [her](javascript:xqz())",
        "[b]fed[/b][url=javascript:xqz()]her[/url]",
        "<style>*{background:url(//xqz)}</style>",
        "{{7*1337}} {%print(7*1337)%} ${7*1337}",
        "%s %(navn)s %n {0.__class__} {navn}",
        "x' style='background:url(//xqz)",
    ],
    ids=["markdown", "bbcode", "css", "template", "format", "attribute"],
)
def test_every_language_that_is_typed_is_shown_as_it_was_typed(
    client: FlaskClient, cast: Cast, typed: str
) -> None:
    """Nothing is drawn, reckoned or filled in: letter for letter it comes back as text."""
    ada = log_in(client, cast.ada)
    sent = {"district-key": str(uuid4()), "district-name": typed}
    assert ada.post("/kommunen/distrikter", data=sent).status_code == 303
    page = ada.get("/kommunen").text
    assert str(escape(typed)) in page
    assert "9359" not in page


def test_fields_that_a_form_does_not_ask_for_change_nothing(
    client: FlaskClient, cast: Cast
) -> None:
    mine, chosen = str(uuid4()), "01920000-0000-7000-8000-000000000001"
    sent = {"district-key": mine, "district-name": "Havnen"}
    for name in ("id", "municipality_id", "created_at"):
        value = chosen if name == "id" else str(AWAY)
        sent |= {name: value, f"district-{name}": value}
    ada = log_in(client, cast.ada)
    assert ada.post("/kommunen/distrikter", data=sent).status_code == 303
    with acting_for(HOME):
        [made] = db.session.scalars(select(District).filter_by(name="Havnen"))
        assert (made.municipality_id, str(made.id) == chosen) == (HOME, False)
    with acting_for(AWAY):
        assert db.session.scalars(select(District).filter_by(name="Havnen")).all() == []


def test_of_a_field_sent_twice_one_counts_and_none_is_taken_from_the_address(
    client: FlaskClient, cast: Cast
) -> None:
    ada = log_in(client, cast.ada)
    where = "/kommunen/distrikter"
    said = f"district-key={uuid4()}&district-name=Fra+adressen"
    assert ada.post(f"{where}?{said}", data={"x": "y"}).status_code == 422
    sent = {"district-key": str(uuid4()), "district-name": ["Den første", "Den anden"]}
    assert ada.post(f"{where}?district-name=Fra+adressen", data=sent).status_code == 303
    with acting_for(HOME):
        names = set(db.session.scalars(select(District.name)))
    assert "Den første" in names
    assert not {"Den anden", "Fra adressen"} & names


def test_a_search_does_not_read_what_a_form_sends(client: FlaskClient, cast: Cast) -> None:
    karen = log_in(client, cast.karen)
    assert "Ellen" in karen.get("/borgere?q=ellen").text
    assert "Ellen" not in karen.get("/borgere", data={"q": "ellen"}).text


@contextmanager
def _broken(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """Let a page break as it would for somebody who is served."""

    def broken() -> str:
        raise ValueError("a secret at " + app.extensions["settings"].database_url)

    monkeypatch.setitem(app.view_functions, "web.accessibility", public(broken))
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    yield app.test_client()


def test_nobody_who_is_served_sees_what_helps_in_mending(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though whoever started it left the switch of those who develop in the environment."""
    monkeypatch.setenv("FLASK_DEBUG", "1")
    with _another(app) as made:
        assert made.debug, "the switch is read, or this test shows nothing"
        serve._Server(made, made.wsgi_app, made.extensions["settings"], {}, lambda _port: None)
        assert not made.debug
        with _broken(made, monkeypatch) as client:
            page = client.get("/tilgaengelighed")
    assert page.status_code == 500
    for word in ("secret", "ValueError", "Traceback", ".py", "sqlite", "postgresql", "werkzeug"):
        assert word.casefold() not in page.text.casefold()


@pytest.mark.parametrize("path", ["/console", "/?__debugger__=yes&cmd=resource&f=style.css"])
def test_there_is_no_debugger(client: FlaskClient, path: str) -> None:
    assert "werkzeug" not in client.get(path).text.casefold()
    assert client.get(path).status_code in (303, 404)


@pytest.mark.parametrize("path", ["/static/", "/static/css/", "/static/js", "/static/vendor/"])
def test_no_folder_is_listed(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in (308, 404)


@pytest.mark.parametrize("path", PAGES)
def test_no_answer_says_what_it_was_made_with(client: FlaskClient, path: str) -> None:
    headers = client.get(path, buffered=True).headers
    assert "X-Powered-By" not in headers
    assert not re.search(r"gunicorn|werkzeug|flask|python|nginx", str(headers), re.IGNORECASE)


def test_connections_go_back_when_a_request_ends_however_it_ends(
    committed_app: Flask, committed_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed_app.testing = False
    karen = log_in(committed_app.test_client(), committed_cast.karen)
    with _broken(committed_app, monkeypatch):
        ends = [
            karen.get(path).status_code
            for path in ("/borgere?q=ellen", "/findes-ikke", "/kommunen", "/tilgaengelighed")
        ]
    assert ends == [200, 404, 403, 500]
    db.session.remove()
    pool = db.engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.checkedout() == 0
