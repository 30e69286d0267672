"""The record of looks and deeds as a chain: sealed in batches, anchored each day, and proved.

A line is sealed by the hash of all it says and of the line before it. Each day the head of the
chain is signed and laid down outside the database, so that not even whoever owns the tables can
write the past anew.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Date, SmallInteger, String, UniqueConstraint, Uuid, select
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.domain.calendar import stamp
from klippekort.platform import clock
from klippekort.platform.audit import AuditCitizen, AuditLine
from klippekort.platform.db import Model, UTCDateTime, db
from klippekort.platform.keys import keys
from klippekort.platform.tenancy import MunicipalityOwned, current_municipality

READ_AT_ONCE = 1000
# What a seal says of its line; the first said nothing of the citizens.
NEWEST = 2


class AuditSeal(MunicipalityOwned, Model):
    """The place of an audit line in the municipality's chain."""

    line_id: Mapped[UUID] = mapped_column(Uuid)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(SmallInteger, default=NEWEST, server_default="1")
    __table_args__ = (
        UniqueConstraint("municipality_id", "line_id"),
        UniqueConstraint("municipality_id", "seq"),
    )


class AuditAnchor(MunicipalityOwned, Model):
    """How far the chain had come at a day's beginning: its last seal, and the root of all since the
    anchor before, signed.
    """

    day: Mapped[date] = mapped_column(Date)
    seq: Mapped[int] = mapped_column(BigInteger)
    head: Mapped[str] = mapped_column(String(64))
    root: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(128))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (UniqueConstraint("municipality_id", "day"),)


class Anchor(NamedTuple):
    """An anchor as it is laid down outside: one line of a file, or a mail.

    One without a root is a head: how far the chain had come at an instant, in place of a day.
    """

    municipality: int
    day: str
    seq: int
    head: str
    root: str
    signature: str

    def said(self) -> bytes:
        """Return what is signed."""
        return f"{self.municipality}|{self.day}|{self.seq}|{self.head}|{self.root}".encode()


@dataclass(frozen=True)
class Broken:
    """A place where the record does not prove: what is wrong, and at which seal or day."""

    what: str
    where: str


class _Link(NamedTuple):
    """A seal and what its line says now; `line_id` is None when the line is gone."""

    seq: int
    hash: str
    version: int
    sealed_id: UUID
    line_id: UUID | None
    at: datetime
    account_id: UUID | None
    role: str
    action: str
    purpose: str | None
    subject_kind: str
    subject_id: UUID | None
    details: Any


_LINE = (
    AuditLine.id,
    AuditLine.at,
    AuditLine.account_id,
    AuditLine.role,
    AuditLine.action,
    AuditLine.purpose,
    AuditLine.subject_kind,
    AuditLine.subject_id,
    AuditLine.details,
)


def seal(limit: int = 5000) -> int:
    """Chain the lines that are not sealed yet, oldest first, and return how many there were."""
    last = db.session.execute(
        select(AuditSeal.seq, AuditSeal.hash).order_by(AuditSeal.seq.desc()).limit(1)
    ).first()
    seq, head = (last[0], last[1]) if last else (0, "")
    sealed = select(AuditSeal.line_id).where(AuditSeal.line_id == AuditLine.id).exists()
    rows = db.session.execute(
        select(*_LINE).where(~sealed).order_by(AuditLine.at, AuditLine.id).limit(limit)
    ).all()
    for start in range(0, len(rows), READ_AT_ONCE):
        batch = rows[start : start + READ_AT_ONCE]
        concerned = _citizens([row[0] for row in batch])
        for row in batch:
            seq += 1
            link = _Link(seq, "", NEWEST, row[0], *row)
            head = line_hash(link, head, concerned[row[0]])
            db.session.add(AuditSeal(line_id=row[0], seq=seq, hash=head))
        db.session.flush()
    return len(rows)


def line_hash(line: _Link, previous: str, citizens: Collection[str]) -> str:
    """Return the hash of a line after the one before it: SHA-256 over canonical JSON."""
    said = [
        previous,
        str(line.line_id),
        stamp(line.at),
        str(line.account_id),
        line.role,
        line.action,
        line.purpose,
        line.subject_kind,
        str(line.subject_id),
        line.details,
    ]
    if line.version >= NEWEST:
        said += [current_municipality(), sorted(citizens)]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def make_anchor(day: date) -> bool:
    """Anchor the chain as it stands at the beginning of `day`; say whether that was new."""
    before = _anchors()[-1:]
    if before and before[0].day >= day.isoformat():
        return False
    seq, root = (before[0].seq, before[0].root) if before else (0, "")
    told = hashlib.sha256(root.encode())
    head = before[0].head if before else ""
    for found, hashed in db.session.execute(
        select(AuditSeal.seq, AuditSeal.hash).where(AuditSeal.seq > seq).order_by(AuditSeal.seq)
    ):
        seq, head = found, hashed
        told.update(hashed.encode())
    made = Anchor(current_municipality(), day.isoformat(), seq, head, told.hexdigest(), "")
    signature = keys().sign(made.said())
    db.session.add(
        AuditAnchor(
            day=day,
            seq=seq,
            head=head,
            root=made.root,
            signature=signature,
            made_at=clock.now(),
        )
    )
    return True


def find_anchor(day: date) -> Anchor | None:
    """Return a day's anchor as it is laid down outside, or None."""
    row = db.session.scalars(select(AuditAnchor).filter_by(day=day)).one_or_none()
    return _outside(row) if row else None


