"""Shifts from a roster, known by the employee number and the start."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from sqlalchemy import select

from klippekort.accounts.models import Shift
from klippekort.domain.calendar import local
from klippekort.domain.shifts import LONGEST
from klippekort.imports.reading.faults import Code
from klippekort.imports.reading.rows import Numbered
from klippekort.imports.reading.shifts import ShiftRow
from klippekort.imports.services.run import Run, change
from klippekort.imports.services.staff import ids_by_number
from klippekort.platform.db import db
from klippekort.platform.ids import new_id

Start = tuple[UUID, datetime]


def store(run: Run, rows: Sequence[Numbered[ShiftRow]]) -> None:
    """Add the shifts, or change the end, kind and break of those that begin at the same moment.

    Trips that we sent to the roster ourselves are no shifts: they are left as they are here.
    """
    workers = ids_by_number()
    theirs = [numbered for numbered in rows if numbered.row.our_trip is None]
    run.counts.unchanged += len(rows) - len(theirs)
    for numbered in theirs:
        number = numbered.row.employee_number
        if number.casefold() not in workers:
            run.refuse(numbered.number, "employee_number", Code.UNKNOWN_EMPLOYEE, number)
    if theirs and not run.faults:
        _check_overlaps(run, theirs, workers)
    for batch in run.batches(theirs):
        if not run.faults:
            _store(run, batch, workers)


def _worker_of(row: ShiftRow, workers: dict[str, UUID]) -> UUID:
    return workers[row.employee_number.casefold()]


def _check_overlaps(run: Run, rows: Sequence[Numbered[ShiftRow]], workers: dict[str, UUID]) -> None:
    """Refuse every row that clashes with another shift as things stand once all rows are stored."""
    first = min(numbered.row.starts_at for numbered in rows) - LONGEST
    last = max(numbered.row.ends_at for numbered in rows)
    known = db.session.execute(
        select(Shift.care_worker_id, Shift.starts_at, Shift.ends_at).where(
            Shift.starts_at >= first, Shift.starts_at <= last
        )
    )
    ends = {(worker_id, starts_at): ends_at for worker_id, starts_at, ends_at in known}
    mine: dict[Start, Numbered[ShiftRow]] = {}
    for numbered in rows:
        start = (_worker_of(numbered.row, workers), numbered.row.starts_at)
        ends[start], mine[start] = numbered.row.ends_at, numbered
    refused: set[Start] = set()
    for one, other in pairwise(sorted(ends)):
        if one[0] != other[0] or ends[one] <= other[1]:
            continue
        # The later row is the one named; an earlier one only when the later was there before.
        at, against = (other, one) if other in mine else (one, other)
        if at in mine and at not in refused:
            refused.add(at)
            span = f"{local(against[1]):%d-%m-%Y %H:%M}–{local(ends[against]):%H:%M}"
            value = f"{local(at[1]):%H:%M}"
            run.refuse(mine[at].number, "from", Code.OVERLAPPING_SHIFT, value, span)


def _store(run: Run, batch: Sequence[Numbered[ShiftRow]], workers: dict[str, UUID]) -> None:
    known = _known(batch, workers)
    for numbered in batch:
        row = numbered.row
        worker_id = _worker_of(row, workers)
        shift = known.get((worker_id, row.starts_at))
        facts = {"ends_at": row.ends_at, "kind": row.kind, **_break_of(row, shift)}
        if shift is not None:
            run.counts.add(change(shift, facts))
            continue
        db.session.add(
            Shift(id=new_id(), care_worker_id=worker_id, starts_at=row.starts_at, **facts)
        )
        run.counts.add("new")


def _break_of(row: ShiftRow, shift: Shift | None) -> dict[str, datetime | None]:
    """Return the break to store; where the file is silent, one that still fits stays."""
    if row.tells_pause or shift is None:
        begins, ends = row.pause or (None, None)
        return {"break_starts_at": begins, "break_ends_at": ends}
    if shift.break_ends_at is not None and shift.break_ends_at > row.ends_at:
        return {"break_starts_at": None, "break_ends_at": None}
    return {}


def _known(batch: Sequence[Numbered[ShiftRow]], workers: dict[str, UUID]) -> dict[Start, Shift]:
    starts = [numbered.row.starts_at for numbered in batch]
    wanted = select(Shift).where(
        Shift.care_worker_id.in_({_worker_of(numbered.row, workers) for numbered in batch}),
        Shift.starts_at.between(min(starts), max(starts)),
    )
    return {(row.care_worker_id, row.starts_at): row for row in db.session.scalars(wanted)}
