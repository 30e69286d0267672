"""When citizens' cases closed, and whose must wait."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from klippekort.citizens.models import Citizen, CitizenLeaving
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import NotFound
from klippekort.domain.retention import closed_on
from klippekort.oversight.models import DeletionProof, LegalHold
from klippekort.platform.db import db
from klippekort.punchcards.models import PunchCard
from klippekort.trips.models import TripRider

FORGOTTEN = "forgotten-"


@dataclass(frozen=True)
class Held:
    """A hold on what is known about a citizen; who placed it is an account."""

    id: UUID
    citizen_id: UUID
    reason: str
    until_on: date
    placed_by: UUID
    placed_at: datetime
    lifted_at: datetime | None


def closings(citizen_id: UUID | None = None) -> dict[UUID, date]:
    """Return the day each closed case closed: of every citizen who is not forgotten, or of one."""
    here = Citizen.person_number_index.not_like(f"{FORGOTTEN}%")
    mine = (Citizen.id == citizen_id) if citizen_id else here
    known = set(db.session.scalars(select(Citizen.id).where(here, mine)))
    left: dict[UUID, date] = {}
    for one, day in db.session.execute(
        select(CitizenLeaving.citizen_id, CitizenLeaving.left_on).where(
            CitizenLeaving.undone_at.is_(None)
        )
    ):
        left[one] = day
    cards: dict[UUID, list[date | None]] = defaultdict(list)
    for one, end in db.session.execute(select(PunchCard.citizen_id, PunchCard.closed_on)):
        cards[one].append(end)
    seen: dict[UUID, date] = {}
    for one, at in db.session.execute(
        select(TripRider.citizen_id, func.max(TripRider.starts_at)).group_by(TripRider.citizen_id)
    ):
        seen[one] = local_day(at)
    found = {one: closed_on(left.get(one), cards.get(one, ()), seen.get(one)) for one in known}
    return {one: day for one, day in found.items() if day is not None}


def forgotten_citizens() -> list[UUID]:
    """Return the citizens that there is a proof of having been forgotten for."""
    found = select(DeletionProof.citizen_id).where(DeletionProof.citizen_id.is_not(None)).distinct()
    return [one for one in db.session.scalars(found) if one is not None]


def held(today: date) -> set[UUID]:
    """Return the citizens of whom nothing is forgotten now."""
    found = select(LegalHold.citizen_id).where(
        LegalHold.lifted_at.is_(None), LegalHold.until_on >= today
    )
    return set(db.session.scalars(found))


def holds_of(citizen_id: UUID) -> list[Held]:
    """Return every hold there was on a citizen, the latest first."""
    rows = db.session.scalars(
        select(LegalHold).filter_by(citizen_id=citizen_id).order_by(LegalHold.placed_at.desc())
    )
    return [_told(row) for row in rows]


def _told(row: LegalHold) -> Held:
    return Held(
        row.id,
        row.citizen_id,
        row.reason,
        row.until_on,
        row.placed_by,
        row.placed_at,
        row.lifted_at,
    )


def lock_hold(hold_id: UUID) -> LegalHold:
    """Return a hold, locked. Raises NotFound."""
    row = db.session.scalars(select(LegalHold).filter_by(id=hold_id).with_for_update()).first()
    if row is None:
        raise NotFound
    return row


def list_proofs(limit: int = 50) -> Sequence[DeletionProof]:
    """Return what was forgotten last."""
    found = select(DeletionProof).order_by(
        DeletionProof.forgotten_at.desc(), DeletionProof.id.desc()
    )
    return db.session.scalars(found.limit(limit)).all()
