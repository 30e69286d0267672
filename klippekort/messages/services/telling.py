"""Telling somebody something by the channel they chose, with a call where nothing else can be."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from klippekort.domain.messages.channels import Address, Channel, Wishes, choose
from klippekort.domain.messages.timing import post_arrives
from klippekort.messages.models import MessageDelivery, OutboxMessage
from klippekort.messages.queries import calls as queries
from klippekort.messages.queries.deliveries import number_index, seal
from klippekort.messages.queries.people import CITIZEN, AlsoTold, Copy, Recipient, people
from klippekort.messages.queries.settings import (
    get_rules,
    has_choices,
    ladder,
    means,
    wishes_of,
)
from klippekort.messages.services.wording import KINDS
from klippekort.platform.db import db
from klippekort.platform.events import ask
from klippekort.platform.gateways import mail_server, text_gateway
from klippekort.platform.gone import is_gone
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import current_municipality

# Somebody has taken a message back by hand before it went out.
HELD_BACK = "held_back"


def tell(
    dedupe_key: str,
    kind: str,
    *,
    to: Recipient,
    supplier_id: UUID | None = None,
    about: UUID | None = None,
    facts: dict[str, Any],
    due_at: datetime,
    late_at: datetime | None = None,
    only: Channel | None = None,
    is_extra: bool = False,
    now: datetime,
) -> Channel | None:
    """Tell a person something, once for each meaning, and return how; None when it was told before.

    `kind` is one of `KINDS`. It goes out after `due_at`, a letter at once: the post takes its time.
    From `late_at` on it is of no use. Where nothing can be sent it is a call, as by `queue_call`.
    One that was withdrawn before it was sent is sent again. Where it would not go by the `only`
    channel it is not told now; what is extra, nobody calls about who has not chosen that.
    """
    if to.kind == CITIZEN and is_gone(to.id):
        return None
    if to.kind == CITIZEN and only is None:
        times = {"due_at": due_at, "late_at": late_at, "now": now}
        _tell_others(AlsoTold(to.id, dedupe_key, kind, facts), about, times)
    known = queries.find_message(dedupe_key)
    if known is not None and known.state != "withdrawn":
        return None
    if known is not None and is_extra and known.outcome == HELD_BACK:
        return None
    if not ladder()[KINDS[kind].step].is_on:
        return None
    wishes = wishes_of(to.id)
    channel = _channel(kind, to, wishes, late_at, now)
    is_chosen = KINDS[kind].purpose in wishes.chosen and not KINDS[kind].is_copy
    is_unwanted = channel is Channel.CALL and not is_chosen
    is_never_called = channel is Channel.CALL and not KINDS[kind].is_called
    if (is_extra and is_unwanted) or is_never_called or only not in (None, channel):
        return None
    if known is None:
        known = OutboxMessage(dedupe_key=dedupe_key, kind=kind)
        db.session.add(known)
    known.subject_id, known.channel, known.state = about, channel.value, "queued"
    known.citizen_id = to.id if to.kind == CITIZEN else None
    known.recipient_kind, known.recipient_id = to.kind, to.id
    known.supplier_id, known.purpose = supplier_id, KINDS[kind].purpose.value
    known.facts, known.queued_at, known.outcome, known.call_at = facts, now, None, None
    known.due_at, known.late_at = now if channel is Channel.LETTER else due_at, late_at
    db.session.flush()
    return channel


def _tell_others(what: AlsoTold, about: UUID | None, times: dict[str, Any]) -> None:
    """Tell those who are told what a citizen is told; nobody is called for that."""
    copies: list[Copy] = ask(what)
    for one in copies:
        tell(
            one.dedupe_key,
            one.kind,
            to=one.to,
            about=about,
            facts=one.facts,
            is_extra=True,
            **times,
        )


def _channel(
    kind: str, to: Recipient, wishes: Wishes, late_at: datetime | None, now: datetime
) -> Channel:
    tools = means(get_rules())
    if not tools.any:
        return Channel.CALL
    person = people([to]).get(to)
    if person is None:
        return Channel.CALL
    purpose = KINDS[kind].purpose
    arrives = post_arrives(now, late_at)
    return choose(purpose, wishes, person.address, tools, post_arrives=arrives)


def new_delivery(
    to: Recipient,
    channel: Channel,
    address: Address,
    text: str,
    *,
    now: datetime,
    late_at: datetime | None = None,
    is_urgent: bool = False,
) -> MessageDelivery:
    """Settle what is sent to whom; words and address are sealed. It waits for the worker."""
    row = MessageDelivery(
        id=new_id(),
        municipality_id=current_municipality(),
        channel=channel.value,
        recipient_kind=to.kind,
        recipient_id=to.id,
        is_urgent=is_urgent,
        queued_at=now,
        due_at=now,
        late_at=late_at,
    )
    lines = {
        Channel.SMS: [address.phone or ""],
        Channel.VOICE: [address.phone or ""],
        Channel.EMAIL: [address.email or ""],
    }.get(channel, list(address.lines))
    row.to_sealed = seal(row, "to", json.dumps(lines))
    row.text_sealed = seal(row, "text", text)
    if channel is Channel.SMS:
        row.to_index = number_index(lines[0])
    db.session.add(row)
    db.session.flush()
    return row


def can_text() -> bool:
    """Say whether there is a gateway for text messages."""
    return text_gateway() is not None


def text_now(to: Recipient, phone: str, text: str, *, now: datetime, late_at: datetime) -> None:
    """Send a text at once, whatever the hour: somebody has just asked for it and waits, as for a
    code. Its words are let go of as soon as they are sent.
    """
    address = Address(phone=phone)
    new_delivery(to, Channel.SMS, address, text, now=now, late_at=late_at, is_urgent=True)


def can_mail() -> bool:
    """Say whether there is a server for e-mail."""
    return mail_server() is not None


def mail_now(to: Recipient, email: str, text: str, *, now: datetime, late_at: datetime) -> None:
    """Send an e-mail at once, as `text_now` sends a text; its words are let go of when sent."""
    address = Address(email=email)
    new_delivery(to, Channel.EMAIL, address, text, now=now, late_at=late_at, is_urgent=True)


def tells_more() -> bool:
    """Say whether anything extra is told here: it can be sent, or somebody has chosen calls."""
    tools = means(get_rules())
    return tools.any or has_choices()
