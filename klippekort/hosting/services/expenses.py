"""What volunteers lay out and drive: claimed by them, paid after a coordinator's yes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Stale
from klippekort.domain.hosting import mileage_oere
from klippekort.domain.permissions import Action, Actor, Reach, authorise
from klippekort.hosting.models import HostExpense
from klippekort.hosting.queries.expenses import lock_expense
from klippekort.hosting.queries.log import km_rate
from klippekort.hosting.services.errors import NoRate, NotThen
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.volunteers.queries import get_volunteer, reach_of

PURPOSES = ("materials", "food", "transport", "parking", "phone", "other")
MILEAGE = "mileage"
LATEST = timedelta(days=400)


@dataclass(frozen=True)
class Outlay:
    """What somebody laid out: `oere` for a purpose, or `km` driven. One of the two is None."""

    purpose: str
    spent_on: date
    oere: int | None = None
    km: int | None = None


def claim(actor: Actor, volunteer_id: UUID, outlay: Outlay, *, now: datetime) -> str:
    """Ask for money back, and return the claim's id. Driving is worth the rate of that day.

    Raises NoRate for driving where nothing is paid for it, NotThen for a day to come or more than
    400 days ago, and ValueError for what no volunteer lays out.
    """
    authorise(actor, Action.CLAIM_EXPENSE, reach_of(volunteer_id))
    get_volunteer(volunteer_id)
    today = local_day(now)
    if not today - LATEST <= outlay.spent_on <= today:
        raise NotThen
    row = HostExpense(
        id=new_id(),
        volunteer_id=volunteer_id,
        purpose=outlay.purpose,
        spent_on=outlay.spent_on,
        claimed_at=now,
        **_worth(outlay),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(actor, Action.CLAIM_EXPENSE, "host_expense", row.id, oere=row.oere)
    return str(row.id)


def _worth(outlay: Outlay) -> dict[str, int | None]:
    if outlay.km is None:
        if outlay.oere is None or outlay.oere <= 0 or outlay.purpose not in PURPOSES:
            raise ValueError(outlay)
        return {"oere": outlay.oere, "km": None, "rate_oere": None}
    rate = km_rate()
    if not rate:
        raise NoRate
    return {"oere": mileage_oere(outlay.km, rate), "km": outlay.km, "rate_oere": rate}


def take_claim_back(actor: Actor, expense_id: UUID, *, now: datetime) -> str:
    """Take a claim back that nobody has decided. Raises Stale."""
    row = lock_expense(expense_id)
    authorise(actor, Action.CLAIM_EXPENSE, Reach(people=frozenset({row.volunteer_id})))
    return _decide(actor, Action.CLAIM_EXPENSE, row, "withdrawn", now)


def decide_claim(actor: Actor, expense_id: UUID, *, is_yes: bool, now: datetime) -> str:
    """Say yes or no to a claim. Raises Stale when it is decided or taken back."""
    row = lock_expense(expense_id)
    authorise(actor, Action.DECIDE_EXPENSE)
    return _decide(actor, Action.DECIDE_EXPENSE, row, "approved" if is_yes else "declined", now)


def _decide(actor: Actor, action: Action, row: HostExpense, state: str, now: datetime) -> str:
    if row.state != "claimed":
        raise Stale
    row.state, row.decided_at, row.decided_by = state, now, actor.account_id
    audit.record(actor, action, "host_expense", row.id, state=state)
    return str(row.id)
