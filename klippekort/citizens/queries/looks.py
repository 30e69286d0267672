"""Who looked at a citizen: short openings, and the log that the citizen may ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, select

from klippekort.accounts.models import Account
from klippekort.citizens.models import AccessOpening, Citizen
from klippekort.platform.audit import AuditCitizen, AuditLine
from klippekort.platform.db import db


@dataclass(frozen=True)
class OpeningSeen:
    """An opening as a leader sees it."""

    citizen_id: UUID
    citizen_name: str
    opened_by: str
    reason: str
    opened_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Look:
    """A line of a citizen's own log: the role that looked or acted, never the employee."""

    at: datetime
    role: str
    action: str
    purpose: str | None


def open_access_of(
    account_id: UUID | None, citizen_id: UUID, now: datetime
) -> AccessOpening | None:
    """Return the opening by which an account may see a citizen at `now`, or None."""
    wanted = select(AccessOpening).filter_by(account_id=account_id, citizen_id=citizen_id)
    wanted = wanted.where(AccessOpening.opened_at <= now, AccessOpening.ends_at > now)
    return db.session.scalars(wanted.order_by(AccessOpening.ends_at.desc()).limit(1)).first()


def list_openings(
    supplier_id: UUID | None = None, *, limit: int = 50, offset: int = 0
) -> Sequence[OpeningSeen]:
    """Return openings, the latest first; of one supplier's citizens when `supplier_id` is given."""
    wanted = (
        select(AccessOpening, Citizen.first_name, Citizen.last_name, Account.display_name)
        .join(Citizen, Citizen.id == AccessOpening.citizen_id)
        .join(Account, Account.id == AccessOpening.account_id)
        .order_by(AccessOpening.opened_at.desc(), AccessOpening.id.desc())
    )
    if supplier_id is not None:
        wanted = wanted.where(Citizen.supplier_id == supplier_id)
    return [
        OpeningSeen(
            citizen_id=opening.citizen_id,
            citizen_name=f"{first} {last}",
            opened_by=who,
            reason=opening.reason,
            opened_at=opening.opened_at,
            ends_at=opening.ends_at,
        )
        for opening, first, last, who in db.session.execute(wanted.limit(limit).offset(offset))
    ]


def count_openings(supplier_id: UUID | None = None) -> int:
    """Return how many openings `list_openings` has in all."""
    wanted = select(func.count(AccessOpening.id))
    if supplier_id is not None:
        wanted = wanted.join(Citizen, Citizen.id == AccessOpening.citizen_id)
        wanted = wanted.where(Citizen.supplier_id == supplier_id)
    return db.session.scalar(wanted) or 0


def list_looks(citizen_id: UUID, *, limit: int = 50, offset: int = 0) -> Sequence[Look]:
    """Return who saw or changed a citizen's record, the latest first."""
    wanted = (
        select(AuditLine)
        .join(
            AuditCitizen,
            and_(
                AuditCitizen.municipality_id == AuditLine.municipality_id,
                AuditCitizen.line_id == AuditLine.id,
            ),
        )
        .where(AuditCitizen.citizen_id == citizen_id)
        .order_by(AuditLine.at.desc(), AuditLine.id.desc())
    )
    lines = db.session.scalars(wanted.limit(limit).offset(offset))
    return [Look(line.at, line.role, line.action, line.purpose) for line in lines]


def count_looks(citizen_id: UUID) -> int:
    """Return how many lines a citizen's log has."""
    wanted = select(func.count(AuditCitizen.id)).where(AuditCitizen.citizen_id == citizen_id)
    return db.session.scalar(wanted) or 0
