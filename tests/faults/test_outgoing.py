"""F34: addresses that lead inside the house, in whatever way somebody writes them."""

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.accounts.queries.providers import STAFF, find_own_provider
from klippekort.accounts.services import oidc
from klippekort.domain.errors import DomainError
from klippekort.domain.travel import Point
from klippekort.domain.trips import Transport
from klippekort.platform import clock
from klippekort.platform.gateways import NotNow, Refused, posting, push
from klippekort.platform.ids import new_id
from klippekort.platform.outgoing import NoAnswer, NotAllowedOut, get_json, open_socket
from klippekort.travel.providers.osrm import RouteServer
from tests.cast import HOME, Cast
from tests.faults.elsewhere import Elsewhere, elsewhere
from tests.identity_provider import identity_provider
from tests.integration.sign_in.browsing import go
from tests.integration.sign_in.conftest import TOLD, use
from tests.login import log_in
from tests.loopback import Loopback
from tests.messages_site import a_browser, sending

INSIDE = (
    *("127.0.0.1", "127.1.2.3", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1"),
    *("169.254.169.254", "224.0.0.1", "240.0.0.1", "255.255.255.255", "198.18.0.1"),
    *("::1", "::", "fd00::1", "fe80::1", "fec0::1", "ff02::1", "2001:db8::1", "2001::1"),
    # IPv4 behind IPv6: mapped, compatible, translated (NAT64, its local form), 6to4.
    *("::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::7f00:1", "2002:7f00:1::1"),
    *("::ffff:0:127.0.0.1", "64:ff9b::a9fe:a9fe", "5f00::1"),
)
SPELLED = (
    *("127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1", "localhost"),
    *("LOCALHOST", "localhost.", "[::ffff:127.0.0.1]", "[::1]", "[::ffff:7f00:1]", "０x7f.1"),
)


@pytest.fixture
def other() -> Iterator[Elsewhere]:
    with elsewhere() as place:
        yield place


def _resolves(monkeypatch: pytest.MonkeyPatch, *turns: str) -> list[str]:
    """Let every name lead to these addresses, one after the other; return whom was asked about."""
    asked: list[str] = []

    def answer(host: str, port: int, **_more: Any) -> list[Any]:
        asked.append(host)
        where = turns[min(len(asked), len(turns)) - 1]
        family = socket.AF_INET6 if ":" in where else socket.AF_INET
        place = (where, port, 0, 0) if ":" in where else (where, port)
        return [(family, socket.SOCK_STREAM, 6, "", place)]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inside_is_not_connected_to(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """F34, whatever the name's own answer is: inside, or inside under another spelling."""
    _resolves(monkeypatch, address)
    with pytest.raises(OSError, match="no address"):
        open_socket("kind.example", 9, 1, frozenset())


def test_a_name_that_changes_its_address_gains_nothing(
    app: Flask, monkeypatch: pytest.MonkeyPatch, other: Elsewhere
) -> None:
    """F34, rebinding: what is judged is what is connected to, for it is looked up once."""
    asked = _resolves(monkeypatch, "127.0.0.1", "192.0.2.1")
    with pytest.raises(NoAnswer):
        get_json(f"https://kind.example:{other.port}/keys")
    assert (asked, other.came) == (["kind.example"], 0)


@pytest.mark.parametrize("host", SPELLED)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_spelling_of_this_machine_is_asked(
    app: Flask, other: Elsewhere, scheme: str, host: str
) -> None:
    """F34, a provider's address: nobody connects, however this machine is spelled."""
    with pytest.raises(NoAnswer):
        get_json(f"{scheme}://{host}:{other.port}/.well-known/openid-configuration")
    assert other.came == 0


@pytest.mark.parametrize("host", SPELLED)
def test_no_device_lies_on_this_machine(app: Flask, other: Elsewhere, host: str) -> None:
    """F34, what a browser says is its push service: nothing is sent to it."""
    device = replace(a_browser(Loopback(1)).device, endpoint=f"https://{host}:{other.port}/x")
    with sending(app, push_contact="drift@lindeby.example"), suppress(NotNow, Refused):
        sent = push.send([device], "key", {"title": "x"}, clock.now())
        assert sent.taken == 0
    assert other.came == 0


@pytest.mark.parametrize(
    "place",
    ["token_endpoint", "jwks_uri", "userinfo_endpoint", "authorization_endpoint"],
)
@pytest.mark.parametrize("host", ["127.0.0.1", "169.254.169.254", "[::ffff:127.0.0.1]"])
def test_a_provider_sends_us_nowhere_inside(
    app: Flask, cast: Cast, client: FlaskClient, other: Elsewhere, place: str, host: str
) -> None:
    """F34, an honest address whose own words lead inside: refused, and nobody goes there."""
    before = app.extensions["settings"]
    app.extensions["settings"] = replace(before, inner_hosts=frozenset({"localhost"}))
    with identity_provider() as provider:
        use(cast, provider)
        for scheme in ("http", "https"):
            oidc._known.clear()
            provider.metadata[place] = f"{scheme}://{host}:{other.port}/x"
            answer = client.get("/log-ind/kommune/lindeby")
            if answer.status_code == 303 and place != "authorization_endpoint":
                answer = client.get(go(provider, client))
            assert answer.status_code in (303, 403, 503)
    app.extensions["settings"] = before
    oidc._known.clear()
    assert other.came == 0


def test_an_administrator_is_told_at_the_field(
    app: Flask, cast: Cast, client: FlaskClient, other: Elsewhere
) -> None:
    """F34, typed on the page: refused in words, nothing stored, nobody asked."""
    typed = {**vars(TOLD), "issuer": f"https://127.1:{other.port}", "secret": "x", "is_on": "y"}
    typed = {name: said or "" for name, said in typed.items()} | {"key": str(new_id())}
    answer = log_in(client, cast.ada).post("/log-ins/indgang/medarbejdere", data=typed)
    assert (answer.status_code, other.came) == (422, 0)
    assert find_own_provider(HOME, STAFF) is None


NEAR, FAR = Point(55.0, 12.0), Point(55.1, 12.1)
Asker = Callable[[str], object]
ASKERS: dict[str, Asker] = {
    "provider": get_json,
    "gateway": lambda url: posting.post(url, "token", "key", b"{}", "application/json"),
    "device": lambda url: push.send(
        [replace(a_browser(Loopback(1)).device, endpoint=url)], "key", {"title": "x"}, clock.now()
    ),
    "roads": lambda url: RouteServer(url).road(NEAR, FAR, Transport.TAXI, within=2.0),
}


def _calmly() -> AbstractContextManager[None]:
    return suppress(NoAnswer, NotNow, Refused, NotAllowedOut, DomainError)


@pytest.mark.parametrize("asker", sorted(ASKERS))
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nobody_is_followed_elsewhere(app: Flask, asker: str, status: int) -> None:
    """F34, somebody who may be asked and sends us on: nobody of ours follows."""
    inside: dict[str, Any] = {
        "inner_hosts": frozenset({"localhost"}),
        "push_contact": "drift@lindeby.example",
    }
    with elsewhere() as asked, elsewhere() as other, sending(app, **inside), _calmly():
        asked.redirects_to(f"http://localhost:{other.port}/secret", status)
        try:
            ASKERS[asker](f"{asked.url}/there")
        finally:
            assert (asked.came, other.came) == (1, 0)


@pytest.mark.parametrize("asker", sorted(ASKERS))
def test_no_proxy_of_the_environment_is_told(
    app: Flask, monkeypatch: pytest.MonkeyPatch, asker: str
) -> None:
    """F34, a proxy that stands in the environment: it hears of nothing."""
    inside: dict[str, Any] = {
        "inner_hosts": frozenset({"localhost"}),
        "push_contact": "drift@lindeby.example",
    }
    with elsewhere() as asked, elsewhere() as proxy, sending(app, **inside), _calmly():
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        try:
            ASKERS[asker](f"{asked.url}/there")
        finally:
            assert (asked.came, proxy.came) == (1, 0)
