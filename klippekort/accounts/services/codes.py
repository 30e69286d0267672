"""Six digits to log in with once, for whoever has a telephone and no e-mail.

The code is read aloud to them by somebody who knows them. Only its hash is kept, for a quarter of
an hour and five tries.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import CursorResult, delete
from sqlalchemy.exc import IntegrityError

from klippekort.accounts import queries
from klippekort.accounts.models import Account, Credential, Identity, RoleAssignment
from klippekort.accounts.queries.telephones import keep_subject, shown_subject
from klippekort.accounts.services.proofs import count_unknown, note_proof
from klippekort.accounts.services.secrets import (
    CODE,
    hash_secret,
    keep_secret,
    matches,
    refuse,
    spend_try,
)
from klippekort.domain.errors import DomainError
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.platform import audit
from klippekort.platform.audit import audit_write
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.keys import keys

LASTS = timedelta(minutes=15)
BY_CODE = frozenset({Role.VOLUNTEER, Role.ASSOCIATION})
"""Whom a code lets in: those who see nothing of the citizens' affairs."""


class PhoneTaken(DomainError):
    """Somebody else logs in with that telephone number."""


class MoreThanACode(DomainError):
    """The account has a role, or a municipality, that a code is too weak for."""


def one_time_code(form_key: str) -> str:
    """Return six digits, the same for the same press of the button.

    They come from a secret outside the database, so that a double tap shows the code that was kept.
    """
    return f"{int(keys().peppered(f'one-time code|{form_key}'), 16) % 1_000_000:06d}"


def give_code(
    actor: Actor, *, name: str, phone: str, role: Role, person_id: UUID, code: str, now: datetime
) -> str:
    """Let a person log in once with this code and telephone number; return the account's id.

    Whoever has no log-in gets one, in this role only. An earlier code no longer works. Raises
    PhoneTaken, and MoreThanACode when the account may do more than `BY_CODE`.
    """
    authorise(actor, Action.GIVE_CODE)
    if role not in BY_CODE:
        raise MoreThanACode
    account_id = queries.find_account_of(person_id, role) or _open(
        actor, name, role, person_id, now
    )
    account = queries.lock_account(account_id)
    if account.closed_at is not None or not is_only_by_code(account_id):
        raise MoreThanACode
    _answer_to(account_id, phone)
    hashed = hash_secret(keys().peppered(code))
    keep_secret(account_id, CODE, hashed, expires_at=now + LASTS)
    audit.record(actor, Action.GIVE_CODE, "account", account_id, role=role)
    return str(account_id)


def log_in_by_code(phone: str, code: str, now: datetime) -> UUID | None:
    """Return the account that telephone number and code fit, or None, without saying which was
    wrong. The code is used up.

    It writes in transactions of its own: call it from a view, never inside `execute`.
    """
    account_id = queries.find_open_account(phone, issuer=queries.PHONE)
    stored = audit_write(spend_try, account_id, CODE, now) if account_id else None
    fits = matches(stored, keys().peppered(code))
    if account_id is None:
        count_unknown(CODE)
        return None
    if not fits:
        refuse(account_id, CODE, stored)
        return None
    # Meanwhile the account may have been given a role that a code is too weak for.
    is_used = audit_write(_use_up, account_id, stored)
    return account_id if is_used and is_only_by_code(account_id) else None


def _use_up(account_id: UUID, stored: str) -> bool:
    """Remove a code, and say whether it was this call that did."""
    gone = db.session.execute(
        delete(Credential).filter_by(account_id=account_id, kind=CODE, secret=stored)
    )
    if not isinstance(gone, CursorResult) or gone.rowcount != 1:
        return False
    note_proof(account_id, CODE)
    return True


def _open(actor: Actor, name: str, role: Role, person_id: UUID, now: datetime) -> UUID:
    account = Account(id=new_id(), display_name=name.strip(), created_at=now)
    db.session.add(account)
    db.session.flush()
    db.session.add(
        RoleAssignment(
            account_id=account.id,
            municipality_id=actor.municipality_id,
            role=role,
            person_id=person_id,
        )
    )
    db.session.flush()
    return account.id


def _answer_to(account_id: UUID, phone: str) -> None:
    """Let the account be known by this telephone number, and by no other."""
    if queries.find_account_by(queries.PHONE, phone) not in (None, account_id):
        raise PhoneTaken
    known = queries.find_identity(account_id, queries.PHONE)
    if known is not None and shown_subject(known) == phone and known.phone_sealed is not None:
        return
    try:
        with db.session.begin_nested():
            if known is None:
                known = Identity(id=new_id(), account_id=account_id, issuer=queries.PHONE)
                db.session.add(known)
            keep_subject(known, phone)
    except IntegrityError as error:
        raise PhoneTaken from error


def is_only_by_code(account_id: UUID) -> bool:
    """Say whether an account may do so little that a code, or a link, is enough to log it in."""
    held = queries.list_assignments(account_id)
    one_place = len({row.municipality_id for row in held}) == 1
    return one_place and all(Role(row.role) in BY_CODE for row in held)
