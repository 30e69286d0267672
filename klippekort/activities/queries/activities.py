"""Reading activities."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, or_, select

from klippekort.activities.models import Activity
from klippekort.domain.activity_life import ASK_AHEAD, State
from klippekort.domain.errors import NotFound
from klippekort.platform.db import db
from klippekort.platform.sorting import alphabetical
from klippekort.volunteers.queries import ReliesOnAssociation, Relying


def get_activity(activity_id: UUID) -> Activity:
    """Return an activity. Raises NotFound."""
    row = db.session.scalars(select(Activity).filter_by(id=activity_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def lock_activity(activity_id: UUID) -> Activity:
    """Return an activity nobody else can change before this transaction ends. Raises NotFound."""
    found = select(Activity).filter_by(id=activity_id).with_for_update()
    row = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound
    return row


def list_activities(*, state: str | None = None) -> Sequence[Activity]:
    """Return activities by title, those in one state or all."""
    found = select(Activity).order_by(
        alphabetical(Activity.title), Activity.proposed_at, Activity.id
    )
    if state is not None:
        found = found.filter_by(state=state)
    return db.session.scalars(found).all()


def list_proposals() -> Sequence[Activity]:
    """Return the activities that wait for a coordinator's yes, oldest first."""
    found = select(Activity).filter_by(state="proposed")
    return db.session.scalars(found.order_by(Activity.proposed_at, Activity.id)).all()


def count_proposals() -> int:
    """Return how many activities wait for a coordinator's yes."""
    found = select(func.count(Activity.id)).where(Activity.state == "proposed")
    return db.session.scalar(found) or 0


def list_own(person_id: UUID) -> Sequence[Activity]:
    """Return the activities of a volunteer who hosts them or of an association, newest first."""
    found = select(Activity).where(
        or_(Activity.host_id == person_id, Activity.association_id == person_id)
    )
    return db.session.scalars(found.order_by(Activity.proposed_at.desc(), Activity.id)).all()


def rely_on(question: ReliesOnAssociation) -> list[Relying]:
    """Answer which activities rely on an association: those that are proposed, approved or on."""
    found = select(Activity.title).where(
        Activity.association_id == question.association_id,
        Activity.state.in_((State.PROPOSED, State.APPROVED, State.PUBLISHED)),
    )
    titles = tuple(db.session.scalars(found.order_by(alphabetical(Activity.title))))
    return [Relying("activities", titles)] if titles else []


def list_to_confirm(on: date) -> Sequence[Activity]:
    """Return the published activities somebody must say of that they still exist, the most urgent
    first.
    """
    found = select(Activity).where(
        Activity.state == State.PUBLISHED, Activity.confirm_by <= on + ASK_AHEAD
    )
    return db.session.scalars(
        found.order_by(Activity.confirm_by, alphabetical(Activity.title))
    ).all()
