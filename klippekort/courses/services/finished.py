"""What is told of a talk that is finished, to whoever counts: never who, and never words."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from klippekort.citizens.models import Citizen
from klippekort.domain.matching.guide import Answers, several


@dataclass(frozen=True)
class TalkFinished:
    """A talk is finished: the codes of what stands in the way, and where, but not for whom."""

    at: datetime
    district_id: UUID | None
    supplier_id: UUID | None
    barriers: frozenset[str]


def told_of(citizen: Citizen, answers: Answers, at: datetime) -> TalkFinished:
    """Return what may be told of a talk."""
    barriers = several(answers, "barriers")
    return TalkFinished(at, citizen.district_id, citizen.supplier_id, barriers)
