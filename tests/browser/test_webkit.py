"""The outbox in a second browser family: most tablets are iPads."""

from collections.abc import Iterator

import pytest
from flask import Flask

from klippekort.domain.permissions import Actor, Role
from tests.browser.offline import Unreliable, told, trip_id_in
from tests.browser.webkit import WebKit, missing, webkit
from tests.live import LiveServer
from tests.login import session_secret

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(missing() is not None, reason=str(missing())),
]


@pytest.fixture
def tablet(site: LiveServer, demo_app: Flask, staff: dict[Role, Actor]) -> Iterator[WebKit]:
    """Anna's tablet, with her day kept on it."""
    with demo_app.app_context():
        secret = session_secret(staff[Role.CARE_WORKER])
    with webkit() as browser:
        browser.go(f"{site.url}/log-ind")
        browser.cookie("session", secret)
        browser.go(f"{site.url}/i-dag")
        browser.until("document.querySelector('html[data-kept][data-outbox=ready]')")
        yield browser


def test_the_server_goes_away_and_comes_back(
    tablet: WebKit, site: LiveServer, demo_app: Flask
) -> None:
    trip_id = trip_id_in(tablet.run("return document.documentElement.outerHTML;"))
    site.stop()
    tablet.click("form[data-intent=start] button")
    tablet.until("document.querySelector('.queued')")
    tablet.go(f"{site.url}/ture/{trip_id}")
    tablet.until("document.querySelector('ol.history') && document.querySelector('.queued')")
    assert told(demo_app, trip_id)[1:] == []
    site.start()
    tablet.go(f"{site.url}/i-dag")
    tablet.until("document.documentElement.dataset.queue === '0'")
    assert told(demo_app, trip_id)[1:] == ["started"]


def test_a_lost_answer_counts_once(tablet: WebKit, demo_app: Flask) -> None:
    wire = Unreliable(demo_app, lose=2)
    trip_id = trip_id_in(tablet.run("return document.documentElement.outerHTML;"))
    tablet.click("form[data-intent=start] button")
    tablet.until("document.documentElement.dataset.queue === '1'")
    tablet.until("document.documentElement.dataset.queue === '0'")
    assert len(wire.sent) >= 2
    assert told(demo_app, trip_id)[1:] == ["started"]
