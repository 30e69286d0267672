"""Log-ins in progress: begun with a new secret, seen, ended, and turned to a citizen."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update

from klippekort.accounts import queries
from klippekort.accounts.models import LoginSession, RoleAssignment
from klippekort.accounts.queries import care_workers as workers
from klippekort.accounts.queries import sessions as login_sessions
from klippekort.accounts.queries.sessions import Entered
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Role
from klippekort.platform.db import db
from klippekort.platform.keys import fingerprint
from klippekort.platform.tenancy import acting_for

LONGEST = timedelta(hours=12)
AFTER_THE_SHIFT = timedelta(hours=1)
KEPT = timedelta(days=30)


def begin_session(
    account_id: UUID,
    now: datetime,
    *,
    assignment_id: UUID | None = None,
    replaces: str | None = None,
    device: str | None = None,
    until: datetime | None = None,
    entered: Entered | None = None,
) -> str:
    """Begin a log-in in a role of the account, the first if none is given; return its secret.

    Only the secret's hash is stored. The session whose hash is `replaces` ends, and others on the
    same `device` lock. It lasts to the end of the shift, and no longer than `until`. `entered`
    tells how the person came in: by password, if nothing is said. Raises NotFound when the account
    has no such role.
    """
    entered = entered or Entered("password", now)
    held = queries.list_open_roles(account_id, now, provider=entered.provider_id)
    chosen = next((role for role in held if assignment_id in (None, role.id)), None)
    if chosen is None:
        raise NotFound
    if replaces is not None:
        end_session(replaces, now)
    if device is not None:
        _leave_device(device, account_id, now)
    _forget_old_sessions(account_id, now)
    secret = secrets.token_urlsafe(32)
    last = min(filter(None, (until, chosen.ends_at, _last(chosen, now))))
    db.session.add(
        LoginSession(
            token_hash=fingerprint(secret),
            account_id=account_id,
            role_assignment_id=chosen.id,
            municipality_id=chosen.municipality_id,
            created_at=now,
            seen_at=now,
            ends_at=last,
            device_hash=device,
            confirmed_at=entered.confirmed_at,
            method=entered.method,
            browser=entered.browser,
            network=entered.network,
            provider_id=entered.provider_id,
            provider_subject=entered.provider_subject,
            provider_session=entered.provider_session,
            id_token_sealed=entered.id_token,
        )
    )
    return secret


def _last(assignment: RoleAssignment, now: datetime) -> datetime:
    """Return when a log-in ends: an hour after the shift, for a trip may be late, at the latest
    after twelve hours.
    """
    if assignment.person_id is None:
        return now + LONGEST
    with acting_for(assignment.municipality_id):
        shift_ends = workers.end_of_shift(assignment.person_id, now)
    return min(now + LONGEST, shift_ends + AFTER_THE_SHIFT) if shift_ends else now + LONGEST


def _leave_device(device: str, account_id: UUID, now: datetime) -> None:
    """End what this person had on a device, and lock what the others have there."""
    there = (LoginSession.device_hash == device, LoginSession.revoked_at.is_(None))
    mine = LoginSession.account_id == account_id
    db.session.execute(update(LoginSession).where(*there, mine).values(revoked_at=now))
    others = (LoginSession.locked_at.is_(None), ~mine)
    db.session.execute(update(LoginSession).where(*there, *others).values(locked_at=now))


def lock_session(session_hash: str, now: datetime) -> None:
    """Lock a log-in, copies of its cookie too: the person's PIN begins a new one in its place."""
    db.session.execute(
        update(LoginSession)
        .where(LoginSession.token_hash == session_hash, LoginSession.locked_at.is_(None))
        .values(locked_at=now)
    )


def take_back(device: str, account_id: UUID, now: datetime) -> tuple[str, Role]:
    """Begin a log-in in the place of one that this person has on a tablet, for as long as that.

    The caller has checked the PIN. Returns the secret and the role. Raises NotFound when they have
    none there any more.
    """
    mine = [
        one for one in login_sessions.list_on_device(device, now) if one.account_id == account_id
    ]
    if not mine:
        raise NotFound
    before = login_sessions.entered_of(mine[0].session_hash)
    secret = begin_session(
        account_id,
        now,
        entered=replace(before, confirmed_at=None),
        assignment_id=mine[0].role_assignment_id,
        replaces=mine[0].session_hash,
        device=device,
        until=mine[0].ends_at,
    )
    held = queries.list_assignments(account_id)
    return secret, next(Role(one.role) for one in held if one.id == mine[0].role_assignment_id)


def _forget_old_sessions(account_id: UUID, now: datetime) -> None:
    old = LoginSession.ends_at < now - KEPT
    db.session.execute(delete(LoginSession).where(LoginSession.account_id == account_id, old))


def mark_seen(session_hash: str, now: datetime) -> None:
    """Store a session's last sign of life."""
    db.session.execute(
        update(LoginSession).where(LoginSession.token_hash == session_hash).values(seen_at=now)
    )


def end_session(session_hash: str, now: datetime) -> None:
    """End a log-in for good, copies of its cookie too."""
    db.session.execute(
        update(LoginSession)
        .where(LoginSession.token_hash == session_hash, LoginSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def end_sessions(account_id: UUID, now: datetime, *, but: str | None = None) -> None:
    """End all log-ins of an account, save the one whose hash is `but`."""
    others = [LoginSession.account_id == account_id, LoginSession.revoked_at.is_(None)]
    if but is not None:
        others.append(LoginSession.token_hash != but)
    db.session.execute(update(LoginSession).where(*others).values(revoked_at=now))


def set_shown(
    session_hash: str, citizen_id: UUID | None, proposal: dict[str, Any] | None = None
) -> None:
    """Turn the tablet of this log-in to a citizen, with what she is asked; None turns it back."""
    db.session.execute(
        update(LoginSession)
        .where(LoginSession.token_hash == session_hash)
        .values(shown_citizen_id=citizen_id, shown_proposal=proposal)
    )
