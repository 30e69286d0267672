"""The queue: what was noticed and is not settled, by age, with owner and next date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from klippekort.citizens.models import Citizen
from klippekort.courses.models import CourseTalk
from klippekort.domain.calendar import local_day
from klippekort.domain.outreach.cases import (
    Answer,
    Consent,
    Standing,
    Trouble,
    comes_back,
    forget_on,
    troubles,
)
from klippekort.outreach.models import OutreachAnswer, OutreachCase, OutreachNotice
from klippekort.outreach.queries.owners import everybody
from klippekort.outreach.queries.terms import get_terms
from klippekort.platform.db import db


@dataclass(frozen=True)
class Waiting:
    """An open case as the queue shows it; `age` is in days, `notices` how often she was noticed."""

    id: UUID
    citizen_id: UUID | None
    name: str | None
    supplier_id: UUID | None
    district_id: UUID | None
    owner_id: UUID | None
    owner: str | None
    handed_to: UUID | None
    handed_name: str | None
    came_back_on: date | None
    opened_on: date
    age: int
    next_on: date
    consent: str
    notices: int
    sources: tuple[str, ...]
    troubles: tuple[Trouble, ...]

    @property
    def is_late(self) -> bool:
        """Say whether somebody must look at it now."""
        return bool(self.troubles)


@dataclass(frozen=True)
class Owed:
    """Somebody who told us of a citizen and waits for an answer."""

    notice_id: UUID
    case_id: UUID
    citizen_name: str | None
    citizen_id: UUID | None
    source: str
    answer_by: date
    is_late: bool


def open_cases(now: datetime, supplier_id: UUID | None = None) -> list[Waiting]:
    """Return the open cases: those nobody looks after first, then the oldest.

    A supplier's are those of its citizens; without one also those about nobody known yet.
    """
    return _open_cases(now, supplier_id, _told())


def _open_cases(now: datetime, supplier_id: UUID | None, told: "_AllTold") -> list[Waiting]:
    today, pace = local_day(now), get_terms().pace
    names = {one.account_id: one.name for one in everybody()}
    found = []
    for case, first, last, supplier, district in db.session.execute(_open(supplier_id)):
        opened_on = local_day(case.opened_at)
        of_case = told.get(case.id, _NOTHING_TOLD)
        standing = _standing(case, names, of_case.reply_by)
        found.append(
            Waiting(
                case.id,
                case.citizen_id,
                f"{first} {last}" if first else None,
                supplier,
                district,
                case.owner_id,
                names.get(case.owner_id),
                case.handed_to,
                names.get(case.handed_to),
                case.came_back_on,
                opened_on,
                (today - opened_on).days,
                case.next_on,
                case.consent,
                of_case.count,
                of_case.sources,
                troubles(standing, today, pace),
            )
        )
    return sorted(found, key=lambda one: (not one.is_late, one.opened_on, str(one.id)))


def _standing(case: OutreachCase, names: dict[UUID, str], reply_by: date | None) -> Standing:
    return Standing(
        case.next_on,
        case.owner_id is not None,
        case.owner_id in names,
        case.handed_on,
        reply_by,
    )


def _open(supplier_id: UUID | None) -> Any:
    wanted = select(
        OutreachCase,
        Citizen.first_name,
        Citizen.last_name,
        Citizen.supplier_id,
        Citizen.district_id,
    ).outerjoin(Citizen, Citizen.id == OutreachCase.citizen_id)
    if supplier_id is not None:
        wanted = wanted.where(Citizen.supplier_id == supplier_id)
    return wanted.where(OutreachCase.closed_on.is_(None))


@dataclass(frozen=True)
class _Told:
    """How often and by whom a case was told of, and the first day an answer is due that is owed."""

    count: int = 0
    sources: tuple[str, ...] = ()
    reply_by: date | None = None
    is_open: bool = True
    supplier_id: UUID | None = None


_AllTold = dict[UUID, _Told]
_NOTHING_TOLD = _Told()


def _told() -> _AllTold:
    """Return what was told of each open case, and of each closed one that an answer is owed for."""
    is_owed = and_(
        OutreachNotice.answer_by.is_not(None),
        OutreachNotice.answered_on.is_(None),
        OutreachNotice.forgotten_on.is_(None),
    )
    rows = db.session.execute(
        select(
            OutreachNotice.case_id,
            OutreachNotice.source,
            OutreachNotice.answer_by,
            OutreachNotice.answered_on,
            OutreachCase.closed_on,
            Citizen.supplier_id,
        )
        .join(OutreachCase, OutreachCase.id == OutreachNotice.case_id)
        .outerjoin(Citizen, Citizen.id == OutreachCase.citizen_id)
        .where(or_(OutreachCase.closed_on.is_(None), is_owed))
        .order_by(OutreachNotice.recorded_at)
    )
    found: _AllTold = {}
    for case_id, source, by, answered, closed_on, supplier_id in rows:
        before = found.get(case_id, _NOTHING_TOLD)
        due = before.reply_by
        if by is not None and answered is None:
            due = min(by, due or by)
        told = before.sources if source in before.sources else (*before.sources, source)
        found[case_id] = _Told(before.count + 1, told, due, closed_on is None, supplier_id)
    return found


def owed(now: datetime, supplier_id: UUID | None = None) -> list[Owed]:
    """Return who waits for an answer, in open cases and closed ones, the most urgent first."""
    today = local_day(now)
    wanted = (
        select(OutreachNotice, Citizen.first_name, Citizen.last_name)
        .outerjoin(Citizen, Citizen.id == OutreachNotice.citizen_id)
        .where(OutreachNotice.answer_by.is_not(None), OutreachNotice.answered_on.is_(None))
        .where(OutreachNotice.forgotten_on.is_(None))
        .order_by(OutreachNotice.answer_by, OutreachNotice.id)
    )
    if supplier_id is not None:
        wanted = wanted.where(Citizen.supplier_id == supplier_id)
    return [
        Owed(
            row.id,
            row.case_id,
            f"{first} {last}" if first else None,
            row.citizen_id,
            row.source,
            row.answer_by,
            row.answer_by < today,
        )
        for row, first, last in db.session.execute(wanted)
        if row.answer_by is not None
    ]


def count_late(now: datetime, supplier_id: UUID | None = None) -> int:
    """Return how many cases somebody must look at now, for the overview: open ones, and closed ones
    whose teller has waited too long for an answer.
    """
    told, today = _told(), local_day(now)
    closed = [
        one
        for one in told.values()
        if not one.is_open and one.reply_by is not None and one.reply_by < today
        if supplier_id in (None, one.supplier_id)
    ]
    return len(closed) + sum(1 for one in _open_cases(now, supplier_id, told) if one.is_late)


def to_bring_back(now: datetime) -> Sequence[UUID]:
    """Return the cases that were handed over and that nobody has taken in time."""
    today, pace = local_day(now), get_terms().pace
    rows = db.session.execute(
        select(OutreachCase.id, OutreachCase.handed_on).where(
            OutreachCase.closed_on.is_(None), OutreachCase.handed_on.is_not(None)
        )
    )
    return [case_id for case_id, on in rows if on is not None and comes_back(on, today, pace)]


def to_forget(now: datetime) -> Sequence[UUID]:
    """Return the cases with something that may have to be deleted: `forget` decides."""
    today, pace = local_day(now), get_terms().pace
    rows = db.session.execute(
        select(
            OutreachNotice.case_id,
            func.min(OutreachNotice.recorded_at),
            OutreachCase.closed_on,
            OutreachCase.consent,
        )
        .join(OutreachCase, OutreachCase.id == OutreachNotice.case_id)
        .where(OutreachNotice.forgotten_on.is_(None))
        .group_by(OutreachNotice.case_id, OutreachCase.closed_on, OutreachCase.consent)
    )
    due = []
    for case_id, oldest, closed_on, consent in rows:
        day = forget_on(local_day(oldest), Consent(consent), closed_on, pace)
        if day is not None and day <= today:
            due.append(case_id)
    return due


def talks_to_forget(now: datetime) -> Sequence[UUID]:
    """Return who said no in a talk whose words may have to go: `forget_talk` decides."""
    through = local_day(now) - timedelta(days=get_terms().pace.forget_days)
    found = (
        select(OutreachAnswer.citizen_id)
        .join(CourseTalk, CourseTalk.citizen_id == OutreachAnswer.citizen_id)
        .where(CourseTalk.finished_at == OutreachAnswer.recorded_at)
        .where(CourseTalk.answers_sealed.is_not(None), OutreachAnswer.answer == Answer.NO)
        .where(OutreachAnswer.given_on <= through)
        .distinct()
    )
    return db.session.scalars(found.order_by(OutreachAnswer.citizen_id)).all()
