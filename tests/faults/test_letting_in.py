"""F31, F33 and F35: who is known, who leads astray, and a provider that lies about people."""

import ast
import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from statistics import median
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import func, select
from werkzeug.routing import AnyConverter, Rule, UUIDConverter
from werkzeug.test import TestResponse

from klippekort.accounts import services
from klippekort.accounts.models import LoginSession
from klippekort.accounts.services import close_account, oidc, secrets
from klippekort.domain.permissions import ALLOWED, Role
from klippekort.platform import clock
from klippekort.platform.auth import access_of
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.services import card_keys
from tests.cast import HOME, Cast, email_of
from tests.faults.elsewhere import Elsewhere, elsewhere
from tests.faults.machine import ROOT
from tests.identity_provider import Provider, _new_key, identity_provider
from tests.integration.accounts.people import has_password
from tests.integration.sign_in.browsing import go, log_in
from tests.integration.sign_in.conftest import group, use
from tests.login import log_in as with_session

pytestmark = pytest.mark.timeout(300)

TURNS = 15
EVIL = "evil.example"
PAYLOADS = (
    f"https://{EVIL}",
    f"//{EVIL}",
    f"///{EVIL}",
    f"/\\{EVIL}",
    f"\\\\{EVIL}",
    f"/\t/{EVIL}",
    f"/%09/{EVIL}",
    f"https:{EVIL}",
    f"/%2f/{EVIL}",
    f"http://localhost@{EVIL}/",
    f"http://localhost.{EVIL}/",
    f" //{EVIL}",
    f"javascript:location='//{EVIL}'",
)
NAMES = (
    *("next", "back", "url", "to", "going_to", "redirect", "redirect_uri", "redirect_to"),
    *("return", "return_to", "returnTo", "continue", "goto", "target", "dest", "destination"),
    *("page", "path", "ref", "referrer", "tilbage", "videre", "side", "state", "iss", "code"),
)


# F31: who is known, told by time ------------------------------------------------------------------


class Counting(PasswordHasher):
    """Counts how often something is compared, which is what takes the time."""

    compared = 0

    def verify(self, *args: Any, **kwargs: Any) -> Any:
        """Compare, and count."""
        type(self).compared += 1
        return super().verify(*args, **kwargs)


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], int]:
    """Return a function that says how many hashes something compares."""
    for module in (secrets, card_keys):
        monkeypatch.setattr(module, "_hasher", Counting(1, 8, 1))

    def count(deed: Callable[[], object]) -> int:
        Counting.compared = 0
        deed()
        return Counting.compared

    return count


def test_every_wrong_log_in_costs_one_comparison(
    cast: Cast, compared: Callable[[Callable[[], object]], int]
) -> None:
    """F31: an address nobody has, one without a password, a closed one, one that has to wait."""
    has_password(cast.bo)
    now = clock.now()

    def tried(email: str) -> int:
        return compared(lambda: services.log_in(email, "a wrong password", now))

    assert tried(email_of(cast.bo)) == 1
    assert tried("nobody@example.dk") == 1
    assert tried(email_of(cast.karen)) == 1  # she has no password
    for _ in range(secrets.PASSWORD_TRIES + 1):
        assert tried(email_of(cast.bo)) == 1
    assert cast.bo.account_id is not None
    with acting_for(HOME):
        execute(close_account, cast.ada, cast.bo.account_id, now=now)
    assert tried(email_of(cast.bo)) == 1


def test_every_wrong_code_and_card_costs_one_comparison(
    cast: Cast, compared: Callable[[Callable[[], object]], int]
) -> None:
    """F31: a telephone number nobody has, and a card that is none."""
    now = clock.now()
    assert compared(lambda: services.log_in_by_code("+4520000000", "123456", now)) == 1
    with acting_for(HOME):
        assert compared(lambda: card_keys.open_own_page("no-such-card", "1234", now=now)) == 1


@pytest.fixture
def real_cost(real_hashes: None) -> Iterator[None]:
    """Everything is hashed at the program's own cost, the hash of nobody too."""
    secrets._hash_of_nobody.cache_clear()
    yield
    secrets._hash_of_nobody.cache_clear()


@pytest.mark.usefixtures("real_cost")
def test_a_known_and_an_unknown_address_take_as_long(cast: Cast) -> None:
    """F31, medians of many turns, by turns: alike within half of what a comparison takes."""
    has_password(cast.bo)
    now = clock.now()
    known: list[float] = []
    unknown: list[float] = []
    services.log_in("nobody@example.dk", "first", now)  # the first one makes the hash of nobody
    for number in range(TURNS):
        for times, email in ((known, email_of(cast.bo)), (unknown, f"nobody{number}@example.dk")):
            began = time.perf_counter()
            assert services.log_in(email, "a wrong password", now) is None
            times.append(time.perf_counter() - began)
    assert 0.5 < median(unknown) / median(known) < 2, (median(unknown), median(known))


