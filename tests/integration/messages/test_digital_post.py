"""Digital Post: packages for the municipality's own distribution, letters where it refuses."""

import json
from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.config import DigitalPost
from klippekort.domain.messages.channels import Channel, Purpose
from klippekort.messages.queries import CITIZEN, Recipient
from klippekort.messages.services.settings import choose_channels
from klippekort.platform import clock
from klippekort.platform.audit import AuditLine
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.gateways.digital import NAMESPACE
from klippekort.platform.gateways.signed import signature
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast
from tests.gateways import SECRET
from tests.loopback import Loopback, loopback
from tests.messages_site import by_digital_post, decide, deliveries, message, run, sending, tell_her

NOW = clock.now().replace(hour=11, minute=0)


@pytest.fixture(scope="module")
def process() -> Iterator[Loopback]:
    with loopback() as running:
        yield running


@pytest.fixture
def there(app: Flask, process: Loopback) -> Iterator[Loopback]:
    process.trouble()
    with sending(app, **by_digital_post(process)):
        yield process


def tell_ellen(cast: Cast, *, prints_letters: bool = False) -> None:
    """Tell Ellen, who has chosen Digital Post, something that is of use for a month."""
    ellen = Recipient(CITIZEN, cast.ellen)
    decide(cast.karen, prints_letters=prints_letters)
    with acting_for(HOME):
        chosen = {Purpose.CHANGES: Channel.DIGITAL}
        execute(choose_channels, cast.karen, ellen, chosen, now=NOW)
    tell_her(ellen, NOW, late_at=NOW + timedelta(days=30))


def text(package: bytes, *path: str) -> str | None:
    whole = Xml.fromstring(package)  # noqa: S314 - it is our own
    found = whole.find("/".join(f"{{{NAMESPACE}}}{one}" for one in path))
    return None if found is None else found.text


def test_a_package_says_from_whom_to_whom_and_holds_the_letter(there: Loopback, cast: Cast):
    tell_ellen(cast)
    run(NOW)
    [sent] = deliveries()
    headers, package = there.taken("/digital")[-1]
    head = ("MessageHeader",)
    assert headers["Idempotency-Key"] == f"{HOME}.{sent.id}"
    assert text(package, *head, "messageUUID") == str(sent.id)
    assert text(package, *head, "Sender", "senderID") == "29189999"
    assert len(text(package, *head, "Recipient", "recipientID") or "") == 10
    assert text(package, *head, "Recipient", "idType") == "CPR"
    file = ("MessageBody", "MainDocument", "File")
    assert text(package, *file, "encodingFormat") == "application/pdf"
    assert b64decode(text(package, *file, "content") or "").startswith(b"%PDF-1.7")
    assert (message().state, sent.state) == ("done", "sent")


def test_the_person_number_is_in_the_package_alone(there: Loopback, cast: Cast):
    tell_ellen(cast)
    run(NOW)
    number = text(there.taken("/digital")[-1][1], "MessageHeader", "Recipient", "recipientID")
    assert number
    with acting_for(HOME):
        rows = db.session.scalars(select(AuditLine)).all()
        assert not any(number in str(vars(row)) for row in rows)
        assert number not in str(vars(deliveries()[0]))


def test_in_a_folder_it_lies_whole_under_its_key(app: Flask, cast: Cast, tmp_path: Path):
    folder = tmp_path / "post"
    with sending(app, digital_post=DigitalPost(folder)):
        tell_ellen(cast)
        run(NOW)
    [sent] = deliveries()
    [laid] = folder.iterdir()
    assert (laid.name, laid.stat().st_mode & 0o777) == (f"{HOME}.{sent.id}.xml", 0o600)
    assert text(laid.read_bytes(), "MessageHeader", "messageType") == "DIGITALPOST"


def test_receipts_in_the_folder_are_taken_once(app: Flask, cast: Cast, tmp_path: Path):
    with sending(app, digital_post=DigitalPost(tmp_path)):
        tell_ellen(cast)
        run(NOW)
        key = f"{HOME}.{deliveries()[0].id}"
        receipts = tmp_path / "receipts"
        receipts.mkdir()
        said = {"messageUUID": str(deliveries()[0].id), "receiptStatus": "COMPLETED"}
        (receipts / f"{key}.json").write_text(json.dumps(said))
        (receipts / f"{HOME}.broken.json").write_text("{")
        run(NOW + timedelta(minutes=1))
    assert deliveries()[0].state == "delivered"
    assert [path.name for path in receipts.iterdir()] == [f"{HOME}.broken.unread"]


def test_whoever_is_refused_there_gets_a_letter(there: Loopback, cast: Cast):
    there.trouble(422)
    tell_ellen(cast, prints_letters=True)
    run(NOW)
    run(NOW + timedelta(seconds=30))
    assert (message().channel, message().state) == ("letter", "sending")
    assert [(row.channel, row.state) for row in deliveries()] == [
        ("digital", "failed"),
        ("letter", "queued"),
    ]


def test_whoever_is_exempt_is_called_where_no_letters_are_printed(
    there: Loopback, client: FlaskClient, cast: Cast
):
    tell_ellen(cast)
    run(NOW)
    said = {"type": "receipt", "status": "failed", "code": "exempt"}
    body = json.dumps({**said, "reference": f"{HOME}.{deliveries()[0].id}"}).encode()
    stamp = str(int(clock.now().timestamp()))
    signed = {
        "webhook-id": "e1",
        "webhook-timestamp": stamp,
        "webhook-signature": signature(SECRET, "e1", stamp, body),
    }
    path = f"/beskeder/gateway/{HOME}/digital-post"
    assert client.post(path, data=body, headers=signed).status_code == 204
    assert (message().channel, message().state) == ("call", "queued")