def find_head(at: datetime) -> Anchor | None:
    """Return how far the chain has come now, signed, or None before its first line."""
    last = db.session.execute(
        select(AuditSeal.seq, AuditSeal.hash).order_by(AuditSeal.seq.desc()).limit(1)
    ).first()
    if last is None:
        return None
    made = Anchor(current_municipality(), stamp(at), last.seq, last.hash, "", "")
    return made._replace(signature=keys().sign(made.said()))


def holds(one: Anchor) -> bool:
    """Say whether the chain still goes through where it had come then."""
    hashed = select(AuditSeal.hash).where(AuditSeal.seq == one.seq)
    return db.session.scalars(hashed).one_or_none() == one.head


def _outside(row: AuditAnchor) -> Anchor:
    return Anchor(
        row.municipality_id, row.day.isoformat(), row.seq, row.head, row.root, row.signature
    )


def _anchors() -> list[Anchor]:
    rows = db.session.scalars(select(AuditAnchor).order_by(AuditAnchor.day))
    return [_outside(row) for row in rows]


def verify(since: date | None = None, outside: Sequence[Anchor] = ()) -> list[Broken]:
    """Return every place where the record of the municipality at hand does not prove.

    With `since`, what was sealed before the last anchor up to that day is taken as proved then.
    `outside` are the anchors and heads that were laid down elsewhere: they tell what the tables
    can't.
    """
    inside = _anchors()
    found = [
        Broken("forged_anchor", one.day)
        for one in inside
        if not keys().is_signed(one.said(), one.signature)
    ]
    mine = [one for one in outside if one.municipality == current_municipality()]
    mine = [one for one in mine if keys().is_signed(one.said(), one.signature)]
    kept = set(inside)
    found += [Broken("changed_anchor", one.day) for one in mine if one.root and one not in kept]
    marks = sorted({*inside, *mine}, key=lambda one: one.seq)
    before = [one for one in inside if since and one.day <= since.isoformat()]
    start = before[-1] if before else None
    return found + _walk(marks, start) + _strays()


def _walk(marks: Sequence[Anchor], start: Anchor | None) -> list[Broken]:
    """Walk the chain from an anchor, or from its beginning, and name each link that does not hold.

    After one that does not hold it goes on from what is stored, so that each fault is named.
    """
    found: list[Broken] = []
    seq, head = (start.seq, start.head) if start else (0, "")
    heads = defaultdict(list)
    for one in marks:
        heads[one.seq].append(one)
    knows_before = True
    for link, citizens in _links(seq):
        if link.seq != seq + 1:
            found.append(Broken("missing_seal", str(seq + 1)))
            knows_before = False
        if link.line_id is None:
            found.append(Broken("missing_line", str(link.seq)))
        elif knows_before and link.hash != line_hash(link, head, citizens):
            found.append(Broken("changed_line", str(link.seq)))
        seq, head, knows_before = link.seq, link.hash, True
        found += [Broken("rewritten", one.day) for one in heads.get(seq, ()) if one.head != head]
    late = [one for one in marks if one.seq > seq]
    if late:
        found.append(Broken("cut_tail", str(seq + 1)))
    return found + _wrong_roots([one for one in marks if one.root])


def _wrong_roots(marks: Sequence[Anchor]) -> list[Broken]:
    """Return the anchors whose root is not that of the seals since the one before."""
    found, seq, root = [], 0, ""
    for one in sorted(marks, key=lambda mark: mark.day):
        told = hashlib.sha256(root.encode())
        for hashed in db.session.scalars(
            select(AuditSeal.hash)
            .where(AuditSeal.seq > seq, AuditSeal.seq <= one.seq)
            .order_by(AuditSeal.seq)
        ):
            told.update(hashed.encode())
        if told.hexdigest() != one.root:
            found.append(Broken("wrong_root", one.day))
        seq, root = one.seq, one.root
    return found


def _links(after: int) -> Iterator[tuple[_Link, Collection[str]]]:
    """Return every seal after one, with its line and its citizens, read a batch at a time."""
    while True:
        rows = db.session.execute(
            select(AuditSeal.seq, AuditSeal.hash, AuditSeal.version, AuditSeal.line_id, *_LINE)
            .outerjoin(AuditLine, AuditLine.id == AuditSeal.line_id)
            .where(AuditSeal.seq > after)
            .order_by(AuditSeal.seq)
            .limit(READ_AT_ONCE)
        ).all()
        batch = [_Link(*row) for row in rows]
        concerned = _citizens([link.sealed_id for link in batch])
        for link in batch:
            yield link, concerned[link.sealed_id]
        if len(batch) < READ_AT_ONCE:
            return
        after = batch[-1].seq


def _citizens(lines: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Return which citizens each line concerns."""
    found: dict[UUID, list[str]] = defaultdict(list)
    if lines:
        for line_id, citizen_id in db.session.execute(
            select(AuditCitizen.line_id, AuditCitizen.citizen_id).where(
                AuditCitizen.line_id.in_(lines)
            )
        ):
            found[line_id].append(str(citizen_id))
    return found


def _strays() -> list[Broken]:
    """Return the lines that are gone though a citizen's own log still names them: not sealed yet,
    so that the chain can't miss them.
    """
    line = select(AuditLine.id).where(AuditLine.id == AuditCitizen.line_id).exists()
    seal_ = select(AuditSeal.id).where(AuditSeal.line_id == AuditCitizen.line_id).exists()
    gone = select(AuditCitizen.line_id).where(~line, ~seal_).distinct()
    return [Broken("missing_line", str(one)) for one in db.session.scalars(gone)]
