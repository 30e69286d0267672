"""Reading who may meet whom: what one side may know, and whom still to ask."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select

from klippekort.citizens.models import Citizen
from klippekort.courses.models import Introduction
from klippekort.domain.errors import NotFound
from klippekort.platform.db import db


@dataclass(frozen=True)
class Side:
    """An introduction as one of the two may know it.

    `says` is this side's own answer. `other` is the other citizen once both have said yes, and None
    before. One that came to nothing says no more than that.
    """

    id: UUID
    says: bool | None
    state: str
    ties: tuple[tuple[str, str], ...]
    other: Citizen | None


def sides_of(citizen_id: UUID) -> list[Side]:
    """Return the introductions a citizen may know of, the latest first."""
    mine = or_(Introduction.first_id == citizen_id, Introduction.second_id == citizen_id)
    found = select(Introduction).where(mine, Introduction.state != "stopped")
    rows = list(db.session.scalars(found.order_by(Introduction.proposed_at.desc())))
    agreed = {_other(row, citizen_id) for row in rows if row.state == "agreed"}
    citizens = {
        one.id: one for one in db.session.scalars(select(Citizen).where(Citizen.id.in_(agreed)))
    }
    sides = [_side(row, citizen_id, citizens) for row in rows]
    # Whoever was never asked learns nothing of a question that is no more.
    return [one for one in sides if one.state != "over" or one.says]


def _other(row: Introduction, citizen_id: UUID) -> UUID:
    return row.second_id if row.first_id == citizen_id else row.first_id


def _side(row: Introduction, citizen_id: UUID, citizens: dict[UUID, Citizen]) -> Side:
    says = row.first_says if row.first_id == citizen_id else row.second_says
    other = citizens.get(_other(row, citizen_id)) if row.state == "agreed" else None
    ties = tuple((tie, what) for tie, what in row.ties)
    return Side(row.id, says, row.state, ties, other)


def to_ask(citizens: Collection[UUID] | None = None) -> list[UUID]:
    """Return the citizens whom somebody should ask about meeting another, of some or of all."""
    found = select(Introduction).filter_by(state="asking").order_by(Introduction.proposed_at)
    waiting: dict[UUID, None] = {}
    for row in db.session.scalars(found):
        for citizen_id, says in ((row.first_id, row.first_says), (row.second_id, row.second_says)):
            if says is None and (citizens is None or citizen_id in citizens):
                waiting[citizen_id] = None
    return list(waiting)


def lock_introduction(introduction_id: UUID) -> Introduction:
    """Return an introduction nobody else can change meanwhile. Raises NotFound."""
    found = select(Introduction).filter_by(id=introduction_id).with_for_update()
    row = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound
    return row


def open_between(citizen_id: UUID) -> list[Introduction]:
    """Return what has not come to an end between a citizen and others, locked."""
    mine = or_(Introduction.first_id == citizen_id, Introduction.second_id == citizen_id)
    found = select(Introduction).where(
        mine, Introduction.state.in_(("asking", "agreed", "stopped"))
    )
    return list(db.session.scalars(found.with_for_update()))
