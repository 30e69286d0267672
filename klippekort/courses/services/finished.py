"""What is told of a talk that is finished: to whoever counts never who, and to nobody words."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from klippekort.citizens.models import Citizen
from klippekort.domain.matching.guide import Answers, several
from klippekort.domain.permissions import Actor


@dataclass(frozen=True)
class TalkFinished:
    """A talk is finished: the codes of what stands in the way, and where, but not for whom."""

    at: datetime
    district_id: UUID | None
    supplier_id: UUID | None
    barriers: frozenset[str]


@dataclass(frozen=True)
class TalkAnswered:
    """What a citizen answered at the end of a talk, to those who must respect it.

    `said` is `yes`, `no` or `not_now`; `until` is the day from which she may be asked again, None
    where she has not said one.
    """

    actor: Actor
    citizen_id: UUID
    said: str
    until: date | None
    now: datetime


def told_of(citizen: Citizen, answers: Answers, at: datetime) -> TalkFinished:
    """Return what may be told of a talk."""
    barriers = several(answers, "barriers")
    return TalkFinished(at, citizen.district_id, citizen.supplier_id, barriers)
