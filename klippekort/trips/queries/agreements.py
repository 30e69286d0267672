"""Reading standing agreements, their exceptions, and what became of their days."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from klippekort.domain.agreements import Rhythm
from klippekort.domain.errors import NotFound
from klippekort.platform.db import db
from klippekort.trips.models import AgreementException, StandingAgreement, StandingTrip


def rhythm_of(made: StandingAgreement) -> Rhythm:
    """Return on which days an agreement falls."""
    return Rhythm(made.weekday, made.every_weeks, made.starts, made.from_on, made.until_on)


def get_agreement(agreement_id: UUID) -> StandingAgreement:
    """Return an agreement. Raises NotFound."""
    found = db.session.scalars(select(StandingAgreement).filter_by(id=agreement_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def lock_agreement(agreement_id: UUID) -> StandingAgreement:
    """Return an agreement nobody else can change before this transaction ends. Raises NotFound."""
    found = select(StandingAgreement).filter_by(id=agreement_id).with_for_update()
    row = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound
    return row


def agreements_of(citizen_id: UUID) -> Sequence[StandingAgreement]:
    """Return a citizen's agreements, the oldest first, ended ones among them."""
    found = select(StandingAgreement).filter_by(citizen_id=citizen_id)
    return db.session.scalars(found.order_by(StandingAgreement.id)).all()


def running_agreements(day: date) -> Sequence[UUID]:
    """Return the agreements that have not ended by a day."""
    found = select(StandingAgreement.id).where(
        or_(StandingAgreement.until_on.is_(None), StandingAgreement.until_on >= day)
    )
    return db.session.scalars(found.order_by(StandingAgreement.id)).all()


def exceptions_of(agreement_id: UUID) -> Sequence[AgreementException]:
    """Return the days an agreement leaves out, by day."""
    found = select(AgreementException).filter_by(agreement_id=agreement_id)
    return db.session.scalars(found.order_by(AgreementException.on)).all()


def exception_on(agreement_id: UUID, day: date) -> AgreementException | None:
    """Return why a day of an agreement is left out, or None where it is not."""
    found = select(AgreementException).filter_by(agreement_id=agreement_id, on=day)
    return db.session.scalars(found).one_or_none()


def trip_of_day(agreement_id: UUID, day: date) -> StandingTrip | None:
    """Return what became of one day of an agreement, or None while nothing has."""
    found = select(StandingTrip).filter_by(agreement_id=agreement_id, on=day)
    return db.session.scalars(found).one_or_none()


def days_tried(agreement_id: UUID, from_on: date) -> Sequence[StandingTrip]:
    """Return what became of an agreement's days from one on, by day."""
    found = select(StandingTrip).where(
        StandingTrip.agreement_id == agreement_id, StandingTrip.on >= from_on
    )
    return db.session.scalars(found.order_by(StandingTrip.on)).all()
