"""A route server of the test's own."""

from collections.abc import Iterator

import pytest

from tests.integration.travel.route_server import RouteServerAt, serving


@pytest.fixture
def server() -> Iterator[RouteServerAt]:
    with serving() as running:
        yield running
