"""What stands wrong in the whole house, so that whoever runs it hears of it first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import SmallInteger, String, TableClause, column, func, select, table

from klippekort.platform import house, job_status
from klippekort.platform.db import UTCDateTime, db
from klippekort.platform.job_runner import list_municipalities
from klippekort.platform.tenancy import acting_for

OUTBOX_LATE = timedelta(minutes=30)
WORKER, CLOCK, LEDGER, OUTBOX, BACKUP = "worker", "clock", "ledger", "outbox", "backup"
KINDS = (WORKER, CLOCK, LEDGER, OUTBOX, BACKUP)
_BY_ITSELF = ("sms", "email", "voice", "push")


def _rows(name: str, *times: str) -> TableClause:
    """Return a table of a feature above, of which only a few columns matter here."""
    instants = [column(one, UTCDateTime) for one in times]
    own = column("municipality_id", SmallInteger)
    return table(name, own, column("channel", String), column("state", String), *instants)


_waiting, _sending = _rows("outbox_message", "due_at"), _rows("message_delivery", "queued_at")
_differences = _rows("ledger_difference", "cleared_at")


@dataclass(frozen=True)
class Measured:
    """What was measured in the house just now; `None` is never.

    `late` are messages that should have gone over half an hour ago, `differences` places in the
    ledgers that do not prove.
    """

    at: datetime
    municipalities: int
    beat_at: datetime | None
    wrong_clock: str | None
    waiting: int
    late: int
    oldest: datetime | None
    differences: int
    backup_at: datetime | None
    since: datetime | None


@dataclass(frozen=True)
class Alarm:
    """One thing that stands wrong: its kind, how many of it, and since when."""

    kind: str
    count: int = 0
    since: datetime | None = None
    who: str = ""


def measure(now: datetime, only: int | None = None) -> Measured:
    """Look the whole house over, one municipality at a time, or the rooms of `only` one of them."""
    db.session.rollback()
    there = list_municipalities()
    leader, wrong = job_status.find_leader(), job_status.find_wrong_clock(now)
    backup_at = house.latest("backup")
    waiting = late = differences = 0
    oldest: datetime | None = None
    for number in [number for number, _ in there] if only is None else [only]:
        db.session.rollback()
        with acting_for(number):
            for many, behind, since in _outbox(number, now):
                waiting, late = waiting + many, late + behind
                oldest = min(filter(None, (oldest, since)), default=None)
            differences += _unproved(number)
    db.session.rollback()
    return Measured(
        at=now,
        municipalities=len(there),
        beat_at=leader.at if leader else None,
        wrong_clock=wrong.worker if wrong else None,
        waiting=waiting,
        late=late,
        oldest=oldest,
        differences=differences,
        backup_at=backup_at,
        since=min((created_at for _number, created_at in there), default=None),
    )


def alarms_in(found: Measured, backup_hours: int) -> list[Alarm]:
    """Return what stands wrong, gravest first. With `backup_hours` 0, copies are watched elsewhere.

    A house without municipalities has nothing to lose yet.
    """
    return list(_alarms(found, timedelta(hours=backup_hours)))


def _alarms(found: Measured, most: timedelta) -> Iterator[Alarm]:
    if found.differences:
        yield Alarm(LEDGER, found.differences)
    if found.municipalities and (
        found.beat_at is None or found.at - found.beat_at > job_status.SILENT_AFTER
    ):
        yield Alarm(WORKER, since=found.beat_at)
    if found.wrong_clock:
        yield Alarm(CLOCK, who=found.wrong_clock)
    if found.late:
        yield Alarm(OUTBOX, found.late, found.oldest)
    latest = found.backup_at or found.since
    if most and latest is not None and found.at - latest > most:
        yield Alarm(BACKUP, since=found.backup_at)


def _outbox(number: int, now: datetime) -> Iterator[tuple[int, int, datetime | None]]:
    """Give how many messages wait, how many of them are late, and since when the oldest is."""
    for rows, at, states in (
        (_waiting, _waiting.c.due_at, ("queued",)),
        (_sending, _sending.c.queued_at, ("queued", "sending")),
    ):
        mine = (
            rows.c.municipality_id == number,
            rows.c.channel.in_(_BY_ITSELF),
            rows.c.state.in_(states),
            at <= now,
        )
        count, oldest = db.session.execute(select(func.count(), func.min(at)).where(*mine)).one()
        late = 0
        if oldest is not None and now - oldest > OUTBOX_LATE:
            behind = select(func.count()).where(*mine, at < now - OUTBOX_LATE)
            late = db.session.scalars(behind).one()
        yield count, late, oldest if late else None


def _unproved(number: int) -> int:
    open_ = select(func.count()).where(
        _differences.c.municipality_id == number, _differences.c.cleared_at.is_(None)
    )
    return db.session.scalars(open_).one()
