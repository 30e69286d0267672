"""Who of all citizens was asked, what they said, and how long what was noticed has waited."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.citizens.models import Citizen
from klippekort.domain.calendar import local_day
from klippekort.domain.outreach.cases import ASKED, Answer
from klippekort.domain.outreach.rules import months_before
from klippekort.outreach.models import OutreachAnswer
from klippekort.outreach.queries.known import not_here
from klippekort.outreach.queries.queue import Waiting, open_cases
from klippekort.platform.db import db
from klippekort.platform.sorting import alphabetical

Part = tuple[UUID, UUID | None]
"""A supplier's id and a district's; a citizen may have no district."""


@dataclass(frozen=True)
class Asked:
    """How many citizens of one supplier in one district were asked in a period, each counted once.

    `yes`, `no` and `no_answer` are what they said last in the period and add up to `asked`.
    `never_asked` have not been asked at any time through its last day.
    """

    supplier_id: UUID
    district_id: UUID | None
    citizens: int
    asked: int
    yes: int
    no: int
    no_answer: int
    never_asked: int


@dataclass(frozen=True)
class Covered:
    """Who of one supplier in one district has been asked in the last months, and who has not."""

    supplier_id: UUID
    district_id: UUID | None
    citizens: int
    asked: int
    longer_ago: int
    never: int

    @property
    def not_asked(self) -> int:
        """Return how many have not been asked in those months."""
        return self.longer_ago + self.never


@dataclass(frozen=True)
class LastAsked:
    """A citizen, and when and what she was last asked; both None for never."""

    citizen_id: UUID
    name: str
    supplier_id: UUID
    district_id: UUID | None
    on: date | None
    answer: Answer | None


def asked_between(first: date, last: date, *, supplier_id: UUID | None = None) -> list[Asked]:
    """Return the figures of each supplier and district for the days from `first` through `last`.

    Sum them for the municipality. Citizens are those who are here now. Small numbers are not
    suppressed: whoever shows them does that.
    """
    said: dict[UUID, Answer] = {}
    ever: set[UUID] = set()
    for citizen_id, answer, on in _answers(last):
        ever.add(citizen_id)
        if on >= first:
            said[citizen_id] = Answer(answer)
    return [
        Asked(
            supplier,
            district,
            len(people),
            sum(1 for one in people if one in said),
            _count(people, said, Answer.YES),
            _count(people, said, Answer.NO),
            _count(people, said, Answer.NO_ANSWER),
            sum(1 for one in people if one not in ever),
        )
        for (supplier, district), people in _people(last, supplier_id).items()
    ]


def _count(people: Iterable[UUID], said: Mapping[UUID, Answer], answer: Answer) -> int:
    return sum(1 for one in people if said.get(one) is answer)


def coverage(today: date, months: int, *, supplier_id: UUID | None = None) -> list[Covered]:
    """Return who has been asked in the last months, by supplier and district."""
    return covered_of(last_asked(today, supplier_id=supplier_id), today, months)


def covered_of(people: Iterable[LastAsked], today: date, months: int) -> list[Covered]:
    """Return the figures of these citizens, by supplier and district."""
    since = months_before(today, months)
    parts: dict[Part, list[LastAsked]] = defaultdict(list)
    for one in people:
        parts[one.supplier_id, one.district_id].append(one)
    return [
        Covered(
            supplier,
            district,
            len(each),
            sum(1 for one in each if one.on is not None and one.on > since),
            sum(1 for one in each if one.on is not None and one.on <= since),
            sum(1 for one in each if one.on is None),
        )
        for (supplier, district), each in parts.items()
    ]


def last_asked(today: date, *, supplier_id: UUID | None = None) -> list[LastAsked]:
    """Return every citizen who is here, with when and what she was last asked."""
    known = {row[0]: (row[2], Answer(row[1])) for row in _answers(today)}
    return [
        LastAsked(row[0], f"{row[3]} {row[4]}", row[1], row[2], *known.get(row[0], (None, None)))
        for row in _citizens(today, supplier_id)
    ]


def open_ages(now: datetime, supplier_id: UUID | None = None) -> list[Waiting]:
    """Return what was noticed and is not settled, each with its `age` in days and `is_late`."""
    return open_cases(now, supplier_id)


def _answers(through: date) -> list[tuple[UUID, str, date]]:
    """Return every time a citizen was asked through a day, in order."""
    rows = db.session.execute(
        select(OutreachAnswer.citizen_id, OutreachAnswer.answer, OutreachAnswer.given_on)
        .where(OutreachAnswer.answer.in_([one.value for one in ASKED]))
        .where(OutreachAnswer.given_on <= through)
        .order_by(OutreachAnswer.given_on, OutreachAnswer.recorded_at, OutreachAnswer.id)
    )
    return [(citizen_id, answer, on) for citizen_id, answer, on in rows]


def _citizens(
    day: date, supplier_id: UUID | None
) -> list[tuple[UUID, UUID, UUID | None, str, str]]:
    wanted = select(
        Citizen.id,
        Citizen.supplier_id,
        Citizen.district_id,
        Citizen.first_name,
        Citizen.last_name,
        Citizen.created_at,
    )
    if supplier_id is not None:
        wanted = wanted.where(Citizen.supplier_id == supplier_id)
    gone = not_here(day)
    rows = db.session.execute(
        wanted.order_by(
            alphabetical(Citizen.first_name), alphabetical(Citizen.last_name), Citizen.id
        )
    )
    return [
        (row[0], row[1], row[2], row[3], row[4])
        for row in rows
        if row[0] not in gone and local_day(row[5]) <= day
    ]


def _people(day: date, supplier_id: UUID | None) -> dict[Part, list[UUID]]:
    found: dict[Part, list[UUID]] = defaultdict(list)
    for row in _citizens(day, supplier_id):
        found[row[1], row[2]].append(row[0])
    return found
