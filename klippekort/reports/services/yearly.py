"""The yearly report of a municipality: begun, made a step at a time, and kept."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import DomainError
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.reporting.figures import Figures, packed, unpacked
from klippekort.domain.reporting.intervals import Change
from klippekort.domain.reporting.periods import parse
from klippekort.domain.reporting.waits import Wait
from klippekort.municipalities.queries import get_municipality, list_districts, list_suppliers
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import current_municipality
from klippekort.reports.models import YearlyReport
from klippekort.reports.queries import cockpit as counting
from klippekort.reports.queries import yearly as queries
from klippekort.reports.services.cockpit import (
    Cut,
    changes_of,
    standing_of,
    wait_for,
    year_of,
)

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
# Counting, what may be told, the workbook, the paper.
STEPS = 4
SILENT_AFTER = timedelta(minutes=3)


@dataclass
class ReportUnderWay(DomainError):
    """Another report of the municipality is not done yet."""

    report_id: UUID


@dataclass
class ReportKept(DomainError):
    """A year that is over has a report already, and its numbers are kept."""

    report_id: UUID


@dataclass(frozen=True)
class Content:
    """What a report tells: the figures, how things stood, and the names things had that day."""

    figures: Figures
    standing: Figures
    changes: dict[str, Change]
    municipality: str
    districts: dict[str, str]
    suppliers: dict[str, str]
    wait: Wait | None = None


def start_report(
    actor: Actor, year: int, *, now: datetime, language: str = "da", anew: bool = False
) -> str:
    """Put a report down as begun and return its id; whoever calls has it made.

    A year that is over is reported on once, so that nobody can take one report from another;
    `anew` makes it once more, and that is on record. Raises Forbidden, ReportKept and
    ReportUnderWay.
    """
    authorise(actor, Action.MAKE_REPORT)
    before = queries.list_finished(year)
    if before and not anew and year < local_day(now).year:
        raise ReportKept(before[0].id)
    for other in queries.list_running():
        if is_alive(other, now):
            raise ReportUnderWay(other.id)
        other.state = FAILED
    row = YearlyReport(
        id=new_id(),
        year=year,
        language=language,
        state=WAITING,
        steps=STEPS,
        started_by=actor.account_id,
        started_at=now,
        beat_at=now,
    )
    db.session.add(row)
    audit.record(actor, Action.MAKE_REPORT, "yearly_report", row.id, year=year, anew=anew)
    return str(row.id)


def is_alive(row: YearlyReport, now: datetime) -> bool:
    """Say whether a report is being made, as far as its last sign tells."""
    return row.state in (WAITING, RUNNING) and now - row.beat_at < SILENT_AFTER


def claim_report(report_id: UUID, *, now: datetime) -> bool:
    """Say whether the caller is the first to make a report: two taps make one."""
    waiting = update(YearlyReport).where(
        YearlyReport.id == report_id, YearlyReport.state == WAITING
    )
    claimed = db.session.execute(waiting.values(state=RUNNING, beat_at=now))
    return bool(claimed.rowcount)  # type: ignore[attr-defined]


def note_step(report_id: UUID, done: int, *, now: datetime) -> None:
    """Note how many steps are done."""
    _change(report_id, done=done, beat_at=now)


def fail_report(report_id: UUID, *, now: datetime) -> None:
    """Note that a report went wrong."""
    _change(report_id, state=FAILED, finished_at=now)


def finish_report(
    report_id: UUID, content: dict[str, Any], workbook: bytes, pdf: bytes | None, *, now: datetime
) -> None:
    """Keep what came of a report; without `pdf` the page is printed instead."""
    _change(
        report_id,
        state=DONE,
        done=STEPS,
        finished_at=now,
        content=content,
        workbook=workbook,
        pdf=pdf,
    )


def _change(report_id: UUID, **values: object) -> None:
    running = update(YearlyReport).where(
        YearlyReport.id == report_id, YearlyReport.state == RUNNING
    )
    db.session.execute(running.values(**values))


def work_out(year: int, *, now: datetime) -> dict[str, Any]:
    """Return all that a report on a year tells, as values JSON can hold."""
    kept = counting.kept()
    found, period = year_of(year, kept, local_day(now)), parse(str(year))
    content, wait = packed(found), wait_for(found, Cut(period))
    content["wait"] = asdict(wait) if wait else None
    content["standing"] = packed(standing_of(period, kept.fewest, now))["measures"]
    changes = changes_of(period, kept.fewest)
    content["changes"] = {name: asdict(one) for name, one in changes.items()}
    content["municipality"] = get_municipality(current_municipality()).name
    content["districts"] = {str(one.id): one.name for one in list_districts()}
    content["suppliers"] = {str(one.id): one.name for one in list_suppliers()}
    return content


def content_of(content: dict[str, Any]) -> Content:
    """Return what a report tells, from the values it is kept as."""
    return Content(
        unpacked(content),
        unpacked({**content, "measures": content["standing"]}),
        {name: Change(**one) for name, one in content["changes"].items()},
        content["municipality"],
        content["districts"],
        content["suppliers"],
        Wait(**content["wait"]) if content.get("wait") else None,
    )
