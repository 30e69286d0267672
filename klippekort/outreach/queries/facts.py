"""Everything the rules of the list ask of all citizens, in the same few statements however many."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, func, literal_column, select

from klippekort.citizens.models import Citizen
from klippekort.domain.calendar import local_day
from klippekort.domain.outreach.cases import ASKED, Answer, Source
from klippekort.domain.outreach.rules import Facts, Step
from klippekort.domain.outreach.signs import BEREAVED, Sign
from klippekort.outreach.models import OutreachAnswer, OutreachCase, OutreachNotice
from klippekort.outreach.queries import known
from klippekort.platform.db import db
from klippekort.platform.tenancy import OwnRows, own

LONGEST_BACK = timedelta(weeks=104)
LONGEST_AHEAD = timedelta(weeks=13)
_ASKED = [one.value for one in ASKED]


@dataclass(frozen=True)
class OpenCase:
    """The open case of a citizen, as the list tells of it."""

    id: UUID
    owner_id: UUID | None
    next_on: date


@dataclass(frozen=True)
class Known:
    """A citizen, what the rules ask of her, and what was last answered to her line."""

    id: UUID
    first_name: str
    last_name: str
    supplier_id: UUID
    district_id: UUID | None
    needs_wheelchair: bool
    is_protected: bool
    facts: Facts
    step: Step | None = None
    noted_at: datetime | None = None
    self_at: datetime | None = None
    case: OpenCase | None = None

    @property
    def name(self) -> str:
        """Return the whole name."""
        return f"{self.first_name} {self.last_name}"


@dataclass
class _Noted:
    """What was noticed with one citizen and is not forgotten."""

    signs: set[str] = field(default_factory=set)
    on: date | None = None
    at: datetime | None = None
    self_at: datetime | None = None
    bereaved_on: date | None = None
    moved_on: date | None = None


class _World:
    """What is known of all citizens at once, by their ids: each is one statement or a few."""

    def __init__(self, now: datetime) -> None:
        today, back = local_day(now), now - LONGEST_BACK
        self.gone, self.noted, self.steps = known.not_here(today), _noted(), _steps()
        self.asked, self.cases = _asked(), _open_cases()
        self.free = known.free_minutes()
        self.lapsing = known.lapsing(today, today + LONGEST_AHEAD)
        self.out, self.ahead = known.last_out(), known.with_trips_ahead(now)
        self.cancelled = known.cancelled_by_us(back)
        self.ended, self.moved = known.groups_ended(local_day(back)), known.moved(back)
        self.bereaved, self.due = known.bereaved(local_day(back)), known.follow_ups(today)

    def facts_of(self, citizen_id: UUID, known_since: date) -> Facts:
        """Return what the rules ask of a citizen."""
        seen = self.noted.get(citizen_id, _Noted())
        return Facts(
            known_since=known_since,
            last_asked_on=self.asked.get(citizen_id),
            signs=frozenset(seen.signs),
            noted_on=seen.on,
            free_minutes=self.free.get(citizen_id, 0),
            lapsing=tuple(self.lapsing.get(citizen_id, ())),
            last_out_on=self.out.get(citizen_id),
            has_trip_ahead=citizen_id in self.ahead,
            cancelled_by_us=tuple(self.cancelled.get(citizen_id, ())),
            group_ended_on=self.ended.get(citizen_id),
            follow_up_on=self.due.get(citizen_id),
            moved_on=_later(self.moved.get(citizen_id), seen.moved_on),
            bereaved_on=_later(self.bereaved.get(citizen_id), seen.bereaved_on),
        )


def gather(
    now: datetime, *, supplier_id: UUID | None = None, district_id: UUID | None = None
) -> list[Known]:
    """Return what is known of every citizen who is here, of one supplier or district or of all."""
    world = _World(now)
    nobody = _Noted()
    return [
        Known(
            row.id,
            row.first_name,
            row.last_name,
            row.supplier_id,
            row.district_id,
            row.needs_wheelchair,
            row.has_protected_address,
            world.facts_of(row.id, local_day(row.created_at)),
            world.steps.get(row.id),
            world.noted.get(row.id, nobody).at,
            world.noted.get(row.id, nobody).self_at,
            world.cases.get(row.id),
        )
        for row in _citizens(supplier_id, district_id)
        if row.id not in world.gone
    ]


def _citizens(supplier_id: UUID | None, district_id: UUID | None) -> Sequence[Any]:
    wanted = select(
        Citizen.id,
        Citizen.first_name,
        Citizen.last_name,
        Citizen.supplier_id,
        Citizen.district_id,
        Citizen.needs_wheelchair,
        Citizen.has_protected_address,
        Citizen.created_at,
    )
    if supplier_id is not None:
        wanted = wanted.where(Citizen.supplier_id == supplier_id)
    if district_id is not None:
        wanted = wanted.where(Citizen.district_id == district_id)
    return db.session.execute(wanted).all()


_answers = cast(Table, OutreachAnswer.__table__)
_turn = func.row_number().over(
    partition_by=_answers.c.citizen_id,
    order_by=(_answers.c.recorded_at.desc(), _answers.c.id.desc()),
)
_in_turn = (
    select(
        _answers.c.citizen_id,
        _answers.c.answer,
        _answers.c.recorded_at,
        _answers.c.until_on,
        _turn.label("turn"),
    )
    .where(own(_answers))
    .subquery()
)
_LATEST = OwnRows(
    select(
        _in_turn.c.citizen_id, _in_turn.c.answer, _in_turn.c.recorded_at, _in_turn.c.until_on
    ).where(_in_turn.c.turn == literal_column("1"))
)


def _steps() -> dict[UUID, Step]:
    """Return what was last answered to each citizen's line."""
    return {row[0]: Step(Answer(row[1]), row[2], row[3]) for row in _LATEST.rows()}


