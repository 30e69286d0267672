"""Reading what relatives propose: days they are there, and what became of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, bindparam, func, select

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import list_citizens
from klippekort.citizens.queries.unsealing import unseal
from klippekort.domain.errors import NotFound
from klippekort.domain.relatives import KeptFree
from klippekort.platform.db import db
from klippekort.platform.tenancy import OwnRows, Question, own
from klippekort.relatives.models import Relative, RelativeProposal
from klippekort.relatives.queries.relatives import name_of

WAITING, YES = "waiting", "yes"
DONT_BOOK, TAKES_HER = "dont_book", "takes_her"
_proposals = cast(Table, RelativeProposal.__table__)
_KEPT_FREE = OwnRows(
    select(_proposals.c.from_on, _proposals.c.until_on).where(
        own(_proposals),
        _proposals.c.citizen_id == bindparam("citizen"),
        _proposals.c.kind == DONT_BOOK,
        _proposals.c.state == YES,
    )
)


@dataclass(frozen=True)
class Proposed:
    """A proposal in clear, with whose it is and whom it is about."""

    row: RelativeProposal
    citizen: Citizen
    name: str
    words: str | None
    answer: str | None


def get_proposal(proposal_id: UUID) -> RelativeProposal:
    """Return a proposal. Raises NotFound."""
    return _one(db.session.scalars(select(RelativeProposal).filter_by(id=proposal_id)).first())


def lock_proposal(proposal_id: UUID) -> RelativeProposal:
    """Return a proposal nobody else can change before this transaction ends. Raises NotFound."""
    found = select(RelativeProposal).filter_by(id=proposal_id).with_for_update()
    return _one(db.session.scalars(found.execution_options(populate_existing=True)).first())


def _one(row: RelativeProposal | None) -> RelativeProposal:
    if row is None:
        raise NotFound
    return row


def waiting_by(relative_id: UUID) -> Sequence[RelativeProposal]:
    """Return what a relative has proposed and nobody has answered, locked."""
    found = select(RelativeProposal).filter_by(relative_id=relative_id, state=WAITING)
    return db.session.scalars(found.with_for_update()).all()


def overlapping(relative_id: UUID, from_on: date, until_on: date) -> RelativeProposal | None:
    """Return what a relative has proposed for some of these days and still stands, or None."""
    found = select(RelativeProposal).where(
        RelativeProposal.relative_id == relative_id,
        RelativeProposal.state.in_((WAITING, YES)),
        RelativeProposal.from_on <= until_on,
        RelativeProposal.until_on >= from_on,
    )
    return db.session.scalars(found.limit(1)).first()


def of_citizen(citizen: Citizen, since: date) -> list[Proposed]:
    """Return what relatives have proposed for a citizen that is not over, the soonest first."""
    found = select(RelativeProposal).where(
        RelativeProposal.citizen_id == citizen.id, RelativeProposal.until_on >= since
    )
    return _shown(db.session.scalars(found.order_by(*_SOONEST)).all())


def by_relatives(relative_ids: Collection[UUID], since: date) -> list[Proposed]:
    """Return what these relatives have proposed that is not over, the soonest first."""
    found = select(RelativeProposal).where(
        RelativeProposal.relative_id.in_(relative_ids), RelativeProposal.until_on >= since
    )
    return _shown(db.session.scalars(found.order_by(*_SOONEST)).all())


def standing_between(
    citizen_ids: Collection[UUID], from_on: date, until_on: date
) -> list[Proposed]:
    """Return what is proposed or agreed for these citizens on some of these days."""
    found = select(RelativeProposal).where(
        RelativeProposal.citizen_id.in_(citizen_ids),
        RelativeProposal.state.in_((WAITING, YES)),
        RelativeProposal.from_on <= until_on,
        RelativeProposal.until_on >= from_on,
    )
    return _shown(db.session.scalars(found.order_by(*_SOONEST)).all()) if citizen_ids else []


def standing_in(
    from_on: date, until_on: date, supplier_id: UUID | None = None, limit: int = 50
) -> list[Proposed]:
    """Return what is proposed or agreed on some of these days, of one supplier's citizens if given,
    the soonest first.
    """
    found = select(RelativeProposal).where(
        RelativeProposal.state.in_((WAITING, YES)),
        RelativeProposal.from_on <= until_on,
        RelativeProposal.until_on >= from_on,
    )
    if supplier_id is not None:
        found = found.join(Citizen, _of_citizen()).where(Citizen.supplier_id == supplier_id)
    return _shown(db.session.scalars(found.order_by(*_SOONEST).limit(limit)).all())


def all_waiting(today: date, supplier_id: UUID | None = None, limit: int = 50) -> list[Proposed]:
    """Return what waits for a yes or a no, of one supplier's citizens if given, the soonest
    first.
    """
    found = select(RelativeProposal).where(*_waits(today))
    if supplier_id is not None:
        found = found.join(Citizen, _of_citizen()).where(Citizen.supplier_id == supplier_id)
    return _shown(db.session.scalars(found.order_by(*_SOONEST).limit(limit)).all())


def count_waiting(today: date, supplier_id: UUID | None = None) -> int:
    """Return how much waits for a yes or a no."""
    found = select(func.count(RelativeProposal.id)).where(*_waits(today))
    if supplier_id is not None:
        found = found.join(Citizen, _of_citizen()).where(Citizen.supplier_id == supplier_id)
    return db.session.scalar(found) or 0


def _waits(today: date) -> tuple[ColumnElement[bool], ...]:
    return RelativeProposal.state == WAITING, RelativeProposal.until_on >= today


def _of_citizen() -> ColumnElement[bool]:
    return (Citizen.municipality_id == RelativeProposal.municipality_id) & (
        Citizen.id == RelativeProposal.citizen_id
    )


_SOONEST = (RelativeProposal.from_on, RelativeProposal.id)


def _shown(rows: Sequence[RelativeProposal]) -> list[Proposed]:
    if not rows:
        return []
    people = {one.id: one for one in list_citizens({row.citizen_id for row in rows})}
    ids = {row.relative_id for row in rows}
    relatives = {
        one.id: one for one in db.session.scalars(select(Relative).where(Relative.id.in_(ids)))
    }
    return [
        Proposed(
            row,
            citizen := people[row.citizen_id],
            name_of(citizen, relatives[row.relative_id]),
            unseal(citizen, row.id, "proposal_words", row.words_encrypted),
            unseal(citizen, row.id, "proposal_answer", row.answer_encrypted),
        )
        for row in rows
    ]


def shown(row: RelativeProposal) -> Proposed:
    """Return a proposal in clear."""
    return _shown([row])[0]


def asks_if_kept_free(citizen_id: UUID) -> Question:
    """Return what `must_not_be_kept_free` asks, for asking it ahead."""
    return _KEPT_FREE.asked(citizen=citizen_id)


def kept_free(citizen_id: UUID) -> list[tuple[date, date]]:
    """Return the days it was agreed with the family that nothing is booked on: first and last."""
    return [(first, last) for first, last in _KEPT_FREE.rows(citizen=citizen_id)]


def must_not_be_kept_free(citizen_id: UUID, on: date) -> None:
    """Let nothing be booked on a day the family asked to have, and was given. Raises KeptFree."""
    if any(first <= on <= last for first, last in kept_free(citizen_id)):
        raise KeptFree
