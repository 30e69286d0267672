"""Reading what citizens answered, and who may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Actor, Role
from klippekort.measures.models import MeasureDue, MeasureDuty, Measurement
from klippekort.platform.db import db
from klippekort.platform.events import ask


@dataclass(frozen=True)
class WhoIsResponsible:
    """The question who is responsible for what is done for a citizen; the answers are the ids of
    accounts and of care workers.
    """

    citizen_id: UUID


def is_responsible(actor: Actor, citizen_id: UUID) -> bool:
    """Say whether an actor is responsible for what is done for a citizen."""
    mine = {one for one in (actor.account_id, actor.person_id) if one is not None}
    return bool(mine & set(ask(WhoIsResponsible(citizen_id))))


def seen_by(actor: Actor, citizen_id: UUID) -> list[Measurement]:
    """Return a citizen's measures that an actor may see, the latest first, replaced ones left out.

    A care worker sees all where she is responsible, and otherwise what she has asked herself or
    follows up.
    """
    rows = measures_of(citizen_id)
    if actor.role in (Role.ASSESSOR, Role.COORDINATOR) or is_responsible(actor, citizen_id):
        return list(rows)
    if actor.role is not Role.CARE_WORKER or actor.account_id is None:
        return []
    follows = {duty.measurement_id for duty in duties_of(citizen_id, actor.account_id)}
    return [row for row in rows if row.asked_by == actor.account_id or row.id in follows]


def measures_of(citizen_id: UUID) -> Sequence[Measurement]:
    """Return what a citizen has answered, the latest first, replaced ones left out."""
    found = select(Measurement).filter_by(citizen_id=citizen_id, replaced_at=None)
    return db.session.scalars(
        found.order_by(Measurement.measured_on.desc(), Measurement.recorded_at.desc())
    ).all()


def lock_that_day(citizen_id: UUID, instrument: str, day: date) -> Measurement | None:
    """Return what a citizen answered to an instrument on a day, locked, or None."""
    found = select(Measurement).filter_by(
        citizen_id=citizen_id, instrument=instrument, measured_on=day, replaced_at=None
    )
    return db.session.scalars(found.with_for_update()).one_or_none()


def duties_of(citizen_id: UUID, owner_id: UUID) -> Sequence[MeasureDuty]:
    """Return what somebody follows up, or has followed up, for a citizen."""
    found = select(MeasureDuty).filter_by(citizen_id=citizen_id, owner_id=owner_id)
    return db.session.scalars(found).all()


def open_duties(
    owner_id: UUID | None = None, citizen_id: UUID | None = None
) -> Sequence[MeasureDuty]:
    """Return what must be followed up, the soonest first; by one person, of one citizen, or all."""
    found = select(MeasureDuty).filter_by(closed_at=None)
    if owner_id is not None:
        found = found.filter_by(owner_id=owner_id)
    if citizen_id is not None:
        found = found.filter_by(citizen_id=citizen_id)
    return db.session.scalars(found.order_by(MeasureDuty.due_on, MeasureDuty.id)).all()


def count_duties(owner_id: UUID | None = None) -> int:
    """Return how many answers must be followed up, by one person or in all."""
    found = select(func.count(MeasureDuty.id)).where(MeasureDuty.closed_at.is_(None))
    if owner_id is not None:
        found = found.filter_by(owner_id=owner_id)
    return db.session.scalar(found) or 0


def get_duty(duty_id: UUID) -> MeasureDuty:
    """Return what must be followed up. Raises NotFound."""
    return _one(db.session.scalars(select(MeasureDuty).filter_by(id=duty_id)).one_or_none())


def lock_duty(duty_id: UUID) -> MeasureDuty:
    """Return what must be followed up, locked. Raises NotFound."""
    found = select(MeasureDuty).filter_by(id=duty_id).with_for_update()
    return _one(db.session.scalars(found.execution_options(populate_existing=True)).one_or_none())


def _one(row: MeasureDuty | None) -> MeasureDuty:
    if row is None:
        raise NotFound
    return row


def duty_of(measurement_id: UUID) -> MeasureDuty | None:
    """Return what must be followed up of one measure, locked, or None."""
    found = select(MeasureDuty).filter_by(measurement_id=measurement_id)
    return db.session.scalars(found.with_for_update()).one_or_none()


def get_measurement(measurement_id: UUID) -> Measurement:
    """Return what a citizen answered once. Raises NotFound."""
    row = db.session.scalars(select(Measurement).filter_by(id=measurement_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def open_dues(
    *, citizen_ids: Sequence[UUID] | None = None, until_on: date | None = None
) -> Sequence[MeasureDue]:
    """Return what is to be asked, the soonest first: of these citizens or all, through a day."""
    found = select(MeasureDue).filter_by(state="open")
    if citizen_ids is not None:
        found = found.where(MeasureDue.citizen_id.in_(citizen_ids))
    if until_on is not None:
        found = found.where(MeasureDue.due_on <= until_on)
    return db.session.scalars(found.order_by(MeasureDue.due_on, MeasureDue.id)).all()


def lock_dues(citizen_id: UUID, instrument: str | None = None) -> Sequence[MeasureDue]:
    """Return what a citizen is to be asked, the soonest first, locked."""
    found = select(MeasureDue).filter_by(citizen_id=citizen_id, state="open")
    if instrument is not None:
        found = found.filter_by(instrument=instrument)
    return db.session.scalars(
        found.order_by(MeasureDue.due_on, MeasureDue.id).with_for_update()
    ).all()


def lock_due(due_id: UUID) -> MeasureDue:
    """Return something a citizen is or was to be asked, locked. Raises NotFound."""
    row = db.session.scalars(
        select(MeasureDue).filter_by(id=due_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound
    return row
