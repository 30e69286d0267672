"""Who can own a case: coordinators, and planners for the citizens of their own supplier."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from klippekort.accounts.models import Account, RoleAssignment
from klippekort.domain.permissions import Role
from klippekort.outreach.models import OutreachCase
from klippekort.platform.db import db
from klippekort.platform.sorting import alphabetical
from klippekort.platform.tenancy import current_municipality


@dataclass(frozen=True)
class Owner:
    """Somebody who can own a case; `supplier_id` is None for one who can own all."""

    account_id: UUID
    name: str
    supplier_id: UUID | None


def list_owners(supplier_id: UUID | None = None) -> list[Owner]:
    """Return who can own a case of a supplier's citizen, by name; coordinators for no supplier."""
    return [one for one in everybody() if one.supplier_id in (None, supplier_id)]


def everybody() -> list[Owner]:
    """Return everyone who works here and can own a case, by name, each once."""
    rows = db.session.execute(
        select(Account.id, Account.display_name, RoleAssignment.role, RoleAssignment.supplier_id)
        .join(RoleAssignment, RoleAssignment.account_id == Account.id)
        .where(
            RoleAssignment.municipality_id == current_municipality(),
            RoleAssignment.role.in_((Role.COORDINATOR, Role.PLANNER)),
            Account.closed_at.is_(None),
        )
        .order_by(alphabetical(Account.display_name), Account.id, RoleAssignment.role)
    )
    found: dict[UUID, Owner] = {}
    for account_id, name, role, supplier_id in rows:
        if role == Role.COORDINATOR:
            found[account_id] = Owner(account_id, name, None)
        elif supplier_id is not None:
            found.setdefault(account_id, Owner(account_id, name, supplier_id))
    return list(found.values())


def first_owner(chosen: UUID | None) -> UUID | None:
    """Return who owns what comes in: the one the municipality has chosen while they work here, or
    the coordinator with the fewest open cases. None where there is no coordinator.
    """
    able = [one.account_id for one in list_owners()]
    if chosen in able:
        return chosen
    load = open_counts(able)
    return min(able, key=lambda one: (load[one], str(one)), default=None)


def open_counts(account_ids: Collection[UUID]) -> Counter[UUID]:
    """Return how many open cases each of these people has."""
    if not account_ids:
        return Counter()
    rows = db.session.execute(
        select(OutreachCase.owner_id, func.count(OutreachCase.id))
        .where(OutreachCase.closed_on.is_(None), OutreachCase.owner_id.in_(account_ids))
        .group_by(OutreachCase.owner_id)
    )
    return Counter({owner: number for owner, number in rows if owner is not None})
