"""People with telephones, and messages to them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from klippekort.citizens.models import Citizen
from klippekort.config import MailServer, SmsGateway
from klippekort.domain.messages.channels import Address, Channel
from klippekort.domain.permissions import Actor
from klippekort.messages.jobs import send_messages
from klippekort.messages.models import MessageDelivery, OutboxMessage
from klippekort.messages.queries import CITIZEN, Recipient
from klippekort.messages.services import tell
from klippekort.messages.services.letters import make_pile
from klippekort.messages.services.telling import new_delivery
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.jobs import Outcome
from klippekort.platform.keys import Place, keys
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME

MOBILE = "+4520304050"


@contextmanager
def sending(
    app: Flask, sms: SmsGateway | None = None, mail: MailServer | None = None
) -> Iterator[None]:
    """Let the app send by these."""
    before = app.extensions["settings"]
    app.extensions["settings"] = replace(before, sms=sms, mail=mail)
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
    return {"pile_id": (pile,), "wording_kind": ("trip_reminder", "trip_offer")}
