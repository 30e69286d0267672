"""Who did and saw what: lines that are written once and never changed.

A change writes its line in its own transaction (`record`). A look writes its line before the page
is
sent (`saw`, `write_looks`); if that fails, the page is not shown. The worker seals lines into a
chain.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import BigInteger, Index, String, Table, UniqueConstraint, Uuid, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.domain.calendar import stamp
from klippekort.domain.permissions import Action, Actor
from klippekort.platform import clock
from klippekort.platform.db import Json, Model, UTCDateTime, db, write_turn
from klippekort.platform.execute import Busy, timed_out
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import MunicipalityOwned, OwnRows, adding, as_new

READ_AT_ONCE = 1000


class AuditLine(MunicipalityOwned, Model):
    """One deed or look. Values are ids, numbers, dates and codes, never names or free text."""

    at: Mapped[datetime] = mapped_column("recorded_at", UTCDateTime)
    account_id: Mapped[UUID | None] = mapped_column(Uuid)
    role: Mapped[str] = mapped_column(String(20))
    action: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[str | None] = mapped_column(String(40))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID | None] = mapped_column(Uuid)
    details: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    __table_args__ = (
        Index(None, "municipality_id", "recorded_at"),
        Index(None, "municipality_id", "subject_id"),
    )


class AuditCitizen(MunicipalityOwned, Model):
    """Which citizens an audit line concerns: what a citizen's own log is read from."""

    line_id: Mapped[UUID] = mapped_column(Uuid)
    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    __table_args__ = (Index(None, "municipality_id", "citizen_id", "line_id"),)


class AuditSeal(MunicipalityOwned, Model):
    """The place of an audit line in the municipality's chain."""

    line_id: Mapped[UUID] = mapped_column(Uuid)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
    __table_args__ = (
        UniqueConstraint("municipality_id", "line_id"),
        UniqueConstraint("municipality_id", "seq"),
    )


_lines = cast(Table, AuditLine.__table__)
_citizens = cast(Table, AuditCitizen.__table__)
_LINES, _CITIZENS = OwnRows(adding(_lines)), OwnRows(adding(_citizens))


@dataclass(frozen=True)
class Deed:
    """What one audit line is about: its subject, the citizens it concerns, and what is said."""

    subject_id: UUID | None
    citizens: tuple[UUID, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)


def record(
    actor: Actor,
    action: Action,
    subject_kind: str,
    subject_id: UUID | None = None,
    *,
    citizens: Iterable[UUID] = (),
    purpose: str | None = None,
    **details: Any,
) -> None:
    """Add an audit line to the transaction at hand."""
    deed = Deed(subject_id, tuple(citizens), details)
    record_many(actor, action, subject_kind, [deed], purpose=purpose)


def record_many(
    actor: Actor,
    action: Action,
    subject_kind: str,
    deeds: Iterable[Deed],
    *,
    purpose: str | None = None,
) -> None:
    """Add an audit line for each deed to the transaction at hand."""
    lines: list[dict[str, Any]] = []
    concerned: list[dict[str, Any]] = []
    for deed in deeds:
        line_id = new_id()
        lines.append(
            as_new(
                _lines,
                id=line_id,
                recorded_at=clock.now(),
                account_id=actor.account_id,
                role=actor.role,
                action=action,
                purpose=purpose,
                subject_kind=subject_kind,
                subject_id=deed.subject_id,
                details=json.loads(json.dumps(deed.details, default=str)),
            )
        )
        concerned += [
            as_new(_citizens, id=new_id(), line_id=line_id, citizen_id=citizen_id)
            for citizen_id in sorted(set(deed.citizens))
        ]
    for statement, rows in ((_LINES, lines), (_CITIZENS, concerned)):
        if len(rows) == 1:
            statement.run_late(**rows[0])
        elif rows:
            statement.run_many(rows)


def audit_write(note: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """Run `note` in a short write of its own, apart from any use case, and return what it returns.

    For what must be on record though nothing else changes: looks, refused tries, a session's last
    sign
    of life. It may be called on a GET. Raises Busy when the database is held too long.
    """
    db.session.rollback()
    with write_turn():
        try:
            answer = note(*args, **kwargs)
            db.session.commit()
            return answer
        except DBAPIError as error:
            if timed_out(error):
                raise Busy from error
            raise
        finally:
            db.session.rollback()


def seal(limit: int = 5000) -> int:
    """Chain the lines that are not sealed yet, oldest first, and return how many there were."""
    last = db.session.scalars(select(AuditSeal).order_by(AuditSeal.seq.desc()).limit(1)).first()
    seq, head = (last.seq, last.hash) if last else (0, "")
    sealed = select(AuditSeal.line_id).where(AuditSeal.line_id == AuditLine.id).exists()
    lines = db.session.scalars(
        select(AuditLine).where(~sealed).order_by(AuditLine.at, AuditLine.id).limit(limit)
    ).all()
    for line in lines:
        seq, head = seq + 1, line_hash(line, head)
        db.session.add(AuditSeal(line_id=line.id, seq=seq, hash=head))
    return len(lines)


def line_hash(line: AuditLine, previous: str) -> str:
    """Return the hash of a line after the one before it: SHA-256 over canonical JSON."""
    said = [
        previous,
        str(line.id),
        stamp(line.at),
        str(line.account_id),
        line.role,
        line.action,
        line.purpose,
        line.subject_kind,
        str(line.subject_id),
        line.details,
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def first_broken_seal() -> AuditSeal | None:
    """Return the first seal that no longer fits its line, or None when the whole chain holds."""
    head = ""
    for expected, (seal_, line) in enumerate(_sealed(), start=1):
        if line is None or seal_.seq != expected or seal_.hash != line_hash(line, head):
            return seal_
        head = seal_.hash
    return None


def _sealed() -> Iterator[tuple[AuditSeal, AuditLine | None]]:
    """Return every seal with its line in order, read a batch at a time."""
    last = 0
    while True:
        batch = db.session.execute(
            select(AuditSeal, AuditLine)
            .outerjoin(AuditLine, AuditLine.id == AuditSeal.line_id)
            .where(AuditSeal.seq > last)
            .order_by(AuditSeal.seq)
            .limit(READ_AT_ONCE)
        ).all()
        yield from batch
        if len(batch) < READ_AT_ONCE:
            return
        last = batch[-1][0].seq
