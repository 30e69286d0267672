"""What is done with messages by itself: they are sent, turned into calls, and forgotten."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any

from klippekort.domain.messages.sending import State
from klippekort.domain.messages.timing import GIVE_UP_AFTER
from klippekort.messages.queries import calls
from klippekort.messages.queries import deliveries as queries
from klippekort.messages.queries.settings import get_rules
from klippekort.messages.queries.silence import silent
from klippekort.messages.services import letters, sending
from klippekort.messages.services.devices import forget_devices
from klippekort.messages.services.gathering import gather
from klippekort.messages.services.handing import Handed, hand_over
from klippekort.messages.services.incoming import Receipt, take_receipt
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.gateways import NotNow, digital, digital_post
from klippekort.platform.jobs import Job, Outcome
from klippekort.platform.tenancy import current_municipality

EVERY = timedelta(seconds=10)
LONGEST_RUN = 20.0
MOST_LOST = 3
KEPT = timedelta(days=90)


def send_messages(_day: date, now: datetime) -> Outcome:
    """Settle and send what is due, and turn into calls what nobody has answered.

    It stops after twenty seconds, or when a gateway has not answered three times running: other
    jobs wait behind it, and what is left is due again soon. It may be killed anywhere: a message is
    taken up again when its minute is over, with the key it had before.
    """
    tried = _Tally()
    for recipient, channel in queries.waiting_groups(now):
        tried.do(gather, recipient, channel, now=now)
    for message_id in calls.unanswered(now):
        tried.do(sending.call_unanswered, message_id, now=now)
    _read_receipts(tried, now)
    for delivery_id in silent(now):
        tried.do(sending.note_silent, delivery_id, now=now)
    for delivery_id in queries.in_vain(get_rules().hours.back(now, GIVE_UP_AFTER)):
        tried.do(sending.give_up, delivery_id, now=now)
    _send_all(tried, now)
    db.session.rollback()
    return Outcome(tried.expected, tried.done, tried.failed, tried.error)


def forget_messages(_day: date, now: datetime) -> Outcome:
    """Let go of the words of messages after ninety days."""
    gone = 0
    while old := list(queries.to_forget(now - KEPT)):
        gone += execute(letters.forget, old)
    return Outcome(gone, gone)


def _read_receipts(tried: "_Tally", now: datetime) -> None:
    """Take the receipts that the distributor of Digital Post has laid in its folder."""
    place = digital_post()
    found = digital.receipts(place, current_municipality()) if place else []
    db.session.rollback()
    for one in found:
        state = State.DELIVERED if one.is_delivered else State.FAILED
        said = Receipt(one.path.name, one.message_id, state, one.code, frozenset({"digital"}))
        if tried.do(take_receipt, said, now=now) is not None:
            one.path.unlink(missing_ok=True)


class _Tally:
    """Counts what is done, each thing in a transaction of its own; one fault stops no other."""

    def __init__(self) -> None:
        self.expected, self.done, self.failed = 0, 0, 0
        self.error: str | None = None

    def do(self, service: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run a service and return its answer, or None when it failed."""
        self.expected += 1
        try:
            answer = execute(service, *args, **kwargs)
        except Exception as trouble:
            self.failed, self.error = self.failed + 1, type(trouble).__name__
            return None
        self.done += 1
        return answer


def _send_all(tried: _Tally, now: datetime) -> None:
    """Send until nothing is due, time is up, or the gateways are lost.

    What was due when the run began is sent by its clock; how long it takes shows on the wall's.
    """
    begun, lost = monotonic(), 0
    skew = now - clock.now()
    while monotonic() - begun < LONGEST_RUN and lost < MOST_LOST:
        db.session.rollback()
        if not queries.is_anything_due(clock.now() + skew):
            return
        taken = execute(sending.claim, now=clock.now() + skew)
        if taken is None:
            return
        handed = hand_over(taken.load, clock.now())
        lost = lost + 1 if isinstance(handed.trouble, NotNow) else 0
        _note(tried, taken, handed, clock.now() + skew)


def _note(tried: _Tally, taken: sending.Claim, handed: Handed, now: datetime) -> None:
    """Write down what came of handing a message over; devices that are gone are let go of."""
    if handed.gone:
        tried.do(forget_devices, handed.gone)
    if isinstance(handed.trouble, NotNow):
        code = handed.trouble.code
        tried.do(sending.note_not_now, taken.delivery_id, taken.attempt, code, now=now)
    elif handed.trouble is not None:
        tried.do(sending.note_refused, taken.delivery_id, handed.trouble.code, now=now)
    else:
        tried.do(sending.note_sent, taken.delivery_id, handed.reference, now=now)


JOBS = (
    Job("send_messages", send_messages, every=EVERY),
    Job("forget_messages", forget_messages),
)
