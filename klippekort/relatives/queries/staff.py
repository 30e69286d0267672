"""Who of the staff can have heard a spoken proxy."""

from uuid import UUID

from sqlalchemy import select

from klippekort.accounts.models import Account, RoleAssignment
from klippekort.domain.permissions import STAFF
from klippekort.platform.db import db
from klippekort.platform.tenancy import current_municipality


def witnesses(*, but: UUID | None) -> dict[UUID, str]:
    """Return the names of all staff who log in here, save one, by name."""
    rows = db.session.execute(
        select(Account.id, Account.display_name)
        .join(RoleAssignment, RoleAssignment.account_id == Account.id)
        .where(
            RoleAssignment.municipality_id == current_municipality(),
            RoleAssignment.role.in_([role.value for role in STAFF]),
            Account.closed_at.is_(None),
            Account.id != but if but else Account.id.is_not(None),
        )
        .distinct()
    ).all()
    return {row.id: row.display_name for row in sorted(rows, key=lambda row: row.display_name)}
