"""Deciding what a staff hour costs, and what a scheme may cost in a year."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from klippekort.budgets.models import HourPrice, YearGrant
from klippekort.budgets.queries import prices as queries
from klippekort.budgets.services.keeping import keep_anew
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.punchcards.queries.schemes import lock_scheme


def set_price(actor: Actor, scheme_id: UUID, from_on: date, oere: int, *, now: datetime) -> None:
    """Let a staff hour cost `oere` from a day on; a price on the same day is written over.

    Figures of days that are over change with it: that is how a wrong price is put right. Raises
    NotFound.
    """
    authorise(actor, Action.SET_BUDGET)
    lock_scheme(scheme_id)
    row = queries.lock_price(scheme_id, from_on)
    before = row.oere if row else None
    if row is None:
        row = HourPrice(scheme_id=scheme_id, from_on=from_on)
        db.session.add(row)
    row.oere, row.decided_by, row.recorded_at = oere, actor.account_id, now
    db.session.flush()
    keep_anew(from_on)
    _note(actor, scheme_id, "price", before, oere, from_on=from_on.isoformat())


def drop_price(actor: Actor, scheme_id: UUID, from_on: date, *, now: datetime) -> None:
    """Take a price away as of `now`: the one before it holds on. Nothing is done twice."""
    authorise(actor, Action.SET_BUDGET)
    lock_scheme(scheme_id)
    row = queries.lock_price(scheme_id, from_on)
    if row is None:
        return
    before = row.oere
    db.session.delete(row)
    db.session.flush()
    keep_anew(from_on)
    _note(actor, scheme_id, "price", before, None, from_on=from_on.isoformat())


def set_grant(actor: Actor, scheme_id: UUID, year: int, oere: int, *, now: datetime) -> None:
    """Grant a scheme a sum for a calendar year, in the place of what it had. Raises NotFound."""
    authorise(actor, Action.SET_BUDGET)
    lock_scheme(scheme_id)
    row = queries.lock_grant(scheme_id, year)
    before = row.oere if row else None
    if row is None:
        row = YearGrant(scheme_id=scheme_id, year=year)
        db.session.add(row)
    row.oere, row.decided_by, row.recorded_at = oere, actor.account_id, now
    db.session.flush()
    _note(actor, scheme_id, "grant", before, oere, year=year)


def _note(
    actor: Actor,
    scheme_id: UUID,
    what: str,
    before: int | None,
    after: int | None,
    **since: Any,
) -> None:
    """Put on record what a price or a grant was and is, in øre."""
    audit.record(
        actor,
        Action.SET_BUDGET,
        "scheme",
        scheme_id,
        what=what,
        before=before,
        after=after,
        **since,
    )
