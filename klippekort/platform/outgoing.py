"""Requests to addresses that people typed in: never to a machine of our own house by mistake.

A name is looked up and its address judged at the very moment of connecting, so that it can't change
in between. Redirects are not followed, proxies of the environment not used.
"""

import socket
from collections.abc import Collection
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

import requests
from flask import current_app
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError

from klippekort.config import LOOPBACK, GivenProvider, Settings

TIMEOUT_SECONDS = (3, 8)
LONGEST_ANSWER = 512 * 1024
# Python calls what lies outside these global too, though much of it leads to addresses of IPv4.
_GIVEN_OUT, _SIX_TO_FOUR = IPv6Network("2000::/3"), IPv6Network("2002::/16")


class NotAllowedOut(ValueError):
    """The address is none that we ask: not https, or inside a house."""


class NoAnswer(Exception):
    """Nobody answered, or with something else than was asked for. `code` says what."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def inner_hosts() -> frozenset[str]:
    """Return the hosts inside the house that the operator lets us ask."""
    told: Settings = current_app.extensions["settings"]
    return told.inner_hosts


def check_address(url: str, inside: Collection[str]) -> None:
    """Return quietly when an address may be asked. Raises NotAllowedOut.

    It must be https; http only on this machine, where the operator has named that in `inside`.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise NotAllowedOut(url) from error
    is_here = host in LOOPBACK and host in inside
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        raise NotAllowedOut(url)
    if not host or parts.username or parts.password or parts.fragment or not url.isascii():
        raise NotAllowedOut(url)
    if not url.isprintable() or " " in url or "\\" in url:
        raise NotAllowedOut(url)


def _is_outside(address: str) -> bool:
    found = ip_address(address.split("%")[0])
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found
    if isinstance(found, IPv6Address) and (found not in _GIVEN_OUT or found in _SIX_TO_FOUR):
        return False
    return found.is_global and not found.is_multicast


def open_socket(host: str, port: int, timeout: Any, inside: Collection[str]) -> socket.socket:
    """Connect to the first address of a host that may be asked. Raises OSError when none may."""
    trouble = OSError("no address of the host may be asked")
    for family, kind, protocol, _name, where in socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM
    ):
        if host not in inside and not _is_outside(str(where[0])):
            continue
        line = socket.socket(family, kind, protocol)
        try:
            if isinstance(timeout, int | float):
                line.settimeout(timeout)
            line.connect(where)
        except OSError as error:
            line.close()
            trouble = error
        else:
            return line
    raise trouble


def _guarded(inside: Collection[str]) -> dict[str, Any]:
    """Return pools whose connections judge the address they go to."""

    def connect(connection: HTTPConnection) -> socket.socket:
        try:
            return open_socket(connection.host, connection.port, connection.timeout, inside)
        except OSError as error:
            raise NewConnectionError(connection, "not connected") from error

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return connect(self)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return connect(self)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


class GuardedAdapter(HTTPAdapter):
    """Sends requests only where they may go."""

    def __init__(self, inside: Collection[str]) -> None:
        self._inside = inside
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools, with connections that judge."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _guarded(self._inside)

    def send(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request. Raises NotAllowedOut before anything leaves, and what requests raises."""
        check_address(str(request.url), self._inside)
        kwargs["timeout"] = kwargs.get("timeout") or TIMEOUT_SECONDS
        return super().send(request, *args, **kwargs)


def guard(session: requests.Session) -> None:
    """Let a session ask only where it may, and keep it from following anybody elsewhere."""
    adapter = GuardedAdapter(inner_hosts())
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.trust_env = False
    session.max_redirects = 0


def get_json(url: str, *, token: str | None = None) -> dict[str, Any]:
    """Return the JSON object that stands at an address. Raises NoAnswer.

    `token` is shown to whoever answers as a bearer token.
    """
    headers = {"Accept": "application/json"} | (
        {"Authorization": f"Bearer {token}"} if token else {}
    )
    with requests.Session() as session:
        guard(session)
        try:
            with session.get(url, headers=headers, stream=True, allow_redirects=False) as answer:
                return _read(answer)
        except NotAllowedOut as error:
            raise NoAnswer("address") from error
        except requests.RequestException as error:
            raise NoAnswer("connection") from error


def _read(answer: requests.Response) -> dict[str, Any]:
    if answer.status_code != 200:
        raise NoAnswer(f"http_{answer.status_code}")
    body = b""
    for piece in answer.iter_content(16 * 1024):
        body += piece
        if len(body) > LONGEST_ANSWER:
            raise NoAnswer("too_long")
    answer._content = body
    try:
        found = answer.json()
    except ValueError as error:
        raise NoAnswer("no_json") from error
    if not isinstance(found, dict):
        raise NoAnswer("no_json")
    return found


def given_providers() -> tuple[GivenProvider, ...]:
    """Return who vouches for people as the operator has set it in the environment."""
    told: Settings = current_app.extensions["settings"]
    return told.providers
