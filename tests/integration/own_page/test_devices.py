"""Notices on a device of the citizen's or a relative's own: who may, and where a tap leads."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.domain.permissions import Actor, Role
from klippekort.messages.queries import CITIZEN, Recipient
from klippekort.messages.services.devices import own_devices
from klippekort.platform import clock
from klippekort.platform.gateways.push import public_key
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME
from tests.integration.own_page.arrange import Story
from tests.integration.own_page.visits import as_relative, at_kiosk, by_card, signed_in
from tests.loopback import Loopback, loopback
from tests.messages_site import Browser, a_browser, by_push, run, sending, tell_her

NOON = clock.now().replace(hour=11, minute=0)
PATH = "besked-paa-skaerm"


@pytest.fixture
def there(app: Flask) -> Iterator[Loopback]:
    with loopback() as running, sending(app, **by_push(running)):
        yield running


def said(browser: Browser) -> dict[str, str]:
    device = browser.device
    return {
        "key": str(uuid4()),
        "endpoint": device.endpoint,
        "point": device.point,
        "secret": device.secret,
    }


def test_she_takes_notices_on_her_phone_and_a_tap_leads_to_her_page(
    there: Loopback, client: FlaskClient, story: Story
) -> None:
    at = signed_in(client, story)
    assert f'href="{at}/{PATH}"' in client.get(at).text
    page = client.get(f"{at}/{PATH}").text
    assert f'data-key="{public_key()}"' in page
    assert " hidden>" in page.partition('id="push-form"')[2]
    browser = a_browser(there, name := str(uuid4()))
    assert client.post(f"{at}/{PATH}", data=said(browser)).status_code == 303
    tell_her(Recipient(CITIZEN, story.cast.ellen), NOON)
    run(NOON)
    [(_headers, body)] = there.taken(f"/push/{name}")
    assert browser.read(body)["url"] == at
    assert _left(story) == 1
    [row] = _rows(story)
    away = client.post(f"{at}/{PATH}/{row}/fjern", data={"key": str(uuid4())})
    assert (away.status_code, _left(story)) == (303, 0)


def _rows(story: Story) -> list[str]:
    herself = Actor(HOME, Role.CITIZEN, person_id=story.cast.ellen)
    with acting_for(HOME):
        return [str(row.id) for row in own_devices(herself)]


def _left(story: Story) -> int:
    return len(_rows(story))


def test_her_card_alone_sends_nobody_her_notices(
    there: Loopback, client: FlaskClient, story: Story
) -> None:
    at = by_card(client, story)
    answer = client.get(f"{at}/{PATH}")
    assert (answer.status_code, answer.location) == (303, f"{at}/kode/vis")
    taken = client.post(f"{at}/{PATH}", data=said(a_browser(there, str(uuid4()))))
    assert (taken.status_code, _left(story)) == (303, 0)


def test_a_shared_screen_takes_no_notices(
    there: Loopback, client: FlaskClient, story: Story
) -> None:
    at = at_kiosk(client, story)
    assert PATH not in client.get(at).text
    assert client.get(f"{at}/{PATH}").status_code == 403


def test_a_relative_has_notices_on_a_page_of_her_own(
    there: Loopback, client: FlaskClient, story: Story
) -> None:
    at = as_relative(client, story, "see", "messages")
    assert 'href="/mine-enheder"' in client.get("/parorende").text
    assert PATH not in client.get(at).text
    assert client.get(f"{at}/{PATH}").status_code == 403
    added = client.post("/mine-enheder", data=said(a_browser(there, str(uuid4()))))
    assert (added.status_code, added.location) == (303, "/mine-enheder")
    assert "/fjern" in client.get("/mine-enheder").text


def test_where_notices_are_not_set_up_nothing_is_offered(client: FlaskClient, story: Story) -> None:
    at = signed_in(client, story)
    assert PATH not in client.get(at).text
    page = client.get(f"{at}/{PATH}")
    assert (page.status_code, 'id="push-form"' in page.text) == (200, False)
