"""Notices on Ellen's own phone, from the button on her page to the notice on the locked screen.

Chromium's own push service is far away, so what it alone gives is put in its place: the address
that notices are posted to (a process on loopback) and their way into the service worker, which the
browser's own tools can play. The button, the worker, the sealed notice and the receipt are real.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from flask import Flask
from playwright.sync_api import CDPSession, Page, expect

from klippekort.messages.queries import CITIZEN, Recipient
from klippekort.operations.demo import citizen_card
from klippekort.platform import clock
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.card_keys import find_key
from tests.browser.checks import axe, small_targets
from tests.browser.steps import Hand, da, heading, snap, told, until
from tests.cast import HOME as HOME_ID
from tests.gateways import TextGateway, text_gateway
from tests.integration.own_page.visits import code_in
from tests.live import LiveServer
from tests.loopback import Loopback, loopback
from tests.messages_site import (
    Browser,
    a_browser,
    by_push,
    deliveries,
    give_phone,
    run,
    sending,
    tell_her,
)

pytestmark = pytest.mark.browser

CARD = citizen_card()
HOME = f"/kort/{CARD.slug}/{CARD.token}"
# What a browser gives once its push service has answered.
_SUBSCRIBED = """
  PushManager.prototype.getSubscription = async () => null;
  PushManager.prototype.subscribe = async (asked) => {
    if (!asked.userVisibleOnly || asked.applicationServerKey.length !== 65) throw new Error("key");
    return { toJSON: () => (GIVEN) };
  };
"""
_SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
  .map((one) => one.title + ": " + one.body)"""


@pytest.fixture
def ellen(demo_app: Flask) -> UUID:
    """Whose card it is; she has a mobile phone."""
    with demo_app.app_context(), acting_for(HOME_ID):
        key = find_key(CARD.token)
        assert key is not None
        give_phone(key.citizen_id)
        return UUID(str(key.citizen_id))


@pytest.fixture
def texts(demo_app: Flask) -> Iterator[TextGateway]:
    with text_gateway() as running, sending(demo_app, sms=running.settings):
        yield running


@pytest.fixture
def there(demo_app: Flask, texts: TextGateway) -> Iterator[Loopback]:
    with (
        loopback() as running,
        sending(demo_app, sms=texts.settings, **by_push(running)),
    ):
        yield running


def test_she_gets_a_notice_that_names_nobody(
    open_context: Callable[..., Any],
    site: LiveServer,
    demo_app: Flask,
    ellen: UUID,
    texts: TextGateway,
    there: Loopback,
) -> None:
    browser = a_browser(there, name := str(uuid4()))
    page = _phone(open_context, site, browser)
    hand = Hand(page)
    hand.press("Notices on this device")
    heading(page, "One thing more, to look after you")
    hand.press("Send me a code")
    expect(page.get_by_label(da("The six digits we sent you"))).to_be_visible()
    _send(demo_app, clock.now())
    hand.write("The six digits we sent you", code_in(texts.texts()))
    page.keyboard.press("Enter")
    heading(page, "Notices on this device")
    snap(page, "own-devices", "phone")
    assert axe(page) == []
    assert small_targets(page) == []
    worker = _worker_of(page)
    hand.press("Give me notices on this device")
    told(page, "You get notices on this device now.")
    with demo_app.app_context():
        tell_her(Recipient(CITIZEN, ellen), _by_day())
    _send(demo_app, _by_day())
    [(_headers, sealed)] = there.taken(f"/push/{name}")
    notice = browser.read(sealed)
    assert urlsplit(notice["url"]).path == HOME
    _deliver(worker, site.url, notice)
    expect(page.get_by_role("heading", level=1)).to_have_text(da("Notices on this device"))
    assert _shown(page) == [f"Klippekort: {da('There is news about your trip.')}"]
    until(page, lambda: "delivered" in _states(demo_app))


def _phone(open_context: Callable[..., Any], site: LiveServer, browser: Browser) -> Page:
    context = open_context("phone")
    context.grant_permissions(["notifications"], origin=site.url)
    page: Page = context.new_page()
    device = browser.device
    keys = {"p256dh": device.point, "auth": device.secret}
    given = json.dumps({"endpoint": device.endpoint, "keys": keys})
    page.add_init_script(_SUBSCRIBED.replace("GIVEN", given))
    page.goto(HOME)
    hand = Hand(page)
    hand.write("Your four-digit code", CARD.pin)
    hand.press("Open")
    heading(page, "Hello %(name)s", name="Ellen")
    return page


def _by_day() -> datetime:
    """Return an hour at which people may be disturbed."""
    return clock.now().replace(hour=11, minute=0)


def _send(app: Flask, now: datetime) -> None:
    with app.app_context():
        run(now)


def _worker_of(page: Page) -> tuple[CDPSession, list[str]]:
    """Return the browser's tools, and the names of the service workers there are."""
    tools, names = page.context.new_cdp_session(page), list[str]()

    def note(said: dict[str, Any]) -> None:
        names.extend(one["registrationId"] for one in said["registrations"])

    tools.on("ServiceWorker.workerRegistrationUpdated", note)
    tools.send("ServiceWorker.enable")
    return tools, names


def _deliver(worker: tuple[CDPSession, list[str]], origin: str, notice: dict[str, str]) -> None:
    tools, names = worker
    data = {"origin": origin, "registrationId": names[-1], "data": json.dumps(notice)}
    tools.send("ServiceWorker.deliverPushMessage", data)


def _shown(page: Page) -> list[str]:
    shown: list[str] = []

    def is_shown() -> bool:
        shown[:] = page.evaluate(_SHOWN)
        return bool(shown)

    until(page, is_shown)
    return shown


def _states(app: Flask) -> set[str]:
    with app.app_context():
        return {row.state for row in deliveries()}