# F33: open redirects ------------------------------------------------------------------------------


def _leads_here(location: str) -> bool:
    """Say whether a browser that is told to go there stays on this site."""
    stripped = "".join(mark for mark in location if mark >= " ").strip().replace("\\", "/")
    parts = urlsplit(stripped)
    here = not parts.scheme or parts.scheme in ("http", "https")
    return here and parts.netloc in ("", "localhost") and not location.startswith("//")


def _path(app: Flask, rule: Rule, cast: Cast, method: str) -> str:
    known = {"citizen_id": str(cast.ellen), "slug": "lindeby"}
    values = {}
    for name in rule.arguments:
        kind = rule._converters.get(name)
        other = str(uuid4()) if isinstance(kind, UUIDConverter) else "1"
        first = sorted(kind.items)[0] if isinstance(kind, AnyConverter) else other
        values[name] = known.get(name, first)
    with app.test_request_context():
        found: str = app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
        return found


def _sent(client: FlaskClient, path: str, method: str, payload: str) -> TestResponse:
    sent = dict.fromkeys(NAMES, payload)
    body = sent if method == "POST" else None
    headers = {"Referer": f"https://{EVIL}/"}
    answer = client.open(path, method=method, query_string=sent, data=body, headers=headers)
    answer.close()
    return answer


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_parameter_leads_to_another_site(app: Flask, cast: Cast, method: str) -> None:
    """F33, every address, every name a way back is called by, as somebody who may open it."""
    actors = {Role.ADMINISTRATOR: cast.ada, Role.COORDINATOR: cast.karen, Role.CARE_WORKER: cast.bo}
    clients = {role: with_session(app.test_client(), actor) for role, actor in actors.items()}
    nobody, wrong, number = app.test_client(), [], 0
    for rule in list(app.url_map.iter_rules()):
        access = access_of(app.view_functions[rule.endpoint]) if rule.endpoint != "static" else None
        if (
            access is None
            or method not in (rule.methods or ())
            or rule.endpoint.endswith("log_out")
        ):
            continue
        roles = ALLOWED[access.action] if access.action else {}
        client = next((clients[role] for role in clients if role in roles), nobody)
        number += 1
        # All of them where anybody may come; one after the other where somebody must be known.
        tried = [PAYLOADS[number % len(PAYLOADS)]] if access.action else PAYLOADS
        for payload in tried:
            answer = _sent(client, _path(app, rule, cast, method), method, payload)
            where = answer.headers.get("Location", "")
            if not _leads_here(where) or "Refresh" in answer.headers:
                wrong.append((rule.endpoint, payload, where))
    assert wrong == []


@pytest.mark.parametrize("path", [f"//{EVIL}", f"//{EVIL}/..", f"/\\{EVIL}", f"//{EVIL}/%2e%2e"])
def test_no_address_leads_to_another_site(app: Flask, cast: Cast, path: str) -> None:
    """F33, addresses that look like another site, and what is asked to confirm before them."""
    client = with_session(app.test_client(), cast.ada)
    for one in (path, f"{path}/log-ins/indgang/medarbejdere"):
        answer = client.get("/", environ_overrides={"PATH_INFO": one, "REQUEST_URI": one})
        assert _leads_here(answer.headers.get("Location", ""))


# It looks at the address itself; the others are made by `url_for`.
_LOOKS_AT_IT = {("web.py", "set_language")}


def test_no_redirect_takes_its_address_from_the_request() -> None:
    """F33, in the code: where a page leads is made here, never taken from what was sent."""
    found = {
        (file.name, function.name)
        for file in (ROOT / "klippekort").rglob("*.py")
        for function in ast.walk(ast.parse(file.read_text()))
        if isinstance(function, ast.FunctionDef) and _is_led(function)
    }
    assert found == _LOOKS_AT_IT


def _is_led(function: ast.FunctionDef) -> bool:
    """Say whether `redirect` is given something of the request's, at once or by another name."""
    sent = {
        target.id
        for line in ast.walk(function)
        if isinstance(line, ast.Assign) and _is_of_request(line.value)
        for target in line.targets
        if isinstance(target, ast.Name)
    }
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "redirect" and call.args:
            told = call.args[0]
            if isinstance(told, ast.Name | ast.Attribute | ast.Subscript | ast.JoinedStr):
                names = {one.id for one in ast.walk(told) if isinstance(one, ast.Name)}
                if names & sent or _is_of_request(told):
                    return True
    return False


