"""People with telephones, and messages to them."""

import json
import os
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from sqlalchemy import select

from klippekort.citizens.models import Citizen
from klippekort.config import DigitalPost, MailServer, SmsGateway, VoiceGateway
from klippekort.domain.messages.channels import Address, Channel
from klippekort.domain.permissions import Actor
from klippekort.messages.jobs import send_messages
from klippekort.messages.models import MessageDelivery, OutboxMessage
from klippekort.messages.queries import CITIZEN, Recipient
from klippekort.messages.services import tell
from klippekort.messages.services.devices import add_device
from klippekort.messages.services.letters import make_pile
from klippekort.messages.services.settings import set_rules
from klippekort.messages.services.telling import new_delivery
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.gateways.push import Device
from klippekort.platform.gateways.push_sealing import keys_for
from klippekort.platform.jobs import Outcome
from klippekort.platform.keys import Place, keys
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME
from tests.gateways import SECRET
from tests.loopback import Loopback

MOBILE = "+4520304050"


@contextmanager
def sending(
    app: Flask, sms: SmsGateway | None = None, mail: MailServer | None = None, **more: Any
) -> Iterator[None]:
    """Let the app send by these; `more` are other settings."""
    before = app.extensions["settings"]
    app.extensions["settings"] = replace(before, sms=sms, mail=mail, **more)
    try:
        yield
    finally:
        app.extensions["settings"] = before


def give_phone(citizen_id: UUID, phone: str = MOBILE) -> Recipient:
    """Write down a citizen's telephone, and return her as a recipient."""

    def write() -> None:
        row = db.session.scalars(select(Citizen).filter_by(id=citizen_id)).one()
        owner, at = Place(HOME, row.id, "key"), Place(HOME, row.id, "phone")
        assert row.wrapped_key is not None
        row.phone_encrypted = keys().encrypt(row.wrapped_key, owner, phone, at)

    with acting_for(HOME):
        execute(write)
    return Recipient(CITIZEN, citizen_id)


def tell_her(
    to: Recipient,
    now: datetime,
    kind: str = "trip_cancelled",
    *,
    key: str = "k",
    late_at: datetime | None = None,
    **facts: str,
) -> None:
    """Tell somebody something that is due now."""
    said = {
        "starts_at": (now + timedelta(days=2)).isoformat(),
        "destination": "Kortklub, Klubhuset",
        **facts,
    }
    with acting_for(HOME):
        execute(tell, key, kind, to=to, facts=said, due_at=now, late_at=late_at, now=now)


def run(now: datetime) -> Outcome:
    """Let the worker send what is due."""
    with acting_for(HOME):
        return send_messages(now.date(), now)


def message(key: str = "k") -> OutboxMessage:
    """Return a message as it stands."""
    with acting_for(HOME):
        found = select(OutboxMessage).filter_by(dedupe_key=key)
        return db.session.scalars(found.execution_options(populate_existing=True)).one()


def deliveries() -> list[MessageDelivery]:
    """Return all that is or was sent, oldest first."""
    with acting_for(HOME):
        found = select(MessageDelivery).order_by(MessageDelivery.queued_at, MessageDelivery.id)
        return list(db.session.scalars(found.execution_options(populate_existing=True)))


def by_push(there: Loopback) -> dict[str, Any]:
    """Return the settings under which devices are sent notices by the service on loopback."""
    return {"push_contact": "drift@lindeby.example", "inner_hosts": frozenset({"127.0.0.1"})}


def by_voice(there: Loopback) -> dict[str, Any]:
    """Return the settings under which the gateway on loopback calls people."""
    return {"voice": VoiceGateway(f"{there.url}/voice", "token", "+4547000000", SECRET)}


def by_digital_post(there: Loopback) -> dict[str, Any]:
    """Return the settings under which Digital Post goes to the distributor on loopback."""
    return {"digital_post": DigitalPost(None, f"{there.url}/digital", "token", SECRET)}


def decide(coordinator: Actor, **more: Any) -> None:
    """Decide when the municipality's messages go out, with its number for Digital Post."""
    hours = {"opens": time(8), "closes": time(20), "daily_cap": 3, "prints_letters": False}
    with acting_for(HOME):
        execute(set_rules, coordinator, **{**hours, "cvr": "29189999", **more})


@dataclass(frozen=True)
class Browser:
    """A browser that takes notices: what it opens them with never leaves it."""

    device: Device
    private: ec.EllipticCurvePrivateKey
    secret: bytes

    def read(self, body: bytes) -> dict[str, str]:
        """Open a notice."""
        salt, sender, sealed = body[:16], body[21:86], body[86:]
        own = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        other = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = self.private.exchange(ec.ECDH(), other)
        key, nonce = keys_for(shared, self.secret, own, sender, salt)
        said: dict[str, str] = json.loads(AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\x02"))
        return said


def a_browser(there: Loopback, name: str = "one") -> Browser:
    """Return a browser that is reached at the push service on loopback."""
    private, secret = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    said = [urlsafe_b64encode(raw).decode().rstrip("=") for raw in (point, secret)]
    return Browser(Device("", f"{there.url}/push/{name}", *said), private, secret)


def opt_in(actor: Actor, browser: Browser, now: datetime) -> None:
    """Let somebody be told on a browser of theirs."""
    with acting_for(HOME):
        execute(add_device, actor, browser.device, "Firefox, Android", now=now)


def letters_and_words(citizen_id: UUID, coordinator: Actor) -> dict[str, tuple[str, ...]]:
    """Have a letter printed, another wait, and a text that could not be sent; return what their
    addresses need.
    """
    now, to = clock.now(), Recipient(CITIZEN, citizen_id)

    def write() -> None:
        lines = ("Ellen Sørensen", "Åvej 7", "4681 Lindeby")
        new_delivery(to, Channel.LETTER, Address(lines=lines), "Husk din tur.", now=now)
        row = new_delivery(to, Channel.SMS, Address(phone=MOBILE), "Husk din tur.", now=now)
        row.state, row.error = "failed", "http_422"

    execute(write)
    pile = execute(make_pile, coordinator, now=now)
    execute(write)
    kinds, steps = ("trip_reminder", "trip_offer"), ("day_before", "offers")
    return {"pile_id": (pile,), "wording_kind": kinds, "ladder_step": steps}
