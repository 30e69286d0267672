"""Reading corrections: what waits for a second person, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from klippekort.accounts.models import Account
from klippekort.domain.errors import NotFound
from klippekort.domain.ledger import EntryKind
from klippekort.platform.db import db
from klippekort.punchcards.models import (
    CardCorrection,
    CorrectionDecision,
    CorrectionNote,
    LedgerDifference,
    PunchCard,
    PunchEntry,
)
from klippekort.punchcards.queries.past import wrote_late

_BY_HAND = [
    kind.value
    for kind in (EntryKind.ADJUST_UP, EntryKind.ADJUST_DOWN, EntryKind.WAIVE, EntryKind.REVERSE)
]


@dataclass(frozen=True)
class Pending:
    """A correction that waits for a second person, whose card it is, and who proposed it."""

    correction: CardCorrection
    citizen_id: UUID
    proposed_by: str | None


@dataclass(frozen=True)
class Agreed:
    """The lines of a card that a second person agreed to."""

    first_seq: int
    last_seq: int
    decided_by: UUID


@dataclass(frozen=True)
class Alarm:
    """Something that did not prove last night; without a card it is the record of looks."""

    card_id: UUID | None
    citizen_id: UUID | None
    what: str
    place: str


def get_correction(correction_id: UUID) -> CardCorrection:
    """Return a correction that was proposed. Raises NotFound."""
    found = db.session.scalars(select(CardCorrection).filter_by(id=correction_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def find_decision(correction_id: UUID) -> CorrectionDecision | None:
    """Return what the second person said, or None while nobody has."""
    return db.session.scalars(
        select(CorrectionDecision).filter_by(correction_id=correction_id)
    ).one_or_none()


def notes_of(correction_id: UUID) -> dict[str, str]:
    """Return the free text of a correction, by its part: proposal, decision."""
    rows = db.session.scalars(select(CorrectionNote).filter_by(correction_id=correction_id))
    return {row.part: row.text for row in rows}


def _undecided() -> ColumnElement[bool]:
    decided = select(CorrectionDecision.id).where(
        CorrectionDecision.correction_id == CardCorrection.id
    )
    return ~decided.exists()


def list_pending(card_id: UUID | None = None) -> list[Pending]:
    """Return the corrections that wait for a second person, of one card if given, oldest first."""
    found = (
        select(CardCorrection, PunchCard.citizen_id, Account.display_name)
        .join(PunchCard, PunchCard.id == CardCorrection.card_id)
        .outerjoin(Account, Account.id == CardCorrection.proposed_by)
        .where(_undecided())
        .order_by(CardCorrection.proposed_at, CardCorrection.id)
    )
    if card_id is not None:
        found = found.where(CardCorrection.card_id == card_id)
    return [Pending(*row) for row in db.session.execute(found)]


def waits_for(entry_id: UUID) -> bool:
    """Say whether a proposal to counter this entry waits for a second person."""
    found = select(CardCorrection.id).filter_by(entry_id=entry_id).where(_undecided())
    return db.session.scalars(found.limit(1)).first() is not None


def agreed_between(card_id: UUID, first: int, last: int) -> Sequence[Agreed]:
    """Return what second persons agreed to among these lines of a card."""
    rows = db.session.scalars(
        select(CorrectionDecision)
        .join(CardCorrection, CardCorrection.id == CorrectionDecision.correction_id)
        .where(
            CardCorrection.card_id == card_id,
            CorrectionDecision.first_seq <= last,
            CorrectionDecision.last_seq >= first,
        )
    )
    return [
        Agreed(row.first_seq, row.last_seq, row.decided_by)
        for row in rows
        if row.first_seq is not None and row.last_seq is not None
    ]


def corrected_alone(card_id: UUID, account_id: UUID | None, day: date) -> int:
    """Return the minutes somebody has corrected on a card on a day, without a second person."""
    by_two = select(CorrectionDecision.id).join(
        CardCorrection, CardCorrection.id == CorrectionDecision.correction_id
    )
    found = select(func.coalesce(func.sum(PunchEntry.minutes), 0)).where(
        PunchEntry.card_id == card_id,
        PunchEntry.actor_id == account_id,
        PunchEntry.effective_on == day,
        PunchEntry.trip_id.is_(None),
        PunchEntry.kind.in_(_BY_HAND),
        ~wrote_late(),
        ~by_two.where(
            CardCorrection.card_id == card_id,
            PunchEntry.seq.between(CorrectionDecision.first_seq, CorrectionDecision.last_seq),
        ).exists(),
    )
    return int(db.session.scalars(found).one())


def list_alarms() -> list[Alarm]:
    """Return what does not prove, as the last proof found it."""
    rows = db.session.execute(
        select(LedgerDifference, PunchCard.citizen_id)
        .outerjoin(PunchCard, PunchCard.id == LedgerDifference.card_id)
        .where(LedgerDifference.cleared_at.is_(None))
        .order_by(LedgerDifference.found_at, LedgerDifference.id)
    )
    return [Alarm(row.card_id, citizen_id, row.what, row.place) for row, citizen_id in rows]
