"""Sending letters of the law once they have rested: by Digital Post where it reaches, or paper."""

from datetime import datetime
from uuid import UUID

from klippekort.citizens.queries import get_citizen, person_number_of
from klippekort.domain.errors import NotFound
from klippekort.domain.messages.channels import Channel, Purpose
from klippekort.messages.queries import CITIZEN, Recipient
from klippekort.messages.queries.people import PostReceipt
from klippekort.messages.queries.settings import wishes_of
from klippekort.messages.services import tell
from klippekort.papers.models import LawLetter
from klippekort.papers.queries import letters as queries
from klippekort.papers.services.letters import body_of, lacks_reasons
from klippekort.papers.services.post import post_for
from klippekort.platform.db import db
from klippekort.platform.gateways.letter_post import LetterPost
from klippekort.platform.gone import is_gone

# What says that a letter comes; the letter itself says what was decided.
NOTICE = "law_letter"
MOST_TRIES = 12
REFUSED = "refused"


def begin(letter_id: UUID, *, now: datetime) -> bool:
    """Take up a letter that has rested, and say whether it is to be sent.

    One to somebody who has died or moved is stopped; one without reasons waits for them.
    """
    row = queries.lock_letter(letter_id)
    if row.state != "resting" or row.due_at > now:
        return False
    if is_gone(row.citizen_id):
        row.state = "stopped"
        return False
    if lacks_reasons(row, body_of(row)):
        return False
    row.attempts += 1
    return True


def reached_digitally(row: LawLetter) -> tuple[LetterPost, str] | None:
    """Return who brings a letter to Digital Post, and the person number it reaches her by; None
    where she gets paper: she has chosen letters, or is not reached.
    """
    chosen = wishes_of(row.citizen_id).chosen.get(Purpose.CHANGES)
    if chosen is Channel.LETTER or row.attempts > MOST_TRIES or row.error == REFUSED:
        return None
    post = post_for(has_chosen_it=chosen is Channel.DIGITAL)
    number = person_number_of(get_citizen(row.citizen_id))
    return (post, number) if post and number and post.reaches(number) else None


def note_sent(letter_id: UUID, how: str, *, provider_ref: str = "", now: datetime) -> None:
    """Note how a letter went, have it filed, and say by her own channel that it comes."""
    row = queries.lock_letter(letter_id)
    if row.state != "resting":
        return
    if row.error == REFUSED:  # the receipt came before the answer did
        how = "paper"
    row.state, row.how, row.sent_at, row.error = "sent", how, now, None
    row.provider_ref = provider_ref or None
    row.filing, row.filing_due_at = "waiting", now
    db.session.flush()
    _give_notice(row, now)


def note_refused(letter_id: UUID, *, now: datetime) -> None:
    """Note that Digital Post does not take a letter; it goes by paper."""
    row = queries.lock_letter(letter_id)
    if row.state == "resting":
        row.error = REFUSED
    note_sent(letter_id, "paper", now=now)


def post_told(told: PostReceipt) -> list[bool]:
    """Note what became of a letter that went by Digital Post, and say whether it was one of ours.

    One that was not delivered goes by paper instead, and is filed anew with how it went.
    """
    try:
        row = queries.lock_letter(told.message_id)
    except NotFound:
        return []
    if told.is_delivered or row.how == "paper":
        return [told.is_delivered]
    row.error = REFUSED
    if row.state == "sent":
        row.how, row.sent_at = "paper", told.now
        row.filing, row.filed_at, row.filing_due_at = "waiting", None, told.now
        db.session.flush()
    return [True]


def _give_notice(row: LawLetter, now: datetime) -> None:
    """Say that a letter comes, by text or e-mail, or by a call to whoever chose calls."""
    citizen, to = get_citizen(row.citizen_id), Recipient(CITIZEN, row.citizen_id)
    for channel in (Channel.SMS, Channel.EMAIL, Channel.CALL):
        told = tell(
            f"{NOTICE}:{row.id}",
            NOTICE,
            to=to,
            supplier_id=citizen.supplier_id,
            facts={},
            due_at=now,
            only=channel,
            is_extra=True,
            now=now,
        )
        if told is not None:
            return
