"""From what people must be told to what is sent: bundles with settled words, at a fit time."""

from collections.abc import Sequence
from datetime import datetime

from klippekort.domain.messages.channels import Channel, Purpose, instead_of
from klippekort.domain.messages.sending import URGENT, bundles
from klippekort.domain.messages.timing import is_too_late, post_arrives, send_at
from klippekort.domain.messages.wording import LooseBrace, UnknownName
from klippekort.messages.models import MessagePart, OutboxMessage
from klippekort.messages.queries import deliveries as queries
from klippekort.messages.queries.people import Reachable, Recipient, StillHolds, home, people
from klippekort.messages.queries.settings import Rules, get_rules, means, own_wordings
from klippekort.messages.services.telling import new_delivery
from klippekort.messages.services.wording import KINDS, key_words, say, say_aloud
from klippekort.platform.db import db
from klippekort.platform.events import ask
from klippekort.platform.gone import is_gone
from klippekort.platform.i18n import _, reader_language, speaking_to

ON_PAPER = frozenset({Channel.LETTER, Channel.DIGITAL})
_REPLACED = frozenset({Channel.PUSH, Channel.DIGITAL})


def gather(to: Recipient, channel_name: str, *, now: datetime) -> int:
    """Settle what is sent to one person now, and return how many messages were seen to.

    What no longer holds is withdrawn. What comes at night, or beyond the day's cap, waits; what
    would then be too late, or cannot be sent at all, becomes a call.
    """
    channel = Channel(channel_name)
    if channel not in ON_PAPER and queries.has_unsent(to, channel_name):
        return 0
    found = [one for one in queries.lock_due(to, channel_name, now) if _holds(one)]
    person, rules = people([to]).get(to), get_rules()
    if person is None or not means(rules).has(channel) or not person.address.reaches(channel):
        return sum(elsewhere(one, now) for one in found)
    alone = channel in ON_PAPER
    for together in bundles(found, lambda one: alone or KINDS[one.kind].asks):
        _settle(person, channel, together, rules, now)
    db.session.flush()
    return len(found)


def to_call(message: OutboxMessage, now: datetime) -> bool:
    """Put a message on the call list in place of sending it; what nobody calls about is let go."""
    if not KINDS[message.kind].is_called:
        message.state = "withdrawn"
        return True
    message.channel, message.state, message.call_at = Channel.CALL.value, "queued", None
    message.due_at = now
    message.done_at = None
    return True


def elsewhere(message: OutboxMessage, now: datetime) -> bool:
    """Put a message where it may reach whom its channel did not: another channel, or the call list.

    A device may be gone, and a person exempt from Digital Post; all else becomes a call.
    """
    to, failed = queries.recipient_of(message), Channel(message.channel)
    person = people([to]).get(to) if to is not None and failed in _REPLACED else None
    if person is None:
        return to_call(message, now)
    arrives = post_arrives(now, message.late_at)
    fit = instead_of(failed, person.address, means(get_rules()), post_arrives=arrives)
    if fit is Channel.CALL:
        return to_call(message, now)
    message.channel, message.state, message.due_at = fit.value, "queued", now
    message.done_at = message.call_at = None
    return True


def _holds(message: OutboxMessage) -> bool:
    """Withdraw what is no longer so, or was for somebody who has died or moved, and say whether
    the message still holds.
    """
    question = StillHolds(message.kind, message.subject_id, message.facts, message.citizen_id)
    is_here = message.citizen_id is None or not is_gone(message.citizen_id)
    if is_here and all(ask(question)):
        return True
    message.state = "withdrawn"
    return False


def _settle(
    person: Reachable,
    channel: Channel,
    together: Sequence[OutboxMessage],
    rules: Rules,
    now: datetime,
) -> None:
    late_at = min((one.late_at for one in together if one.late_at), default=None)
    is_urgent = any(Purpose(one.purpose) in URGENT for one in together if one.purpose)
    at = now
    if channel not in ON_PAPER:
        count = queries.sent_today(person.recipient, now)
        at = send_at(now, rules.hours, sent_today=count, cap=rules.daily_cap, is_urgent=is_urgent)
    if is_too_late(at, late_at):
        for one in together:
            to_call(one, now)
        return
    if at > now:
        for one in together:
            one.due_at = at
        return
    with speaking_to(person.language):
        text = _words(together, channel)
    if text is None:
        for one in together:
            to_call(one, now)
        return
    row = new_delivery(person.recipient, channel, person.address, text, now=now, late_at=late_at)
    for one in together:
        one.state = "sending"
        db.session.add(MessagePart(delivery_id=row.id, message_id=one.id))
    db.session.flush()


def _words(together: Sequence[OutboxMessage], channel: Channel) -> str | None:
    """Return what is told, one thing a line, or None when a message lacks what its words need."""
    # Where the municipality has no words of its own in her language, ours are used: not its Danish.
    sender, own = home(), own_wordings(reader_language().code)
    try:
        speak = say_aloud if channel is Channel.VOICE else say
        said = [speak(one.kind, one.facts, sender, own) for one in together]
    except (UnknownName, LooseBrace):
        return None
    if channel in ON_PAPER:
        return "\n".join(said)
    if channel is Channel.VOICE:
        asks = any(KINDS[one.kind].asks for one in together)
        greeting = str(_("Hello. This is %(home)s.", home=sender.name))
        return "\n".join([greeting, *said, key_words(asks=asks)])
    return "\n".join([*said, sender.name])
