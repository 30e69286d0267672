"""What stands wrong in the whole house, so that whoever runs it hears of it first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnClause,
    CompoundSelect,
    Select,
    SmallInteger,
    String,
    TableClause,
    column,
    func,
    literal,
    null,
    select,
    table,
    union_all,
)

from klippekort.platform import house, job_status
from klippekort.platform.db import UTCDateTime, db
from klippekort.platform.job_runner import list_municipalities
from klippekort.platform.tenancy import acting_for, current_municipality

OUTBOX_LATE = timedelta(minutes=30)
WORKER, CLOCK, LEDGER, OUTBOX, BACKUP = "worker", "clock", "ledger", "outbox", "backup"
KINDS = (WORKER, CLOCK, LEDGER, OUTBOX, BACKUP)
_HOUSE = "house"
_BY_ITSELF = ("sms", "email", "voice", "push")


def _rows(name: str, *times: str) -> TableClause:
    """Return a table of a feature above, of which only a few columns matter here."""
    instants = [column(one, UTCDateTime) for one in times]
    own = column("municipality_id", SmallInteger)
    return table(name, own, column("channel", String), column("state", String), *instants)


_waiting, _sending = _rows("outbox_message", "due_at"), _rows("message_delivery", "queued_at")
_copies = table("house_event", column("kind", String), column("happened_at", UTCDateTime))
_municipalities = table("municipality", column("created_at", UTCDateTime))
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


def measure(now: datetime) -> Measured:
    """Look the whole house over, one municipality at a time."""
    db.session.rollback()
    rooms = _Rooms()
    for number, _created_at in list_municipalities():
        db.session.rollback()
        with acting_for(number):
            rooms.look(number, now)
    db.session.rollback()
    found = _measured(rooms, now)
    db.session.rollback()
    return found


def measure_here(now: datetime) -> Measured:
    """Look the house over with the rooms of the municipality at hand alone: what its pages tell."""
    rooms = _Rooms()
    rooms.look(current_municipality(), now)
    return _measured(rooms, now)


class _Rooms:
    """What was found in the rooms of the municipalities that were looked at."""

    def __init__(self) -> None:
        self.waiting = self.late = self.differences = self.municipalities = 0
        self.oldest: datetime | None = None
        self.since: datetime | None = None
        self.backup_at: datetime | None = None

    def look(self, number: int, now: datetime) -> None:
        """Add what stands in one municipality's rooms."""
        for what, many, behind, oldest in db.session.execute(_rooms(number, now)):
            if what == LEDGER:
                self.differences += many
                continue
            if what == BACKUP:
                self.backup_at = oldest
                continue
            if what == _HOUSE:
                self.municipalities, self.since = many, oldest
                continue
            self.waiting, self.late = self.waiting + many, self.late + behind
            since = oldest if behind else None
            self.oldest = min(filter(None, (self.oldest, since)), default=None)


def _measured(rooms: _Rooms, now: datetime) -> Measured:
    leader, wrong = job_status.find_leader_and_wrong_clock(now)
    return Measured(
        at=now,
        municipalities=rooms.municipalities,
        beat_at=leader.at if leader else None,
        wrong_clock=wrong.worker if wrong else None,
        waiting=rooms.waiting,
        late=rooms.late,
        oldest=rooms.oldest,
        differences=rooms.differences,
        backup_at=rooms.backup_at or (None if rooms.municipalities else house.latest("backup")),
        since=rooms.since,
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


def _rooms(number: int, now: datetime) -> CompoundSelect[Any]:
    """Ask a municipality's rooms at once: what it is about, how many wait, how many of them are
    late, and since when the oldest waits; of the house itself, how many live there since when.
    """
    unproved = select(literal(LEDGER), func.count(), literal(0), null()).where(
        _differences.c.municipality_id == number, _differences.c.cleared_at.is_(None)
    )
    copies = select(literal(BACKUP), func.count(), literal(0), func.max(_copies.c.happened_at))
    return union_all(
        _behind(_waiting, _waiting.c.due_at, ("queued",), number, now),
        _behind(_sending, _sending.c.queued_at, ("queued", "sending"), number, now),
        unproved,
        copies.where(_copies.c.kind == "backup"),
        select(literal(_HOUSE), func.count(), literal(0), func.min(_municipalities.c.created_at)),
    )


def _behind(
    rows: TableClause,
    at: ColumnClause[datetime],
    states: Sequence[str],
    number: int,
    now: datetime,
) -> Select[str, int, int, datetime]:
    late = func.count().filter(at < now - OUTBOX_LATE)
    return select(literal(OUTBOX), func.count(), late, func.min(at)).where(
        rows.c.municipality_id == number,
        rows.c.channel.in_(_BY_ITSELF),
        rows.c.state.in_(states),
        at <= now,
    )
