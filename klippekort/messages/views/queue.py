"""What waits, what could not be sent, and what a person must read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Stale
from klippekort.domain.messages.channels import Channel
from klippekort.domain.messages.timing import post_arrives
from klippekort.domain.permissions import Action
from klippekort.messages.forms import CHANNELS
from klippekort.messages.queries import (
    CITIZEN,
    MessageDelivery,
    MessageEvent,
    OutboxMessage,
    Reachable,
    Recipient,
)
from klippekort.messages.queries import deliveries as queries
from klippekort.messages.queries.people import people
from klippekort.messages.queries.settings import get_rules, means
from klippekort.messages.services import incoming, sending
from klippekort.messages.services.wording import KINDS
from klippekort.messages.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import moment, phone
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.platform.job_status import Backlog, Backlogs


@dataclass(frozen=True)
class Trouble:
    """A message that could not be sent, or not yet."""

    id: UUID
    name: str
    channel: str
    since: str
    said: str
    is_given_up: bool
    may_send_again: bool
    may_post: bool
    text: str


@dataclass(frozen=True)
class Resting:
    """A message that goes out by itself later."""

    id: UUID
    name: str
    what: str
    channel: str
    at: str


@dataclass(frozen=True)
class Answer:
    """Something somebody has written back, for a person to read."""

    id: UUID
    name: str
    at: str
    text: str


@bp.get("/beskeder")
@requires(Action.SEE_MESSAGES, purpose="messages")
def queue() -> ResponseReturnValue:
    """Show what waits, what went wrong, and what to read, print and decide."""
    now = clock.now()
    today, troubles, answers = local_day(now), queries.in_trouble(), queries.unread()
    asked = {row.id: row for row in queries.of_ids([one.delivery_id for one in answers])}
    later = queries.resting(now)
    named = people(
        [
            *(_person(row) for row in [*troubles, *asked.values()]),
            *(to for row in later if (to := queries.recipient_of(row))),
        ]
    )
    saw(*(one.id for one in named if one.kind == CITIZEN))
    rules = get_rules()
    return render_template(
        "messages/queue.html",
        waiting=backlogs(Backlogs()),
        resting=[_resting(row, named, today) for row in later],
        troubles=[_trouble(row, named, now) for row in troubles],
        answers=[_read(one, asked, named, today) for one in answers],
        letters=len(queries.letters_waiting()),
        piles=[(one, moment(at, today), count) for one, at, count in queries.piles()],
        means=means(rules),
        rules=rules,
        today=today,
        pile_key=KeyedForm().key.data,
    )


@bp.post("/beskeder/<uuid:delivery_id>/igen")
@requires(Action.SEE_MESSAGES)
def send_again(delivery_id: UUID) -> ResponseReturnValue:
    """Send anew what could not be sent."""
    return _done(sending.send_again, delivery_id, _("It is sent again within a minute."))


@bp.post("/beskeder/<uuid:delivery_id>/ring")
@requires(Action.SEE_MESSAGES)
def call_instead(delivery_id: UUID) -> ResponseReturnValue:
    """Try no more, and have somebody call."""
    return _done(sending.call_instead, delivery_id, _("It stands on the call list now."))


@bp.post("/beskeder/<uuid:delivery_id>/brev")
@requires(Action.SEE_MESSAGES)
def send_as_letter(delivery_id: UUID) -> ResponseReturnValue:
    """Make a letter of what could not be sent."""
    said = _("It waits with the letters to be printed.")
    return _done(sending.send_as_letter, delivery_id, said)


@bp.post("/beskeder/<uuid:message_id>/tilbage")
@requires(Action.SEE_MESSAGES)
def hold_back(message_id: UUID) -> ResponseReturnValue:
    """Take back what rests before it goes out."""
    form = KeyedForm()
    if form.validate_on_submit():
        try:
            execute(sending.hold_back, current_actor(), message_id, key=form.key.data)
            flash(_("It is taken back, and nobody hears it."), "success")
        except Stale:
            flash(_("It has gone out meanwhile."), "warning")
    return redirect(url_for("messages.queue"), 303)


@bp.post("/beskeder/svar/<uuid:event_row_id>")
@requires(Action.SEE_MESSAGES)
def mark_read(event_row_id: UUID) -> ResponseReturnValue:
    """Take an answer that was read off the list."""
    form = KeyedForm()
    if form.validate_on_submit():
        execute(incoming.mark_read, current_actor(), event_row_id, key=form.key.data)
        flash(_("It is taken off the list."), "success")
    return redirect(url_for("messages.queue"), 303)


def backlogs(_question: Backlogs) -> list[Backlog]:
    """Return what waits in each channel, in words."""
    return [
        Backlog(str(CHANNELS[Channel(one.channel)]), one.count, one.oldest)
        for one in queries.queues()
    ]


def _done(service: Callable[..., Any], delivery_id: UUID, said: str) -> ResponseReturnValue:
    form = KeyedForm()
    if form.validate_on_submit():
        try:
            execute(service, current_actor(), delivery_id, now=clock.now(), key=form.key.data)
            flash(said, "success")
        except Stale:
            flash(_("Somebody has seen to it meanwhile."), "warning")
    return redirect(url_for("messages.queue"), 303)


def _person(row: MessageDelivery) -> Recipient:
    return Recipient(row.recipient_kind, row.recipient_id)


def _name(row: MessageDelivery, named: dict[Recipient, Reachable]) -> str:
    person = named.get(_person(row))
    return person.name if person else str(_("Somebody who is no longer here"))


def _resting(row: OutboxMessage, named: dict[Recipient, Reachable], today: date) -> Resting:
    to = queries.recipient_of(row)
    person = named.get(to) if to else None
    return Resting(
        row.id,
        person.name if person else str(_("Somebody who is no longer here")),
        str(KINDS[row.kind].title),
        str(CHANNELS[Channel(row.channel)]),
        moment(row.due_at, today),
    )


def _trouble(row: MessageDelivery, named: dict[Recipient, Reachable], now: datetime) -> Trouble:
    person = named.get(_person(row))
    has_lines = person is not None and bool(person.address.lines)
    is_letter = row.channel in ("letter", "digital")
    return Trouble(
        row.id,
        _name(row, named),
        str(CHANNELS[Channel(row.channel)]),
        moment(row.queued_at, local_day(now)),
        error_words(row.error or ""),
        row.state == "failed",
        row.late_at is None or row.late_at > now,
        has_lines and not is_letter and post_arrives(now, row.late_at),
        queries.words_of(row) or "",
    )


def _read(
    event: MessageEvent,
    asked: dict[UUID, MessageDelivery],
    named: dict[Recipient, Reachable],
    today: date,
) -> Answer:
    number, text = incoming.read_event(event)
    row = asked.get(event.delivery_id) if event.delivery_id else None
    name = _name(row, named) if row else phone(number)
    return Answer(event.id, name, moment(event.received_at, today), text)


def error_words(code: str) -> str:
    """Return in words why something could not be sent."""
    if code == "too_late":
        return str(_("It would have come too late."))
    if code == "no_receipt":
        return str(_("Nobody has told us that it came."))
    if code in ("no_device", "http_404", "http_410"):
        return str(_("The device is no longer there."))
    if code == "no_number":
        return str(_("The person number is missing."))
    if code == "no_answer":
        return str(_("Nobody took the telephone."))
    if code in ("undelivered", "address") or code.startswith(("http_4", "smtp_5")):
        return str(_("The number or address does not take it."))
    if code == "no_gateway":
        return str(_("Nothing is set up to send it with."))
    return str(_("Whoever sends for us does not answer."))
