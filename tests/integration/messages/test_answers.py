"""What the gateway tells us: receipts and answers, signed, each counted once."""

import json
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from klippekort.messages.models import MessageEvent, OutboxMessage
from klippekort.messages.queries import CITIZEN, Recipient, Replied
from klippekort.messages.services.settings import choose_language
from klippekort.platform import clock, events
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.gateways.signed import signature
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast
from tests.gateways import SECRET, TextGateway, text_gateway
from tests.messages_site import MOBILE, deliveries, give_phone, message, run, sending, tell_her

NOW = clock.now().replace(hour=11, minute=0)


@pytest.fixture
def gateway(app: Flask) -> Iterator[TextGateway]:
    with text_gateway() as running, sending(app, sms=running.settings):
        yield running


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Replied]:
    """Let nobody but this test answer for the waiting list, and give what it heard."""
    found: list[Replied] = []

    def hear(event: Replied) -> list[str]:
        found.append(event)
        return ["answered"]

    monkeypatch.setitem(events._answers, Replied, [hear])
    return found


def tells(client: FlaskClient, said: dict[str, str], event: str = "e1", **changed: str):
    body = json.dumps(said).encode()
    stamp = changed.get("stamp", str(int(clock.now().timestamp())))
    headers = {
        "webhook-id": event,
        "webhook-timestamp": stamp,
        "webhook-signature": changed.get("signed", signature(SECRET, event, stamp, body)),
    }
    answer: TestResponse = client.post(
        f"/beskeder/gateway/{changed.get('home', HOME)}", data=body, headers=headers
    )
    return answer.status_code


def receipt(status: str) -> dict[str, str]:
    return {"type": "receipt", "reference": f"{HOME}.{deliveries()[0].id}", "status": status}


def reply(text: str, phone: str = MOBILE) -> dict[str, str]:
    return {"type": "reply", "from": phone, "text": text}


def offered(citizen: UUID) -> None:
    until = (NOW + timedelta(hours=6)).isoformat()
    tell_her(give_phone(citizen), NOW, "trip_offer", answer_by=until, offer=str(citizen))
    run(NOW)


def outcomes() -> list[str]:
    with acting_for(HOME):
        return list(db.session.scalars(select(MessageEvent.outcome)))


def calls(kind: str) -> int:
    with acting_for(HOME):
        found = select(OutboxMessage).filter_by(kind=kind, channel="call", state="queued")
        return len(db.session.scalars(found).all())


def test_a_receipt_says_that_it_arrived(gateway: TextGateway, client: FlaskClient, cast: Cast):
    tell_her(give_phone(cast.ellen), NOW)
    run(NOW)
    assert tells(client, receipt("delivered")) == 204
    assert deliveries()[0].state == "delivered"


def test_what_was_not_delivered_becomes_a_call_whatever_comes_later(
    gateway: TextGateway, client: FlaskClient, cast: Cast
):
    tell_her(give_phone(cast.ellen), NOW)
    run(NOW)
    tells(client, receipt("failed"), "e1")
    tells(client, receipt("delivered"), "e2")
    assert (message().channel, message().state) == ("call", "queued")


@pytest.mark.parametrize(
    "changed", [{"signed": "v1,AAAA"}, {"stamp": "1"}, {"signed": ""}, {"stamp": "x"}]
)
def test_what_is_not_signed_is_not_believed(
    gateway: TextGateway, client: FlaskClient, cast: Cast, changed: dict[str, str]
):
    assert tells(client, reply("JA"), **changed) == 401
    assert outcomes() == []


@pytest.mark.parametrize(
    "said",
    [{}, {"type": "reply"}, {"type": "receipt", "reference": "2.x", "status": "?"}, {"type": "x"}],
)
def test_what_cannot_be_read_is_refused(
    gateway: TextGateway, client: FlaskClient, cast: Cast, said: dict[str, str]
):
    assert tells(client, said) == 400


def test_a_yes_answers_the_question_once(
    gateway: TextGateway, client: FlaskClient, cast: Cast, heard: list[Replied]
):
    offered(cast.ellen)
    for _again in range(2):
        assert tells(client, reply("Ja tak!")) == 204
    assert [(one.is_yes, one.recipient.id) for one in heard] == [(True, cast.ellen)]
    assert (outcomes(), message().call_at) == (["answered"], None)


def test_an_answer_is_read_in_the_language_she_is_told_things_in(
    gateway: TextGateway, client: FlaskClient, cast: Cast, heard: list[Replied]
):
    with acting_for(HOME):
        execute(choose_language, cast.karen, Recipient(CITIZEN, cast.ellen), "pl", now=NOW)
    offered(cast.ellen)
    assert "pójść" in gateway.texts()[0] or "wyjście" in gateway.texts()[0]
    tells(client, reply("Tak"))
    assert [one.is_yes for one in heard] == [True]


@pytest.mark.parametrize("text", ["Hvem er du?", "Ja, men ikke fredag"])
def test_what_is_unclear_is_read_by_a_person(
    gateway: TextGateway, client: FlaskClient, cast: Cast, heard: list[Replied], text: str
):
    offered(cast.ellen)
    tells(client, reply(text))
    assert (heard, outcomes(), calls("reply_unclear")) == ([], ["unclear"], 1)


def test_two_who_share_a_telephone_are_asked_by_phone(
    gateway: TextGateway, client: FlaskClient, cast: Cast, heard: list[Replied]
):
    tell_her(give_phone(cast.poul), NOW, key="p")
    offered(cast.ellen)
    tells(client, reply("JA"))
    assert (heard, calls("reply_unclear")) == ([], 2)


def test_a_yes_to_an_offer_that_is_over_is_not_lost(
    gateway: TextGateway, client: FlaskClient, cast: Cast
):
    offered(cast.ellen)
    tells(client, reply("JA"))
    assert (outcomes(), calls("reply_unclear")) == (["over"], 1)


def test_an_answer_from_nobody_we_wrote_to_is_kept_to_be_read(
    gateway: TextGateway, client: FlaskClient, cast: Cast
):
    tells(client, reply("JA", "+4599999999"))
    assert outcomes() == ["unknown"]


def test_a_question_nobody_answers_becomes_a_call_half_way(gateway: TextGateway, cast: Cast):
    offered(cast.ellen)
    run(NOW + timedelta(hours=2))
    assert message().channel == "sms"
    run(NOW + timedelta(hours=3, minutes=1))
    assert (message().channel, message().state) == ("call", "queued")
