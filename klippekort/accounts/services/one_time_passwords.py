"""One-time passwords from an app on the telephone (TOTP), and codes for when it is lost.

A password of half a minute is used once. The seed is sealed; of a recovery code only a keyed
fingerprint is kept.
"""

import secrets
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pyotp
from sqlalchemy import CursorResult, delete, or_, select, update

from klippekort.accounts import queries
from klippekort.accounts.models import Account, Credential
from klippekort.accounts.models.sign_in import RecoveryCode, SecondFactorRule
from klippekort.accounts.queries.providers import roles_with_second_factor
from klippekort.accounts.services.proofs import LOG_IN, note_means
from klippekort.accounts.services.secrets import accept, keep_secret, refuse, spend_try
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.platform import audit
from klippekort.platform.audit import audit_write
from klippekort.platform.db import db
from klippekort.platform.keys import Place, keys
from klippekort.platform.tenancy import acting_for

TOTP, TOTP_NEW = "totp", "totp_new"
STEP_SECONDS = 30
STEPS_OFF = 1
CODES = 10
ENROL_WITHIN = timedelta(minutes=15)
ISSUER = "Klippekort"
# Without letters and digits that are taken for one another.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def _place(account_id: UUID) -> Place:
    return Place(0, account_id, "credential.totp")


def _seal(account_id: UUID, seed: str) -> str:
    return b64encode(keys().seal_secret(seed, _place(account_id))).decode()


def _unseal(account_id: UUID, sealed: str) -> str:
    return keys().unseal_secret(b64decode(sealed), _place(account_id))


def has_one_time_passwords(account_id: UUID) -> bool:
    """Say whether a person logs in with a one-time password as well."""
    found = select(Credential.id).filter_by(account_id=account_id, kind=TOTP)
    return db.session.scalars(found).one_or_none() is not None


def must_have_second_factor(account_id: UUID) -> bool:
    """Say whether a role of the account may not log in by password alone."""
    for held in queries.list_assignments(account_id):
        if held.support_id is not None:
            return True
        with acting_for(held.municipality_id):
            if Role(held.role) in roles_with_second_factor():
                return True
    return False


def begin_enrolment(account_id: UUID, *, now: datetime) -> None:
    """Make the seed that an app on the telephone is to have; it waits a quarter of an hour."""
    if find_enrolment(account_id, now=now) is None:
        sealed = _seal(account_id, pyotp.random_base32())
        keep_secret(account_id, TOTP_NEW, sealed, expires_at=now + ENROL_WITHIN)
        db.session.flush()


def find_enrolment(account_id: UUID, *, now: datetime) -> str | None:
    """Return the address that an app on the telephone reads as a QR code, while it waits."""
    wanted = select(Credential).filter_by(account_id=account_id, kind=TOTP_NEW)
    waiting = db.session.scalars(wanted).one_or_none()
    if waiting is None or waiting.expires_at is None or waiting.expires_at <= now:
        return None
    account = db.session.get(Account, account_id)
    name = account.display_name if account else ""
    seed = _unseal(account_id, waiting.secret)
    return pyotp.TOTP(seed).provisioning_uri(name=name, issuer_name=ISSUER)


def seed_of(address: str) -> str:
    """Return the seed in an app's address, in fours, for whoever types it in."""
    seed = pyotp.parse_uri(address).secret
    return " ".join(seed[at : at + 4] for at in range(0, len(seed), 4))


def confirm_enrolment(account_id: UUID, code: str, *, now: datetime) -> list[str] | None:
    """Begin to ask for one-time passwords and return ten recovery codes; None for a wrong code.

    It writes in transactions of its own: call it from a view, never inside `execute`.
    """
    sealed = audit_write(spend_try, account_id, TOTP_NEW, now)
    step = _step_of(_unseal(account_id, sealed), code, now) if sealed else None
    if step is None:
        refuse(account_id, TOTP, sealed)
        return None
    codes: list[str] = audit_write(_enrol, account_id, sealed, step)
    return codes


def _enrol(account_id: UUID, sealed: str, step: int) -> list[str]:
    keep_secret(account_id, TOTP, sealed)
    db.session.flush()
    db.session.execute(
        update(Credential).filter_by(account_id=account_id, kind=TOTP).values(last_step=step)
    )
    db.session.execute(delete(Credential).filter_by(account_id=account_id, kind=TOTP_NEW))
    note_means(account_id, "totp_set_up")
    return _make_codes(account_id)


def new_recovery_codes(account_id: UUID) -> list[str]:
    """Return ten new recovery codes; those from before no longer work."""
    note_means(account_id, "recovery_codes")
    return _make_codes(account_id)


