"""Where routes are asked for is said in one setting, and is nowhere unless somebody says so."""

import pytest

from klippekort.config import BadSetting, from_environment
from klippekort.travel.providers.osrm import RouteServer


def url_of(text: str) -> str:
    return from_environment({"KLIPPEKORT_TRAVEL_URL": text}).travel_url


def test_no_route_server_is_asked_unless_told():
    assert from_environment({}).travel_url == ""


@pytest.mark.parametrize("text", ["http://localhost:5000", "https://ruter.lindeby.example/osrm"])
def test_a_route_server_is_named_by_its_address(text: str):
    assert url_of(f" {text} ") == text


@pytest.mark.parametrize(
    "text",
    [
        "file:///etc/passwd",
        "ftp://ruter.example",
        "ruter.example:5000",
        "http://",
        "http://[::1",
        "http://ruter.example:99999",
        "http://ada:secret@ruter.example",
        "http://ruter.example/?key=1",
        "http://ruter.example/#x",
    ],
)
def test_anything_else_is_refused(text: str):
    with pytest.raises(BadSetting):
        url_of(text)


def test_an_address_may_be_an_ipv6_one():
    assert RouteServer(url_of("http://[::1]:5000"))
