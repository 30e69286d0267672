"""Reading what volunteers laid out and drove."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.errors import NotFound
from klippekort.hosting.models import HostExpense
from klippekort.platform.db import db
from klippekort.volunteers.models import Volunteer


@dataclass(frozen=True)
class ExpenseLine:
    """An expense as lists show it; `km` is None where it was not for driving."""

    id: UUID
    volunteer_id: UUID
    volunteer: str
    purpose: str
    spent_on: date
    oere: int
    km: int | None
    state: str


def lock_expense(expense_id: UUID) -> HostExpense:
    """Return an expense nobody else can decide before this transaction ends. Raises NotFound."""
    found = select(HostExpense).filter_by(id=expense_id).with_for_update()
    fresh = found.execution_options(populate_existing=True)
    row = db.session.scalars(fresh).one_or_none()
    if row is None:
        raise NotFound
    return row


def expenses(
    volunteer_id: UUID | None = None, *, from_on: date, state: str | None = None
) -> list[ExpenseLine]:
    """Return what was laid out from a day on, the latest first; of one volunteer or all."""
    found = (
        select(HostExpense, Volunteer.name)
        .join(Volunteer, Volunteer.id == HostExpense.volunteer_id)
        .where(HostExpense.spent_on >= from_on)
        .order_by(HostExpense.spent_on.desc(), HostExpense.claimed_at.desc(), HostExpense.id)
    )
    if volunteer_id is not None:
        found = found.where(HostExpense.volunteer_id == volunteer_id)
    if state is not None:
        found = found.where(HostExpense.state == state)
    return [
        ExpenseLine(
            row.id, row.volunteer_id, name, row.purpose, row.spent_on, row.oere, row.km, row.state
        )
        for row, name in db.session.execute(found)
    ]
