"""Reading the trials of the rule laboratory."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import case, func, select

from klippekort.domain.errors import NotFound
from klippekort.platform.db import db
from klippekort.reports.models import SchemeTrial, TrialShare


def get_trial(trial_id: UUID) -> SchemeTrial:
    """Return a trial as it stands now. Raises NotFound."""
    found = select(SchemeTrial).filter_by(id=trial_id)
    fresh = found.execution_options(populate_existing=True)
    trial = db.session.scalars(fresh).one_or_none()
    if trial is None:
        raise NotFound
    return trial


def list_trials(limit: int = 50) -> Sequence[SchemeTrial]:
    """Return the municipality's trials, the latest first."""
    found = select(SchemeTrial).order_by(SchemeTrial.started_at.desc(), SchemeTrial.id.desc())
    return db.session.scalars(found.limit(limit)).all()


def list_running() -> Sequence[SchemeTrial]:
    """Return the trials that say they are under way."""
    found = select(SchemeTrial).where(SchemeTrial.state.in_(["waiting", "running"]))
    return db.session.scalars(found.execution_options(populate_existing=True)).all()


def count_shares(trial_id: UUID) -> tuple[int, int, int]:
    """Return how many citizens gain, lose, and keep what they had."""
    change = TrialShare.tried - TrialShare.lived
    row = db.session.execute(
        select(
            func.coalesce(func.sum(case((change > 0, 1), else_=0)), 0),
            func.coalesce(func.sum(case((change < 0, 1), else_=0)), 0),
            func.coalesce(func.sum(case((change == 0, 1), else_=0)), 0),
        ).where(TrialShare.trial_id == trial_id)
    ).one()
    return int(row[0]), int(row[1]), int(row[2])


def list_shares(
    trial_id: UUID, *, gains: bool, offset: int = 0, limit: int | None = None
) -> Sequence[TrialShare]:
    """Return the citizens who gain, or those who lose, the greatest change first."""
    change = TrialShare.tried - TrialShare.lived
    side, order = (change > 0, change.desc()) if gains else (change < 0, change)
    found = select(TrialShare).filter_by(trial_id=trial_id).where(side)
    ordered = found.order_by(order, TrialShare.citizen_id)
    return db.session.scalars(ordered.offset(offset).limit(limit)).all()


def all_shares(trial_id: UUID) -> Sequence[TrialShare]:
    """Return every citizen's part of a trial."""
    found = select(TrialShare).filter_by(trial_id=trial_id).order_by(TrialShare.citizen_id)
    return db.session.scalars(found).all()
