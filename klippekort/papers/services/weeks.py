"""Making week letters: begun once for each citizen and week, made piece by piece, never twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from klippekort.citizens.queries import get_citizen
from klippekort.domain.errors import DomainError, Stale
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.papers.models import ReplySlip, WeekLetter, WeekPart, WeekRun
from klippekort.papers.queries import weeks as queries
from klippekort.papers.queries.slips import index_of
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import current_municipality

LEASE = timedelta(minutes=2)
KEPT = timedelta(days=28)


class NobodyReads(DomainError):
    """Nobody has chosen paper who has no letter about the week yet."""


@dataclass(frozen=True)
class Slip:
    """A slip as it is printed: its code, what each box means, and until when it is answered."""

    code: str
    boxes: tuple[dict[str, Any], ...]
    answer_by: datetime
    ends_at: datetime


def begin(actor: Actor, week_on: date, *, now: datetime) -> str:
    """Begin to make the letters about a week for all who chose paper and have none; return its id.

    Raises NobodyReads, Forbidden.
    """
    authorise(actor, Action.MAKE_PAPERS)
    who = queries.readers(week_on).with_address
    if not who:
        raise NobodyReads
    return _begin(actor, week_on, who, now)


def begin_one(actor: Actor, week_on: date, citizen_id: UUID, *, now: datetime) -> str:
    """Begin to make one citizen's letter about a week, whether or not she had one, as when it was
    lost; return its id. An earlier slip of hers can still be sent back. Raises Forbidden, NotFound.
    """
    authorise(actor, Action.MAKE_PAPERS)
    get_citizen(citizen_id)
    waiting = queries.run_that_makes(week_on, citizen_id)
    if waiting is not None:
        return str(waiting)
    db.session.execute(
        delete(WeekLetter).where(
            WeekLetter.municipality_id == current_municipality(),
            WeekLetter.week_on == week_on,
            WeekLetter.citizen_id == citizen_id,
            WeekLetter.part.is_not(None),
        )
    )
    return _begin(actor, week_on, (citizen_id,), now)


def _begin(actor: Actor, week_on: date, who: Sequence[UUID], now: datetime) -> str:
    run = WeekRun(
        id=new_id(),
        week_on=week_on,
        state="making",
        expected=len(who),
        made_at=now,
        made_by=actor.account_id,
    )
    db.session.add(run)
    db.session.flush()
    db.session.add_all(
        WeekLetter(run_id=run.id, week_on=week_on, citizen_id=citizen_id, place=place)
        for place, citizen_id in enumerate(who)
    )
    db.session.flush()
    audit.record(actor, Action.MAKE_PAPERS, "week_run", run.id, citizens=who, week_on=week_on)
    return str(run.id)


def claim(run_id: UUID, worker: UUID, *, now: datetime) -> bool:
    """Take a making up for some minutes, and say whether it is this worker's now."""
    run = queries.lock_run(run_id)
    is_free = run.claimed_until is None or run.claimed_until < now or run.claimed_by == worker
    if run.state != "making" or not is_free:
        return False
    run.claimed_by, run.claimed_until, run.error = worker, now + LEASE, None
    return True


def keep_part(
    run_id: UUID,
    worker: UUID,
    letters: Sequence[tuple[UUID, Slip]],
    drawn: bytes,
    *,
    now: datetime,
) -> bool:
    """Keep a piece of the pile with its slips, and say whether all letters are made now.

    Raises Stale when another worker has taken the making up, or has made one of these letters.
    """
    run = queries.lock_run(run_id)
    if run.claimed_by != worker or run.state != "making":
        raise Stale
    ids = [citizen_id for citizen_id, _slip in letters]
    number = queries.next_part(run_id)
    mine = select(WeekLetter.id).filter_by(run_id=run_id, part=None)
    waiting = db.session.scalars(mine.where(WeekLetter.citizen_id.in_(ids))).all()
    if len(waiting) != len(ids):
        raise Stale
    part = WeekPart(
        id=new_id(),
        municipality_id=current_municipality(),
        run_id=run_id,
        number=number,
        count=len(ids),
        made_at=now,
    )
    part.pdf_sealed = queries.sealed(part, drawn)
    db.session.add(part)
    db.session.execute(
        update(WeekLetter)
        .where(
            WeekLetter.municipality_id == current_municipality(),
            WeekLetter.run_id == run_id,
            WeekLetter.citizen_id.in_(ids),
        )
        .values(part=number)
    )
    db.session.add_all(slip_row(citizen_id, slip, run_id, now) for citizen_id, slip in letters)
    run.done, run.claimed_until = run.done + len(ids), now + LEASE
    if run.done >= run.expected:
        run.state, run.finished_at, run.claimed_until = "done", now, None
    db.session.flush()
    return run.state == "done"


def slip_row(citizen_id: UUID, slip: Slip, run_id: UUID | None, now: datetime) -> ReplySlip:
    """Return a slip as it is stored: the code itself is only on the paper."""
    return ReplySlip(
        code_index=index_of(slip.code),
        citizen_id=citizen_id,
        run_id=run_id,
        boxes=list(slip.boxes),
        state="open",
        made_at=now,
        answer_by=slip.answer_by,
        ends_at=slip.ends_at,
    )


def leave(run_id: UUID, worker: UUID, code: str) -> None:
    """Leave a making to be taken up again at once, and note what went wrong if something did."""
    run = queries.lock_run(run_id)
    if run.claimed_by == worker and run.state == "making":
        run.claimed_until, run.error = None, code[:40] or None


def forget(part_ids: Sequence[UUID]) -> int:
    """Let go of old pieces of piles; that the letters were made stays."""
    db.session.execute(
        update(WeekPart)
        .where(WeekPart.municipality_id == current_municipality(), WeekPart.id.in_(part_ids))
        .values(pdf_sealed=None)
    )
    return len(part_ids)
