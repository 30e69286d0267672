"""A citizen dies or moves: her relatives' proxies stop at once, with all they were to be told.

After a mistake exactly what was stopped starts again: what was withdrawn before stays so.
"""

from sqlalchemy import select

from klippekort.citizens.models import LeavingStop
from klippekort.citizens.queries.leaving import withdrawn_message
from klippekort.citizens.services.leaving import (
    OVER,
    CitizenLeft,
    CitizenReturned,
    start_again,
    stopped,
)
from klippekort.domain.calendar import local_day
from klippekort.domain.proxies import Step
from klippekort.messages.models import MessageDelivery
from klippekort.platform.db import db
from klippekort.relatives.queries.proposals import lock_proposal, waiting_by
from klippekort.relatives.queries.relatives import lock_relative, rows_of, standing_of
from klippekort.relatives.services.common import add_line, silence

PROXY, PROPOSAL = "proxy", "relative_days"
MESSAGE, DELIVERY = "relative_message", "relative_delivery"


def citizen_left(left: CitizenLeft) -> None:
    """Stop every proxy for a citizen: the very next request of whoever holds one gets nothing."""
    for found in rows_of(left.citizen_id):
        row = lock_relative(found.id)
        messages, deliveries = silence(row.id)
        for message in messages:
            stopped(left, MESSAGE, message.id)
        for sent in deliveries:
            stopped(left, DELIVERY, sent.id)
        for proposal in waiting_by(row.id):
            proposal.state = "stopped"
            stopped(left, PROPOSAL, proposal.id)
        held = standing_of(row.id)
        if held.proxy is None or held.is_stopped:
            continue
        add_line(left.actor, row, Step.STOPPED, now=left.now)
        stopped(left, PROXY, row.id)


def citizen_returned(back: CitizenReturned) -> None:
    """Let the proxies that the leaving stopped hold again, and what waited with them."""
    start_again(back, PROXY, lambda stop: _restart(back, stop))
    start_again(back, PROPOSAL, lambda stop: _wait_again(back, stop))
    start_again(back, MESSAGE, _tell_again)
    start_again(back, DELIVERY, _send_again)


def _restart(back: CitizenReturned, stop: LeavingStop) -> str | None:
    row = lock_relative(stop.subject_id)
    if not standing_of(row.id).is_stopped:
        return OVER
    add_line(back.actor, row, Step.RESTARTED, now=back.now)
    return None


def _wait_again(back: CitizenReturned, stop: LeavingStop) -> str | None:
    row = lock_proposal(stop.subject_id)
    if row.state != "stopped" or row.until_on < local_day(back.now):
        return OVER
    row.state = "waiting"
    return None


def _tell_again(stop: LeavingStop) -> str | None:
    message = withdrawn_message(stop.subject_id)
    if message is None:
        return OVER
    message.state = "queued"
    return None


def _send_again(stop: LeavingStop) -> str | None:
    found = select(MessageDelivery).filter_by(id=stop.subject_id).with_for_update()
    row = db.session.scalars(found).one_or_none()
    if row is None or row.state != "stopped":
        return OVER
    row.state = "queued"
    return None
