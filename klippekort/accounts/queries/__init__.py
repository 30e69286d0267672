"""Reading accounts, log-ins in progress, care workers and their shifts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, and_, bindparam, or_, select

from klippekort.accounts.models import (
    Account,
    CareWorker,
    Credential,
    Identity,
    LoginSession,
    RoleAssignment,
    Shift,
)
from klippekort.accounts.models.sign_in import SignInProvider
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Actor, Role
from klippekort.municipalities.models import District, Municipality, Supplier
from klippekort.platform.db import db
from klippekort.platform.prepared import prepared
from klippekort.platform.sorting import alphabetical
from klippekort.platform.tenancy import current_municipality

LOCAL, PHONE, EMAIL = "local", "phone", "email"
ACCOUNT = "account"
"""The kind of recipient that messages know somebody with an account as."""
IDLE = timedelta(minutes=30)
NEVER_IDLE = frozenset({Role.VOLUNTEER})
SHARES_TABLETS = frozenset({Role.CARE_WORKER})
"""Whoever works on tablets that others use too: those lock themselves, for a PIN to open again."""
BEFORE_THE_SHIFT = timedelta(hours=2)
PIN_TRIES = 5


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


@dataclass(frozen=True)
class RoleLine:
    """A role of an account, with the names of where it holds."""

    id: UUID
    role: Role
    supplier: str | None
    district: str | None


@dataclass(frozen=True)
class AccountLine:
    """An account as an administrator sees it: only the roles in the municipality at hand.

    `email` is what it logs in with: a telephone number where there is no e-mail, and nothing for
    whoever a provider vouches for.
    """

    id: UUID
    name: str
    email: str
    is_open: bool
    roles: tuple[RoleLine, ...]


def plain_email(email: str) -> str:
    """Return an e-mail address as it is stored and compared."""
    return email.strip().casefold()


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


def end_of_shift(care_worker_id: UUID, now: datetime) -> datetime | None:
    """Return when the shift that somebody is on, or is about to begin, ends; None without one."""
    found = (
        select(Shift.ends_at)
        .where(
            Shift.care_worker_id == care_worker_id,
            Shift.starts_at <= now + BEFORE_THE_SHIFT,
            Shift.ends_at > now,
        )
        .order_by(Shift.ends_at.desc())
    )
    return db.session.scalars(found.limit(1)).first()


def find_shown_proposal(session_hash: str) -> dict[str, Any] | None:
    """Return what the tablet asks the citizen it is turned to, or None."""
    return db.session.scalars(
        select(LoginSession.shown_proposal).filter_by(token_hash=session_hash)
    ).one_or_none()


def find_open_account(subject: str, *, issuer: str = LOCAL) -> UUID | None:
    """Return the open account that logs in with this e-mail, or telephone number, or None."""
    return db.session.scalars(
        select(Account.id)
        .join(Identity, Identity.account_id == Account.id)
        .where(
            Identity.issuer == issuer,
            Identity.subject == plain_email(subject),
            Account.closed_at.is_(None),
        )
    ).one_or_none()


def is_open(account_id: UUID) -> bool:
    """Say whether there is such an account, and it is not closed."""
    found = select(Account.id).filter_by(id=account_id, closed_at=None)
    return db.session.scalars(found).one_or_none() is not None


def find_account_by(issuer: str, subject: str) -> UUID | None:
    """Return the account, open or not, that an issuer knows by this name, or None."""
    found = select(Identity.account_id).filter_by(issuer=issuer, subject=subject)
    return db.session.scalars(found).one_or_none()


def find_person_of(account_id: UUID, role: Role) -> UUID | None:
    """Return the person an account stands for in a role here, or None."""
    found = select(RoleAssignment.person_id).filter_by(
        municipality_id=current_municipality(), role=role, account_id=account_id
    )
    return db.session.scalars(found).one_or_none()


def has_other_account(account_id: UUID, role: Role, person_id: UUID) -> bool:
    """Say whether another account stands for this person in the role here."""
    found = find_account_of(person_id, role)
    return found is not None and found != account_id


def find_identity(account_id: UUID, issuer: str) -> Identity | None:
    """Return how this issuer knows an account, or None."""
    found = select(Identity).filter_by(account_id=account_id, issuer=issuer)
    return db.session.scalars(found).one_or_none()


def find_account_of(person_id: UUID, role: Role) -> UUID | None:
    """Return the account that stands for this person in this role here, or None."""
    found = select(RoleAssignment.account_id).filter_by(
        municipality_id=current_municipality(), role=role, person_id=person_id
    )
    return db.session.scalars(found).one_or_none()


def list_assignments(account_id: UUID) -> Sequence[RoleAssignment]:
    """Return all roles of an account, in every municipality."""
    return db.session.scalars(
        select(RoleAssignment)
        .filter_by(account_id=account_id)
        .order_by(RoleAssignment.municipality_id, RoleAssignment.role)
    ).all()


def list_open_roles(
    account_id: UUID, now: datetime, *, provider: UUID | None = None
) -> Sequence[RoleAssignment]:
    """Return the roles an account can work in now; whoever came by a municipality's provider, only
    those in that municipality.
    """
    vouches_for = select(SignInProvider.municipality_id).where(SignInProvider.id == provider)
    home = None if provider is None else db.session.scalars(vouches_for).one_or_none() or 0
    return [
        one
        for one in list_assignments(account_id)
        if (one.ends_at is None or one.ends_at > now) and home in (None, one.municipality_id)
    ]


def has_role(account_id: UUID, role: Role, person_id: UUID | None) -> bool:
    """Say whether the account, or any account standing for this person, has the role here."""
    whose = RoleAssignment.account_id == account_id
    if person_id is not None:
        whose = or_(whose, RoleAssignment.person_id == person_id)
    held = select(RoleAssignment.id).where(
        RoleAssignment.municipality_id == current_municipality(),
        RoleAssignment.role == role,
        whose,
    )
    return db.session.scalars(held.limit(1)).first() is not None


def has_password(account_id: UUID) -> bool:
    """Say whether the person logs in by password."""
    found = select(Credential.id).filter_by(account_id=account_id, kind="password")
    return db.session.scalars(found).one_or_none() is not None


def has_pin(account_id: UUID) -> bool:
    """Say whether the person has chosen a PIN."""
    found = select(Credential.id).filter_by(account_id=account_id, kind="pin")
    return db.session.scalars(found).one_or_none() is not None


def lock_credential(account_id: UUID, kind: str) -> Credential | None:
    """Return a secret of an account, locked and as it is now, or None."""
    return db.session.scalars(
        select(Credential)
        .filter_by(account_id=account_id, kind=kind)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def lock_account(account_id: UUID) -> Account:
    """Return an account that has a role in the municipality at hand, locked. Raises NotFound."""
    home = RoleAssignment.municipality_id == current_municipality()
    works_here = select(RoleAssignment.id).where(RoleAssignment.account_id == Account.id, home)
    found = db.session.scalars(
        select(Account).where(Account.id == account_id, works_here.exists()).with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def list_accounts() -> list[AccountLine]:
    """Return everybody with a role in the municipality at hand, open accounts first, by name."""
    lines = _account_lines(RoleAssignment.municipality_id == current_municipality())
    return sorted(lines, key=lambda line: (not line.is_open, line.name.casefold()))


def get_account(account_id: UUID) -> AccountLine:
    """Return an account with a role in the municipality at hand. Raises NotFound."""
    home = RoleAssignment.municipality_id == current_municipality()
    lines = _account_lines(and_(home, Account.id == account_id))
    if not lines:
        raise NotFound
    return lines[0]


def _account_lines(wanted: Any) -> list[AccountLine]:
    rows = db.session.execute(
        select(Account, Identity.subject, RoleAssignment, Supplier.name, District.name)
        .outerjoin(
            Identity,
            and_(Identity.account_id == Account.id, Identity.issuer.in_((LOCAL, PHONE))),
        )
        .join(RoleAssignment, RoleAssignment.account_id == Account.id)
        .outerjoin(Supplier, Supplier.id == RoleAssignment.supplier_id)
        .outerjoin(District, District.id == RoleAssignment.district_id)
        .where(wanted, RoleAssignment.role != Role.CITIZEN)
        # Of an e-mail and a telephone number the e-mail comes last, and is the one that is kept.
        .order_by(RoleAssignment.role, Identity.issuer.desc())
    ).all()
    roles: dict[UUID, dict[UUID, RoleLine]] = {}
    for account, _subject, held, supplier, district in rows:
        line = RoleLine(held.id, Role(held.role), supplier, district)
        roles.setdefault(account.id, {})[held.id] = line
    known = {account.id: (account, subject) for account, subject, *_rest in rows}
    return [
        AccountLine(
            key,
            account.display_name,
            subject or "",
            account.closed_at is None,
            (*roles[key].values(),),
        )
        for key, (account, subject) in known.items()
    ]


def names_of(account_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of these accounts, closed ones too."""
    rows = db.session.execute(
        select(Account.id, Account.display_name).where(Account.id.in_(set(account_ids)))
    )
    return {row.id: row.display_name for row in rows}


def get_care_worker(care_worker_id: UUID) -> CareWorker:
    """Return a care worker. Raises NotFound."""
    found = db.session.scalars(select(CareWorker).filter_by(id=care_worker_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def find_care_worker(employee_number: str) -> CareWorker | None:
    """Return the care worker with this number on the roster, or None."""
    return db.session.scalars(
        select(CareWorker).filter_by(employee_number=employee_number.strip())
    ).one_or_none()


def list_care_workers(supplier_id: UUID | None = None) -> Sequence[CareWorker]:
    """Return the care workers, of one supplier if given, by name."""
    wanted = select(CareWorker).order_by(alphabetical(CareWorker.name), CareWorker.employee_number)
    if supplier_id is not None:
        wanted = wanted.filter_by(supplier_id=supplier_id)
    return db.session.scalars(wanted).all()
