"""Reading when whole schemes stand still, and the trips that are put up for calling off by it."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from klippekort.domain.errors import NotFound
from klippekort.platform.db import db
from klippekort.punchcards.models import CardTask, PunchCard, SchemePause

CALL_OFF, PAUSED = "cancel_trip", "paused"


def list_pauses(scheme_id: UUID) -> Sequence[SchemePause]:
    """Return when a scheme stands and stood still, the latest first."""
    found = select(SchemePause).filter_by(scheme_id=scheme_id)
    return db.session.scalars(found.order_by(SchemePause.from_on.desc())).all()


def pauses_known(scheme_id: UUID, since: date, through: date) -> Sequence[SchemePause]:
    """Return a scheme's pauses that touch these days, both included, the earliest first."""
    found = (
        select(SchemePause)
        .filter_by(scheme_id=scheme_id)
        .where(
            SchemePause.from_on <= through,
            or_(SchemePause.until_on.is_(None), SchemePause.until_on >= since),
        )
    )
    return db.session.scalars(found.order_by(SchemePause.from_on)).all()


def find_pause(pause_id: UUID) -> SchemePause | None:
    """Return a pause, or None when it was dropped."""
    return db.session.scalars(select(SchemePause).filter_by(id=pause_id)).one_or_none()


def lock_pause(scheme_id: UUID, pause_id: UUID) -> SchemePause:
    """Return one pause of a scheme, locked. Raises NotFound."""
    found = select(SchemePause).filter_by(id=pause_id, scheme_id=scheme_id).with_for_update()
    row = db.session.scalars(found).one_or_none()
    if row is None:
        raise NotFound
    return row


def tasks_put_up(scheme_id: UUID) -> Sequence[CardTask]:
    """Return the trips of a scheme that a pause has put up for calling off, seen to or not."""
    under = select(PunchCard.id).filter_by(scheme_id=scheme_id)
    found = select(CardTask).filter_by(kind=CALL_OFF, rule=PAUSED)
    return db.session.scalars(found.where(CardTask.card_id.in_(under))).all()
