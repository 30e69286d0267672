"""Reading who from outside was let in, and what they opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from klippekort.accounts.models import Account, Identity, RoleAssignment
from klippekort.accounts.models.sign_in import SupportAccess
from klippekort.accounts.queries import LOCAL, TOLD, names_of
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Role
from klippekort.platform.audit import OF_SUPPORT, SUPPORT, AuditLine
from klippekort.platform.db import db
from klippekort.platform.tenancy import current_municipality

MOST_LINES = 200


@dataclass(frozen=True)
class SupportLine:
    """An access from outside, as an administrator sees it."""

    id: UUID
    name: str
    role: Role
    purpose: str
    may_change: bool
    granted_at: datetime
    ends_at: datetime
    granted_by: str
    is_open: bool


def list_support(now: datetime, *, only_open: bool = False) -> list[SupportLine]:
    """Return who from outside was let in here, those who still are first."""
    wanted = (
        select(SupportAccess, Account.display_name)
        .join(Account, Account.id == SupportAccess.account_id)
        .order_by(SupportAccess.granted_at.desc())
    )
    if only_open:
        wanted = wanted.where(SupportAccess.ends_at > now, SupportAccess.ended_at.is_(None))
    rows = db.session.execute(wanted.limit(MOST_LINES)).all()
    names = names_of({row.granted_by for row, _name in rows if row.granted_by})
    lines = [_line(row, name, names, now) for row, name in rows]
    return sorted(lines, key=lambda line: not line.is_open)


def _line(row: SupportAccess, name: str, names: dict[UUID, str], now: datetime) -> SupportLine:
    return SupportLine(
        row.id,
        name,
        Role(row.role),
        row.purpose,
        row.may_change,
        row.granted_at,
        row.ended_at or row.ends_at,
        names.get(row.granted_by, "") if row.granted_by else "",
        row.ended_at is None and row.ends_at > now,
    )


def get_support(support_id: UUID, now: datetime) -> SupportLine:
    """Return an access from outside. Raises NotFound."""
    found = next((one for one in list_support(now) if one.id == support_id), None)
    if found is None:
        raise NotFound
    return found


def lock_support(support_id: UUID) -> SupportAccess:
    """Return an access from outside to change. Raises NotFound."""
    wanted = select(SupportAccess).filter_by(id=support_id).with_for_update()
    row = db.session.scalars(wanted).one_or_none()
    if row is None:
        raise NotFound
    return row


def open_support_of(account_id: UUID, now: datetime) -> Sequence[SupportAccess]:
    """Return the accesses here by which an account is let in now."""
    wanted = (
        select(SupportAccess)
        .filter_by(account_id=account_id, ended_at=None)
        .where(SupportAccess.ends_at > now)
    )
    return db.session.scalars(wanted).all()


def pages_opened(support_id: UUID) -> Sequence[AuditLine]:
    """Return the last pages opened with an access, and what was tried, newest first."""
    wanted = (
        select(AuditLine)
        .filter_by(subject_id=support_id, purpose=SUPPORT)
        .where(OF_SUPPORT)
        .order_by(AuditLine.at.desc())
    )
    return db.session.scalars(wanted.limit(MOST_LINES)).all()


def emails_of_administrators() -> list[tuple[UUID, str]]:
    """Return the accounts and e-mails of those who look after log-ins here, supporters not: what
    they log in with, and what the municipality's own log-in tells of them.
    """
    rows = db.session.execute(
        select(Identity.account_id, Identity.subject)
        .join(RoleAssignment, RoleAssignment.account_id == Identity.account_id)
        .join(Account, Account.id == Identity.account_id)
        .where(
            or_(Identity.issuer == LOCAL, Identity.issuer.startswith(TOLD)),
            RoleAssignment.municipality_id == current_municipality(),
            RoleAssignment.role == Role.ADMINISTRATOR,
            RoleAssignment.support_id.is_(None),
            Account.closed_at.is_(None),
        )
    )
    return sorted({(row.account_id, row.subject) for row in rows})
