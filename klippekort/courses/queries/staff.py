"""Who may be responsible for a course."""

from uuid import UUID

from sqlalchemy import select

from klippekort.accounts.models import Account, RoleAssignment
from klippekort.domain.permissions import Action, Role, Scope, scope_of
from klippekort.platform.db import db


def list_who_run_courses() -> list[tuple[UUID, str]]:
    """Return the accounts that may lead courses here, by name."""
    roles = [role.value for role in Role if isinstance(scope_of(role, Action.RUN_COURSE), Scope)]
    found = (
        select(Account.id, Account.display_name)
        .join(RoleAssignment, RoleAssignment.account_id == Account.id)
        .where(RoleAssignment.role.in_(roles), Account.closed_at.is_(None))
        .distinct()
        .order_by(Account.display_name)
    )
    return [(account_id, name) for account_id, name in db.session.execute(found)]