def _is_of_request(value: ast.AST) -> bool:
    return any(isinstance(one, ast.Name) and one.id == "request" for one in ast.walk(value))


# F35: a provider that lies ------------------------------------------------------------------------


@pytest.fixture
def staff(app: Flask, cast: Cast) -> Iterator[Provider]:
    """A provider that vouches for coordinators, and that the app may ask."""
    before = app.extensions["settings"]
    app.extensions["settings"] = replace(before, inner_hosts=frozenset({"localhost"}))
    with identity_provider() as provider:
        use(cast, provider)
        group("koord", Role.COORDINATOR)
        provider.claims["groups"] = ["koord"]
        yield provider
    app.extensions["settings"] = before
    oidc._known.clear()


@pytest.fixture
def other() -> Iterator[Elsewhere]:
    with elsewhere() as place:
        yield place


Claims = dict[str, Any]
_ATTACKER = RSAKey.generate_key(2048, {"kid": "attacker"})


def _part(said: object) -> str:
    return urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


def _bare(head: Claims, claims: Claims, mark: str = "") -> str:
    return f"{_part(head)}.{_part(claims)}.{mark}"


def _mixed(name: str) -> Callable[[Claims], str]:
    return lambda claims: _bare({"alg": name, "kid": "key-0"}, claims)


def _by_public_key(form: str) -> Callable[[Claims], str]:
    """Sign symmetrically with the provider's own public key, which anybody can fetch."""

    def sign(claims: Claims) -> str:
        key = _new_key(0)
        known = {
            "pem": key.as_pem(private=False),
            "der": key.as_der(private=False),
            "jwk": json.dumps(key.as_dict(private=False)).encode(),
        }[form]
        # By hand: the library that we use refuses to sign in this way.
        said = _bare({"alg": "HS256", "kid": "key-0"}, claims).rstrip(".")
        mark = hmac.digest(known, said.encode(), "sha256")
        return f"{said}.{urlsafe_b64encode(mark).decode().rstrip('=')}"

    return sign


def _brought(**head: object) -> Callable[[Claims], str]:
    """Sign with a key of the attacker's, and say in the token where it is found."""
    return lambda claims: jwt.encode(
        {"alg": "RS256", "kid": "key-0", **head}, claims, _ATTACKER, algorithms=["RS256"]
    )


def _resigned(claims: Claims) -> str:
    """Change what is said and keep the signature of what was said before."""
    head, _said, mark = jwt.encode({"alg": "RS256", "kid": "key-0"}, claims, _new_key(0)).split(".")
    return f"{head}.{_part({**claims, 'sub': 'somebody-else'})}.{mark}"


_PUBLIC = _ATTACKER.as_dict(private=False)
FORGED: dict[str, Callable[[Claims], str]] = {
    **{f"alg {name!r}": _mixed(name) for name in ("none", "None", "NONE", "nOnE", "", "RS256")},
    **{f"HS256 by {form}": _by_public_key(form) for form in ("pem", "der", "jwk")},
    "own key in jwk": _brought(jwk=_PUBLIC),
    "own key at jku": _brought(jku=f"https://{EVIL}/keys"),
    "own key at x5u": _brought(x5u=f"https://{EVIL}/cert"),
    "own kid": lambda claims: jwt.encode({"alg": "RS256", "kid": "attacker"}, claims, _ATTACKER),
    "kid of a file": _brought(kid="../../../../dev/null"),
    "kid of a query": _brought(kid="x' union select 'y"),
    "kid that is no text": lambda claims: _bare({"alg": "RS256", "kid": {"a": 1}}, claims, "AA"),
    "a head that is a list": lambda claims: _bare([], claims, "AA"),  # type: ignore[arg-type]
    "crit": lambda claims: _bare({"alg": "RS256", "kid": "key-0", "crit": ["x"]}, claims, "AA"),
    "zeros": lambda claims: _bare({"alg": "ES256", "kid": "key-0"}, claims, "A" * 86),
    "changed": _resigned,
    "five parts": lambda claims: ".".join([_part({"alg": "RSA-OAEP", "enc": "A128GCM"}), *"abcd"]),
    "json": lambda claims: json.dumps({"payload": _part(claims), "signatures": []}),
    "huge": lambda claims: "a" * 40_000,
    "no text": lambda claims: {"a": 1},  # type: ignore[dict-item,return-value]
}


