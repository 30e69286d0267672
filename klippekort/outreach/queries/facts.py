"""Everything the rules of the list ask of all citizens, in the same few statements however many."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.calendar import local_day
from klippekort.domain.outreach.cases import Answer, Source
from klippekort.domain.outreach.rules import Choice, Facts, Key, Step
from klippekort.domain.outreach.signs import BEREAVED, Sign
from klippekort.outreach.models import OutreachNotice
from klippekort.outreach.queries import known
from klippekort.outreach.queries.people import Person, list_people
from klippekort.platform.db import db

LONGEST_BACK = timedelta(weeks=104)
LONGEST_AHEAD = timedelta(weeks=13)


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

    def __init__(self, now: datetime, cancelled_since: datetime) -> None:
        today, back = local_day(now), now - LONGEST_BACK
        self.gone, self.noted = known.not_here(today), _noted()
        self.lapsing = known.lapsing(today, today + LONGEST_AHEAD)
        self.cancelled = known.cancelled_by_us(cancelled_since)
        self.ended, self.moved = known.groups_ended(local_day(back)), known.moved(back)
        self.bereaved, self.due = known.bereaved(local_day(back)), known.follow_ups(today)

    def facts_of(self, person: Person, seen: _Noted) -> Facts:
        """Return what the rules ask of a citizen."""
        one = person.id
        return Facts(
            known_since=local_day(person.created_at),
            last_asked_on=person.asked_on,
            signs=frozenset(seen.signs),
            noted_on=seen.on,
            free_minutes=int(person.free_minutes or 0),
            lapsing=tuple(self.lapsing.get(one, ())),
            last_out_on=_last_out(person),
            has_trip_ahead=person.has_trip_ahead,
            cancelled_by_us=tuple(self.cancelled.get(one, ())),
            group_ended_on=self.ended.get(one),
            follow_up_on=self.due.get(one),
            moved_on=_later(self.moved.get(one), seen.moved_on),
            bereaved_on=_later(self.bereaved.get(one), seen.bereaved_on),
        )


def gather(
    now: datetime,
    rules: Choice | None = None,
    *,
    supplier_id: UUID | None = None,
    district_id: UUID | None = None,
) -> list[Known]:
    """Return what is known of every citizen who is here, of one supplier or district or of all.

    With the rules it is for, what was cancelled is read as far back as they look; else as far as
    any could.
    """
    world, nobody = _World(now, _cancelled_since(now, rules)), _Noted()
    found = []
    for person in list_people(now, supplier_id, district_id):
        if person.id in world.gone:
            continue
        seen = world.noted.get(person.id, nobody)
        found.append(
            Known(
                person.id,
                person.first_name,
                person.last_name,
                person.supplier_id,
                person.district_id,
                person.needs_wheelchair,
                person.has_protected_address,
                world.facts_of(person, seen),
                _step_of(person),
                seen.at,
                seen.self_at,
                _case_of(person),
            )
        )
    return found


def _cancelled_since(now: datetime, rules: Choice | None) -> datetime:
    if rules is None:
        return now - LONGEST_BACK
    weeks = rules[Key.CANCELLED_BY_US].values["weeks"]
    return now - timedelta(weeks=weeks, days=1)


def _last_out(person: Person) -> date | None:
    """Return the day a citizen last was out: on a trip, at an activity, or in a named group."""
    times = (person.last_trip_at, person.last_seat_at, person.last_meeting_at)
    last = max((at for at in times if at is not None), default=None)
    return None if last is None else local_day(last)


def _case_of(person: Person) -> OpenCase | None:
    if person.case_id is None or person.next_on is None:
        return None
    return OpenCase(person.case_id, person.owner_id, person.next_on)


def _step_of(person: Person) -> Step | None:
    if person.answer is None or person.answered_at is None:
        return None
    return Step(Answer(person.answer), person.answered_at, person.until_on)


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
    if one is None or other is None:
        return one or other
    return max(one, other)
