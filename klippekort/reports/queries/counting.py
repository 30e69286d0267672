"""Counting what a municipality has, for the reports."""

from dataclasses import dataclass

from sqlalchemy import func, select

from klippekort.accounts.models import Account, RoleAssignment
from klippekort.activities.models import Activity
from klippekort.citizens.models import Citizen
from klippekort.domain.permissions import Role
from klippekort.platform.db import db
from klippekort.platform.tenancy import MunicipalityOwned, current_municipality
from klippekort.volunteers.models import Volunteer
from klippekort.waiting.models import StandingWish


@dataclass(frozen=True)
class Counts:
    """How many there are of what the first week fills in; `roles` counts open log-ins by role."""

    citizens: int
    volunteers: int
    activities: int
    roles: dict[Role, int]


def counts() -> Counts:
    """Return how many citizens, volunteers, activities and open log-ins the municipality has."""
    return Counts(_count(Citizen), _count(Volunteer), _count(Activity), _open_log_ins())


def citizens_with_standing_wish() -> int:
    """Return how many citizens have a standing wish that may lead to an offer."""
    active = select(func.count(StandingWish.citizen_id.distinct())).filter_by(state="active")
    return db.session.scalars(active).one()


def _count(kind: type[MunicipalityOwned]) -> int:
    return db.session.scalars(select(func.count(kind.id))).one()


def _open_log_ins() -> dict[Role, int]:
    rows = db.session.execute(
        select(RoleAssignment.role, func.count())
        .join(Account, Account.id == RoleAssignment.account_id)
        .where(
            RoleAssignment.municipality_id == current_municipality(), Account.closed_at.is_(None)
        )
        .group_by(RoleAssignment.role)
    )
    return {Role(role): number for role, number in rows}
