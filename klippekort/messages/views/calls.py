"""What came of a call, for the pages that list calls."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from klippekort.domain.calendar import ONE_DAY, instant, local_day
from klippekort.messages.forms import CallForm
from klippekort.messages.queries import OutboxMessage
from klippekort.messages.services import CallOutcome, complete_call
from klippekort.platform.auth import current_actor
from klippekort.platform.execute import execute
from klippekort.platform.formatting import moment
from klippekort.platform.i18n import _


@dataclass(frozen=True)
class Taps:
    """The keys of a call's buttons, the same until something has come of the call."""

    reached: str
    not_home: str
    again: str
    wrong_number: str
    unwilling: str


def taps_of(call: OutboxMessage) -> Taps:
    """Return a key for each thing that can come of a call; each try has keys of its own."""
    return taps(call.id, str(call.attempts))


def taps(about: UUID, attempt: str) -> Taps:
    """Return the same for a call that stands on a list of another feature's own."""
    names = ("reached", "not_home", "again", "wrong_number", "unwilling")
    return Taps(*(str(uuid5(about, f"{name}:{attempt}")) for name in names))


def earlier_words(call: OutboxMessage, now: datetime) -> str:
    """Return by when a call must be made, and what came of it last, where that is known."""
    said = []
    if call.late_at is not None:
        said.append(str(_("Call before %(when)s.", when=moment(call.late_at, local_day(now)))))
    if call.outcome == CallOutcome.NOT_HOME:
        said.append(str(_("Nobody was at home last time.")))
    if call.outcome == CallOutcome.WRONG_NUMBER:
        said.append(str(_("The number was wrong. Find another, or go by.")))
    return " ".join(said)


def take_outcome(message_id: UUID, *, now: datetime) -> str | None:
    """Write down what the press of a button says came of a call, and return what to tell; None when
    nothing could be read. Raises Stale, Forbidden, NotFound.
    """
    form = CallForm()
    if not form.validate_on_submit():
        return None
    outcome, again_at = CallOutcome(form.outcome.data), None
    if outcome is CallOutcome.NOT_HOME and form.again.data is not None:
        again_at = instant(local_day(now), form.again.data)
        if again_at <= now:
            again_at = instant(local_day(now) + ONE_DAY, form.again.data)
    execute(
        complete_call,
        current_actor(),
        message_id,
        outcome=outcome,
        again_at=again_at,
        now=now,
        key=form.key.data,
        content=[message_id, outcome, again_at],
    )
    return said_of(outcome)


def said_of(outcome: CallOutcome) -> str:
    """Return what to tell whoever has just written down what came of a call."""
    if outcome is CallOutcome.NOT_HOME:
        return str(_("It comes back on the list later."))
    if outcome is CallOutcome.WRONG_NUMBER:
        return str(_("It stays on the list with a note of the wrong number."))
    return str(_("The call is ticked off."))
