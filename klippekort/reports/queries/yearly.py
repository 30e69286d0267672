"""Reading yearly reports."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import undefer

from klippekort.domain.errors import NotFound
from klippekort.platform.db import db
from klippekort.reports.models import YearlyReport

MOST_SHOWN = 20


def list_reports() -> Sequence[YearlyReport]:
    """Return the latest reports, the newest first."""
    found = select(YearlyReport).order_by(YearlyReport.started_at.desc()).limit(MOST_SHOWN)
    return db.session.scalars(found).all()


def list_running() -> Sequence[YearlyReport]:
    """Return the reports that were begun and not finished."""
    found = select(YearlyReport).where(YearlyReport.state.in_(("waiting", "running")))
    return db.session.scalars(found).all()


def list_finished(year: int) -> Sequence[YearlyReport]:
    """Return the reports on a year that are done, the newest first."""
    found = select(YearlyReport).filter_by(year=year, state="done")
    return db.session.scalars(found.order_by(YearlyReport.started_at.desc())).all()


def get_report(report_id: UUID, *, files: bool = False) -> YearlyReport:
    """Return a report, with its PDF and workbook where asked. Raises NotFound."""
    found = select(YearlyReport).filter_by(id=report_id)
    if files:
        found = found.options(undefer(YearlyReport.pdf), undefer(YearlyReport.workbook))
    row = db.session.scalars(found).one_or_none()
    if row is None:
        raise NotFound
    return row
