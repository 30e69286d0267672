"""Calls that read aloud: what is said, which keys mean what, and who calls when nobody answers."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.domain.messages.channels import Channel, Purpose
from klippekort.messages.models import MessageEvent
from klippekort.messages.queries import Recipient, Replied
from klippekort.messages.services.settings import choose_channels
from klippekort.messages.services.wording import key_words
from klippekort.platform import clock, events
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.gateways.signed import signature
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast
from tests.gateways import SECRET
from tests.loopback import Loopback, loopback
from tests.messages_site import by_voice, deliveries, give_phone, message, run, sending, tell_her

NOW = clock.now().replace(hour=11, minute=0)


@pytest.fixture(scope="module")
def process() -> Iterator[Loopback]:
    with loopback() as running:
        yield running


@pytest.fixture
def there(app: Flask, process: Loopback) -> Iterator[Loopback]:
    process.trouble()
    with sending(app, **by_voice(process)):
        yield process


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Replied]:
    """Let nobody but this test answer for the waiting list, and give what it heard."""
    found: list[Replied] = []

    def hear(event: Replied) -> list[str]:
        found.append(event)
        return ["answered"]

    monkeypatch.setitem(events._answers, Replied, [hear])
    return found


def wants_voice(cast: Cast) -> Recipient:
    ellen = give_phone(cast.ellen, "+4536123456")
    chosen = {Purpose.OFFERS: Channel.VOICE, Purpose.CHANGES: Channel.VOICE}
    with acting_for(HOME):
        execute(choose_channels, cast.karen, ellen, chosen, now=NOW)
    return ellen


def asked(cast: Cast) -> None:
    until = (NOW + timedelta(hours=6)).isoformat()
    tell_her(wants_voice(cast), NOW, "trip_offer", answer_by=until, offer=str(cast.ellen))
    run(NOW)


def tells(client: FlaskClient, event: str = "e1", path: str = "opkald", **said: str) -> int:
    known = {"reference": f"{HOME}.{deliveries()[0].id}"}
    body, stamp = json.dumps({**known, **said}).encode(), str(int(clock.now().timestamp()))
    headers = {
        "webhook-id": event,
        "webhook-timestamp": stamp,
        "webhook-signature": signature(SECRET, event, stamp, body),
    }
    address = f"/beskeder/gateway/{HOME}/{path}".rstrip("/")
    return client.post(address, data=body, headers=headers).status_code


def outcomes() -> list[str]:
    with acting_for(HOME):
        return list(db.session.scalars(select(MessageEvent.outcome)))


def test_it_says_who_calls_what_is_asked_and_which_keys_there_are(there: Loopback, cast: Cast):
    asked(cast)
    said = json.loads(there.taken("/voice")[-1][1])
    first, asked_of_her, last = said["say"].splitlines()
    assert ("Lindeby Kommune" in first, last) == (True, key_words(asks=True))
    assert "Kortklub, Klubhuset" in asked_of_her
    assert not {"JA", "YES"} & set(said["say"].split())
    assert said["keys"] == {"1": "yes", "2": "no", "9": "call_me"}
    assert (said["to"], said["reference"]) == ("+4536123456", f"{HOME}.{deliveries()[0].id}")


@pytest.mark.parametrize(("key", "is_yes"), [("1", True), ("2", False)])
def test_a_key_answers_once_as_a_text_would(
    there: Loopback, client: FlaskClient, cast: Cast, heard: list[Replied], key: str, is_yes: bool
):
    asked(cast)
    assert [tells(client, type="key", key=key) for _again in range(2)] == [204, 204]
    assert [(one.is_yes, one.recipient.id) for one in heard] == [(is_yes, cast.ellen)]
    assert (outcomes(), message().call_at) == (["answered"], None)


def test_nine_has_somebody_call(there: Loopback, client: FlaskClient, cast: Cast):
    asked(cast)
    tells(client, type="key", key="9")
    assert (message().channel, message().state, outcomes()) == ("call", "queued", ["called"])


def test_a_yes_that_comes_too_late_has_somebody_call(
    there: Loopback, client: FlaskClient, cast: Cast
):
    asked(cast)
    tells(client, type="key", key="1")
    assert (message().channel, message().state, outcomes()) == ("call", "queued", ["called"])


def test_whoever_does_not_take_the_telephone_is_called_by_a_person(
    there: Loopback, client: FlaskClient, cast: Cast
):
    tell_her(wants_voice(cast), NOW)
    run(NOW)
    tells(client, type="receipt", status="failed", code="no_answer")
    assert (message().channel, message().state) == ("call", "queued")


def test_whoever_hears_and_presses_nothing_is_called_half_way(
    there: Loopback, client: FlaskClient, cast: Cast
):
    asked(cast)
    tells(client, type="receipt", status="delivered")
    run(NOW + timedelta(hours=3, minutes=1))
    assert message().channel == "call"


def test_one_gateway_cannot_speak_for_another(there: Loopback, client: FlaskClient, cast: Cast):
    asked(cast)
    refused = tells(client, path="", type="key", key="1")
    assert (refused, outcomes()) == (404, [])
    assert tells(client, type="reply", text="JA") == 400