def _asked() -> dict[UUID, date]:
    """Return the day each citizen was last asked."""
    rows = db.session.execute(
        select(OutreachAnswer.citizen_id, func.max(OutreachAnswer.given_on))
        .where(OutreachAnswer.answer.in_(_ASKED))
        .group_by(OutreachAnswer.citizen_id)
    )
    return {row[0]: row[1] for row in rows}


def _noted() -> dict[UUID, _Noted]:
    rows = db.session.execute(
        select(
            OutreachNotice.citizen_id,
            OutreachNotice.signs,
            OutreachNotice.noticed_on,
            OutreachNotice.recorded_at,
            OutreachNotice.source,
        )
        .where(OutreachNotice.forgotten_on.is_(None), OutreachNotice.citizen_id.is_not(None))
        .order_by(OutreachNotice.recorded_at)
    )
    found: dict[UUID, _Noted] = defaultdict(_Noted)
    for citizen_id, signs, on, at, source in rows:
        if citizen_id is None:
            continue
        seen = found[citizen_id]
        seen.signs |= set(signs)
        seen.on, seen.at = _later(on, seen.on), at
        if source == Source.SELF:
            seen.self_at = at
        if BEREAVED & set(signs):
            seen.bereaved_on = _later(on, seen.bereaved_on)
        if Sign.MOVED_LATELY in signs:
            seen.moved_on = _later(on, seen.moved_on)
    return found


def _later(one: date | None, other: date | None) -> date | None:
    return max((day for day in (one, other) if day is not None), default=None)


def _open_cases() -> dict[UUID, OpenCase]:
    rows = db.session.execute(
        select(
            OutreachCase.citizen_id, OutreachCase.id, OutreachCase.owner_id, OutreachCase.next_on
        ).where(OutreachCase.closed_on.is_(None), OutreachCase.citizen_id.is_not(None))
    )
    return {row[0]: OpenCase(*row[1:]) for row in rows if row[0] is not None}
