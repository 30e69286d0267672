"""Reading log-ins in progress: whose they are, on which tablet, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, or_, select

from klippekort.accounts.models import (
    Account,
    Credential,
    LoginSession,
    RoleAssignment,
)
from klippekort.accounts.queries import PIN_TRIES
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Actor, Role
from klippekort.municipalities.models import Municipality
from klippekort.platform.db import db
from klippekort.platform.prepared import prepared

IDLE = timedelta(minutes=30)
NEVER_IDLE = frozenset({Role.VOLUNTEER})
SHARES_TABLETS = frozenset({Role.CARE_WORKER})
"""Whoever works on tablets that others use too: those lock themselves, for a PIN to open again."""
_sessions = cast(Table, LoginSession.__table__)
_assignments = cast(Table, RoleAssignment.__table__)
_accounts = cast(Table, Account.__table__)
_homes = cast(Table, Municipality.__table__)
# Every request asks this first, so it is made once. None of these tables is a municipality's own.
_SESSION = (
    select(
        _sessions.c.seen_at,
        _sessions.c.locked_at,
        _sessions.c.device_hash,
        _sessions.c.shown_citizen_id,
        _homes.c.tablet_idle_minutes,
        _assignments.c.municipality_id,
        _assignments.c.role,
        _sessions.c.account_id,
        _accounts.c.display_name,
        _assignments.c.supplier_id,
        _assignments.c.district_id,
        _assignments.c.person_id,
        _sessions.c.confirmed_at,
        _assignments.c.support_id,
        _assignments.c.is_read_only,
    )
    .join(_assignments, _assignments.c.id == _sessions.c.role_assignment_id)
    .join(_accounts, _accounts.c.id == _sessions.c.account_id)
    .join(_homes, _homes.c.id == _sessions.c.municipality_id)
    .where(
        _sessions.c.token_hash == bindparam("session"),
        _sessions.c.revoked_at.is_(None),
        _sessions.c.ends_at > bindparam("now"),
        _accounts.c.closed_at.is_(None),
        or_(_assignments.c.ends_at.is_(None), _assignments.c.ends_at > bindparam("now")),
    )
)


@dataclass(frozen=True)
class FoundSession:
    """A log-in in progress, as plain values."""

    actor: Actor
    seen_at: datetime
    shown_citizen_id: UUID | None
    is_locked: bool = False
    confirmed_at: datetime | None = None
    support_id: UUID | None = None
    is_read_only: bool = False


@dataclass(frozen=True)
class Entered:
    """How somebody came in: by what `method`, when they last showed who they are, where from, and
    what the provider that vouched for them calls them and their log-in there, in fingerprints.
    """

    method: str
    confirmed_at: datetime | None
    browser: str | None = None
    network: str | None = None
    provider_id: UUID | None = None
    provider_subject: str | None = None
    provider_session: str | None = None
    id_token: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class OnDevice:
    """Somebody who has logged in on a tablet and may take it back with a PIN."""

    account_id: UUID
    name: str
    session_hash: str
    role_assignment_id: UUID
    ends_at: datetime


def find_session(session_hash: str, now: datetime) -> FoundSession | None:
    """Return the log-in this hash stands for, or None when it has ended, was idle, or never was.

    It needs no municipality, for it is what decides which one the request belongs to.
    """
    connection = db.session.connection()
    running = prepared(connection.dialect, _SESSION)
    rows = running.run(connection, {"session": session_hash, "now": now})
    found = _read_session(*rows[0], now=now) if rows else None
    # PostgreSQL hides every municipality's rows from a transaction that was begun for none.
    db.session.rollback()
    return found


def _read_session(
    seen_at: datetime,
    locked_at: datetime | None,
    device_hash: str | None,
    shown_citizen_id: UUID | None,
    idle_minutes: int,
    municipality_id: int,
    role_name: str,
    account_id: UUID,
    name: str,
    supplier_id: UUID | None,
    district_id: UUID | None,
    person_id: UUID | None,
    confirmed_at: datetime | None,
    support_id: UUID | None,
    is_read_only: bool | None,
    *,
    now: datetime,
) -> FoundSession | None:
    role, idle = Role(role_name), now - seen_at
    is_shared = role in SHARES_TABLETS and device_hash is not None
    is_locked = locked_at is not None or (is_shared and idle >= timedelta(minutes=idle_minutes))
    if role not in NEVER_IDLE and not is_locked and idle >= IDLE:
        return None
    actor = Actor(municipality_id, role, account_id, name, supplier_id, district_id, person_id)
    return FoundSession(
        actor,
        seen_at,
        shown_citizen_id,
        is_locked,
        confirmed_at,
        support_id,
        bool(is_read_only),
    )


def entered_of(session_hash: str) -> Entered:
    """Return how the person of a log-in came in. Raises NotFound."""
    row = get_session(session_hash)
    return Entered(
        row.method or "password",
        row.confirmed_at,
        row.browser,
        row.network,
        row.provider_id,
        row.provider_subject,
        row.provider_session,
        row.id_token_sealed,
    )


def get_session(session_hash: str) -> LoginSession:
    """Return a log-in. Raises NotFound."""
    row = db.session.scalars(select(LoginSession).filter_by(token_hash=session_hash)).one_or_none()
    if row is None:
        raise NotFound
    return row


def list_own_sessions(account_id: UUID, now: datetime) -> Sequence[LoginSession]:
    """Return where a person is logged in, last seen first."""
    wanted = (
        select(LoginSession, RoleAssignment.role)
        .join(RoleAssignment, RoleAssignment.id == LoginSession.role_assignment_id)
        .where(
            LoginSession.account_id == account_id,
            LoginSession.revoked_at.is_(None),
            LoginSession.ends_at > now,
        )
        .order_by(LoginSession.seen_at.desc())
    )
    return [
        row
        for row, role in db.session.execute(wanted)
        if Role(role) in NEVER_IDLE or now - row.seen_at < IDLE
    ]


def end_of_session(session_hash: str) -> datetime | None:
    """Return when a log-in ends at the latest, or None when there is none."""
    found = select(LoginSession.ends_at).filter_by(token_hash=session_hash)
    return db.session.scalars(found).one_or_none()


def list_on_device(device_hash: str, now: datetime) -> list[OnDevice]:
    """Return who has logged in on a tablet this shift and has a PIN with tries left, by name.

    It needs no municipality: it is asked before anybody is logged in.
    """
    has_tries = select(Credential.id).where(
        Credential.account_id == LoginSession.account_id,
        Credential.kind == "pin",
        Credential.tries < PIN_TRIES,
    )
    rows = db.session.execute(
        select(LoginSession, Account.display_name)
        .join(Account, Account.id == LoginSession.account_id)
        .where(
            LoginSession.device_hash == device_hash,
            LoginSession.revoked_at.is_(None),
            LoginSession.ends_at > now,
            Account.closed_at.is_(None),
            has_tries.exists(),
        )
        .order_by(LoginSession.created_at)
    ).all()
    latest = {
        row.account_id: OnDevice(
            row.account_id, name, row.token_hash, row.role_assignment_id, row.ends_at
        )
        for row, name in rows
    }
    return sorted(latest.values(), key=lambda one: one.name)


def find_shown_proposal(session_hash: str) -> dict[str, Any] | None:
    """Return what the tablet asks the citizen it is turned to, or None."""
    return db.session.scalars(
        select(LoginSession.shown_proposal).filter_by(token_hash=session_hash)
    ).one_or_none()