def _sessions() -> int:
    db.session.rollback()
    return db.session.scalars(select(func.count(LoginSession.token_hash))).one()


@pytest.mark.parametrize("kind", sorted(FORGED))
def test_a_forged_token_lets_nobody_in(staff: Provider, client: FlaskClient, kind: str) -> None:
    """F35, tokens that the provider's key has not signed: refused in words, and no key is fetched
    from where a token says.
    """
    before = _sessions()
    staff.sign = FORGED[kind]
    answer = log_in(staff, client)
    assert (answer.status_code, _sessions()) == (403, before)
    assert "Traceback" not in answer.text


def test_a_token_names_no_address_that_is_asked(
    staff: Provider, client: FlaskClient, other: Elsewhere
) -> None:
    """F35, `jku`, `x5u` and the like: nobody goes there."""
    there = f"{other.url}/keys"
    staff.sign = _brought(jku=there, x5u=there)
    assert log_in(staff, client).status_code == 403
    assert other.came == 0


def test_a_token_of_another_log_in_is_refused(
    staff: Provider, app: Flask, client: FlaskClient
) -> None:
    """F35, a token that was good once, given out again."""
    kept: list[str] = []
    staff.sign = lambda claims: kept.append(staff.signed(claims)) or kept[0]  # type: ignore[func-returns-value]
    assert log_in(staff, app.test_client()).status_code == 303
    assert log_in(staff, client).status_code == 403


def test_a_code_of_another_browser_is_refused(
    staff: Provider, app: Flask, client: FlaskClient
) -> None:
    """F35, a stolen code put into one's own log-in: the provider compares what began it."""
    stolen = urlsplit(go(staff, app.test_client())).query
    mine = urlsplit(go(staff, client)).query
    code = stolen.partition("code=")[2].partition("&")[0]
    own = mine.partition("code=")[2].partition("&")[0]
    answer = client.get(f"/log-ind/svar?{mine.replace(own, code)}")
    assert answer.status_code == 403


SICK: dict[str, bytes] = {
    "error": b"HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops",
    "page": b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<html>no</html>",
    "list": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
    "cut off": b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{",
    "nonsense": b"\x00\x01\x02",
    "nothing": b"",
    "redirect": b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
    "long": b"HTTP/1.1 200 OK\r\n\r\n{" + b" " * 600_000 + b"}",
}


@pytest.mark.parametrize("sick", sorted(SICK))
@pytest.mark.parametrize("place", ["jwks_uri", "token_endpoint"])
def test_a_sick_provider_is_told_of_calmly(
    staff: Provider, app: Flask, client: FlaskClient, other: Elsewhere, place: str, sick: str
) -> None:
    """F35, keys or tokens that cannot be had: no error page, and whoever is in stays in."""
    inside = app.test_client()
    assert log_in(staff, inside).status_code == 303
    oidc._known.clear()
    other.answer = SICK[sick]
    staff.metadata[place] = f"{other.url}/there"
    answer = client.get("/log-ind/kommune/lindeby")
    if answer.status_code == 303:
        staff_at = answer.location
        assert staff_at.startswith(staff.issuer)
        oidc_back = go(staff, client)
        answer = client.get(oidc_back)
    assert answer.status_code in (403, 503)
    assert "Traceback" not in answer.text
    assert inside.get("/min-konto").status_code == 200


def test_a_silent_provider_holds_nobody_up_for_long(
    staff: Provider, client: FlaskClient, other: Elsewhere
) -> None:
    """F35, a provider that takes the question and never answers: given up in time."""
    other.answer = None
    staff.metadata["token_endpoint"] = f"{other.url}/there"
    back, began = go(staff, client), time.monotonic()
    assert client.get(back).status_code == 503
    assert time.monotonic() - began < 15


def test_a_key_that_is_not_for_signing_signs_nothing(
    staff: Provider, client: FlaskClient, other: Elsewhere
) -> None:
    """F35, a shared secret among the published keys: what it signs is not believed."""
    secret = OctKey.import_key("a secret that the provider has published", {"kid": "key-9"})
    keys = json.dumps({"keys": [_new_key(0).as_dict(private=False), secret.as_dict()]}).encode()
    other.answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(keys), keys)
    staff.metadata["jwks_uri"] = f"{other.url}/keys"
    staff.sign = lambda claims: jwt.encode({"alg": "HS256", "kid": "key-9"}, claims, secret)
    assert log_in(staff, client).status_code == 403
