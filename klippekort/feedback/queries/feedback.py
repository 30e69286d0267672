"""Reading what people think, and the municipality's own clocks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from klippekort.accounts.queries.staff import list_with_roles
from klippekort.domain.errors import NotFound
from klippekort.domain.feedback import Course, Due, Times
from klippekort.domain.permissions import Role
from klippekort.feedback.models import Feedback, FeedbackSettings
from klippekort.platform.db import db
from klippekort.platform.keys import Place, keys

FORGET_DAYS = 365
_USUAL = Times()
SEALED = ("words", "contact", "answer", "change")


@dataclass(frozen=True)
class Rules:
    """A municipality's clocks, who looks first, and what it says to those who complain."""

    times: Times = _USUAL
    forget_days: int = FORGET_DAYS
    owner_id: UUID | None = None
    guidance: str = ""


def find_settings() -> FeedbackSettings | None:
    """Return what the municipality at hand has decided about feedback, or None."""
    return db.session.scalars(select(FeedbackSettings)).one_or_none()


def rules() -> Rules:
    """Return what holds for feedback in the municipality at hand."""
    row = find_settings()
    if row is None:
        return Rules()
    times = Times(row.answer_days, row.acknowledge_days, row.complaint_days)
    return Rules(times, row.forget_days, row.owner_id, row.guidance)


def get_feedback(feedback_id: UUID) -> Feedback:
    """Return what somebody said. Raises NotFound."""
    row = db.session.scalars(select(Feedback).filter_by(id=feedback_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def lock_feedback(feedback_id: UUID) -> Feedback:
    """Return what somebody said, unchanged by others till the end. Raises NotFound."""
    found = select(Feedback).filter_by(id=feedback_id).with_for_update()
    row = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound
    return row


def list_open() -> Sequence[Feedback]:
    """Return what is not closed, the first to be answered first."""
    found = select(Feedback).where(Feedback.closed_on.is_(None))
    soonest = func.coalesce(Feedback.acknowledge_by, Feedback.answer_by)
    return db.session.scalars(found.order_by(soonest, Feedback.answer_by, Feedback.id)).all()


def list_closed(limit: int = 100) -> Sequence[Feedback]:
    """Return what is closed, the newest first."""
    found = select(Feedback).where(Feedback.closed_on.is_not(None))
    return db.session.scalars(
        found.order_by(Feedback.closed_on.desc(), Feedback.id.desc()).limit(limit)
    ).all()


def list_published(limit: int = 50) -> Sequence[Feedback]:
    """Return what everybody may read, the newest first."""
    found = select(Feedback).where(Feedback.published_on.is_not(None))
    return db.session.scalars(
        found.order_by(Feedback.published_on.desc(), Feedback.id.desc()).limit(limit)
    ).all()


def list_of(citizen_id: UUID, limit: int = 10) -> Sequence[Feedback]:
    """Return what a citizen said on her own page, the newest first; what is forgotten is left out.

    What somebody else typed in under her name may not be for her eyes.
    """
    found = select(Feedback).filter_by(citizen_id=citizen_id, channel="own_page")
    kept = found.where(Feedback.forgotten_at.is_(None))
    return db.session.scalars(kept.order_by(Feedback.received_on.desc()).limit(limit)).all()


def waiting_of(citizen_id: UUID) -> Sequence[UUID]:
    """Return what a citizen said, is not closed and she alone can be answered: no other way to be
    reached was given.
    """
    found = select(Feedback.id).filter_by(citizen_id=citizen_id, closed_on=None, wants_answer=True)
    hers = found.where(Feedback.contact_encrypted.is_(None))
    return db.session.scalars(hers.order_by(Feedback.id)).all()


def came_since(at: datetime) -> int:
    """Return how many have written on the public page since an instant."""
    found = select(func.count(Feedback.id)).where(
        Feedback.channel == "page", Feedback.recorded_at >= at
    )
    return db.session.scalars(found).one()


def count_late(today: date) -> int:
    """Return how much of what people said has waited longer than we promised."""
    found = select(func.count(Feedback.id)).where(
        Feedback.closed_on.is_(None),
        or_(
            and_(Feedback.answered_on.is_(None), Feedback.answer_by < today),
            and_(
                Feedback.answered_on.is_(None),
                Feedback.acknowledged_on.is_(None),
                Feedback.wants_answer.is_(True),
                Feedback.acknowledge_by < today,
            ),
        ),
    )
    return db.session.scalars(found).one()


def to_forget(today: date) -> Sequence[UUID]:
    """Return the ids of what was closed so long ago that its words go."""
    before = today - timedelta(days=rules().forget_days)
    found = select(Feedback.id).where(Feedback.closed_on <= before, Feedback.forgotten_at.is_(None))
    return db.session.scalars(found.order_by(Feedback.id)).all()


def list_coordinators() -> list[tuple[UUID, str]]:
    """Return the open accounts that can own feedback, with their names, by name."""
    return list_with_roles([Role.COORDINATOR])


def course_of(row: Feedback) -> Course:
    """Return what has been done, and by when it should be.

    Where nobody waits for an answer, there is nobody to tell that it is here.
    """
    due = Due(row.acknowledge_by if row.wants_answer else None, row.answer_by)
    return Course(due, row.acknowledged_on, row.answered_on, row.closed_on)


def place(row: Feedback, column: str) -> Place:
    """Return where sealed words belong."""
    return Place(row.municipality_id, row.id, column)


def opened(row: Feedback, column: str) -> str | None:
    """Return what is sealed in one of `SEALED`, or None."""
    sealed: bytes | None = getattr(row, f"{column}_encrypted")
    if sealed is None:
        return None
    return keys().decrypt(row.wrapped_key, place(row, "key"), sealed, place(row, column))
