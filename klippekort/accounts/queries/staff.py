"""Who works in the municipality at hand, by role."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from klippekort.accounts.models import Account, RoleAssignment
from klippekort.domain.permissions import Role
from klippekort.platform.db import db
from klippekort.platform.sorting import alphabetical
from klippekort.platform.tenancy import current_municipality


def list_with_roles(roles: Iterable[Role]) -> list[tuple[UUID, str]]:
    """Return the open accounts that have one of these roles here, with their names, by name.

    A role assignment stands above the municipalities, so nothing else keeps others' staff out.
    """
    found = (
        select(Account.id, Account.display_name)
        .join(RoleAssignment, RoleAssignment.account_id == Account.id)
        .where(
            RoleAssignment.municipality_id == current_municipality(),
            RoleAssignment.role.in_([role.value for role in roles]),
            Account.closed_at.is_(None),
        )
        .group_by(Account.id, Account.display_name)
        .order_by(alphabetical(Account.display_name), Account.id)
    )
    return [(account_id, name) for account_id, name in db.session.execute(found)]
