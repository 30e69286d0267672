"""Notices to devices: sealed, signed, nameless, each once, and gone devices let go of."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.domain.messages.channels import Channel, Purpose
from klippekort.domain.permissions import Actor
from klippekort.messages.queries import VOLUNTEER, Recipient
from klippekort.messages.services.devices import add_device, own_devices
from klippekort.messages.services.wording import NOTICES
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.gateways.push import Device, NotADevice, public_key
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast
from tests.gateways import text_gateway
from tests.login import log_in
from tests.loopback import Loopback, loopback
from tests.messages_site import (
    a_browser,
    by_push,
    deliveries,
    message,
    opt_in,
    run,
    sending,
    tell_her,
)

NOON = clock.now().replace(hour=11, minute=0)


@pytest.fixture(scope="module")
def process() -> Iterator[Loopback]:
    with loopback() as running:
        yield running


@pytest.fixture
def there(app: Flask, process: Loopback) -> Iterator[Loopback]:
    process.trouble()
    with sending(app, **by_push(process)):
        yield process


def viggo(cast: Cast) -> Recipient:
    assert cast.viggo.person_id is not None
    return Recipient(VOLUNTEER, cast.viggo.person_id)


def tell_viggo(cast: Cast, now: datetime = NOON) -> None:
    tell_her(viggo(cast), now, "host_cancelled", title="Sorggruppe hos Ellen")


def devices_left(actor: Actor) -> int:
    with acting_for(HOME):
        return len(own_devices(actor))


def test_a_notice_comes_sealed_and_names_nobody(there: Loopback, cast: Cast):
    browser, where = a_browser(there, name := str(uuid4())), f"/push/{name}"
    opt_in(cast.viggo, browser, NOON)
    tell_viggo(cast)
    run(NOON)
    [(headers, body)] = there.taken(where)
    said = browser.read(body)
    assert (said["body"], said["lang"]) == (str(NOTICES[Purpose.CHANGES]), "da")
    assert not any(word in str(said) for word in ("Sorggruppe", "Ellen", "Viggo"))
    assert b"Klippekort" not in body
    assert (headers["Urgency"], headers["Topic"]) == ("high", said["tag"])
    assert (message().state, deliveries()[0].state) == ("done", "sent")


def test_a_notice_that_came_up_is_delivered_and_no_forged_one(
    there: Loopback, client: FlaskClient, cast: Cast
):
    browser = a_browser(there, name := str(uuid4()))
    opt_in(cast.viggo, browser, NOON)
    tell_viggo(cast)
    run(NOON)
    seen = browser.read(there.taken(f"/push/{name}")[0][1])["seen"]
    forged = f"{seen[:-1]}{'0' if seen[-1] != '0' else '1'}"
    assert client.post("/beskeder/vist", data=forged).status_code == 404
    assert deliveries()[0].state == "sent"
    assert [client.post("/beskeder/vist", data=seen).status_code for _ in range(2)] == [204, 204]
    assert deliveries()[0].state == "delivered"


def test_a_lost_answer_leads_to_the_same_notice_under_the_same_topic(there: Loopback, cast: Cast):
    opt_in(cast.viggo, a_browser(there, name := str(uuid4())), NOON)
    there.trouble("lost", 503, 429)
    before = there.posts()
    tell_viggo(cast)
    for minutes in range(4):
        run(NOON + timedelta(minutes=minutes))
    assert (there.posts() - before, len(there.taken(f"/push/{name}"))) == (4, 1)
    assert message().state == "done"


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_let_go_of_and_a_text_goes_instead(
    app: Flask, process: Loopback, cast: Cast, status: int
):
    process.trouble(status)
    with text_gateway() as texts, sending(app, sms=texts.settings, **by_push(process)):
        opt_in(cast.viggo, a_browser(process, str(uuid4())), NOON)
        tell_viggo(cast)
        run(NOON)
        run(NOON + timedelta(seconds=30))
    assert devices_left(cast.viggo) == 0
    assert message().channel in (Channel.SMS, Channel.CALL)
    assert len(texts.taken) == (message().channel == Channel.SMS)


def test_one_device_of_two_is_enough(there: Loopback, cast: Cast):
    for name in ("gone", "stays"):
        opt_in(cast.viggo, a_browser(there, f"{name}-{uuid4()}"), NOON)
    there.trouble(410)
    tell_viggo(cast)
    run(NOON)
    assert (devices_left(cast.viggo), message().state, message().channel) == (1, "done", "push")


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example/x",
        "https://",
        "file:///etc/passwd",
        "https://user@push.example/x",
        "http://127.0.0.2:80/x",
    ],
)
def test_only_push_services_outside_are_sent_to(there: Loopback, cast: Cast, endpoint: str):
    device = a_browser(there).device
    inside = Device("", endpoint, device.point, device.secret)
    with acting_for(HOME), pytest.raises(NotADevice):
        execute(add_device, cast.viggo, inside, "x", now=NOON)


def test_a_service_whose_name_leads_inside_is_not_asked(app: Flask, process: Loopback, cast: Cast):
    private = {**by_push(process), "inner_hosts": frozenset[str]()}
    with sending(app, **private):
        device = a_browser(process).device
        inside = Device("", "https://localhost:1/x", device.point, device.secret)
        with acting_for(HOME):
            execute(add_device, cast.viggo, inside, "x", now=NOON)
        before = process.posts()
        tell_viggo(cast)
        run(NOON)
    assert (process.posts() - before, message().state) == (0, "sending")


def test_a_browser_is_added_and_removed_by_its_owner(
    there: Loopback, client: FlaskClient, cast: Cast
):
    log_in(client, cast.viggo)
    page = client.get("/mine-enheder").text
    assert f'data-key="{public_key()}"' in page
    device = a_browser(there, "own").device
    said = {"key": str(uuid4()), "endpoint": device.endpoint, "point": device.point}
    assert client.post("/mine-enheder", data={**said, "secret": "short"}).status_code == 303
    assert devices_left(cast.viggo) == 0
    said = {**said, "key": str(uuid4()), "secret": device.secret}
    client.post("/mine-enheder", data=said, headers={"User-Agent": "Firefox/140 Android"})
    assert "Firefox, Android" in client.get("/mine-enheder").text
    with acting_for(HOME):
        [row] = own_devices(cast.viggo)
    away = {"key": str(uuid4())}
    log_in(client, cast.bo)
    assert client.post(f"/mine-enheder/{row.id}/fjern", data=away).status_code == 404
    log_in(client, cast.viggo)
    client.post(f"/mine-enheder/{row.id}/fjern", data=away)
    assert devices_left(cast.viggo) == 0


def test_a_browser_belongs_to_whoever_asked_last(there: Loopback, cast: Cast):
    browser = a_browser(there)
    opt_in(cast.viggo, browser, NOON)
    opt_in(cast.bo, browser, NOON)
    assert (devices_left(cast.viggo), devices_left(cast.bo)) == (0, 1)
