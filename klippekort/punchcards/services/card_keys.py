"""The printed card's code and PIN: making, losing and re-opening it, and opening the page with it.

A try is spent and committed before the PIN is compared. A counter that was read, compared and then
written let 154 of 200 parallel guesses through a limit of five.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import CursorResult, Update, delete, update

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import lock_citizen, reach
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import DomainError, Stale
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.keys import Place, fingerprint, keys, new_secret
from klippekort.punchcards.models import CardKey, CardSession
from klippekort.punchcards.queries import card_keys as queries
from klippekort.punchcards.queries.card_keys import MOST_TRIES, KeyState

PAGE_STAYS_OPEN = timedelta(minutes=10)
TOO_EASY = "1234"

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Compared with when there is no such card, so that an unknown code takes as long as a known one.
_NOBODY = _hasher.hash(new_secret())


class PinTooEasy(DomainError):
    """The PIN is four digits anyone would guess first, or not four digits."""


class Outcome(StrEnum):
    """How a try to open a page ended."""

    OPENED = "opened"
    WRONG_PIN = "wrong_pin"
    LOCKED = "locked"
    KILLED = "killed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Opening:
    """The answer to a try; `secret` opens the page for ten minutes, where it was opened."""

    outcome: Outcome
    secret: str | None = None


def make_key(actor: Actor, citizen_id: UUID, *, pin: str, now: datetime) -> str:
    """Make the code and PIN of a new printed card, kill the old ones, and return the key's id.

    Raises PinTooEasy, NotFound.
    """
    citizen = lock_citizen(citizen_id)
    authorise(actor, Action.PRINT_CARD, reach(citizen, local_day(now)))
    if not is_good_pin(pin):
        raise PinTooEasy
    return _replace(actor, citizen, _hasher.hash(keys().peppered(pin)), now, "printed")


def replace_lost_key(actor: Actor, citizen_id: UUID, *, now: datetime) -> str:
    """Kill the code of a lost card, make a new one with the same PIN, and return its id.

    Raises NotFound when the citizen has no card that could be lost.
    """
    citizen = lock_citizen(citizen_id)
    authorise(actor, Action.PRINT_CARD, reach(citizen, local_day(now)))
    pin_hash = queries.get_live_key(citizen_id).pin_hash
    return _replace(actor, citizen, pin_hash, now, "lost")


def reopen_key(actor: Actor, citizen_id: UUID, *, now: datetime) -> str:
    """Give a locked card its five tries back and return the key's id.

    Raises NotFound without a card, Stale when it is not locked.
    """
    citizen = lock_citizen(citizen_id)
    authorise(actor, Action.PRINT_CARD, reach(citizen, local_day(now)))
    key = queries.get_live_key(citizen_id)
    if queries.state_of(key) is not KeyState.LOCKED:
        raise Stale
    key.tries = 0
    _record(actor, key.id, citizen_id, "reopened", Action.PRINT_CARD)
    return str(key.id)


def is_good_pin(pin: str) -> bool:
    """Say whether a PIN is four digits, not all equal and not 1234."""
    is_four_digits = len(pin) == 4 and pin.isascii() and pin.isdigit()
    return is_four_digits and pin != TOO_EASY and len(set(pin)) > 1


def _replace(actor: Actor, citizen: Citizen, pin_hash: str, now: datetime, why: str) -> str:
    db.session.execute(
        update(CardKey)
        .where(CardKey.citizen_id == citizen.id, CardKey.killed_at.is_(None))
        .values(killed_at=now)
    )
    key_id, token = new_id(), new_secret()
    place = Place(citizen.municipality_id, key_id, "token")
    db.session.add(
        CardKey(
            id=key_id,
            citizen_id=citizen.id,
            token_hash=fingerprint(token),
            token_encrypted=keys().seal_secret(token, place),
            pin_hash=pin_hash,
            made_at=now,
        )
    )
    db.session.flush()
    _record(actor, key_id, citizen.id, why, Action.PRINT_CARD)
    return str(key_id)


def open_own_page(token: str, pin: str, *, now: datetime) -> Opening:
    """Try a PIN on a printed code and say how it went.

    The try is counted and committed by itself before the PIN is looked at, so this is called
    outside any write. Five wrong tries in all lock the card; a right one forgives those before it.
    """
    key = queries.find_key(token)
    if key is None:
        _is_right(_NOBODY, pin)
        return Opening(Outcome.UNKNOWN)
    key_id, citizen_id, pin_hash = key.id, key.citizen_id, key.pin_hash
    citizen = as_citizen(key)
    refusal = audit.audit_write(_spend_try, citizen, key_id, citizen_id)
    if refusal is not None:
        _is_right(_NOBODY, pin)
        return Opening(refusal)
    if not _is_right(pin_hash, pin):
        audit.audit_write(_record, citizen, key_id, citizen_id, Outcome.WRONG_PIN)
        return Opening(Outcome.WRONG_PIN)
    secret = new_secret()
    outcome = audit.audit_write(_open_session, citizen, key_id, citizen_id, secret, now)
    return Opening(outcome, secret if outcome is Outcome.OPENED else None)


def is_soon_over(ends_at: datetime, now: datetime) -> bool:
    """Say whether a page that somebody uses is to be kept open longer."""
    return ends_at - now < PAGE_STAYS_OPEN / 2


def stay_open(secret: str, *, now: datetime) -> None:
    """Keep a page open for ten more minutes, because somebody uses it."""
    audit.audit_write(_stay_open, fingerprint(secret), now)


def vouch(secret: str, until: datetime) -> None:
    """Note in the transaction at hand that more than card and PIN vouches for whoever opened this
    page, until then.
    """
    db.session.execute(
        update(CardSession)
        .where(CardSession.token_hash == fingerprint(secret))
        .values(strong_until=until)
    )


def close_own_page(secret: str) -> None:
    """End the session a cookie's secret stands for, if there is one."""
    audit.audit_write(_close_session, fingerprint(secret))


