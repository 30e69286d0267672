"""Log-ins in progress: begun with a new secret, seen, ended, and turned to a citizen."""

import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update

from klippekort.accounts import queries
from klippekort.accounts.models import LoginSession
from klippekort.domain.errors import NotFound
from klippekort.platform.db import db
from klippekort.platform.keys import fingerprint

LONGEST = timedelta(hours=12)
KEPT = timedelta(days=30)


def begin_session(
    account_id: UUID,
    now: datetime,
    *,
    assignment_id: UUID | None = None,
    replaces: str | None = None,
) -> str:
    """Begin a log-in in a role of the account, the first if none is given; return its secret.

    Only the secret's hash is stored. The session whose hash is `replaces` ends. Raises NotFound
    when the account has no such role.
    """
    held = queries.list_assignments(account_id)
    chosen = next((role for role in held if assignment_id in (None, role.id)), None)
    if chosen is None:
        raise NotFound
    if replaces is not None:
        end_session(replaces, now)
    _forget_old_sessions(account_id, now)
    secret = secrets.token_urlsafe(32)
    db.session.add(
        LoginSession(
            token_hash=fingerprint(secret),
            account_id=account_id,
            role_assignment_id=chosen.id,
            municipality_id=chosen.municipality_id,
            created_at=now,
            seen_at=now,
            ends_at=now + LONGEST,
        )
    )
    return secret


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
