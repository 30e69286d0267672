"""Passwords and PINs: hashing, and tries that are spent before they are compared."""

from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import update

from klippekort.accounts import queries
from klippekort.accounts.models import Credential
from klippekort.accounts.services.proofs import (
    LOG_IN,
    count_unknown,
    count_unread,
    note_means,
    note_proof,
    note_refused,
)
from klippekort.accounts.services.sessions import end_sessions
from klippekort.platform.audit import audit_write
from klippekort.platform.db import db
from klippekort.platform.keys import keys

PASSWORD, PIN, CODE = "password", "pin", "code"
SHORTEST_PASSWORD = 12
PASSWORD_TRIES, PIN_TRIES, CODE_TRIES = 10, queries.PIN_TRIES, 5
LONGEST_WAIT = 15

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _hash_of_nobody() -> str:
    return _hasher.hash("nobody has this password")


def hash_secret(text: str) -> str:
    """Return what is stored instead of a password or a peppered PIN."""
    return _hasher.hash(text)


def matches(stored: str | None, text: str) -> bool:
    """Say whether `text` is what was hashed; without a hash it takes as long, and is False."""
    try:
        return _hasher.verify(stored or _hash_of_nobody(), text) and stored is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def _has_try(kind: str, tries: int, tried_at: datetime | None, now: datetime) -> bool:
    """Say whether one more try may be made; past the limit a password, of whichever kind, waits 1,
    2, 4 … minutes.
    """
    if kind in (PIN, CODE):
        return tries < (PIN_TRIES if kind == PIN else CODE_TRIES)
    if tries < PASSWORD_TRIES or tried_at is None:
        return True
    minutes = min(2 ** (tries - PASSWORD_TRIES), LONGEST_WAIT)
    return now - tried_at >= timedelta(minutes=minutes)


def spend_try(account_id: UUID, kind: str, now: datetime) -> str | None:
    """Count a try and return the hash to compare with; None without a try left or a secret.

    It is committed before anything is compared, so that many tries at once cannot pass the limit.
    """
    credential = queries.lock_credential(account_id, kind)
    if credential is None or not _has_try(kind, credential.tries, credential.tried_at, now):
        return None
    if credential.expires_at is not None and credential.expires_at <= now:
        return None
    credential.tries += 1
    credential.tried_at = now
    return credential.secret


def forget_tries(account_id: UUID, kinds: tuple[str, ...]) -> None:
    """Give an account the tries back that it has spent on these."""
    db.session.execute(
        update(Credential)
        .where(Credential.account_id == account_id, Credential.kind.in_(kinds))
        .values(tries=0, tried_at=None)
    )


def accept(account_id: UUID, method: str, kinds: tuple[str, ...], *, purpose: str = LOG_IN) -> None:
    """Give the tries of these kinds back, and put on record that `method` has fitted."""
    forget_tries(account_id, kinds)
    note_proof(account_id, method, purpose=purpose)


def refuse(account_id: UUID, method: str, stored: str | None, *, purpose: str = LOG_IN) -> None:
    """Put on record that `method` has not fitted; where nothing was `stored` to compare it with,
    it is only counted in the log.

    It writes in a transaction of its own: call it outside `execute`.
    """
    if stored is None:
        count_unread(method)
    else:
        audit_write(note_refused, account_id, method, purpose=purpose)


def log_in(email: str, password: str, now: datetime) -> UUID | None:
    """Return the account that e-mail and password fit, or None, without saying which was wrong.

    It writes in transactions of its own: call it from a view, never inside `execute`.
    """
    account_id = queries.find_open_account(email)
    if account_id is None:
        matches(None, password)
        count_unknown(PASSWORD)
        return None
    return account_id if check_password(account_id, password, now) else None


def check_password(
    account_id: UUID, password: str, now: datetime, *, purpose: str = LOG_IN
) -> bool:
    """Say whether this is the account's password; the right one also gives the PIN's tries back.

    It is on record either way, with its purpose: `log_in`, or `confirm` before a grave act.
    It writes in transactions of its own: call it from a view, never inside `execute`.
    """
    stored = audit_write(spend_try, account_id, PASSWORD, now)
    if not matches(stored, password):
        refuse(account_id, PASSWORD, stored, purpose=purpose)
        return False
    audit_write(accept, account_id, PASSWORD, (PASSWORD, PIN), purpose=purpose)
    return True


def check_pin(account_id: UUID, pin: str, now: datetime) -> bool:
    """Say whether this is the account's PIN.

    After five wrong in all it is False until the person has logged in by password.
    It writes in transactions of its own: call it from a view, never inside `execute`.
    """
    stored = audit_write(spend_try, account_id, PIN, now)
    if not matches(stored, keys().peppered(pin)):
        refuse(account_id, PIN, stored)
        return False
    audit_write(accept, account_id, PIN, (PIN,))
    return True


def keep_secret(
    account_id: UUID, kind: str, hashed: str, *, expires_at: datetime | None = None
) -> None:
    """Store a new password, PIN or code in place of the old one, its tries unspent."""
    credential = queries.lock_credential(account_id, kind)
    if credential is None:
        credential = Credential(account_id=account_id, kind=kind)
        db.session.add(credential)
    credential.secret, credential.tries, credential.tried_at = hashed, 0, None
    credential.expires_at = expires_at


def change_password(account_id: UUID, password: str, session_hash: str, now: datetime) -> None:
    """Store a password the person chose, and end their other log-ins.

    Raises ValueError when it is too short.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise ValueError("too short a password")
    keep_secret(account_id, PASSWORD, hash_secret(password))
    end_sessions(account_id, now, but=session_hash)
    note_means(account_id, "password")


def set_pin(account_id: UUID, pin: str) -> None:
    """Store the four digits that take a tablet back from a citizen.

    Raises ValueError for anything but four digits.
    """
    if len(pin) != 4 or not (pin.isascii() and pin.isdigit()):
        raise ValueError("a PIN has four digits")
    keep_secret(account_id, PIN, hash_secret(keys().peppered(pin)))
    note_means(account_id, "pin")