def as_citizen(key: CardKey) -> Actor:
    """Return the citizen as the one who acts, for the log of who saw her page."""
    return Actor(key.municipality_id, Role.CITIZEN, person_id=key.citizen_id)


def _is_right(pin_hash: str, pin: str) -> bool:
    try:
        return _hasher.verify(pin_hash, keys().peppered(pin))
    except VerifyMismatchError:
        return False


def _spend_try(citizen: Actor, key_id: UUID, citizen_id: UUID) -> Outcome | None:
    """Take one of the five tries and return None, or what stands in the way."""
    live = _live(key_id)
    if _changed(live.where(CardKey.tries < MOST_TRIES).values(tries=CardKey.tries + 1)):
        return None
    is_locked = _changed(live.values(tries=CardKey.tries))
    outcome = Outcome.LOCKED if is_locked else Outcome.KILLED
    _record(citizen, key_id, citizen_id, outcome)
    return outcome


def _open_session(
    citizen: Actor, key_id: UUID, citizen_id: UUID, secret: str, now: datetime
) -> Outcome:
    """Forgive earlier tries and open the page, unless the card was killed meanwhile."""
    outcome = Outcome.KILLED
    if _changed(_live(key_id).values(tries=0)):
        outcome = Outcome.OPENED
        ended = CardSession.ends_at <= now
        db.session.execute(delete(CardSession).where(CardSession.key_id == key_id, ended))
        db.session.add(
            CardSession(
                key_id=key_id, token_hash=fingerprint(secret), ends_at=now + PAGE_STAYS_OPEN
            )
        )
    _record(citizen, key_id, citizen_id, outcome)
    return outcome


def _stay_open(token_hash: str, now: datetime) -> None:
    db.session.execute(
        update(CardSession)
        .where(CardSession.token_hash == token_hash, CardSession.ends_at > now)
        .values(ends_at=now + PAGE_STAYS_OPEN)
    )


def _close_session(token_hash: str) -> None:
    db.session.execute(delete(CardSession).where(CardSession.token_hash == token_hash))


def _live(key_id: UUID) -> Update:
    return (
        update(CardKey)
        .where(CardKey.id == key_id, CardKey.killed_at.is_(None))
        .execution_options(synchronize_session=False)
    )


def _changed(change: Update) -> bool:
    return cast(CursorResult[Any], db.session.execute(change)).rowcount == 1


def _record(
    actor: Actor,
    key_id: UUID,
    citizen_id: UUID,
    outcome: str,
    action: Action = Action.SEE_CARD,
) -> None:
    audit.record(
        actor,
        action,
        "card_key",
        key_id,
        citizens=[citizen_id],
        purpose="own_card",
        outcome=outcome,
    )