def _make_codes(account_id: UUID) -> list[str]:
    db.session.execute(delete(RecoveryCode).filter_by(account_id=account_id))
    codes = ["-".join(_letters(5) for _part in range(2)) for _code in range(CODES)]
    for code in codes:
        db.session.add(RecoveryCode(account_id=account_id, code_hash=_hashed(account_id, code)))
    db.session.flush()
    return codes


def _letters(count: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _letter in range(count))


def _hashed(account_id: UUID, code: str) -> str:
    plain = "".join(letter for letter in code.casefold() if letter in _LETTERS)
    return keys().peppered(f"recovery|{account_id}|{plain}")


def count_recovery_codes(account_id: UUID) -> int:
    """Return how many recovery codes a person has left."""
    left = select(RecoveryCode.id).filter_by(account_id=account_id, used_at=None)
    return len(db.session.scalars(left).all())


def check_one_time_password(
    account_id: UUID, code: str, *, now: datetime, purpose: str = LOG_IN
) -> bool:
    """Say whether this is the password of this half minute, unused, or an unused recovery code.

    It writes in transactions of its own: call it from a view, never inside `execute`. A try is
    spent before anything is compared; past ten wrong ones the person waits 1, 2, 4 … minutes. It
    is on record either way, with its purpose: `log_in`, or `confirm` before a grave act.
    """
    sealed = audit_write(spend_try, account_id, TOTP, now)
    if sealed is None:
        refuse(account_id, TOTP, sealed, purpose=purpose)
        return False
    step = _step_of(_unseal(account_id, sealed), code, now)
    use, what = (_use_step, step) if step is not None else (_use_recovery, code)
    if not audit_write(use, account_id, what, now):
        refuse(account_id, TOTP, sealed, purpose=purpose)
        return False
    audit_write(accept, account_id, TOTP, (TOTP,), purpose=purpose)
    return True


def _step_of(seed: str, code: str, now: datetime) -> int | None:
    """Return which half minute a code is of: this one, or a neighbour for a clock that is off."""
    digits, known = "".join(code.split()), pyotp.TOTP(seed)
    this = int(now.timestamp()) // STEP_SECONDS
    for step in range(this - STEPS_OFF, this + STEPS_OFF + 1):
        if secrets.compare_digest(known.generate_otp(step).encode(), digits.encode()):
            return step
    return None


def _use_step(account_id: UUID, step: int, _now: datetime) -> bool:
    used = db.session.execute(
        update(Credential)
        .where(
            Credential.account_id == account_id,
            Credential.kind == TOTP,
            or_(Credential.last_step.is_(None), Credential.last_step < step),
        )
        .values(last_step=step)
    )
    return isinstance(used, CursorResult) and used.rowcount == 1


def _use_recovery(account_id: UUID, code: str, now: datetime) -> bool:
    used = db.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.code_hash == _hashed(account_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
    )
    return isinstance(used, CursorResult) and used.rowcount == 1


def stop_one_time_passwords(account_id: UUID) -> None:
    """Log a person in without one-time passwords from now on."""
    forget_one_time_passwords(account_id)
    note_means(account_id, "totp_stopped")


def forget_one_time_passwords(account_id: UUID) -> None:
    """Delete the seed and the recovery codes of an account."""
    db.session.execute(delete(RecoveryCode).filter_by(account_id=account_id))
    db.session.execute(
        delete(Credential).where(
            Credential.account_id == account_id, Credential.kind.in_((TOTP, TOTP_NEW))
        )
    )


def forget_second_factor(actor: Actor, account_id: UUID, *, now: datetime) -> None:
    """Let a person who has lost telephone and recovery codes begin anew at their next log-in.

    Raises NotFound for an account without a role here.
    """
    authorise(actor, Action.MANAGE_ACCOUNTS)
    account = queries.lock_account(account_id)
    forget_one_time_passwords(account.id)
    audit.record(actor, Action.MANAGE_ACCOUNTS, "account", account.id, change="second_factor_gone")


def demand_second_factor(actor: Actor, roles: Sequence[Role]) -> None:
    """Let these roles here log in with more than a password, and no others."""
    authorise(actor, Action.SET_SIGN_IN)
    before = roles_with_second_factor()
    for role in before - set(roles):
        db.session.execute(delete(SecondFactorRule).filter_by(role=role))
    for role in set(roles) - before:
        db.session.add(SecondFactorRule(role=role))
    db.session.flush()
    audit.record(actor, Action.SET_SIGN_IN, "municipality", roles=sorted(set(roles)))
