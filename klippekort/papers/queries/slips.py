"""Reading slips that come back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.errors import NotFound
from klippekort.papers.models import ReplySlip
from klippekort.platform.db import db
from klippekort.platform.keys import keys
from klippekort.platform.tenancy import current_municipality

SHOWN = 50


def index_of(code: str) -> str:
    """Return what a code is found by."""
    return keys().blind_index(current_municipality(), f"slip|{code}")


def find_slip(code: str) -> ReplySlip | None:
    """Return the slip with this code, or None."""
    found = select(ReplySlip).filter_by(code_index=index_of(code))
    return db.session.scalars(found).one_or_none()


def get_slip(slip_id: UUID) -> ReplySlip:
    """Return a slip to look at. Raises NotFound."""
    row = db.session.scalars(select(ReplySlip).filter_by(id=slip_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def lock_slip(slip_id: UUID) -> ReplySlip:
    """Return a slip nobody else can change before this transaction ends. Raises NotFound."""
    found = select(ReplySlip).filter_by(id=slip_id).with_for_update()
    fresh = found.execution_options(populate_existing=True)
    row = db.session.scalars(fresh).one_or_none()
    if row is None:
        raise NotFound
    return row


def unanswered(now: datetime) -> Sequence[UUID]:
    """Return the slips that nobody has sent back in time."""
    found = select(ReplySlip.id).filter_by(state="open").where(ReplySlip.answer_by <= now)
    return db.session.scalars(found.order_by(ReplySlip.answer_by, ReplySlip.id)).all()
