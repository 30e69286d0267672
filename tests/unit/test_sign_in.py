"""Levels, claims, browsers and networks, as rules."""

import socket

import pytest

from klippekort.domain.browsers import browser_of, network_of
from klippekort.domain.sign_in import Level, claim_of, level_of, texts_of
from klippekort.platform.outgoing import NotAllowedOut, check_address, open_socket


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("http://eidas.europa.eu/LoA/high", Level.HIGH),
        ("urn:grn:authn:dk:mitid:substantial", Level.SUBSTANTIAL),
        ("https://data.gov.dk/concept/core/nsis/Substantial", Level.SUBSTANTIAL),
        ("Betydelig", Level.SUBSTANTIAL),
        ("Høj", Level.HIGH),
        ("lav", Level.LOW),
        ("0", None),
        (3, None),
        (None, None),
        (["high"], None),
    ],
)
def test_a_level_is_read_as_it_is_written(said: object, level: Level | None):
    assert level_of(said) is level


def test_a_claim_may_stand_inside_another():
    assert claim_of({"realm_access": {"roles": ["a"]}}, "realm_access.roles") == ["a"]
    assert claim_of({"https://x.dk/a.b": 1}, "https://x.dk/a.b") == 1
    assert claim_of({"a": "x"}, "a.b") is None


def test_texts_are_texts_alone():
    assert texts_of(["a ", 1, None, ""]) == {"a"}
    assert texts_of({"a": 1}) == frozenset()


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8", ""),
    ],
)
def test_a_browser_is_named_as_its_owner_knows_it(said: str, name: str):
    assert browser_of(said) == name


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("87.54.12.99", "87.54.12.0/24"),
        ("2a01:4f8:1:2::3", "2a01:4f8:1::/48"),
        ("127.0.0.1", ""),
        ("x", ""),
        (None, ""),
    ],
)
def test_a_network_is_too_wide_to_tell_anybody_by(address: str | None, network: str):
    assert network_of(address) == network


@pytest.mark.parametrize(
    "url",
    [
        "http://example.dk",
        "https://",
        "https://user@example.dk",
        "https://example.dk#x",
        "https://example.dk/a b",
        "https://exämple.dk",
        "file:///etc/passwd",
        "http://127.0.0.1",
        "https://example.dk:x",
    ],
)
def test_only_plain_https_is_asked(url: str):
    with pytest.raises(NotAllowedOut):
        check_address(url, frozenset())


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "::1",
        "10.0.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "::ffff:10.0.0.1",
        "0.0.0.0",  # noqa: S104 - nothing is bound
    ],
)
def test_no_address_inside_the_house_is_connected_to(host: str):
    with pytest.raises(OSError, match="no address"):
        open_socket(host, 9, 1, frozenset())


def test_what_the_operator_names_is_connected_to():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        open_socket("127.0.0.1", port, 1, frozenset({"127.0.0.1"})).close()
