"""A one-time code to the citizen's own phone: more than a card that may lie on a table."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select

from klippekort.accounts.services.secrets import CODE_TRIES, hash_secret, matches
from klippekort.citizens.queries import get_citizen, lock_citizen
from klippekort.citizens.queries.sealed import phone_of
from klippekort.domain.errors import DomainError
from klippekort.domain.permissions import Action, Actor
from klippekort.messages.queries import CITIZEN, Recipient
from klippekort.messages.queries.deliveries import urgent_since
from klippekort.messages.services import can_text, text_now
from klippekort.own_page.models import OwnCode
from klippekort.platform import audit
from klippekort.platform.audit import audit_write
from klippekort.platform.db import db
from klippekort.platform.i18n import _
from klippekort.platform.keys import keys
from klippekort.punchcards.services.card_keys import vouch

LASTS = timedelta(minutes=15)
MOST_AN_HOUR = 3


class TooManyCodes(DomainError):
    """So many codes have been asked for that somebody else may be trying."""


class NoPhone(DomainError):
    """No text can be sent: we know no phone of hers, or there is no gateway."""


def can_have_code(citizen_id: UUID) -> bool:
    """Say whether a code could be sent to this citizen."""
    return can_text() and bool(phone_of(get_citizen(citizen_id)))


def last_digits(citizen_id: UUID) -> str:
    """Return the end of her number, so that she knows which phone to look at."""
    return (phone_of(get_citizen(citizen_id)) or "")[-2:]


def code_for(citizen_id: UUID, form_key: str) -> str:
    """Return six digits, the same for the same press of the button by the same person.

    They come from a secret outside the database: a press that comes twice sends what was kept.
    """
    secret = keys().peppered(f"own page|{citizen_id}|{form_key}")
    return f"{int(secret, 16) % 1_000_000:06d}"


def send_code(actor: Actor, citizen_id: UUID, form_key: str, *, now: datetime) -> None:
    """Send her a code; one sent before no longer works. Raises NoPhone, TooManyCodes, NotFound."""
    citizen, to = lock_citizen(citizen_id), Recipient(CITIZEN, citizen_id)
    phone = phone_of(citizen)
    if not phone or not can_text():
        raise NoPhone
    if urgent_since(to, now - timedelta(hours=1)) >= MOST_AN_HOUR:
        raise TooManyCodes
    row = _find(citizen_id)
    if row is None:
        row = OwnCode(citizen_id=citizen_id)
        db.session.add(row)
    code = code_for(citizen_id, form_key)
    row.code_hash, row.tries = hash_secret(keys().peppered(code)), 0
    row.asked_at, row.ends_at = now, now + LASTS
    said = _("Your code for Klippekort is %(code)s. It holds for 15 minutes.", code=code)
    text_now(to, phone, str(said), now=now, late_at=now + LASTS)
    _note(actor, citizen_id, "sent")


def try_code(actor: Actor, citizen_id: UUID, code: str, secret: str, *, now: datetime) -> bool:
    """Say whether it was her code, and let it vouch for the page that the cookie's `secret` opened.

    A try is spent and committed before anything is compared, and a right code is used up. It writes
    in transactions of its own: call it from a view, never inside `execute`.
    """
    stored = audit_write(_spend_try, citizen_id, now)
    if not matches(stored, keys().peppered(code)):
        audit_write(_note, actor, citizen_id, "wrong")
        return False
    return bool(audit_write(_use_up, actor, citizen_id, stored, secret, now))


def _find(citizen_id: UUID) -> OwnCode | None:
    found = select(OwnCode).filter_by(citizen_id=citizen_id).with_for_update()
    fresh = found.execution_options(populate_existing=True)
    return db.session.scalars(fresh).one_or_none()


def _spend_try(citizen_id: UUID, now: datetime) -> str | None:
    row = _find(citizen_id)
    if row is None or row.tries >= CODE_TRIES or row.ends_at <= now:
        return None
    row.tries += 1
    return row.code_hash


def _use_up(actor: Actor, citizen_id: UUID, stored: str, secret: str, now: datetime) -> bool:
    """Remove a code, and say whether it was this call that did."""
    gone = db.session.execute(
        delete(OwnCode).filter_by(citizen_id=citizen_id, code_hash=stored).returning(OwnCode.id)
    ).first()
    if gone is None:
        return False
    vouch(secret, now + LASTS)
    _note(actor, citizen_id, "right")
    return True


def _note(actor: Actor, citizen_id: UUID, outcome: str) -> None:
    audit.record(
        actor,
        Action.SEE_OWN_DATA,
        "own_code",
        citizens=[citizen_id],
        purpose="own_code",
        outcome=outcome,
    )
