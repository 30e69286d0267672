"""Reading who has asked for their data on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from klippekort.citizens.models import Citizen
from klippekort.domain.errors import NotFound
from klippekort.own_page.models import DataRequest
from klippekort.platform.db import db


@dataclass(frozen=True)
class RequestRow:
    """Something asked for on paper, and whose it is."""

    request: DataRequest
    citizen: Citizen


def waiting_requests(limit: int = 200) -> list[RequestRow]:
    """Return what has been asked for and not been sent, the most urgent first."""
    found = (
        select(DataRequest, Citizen)
        .join(Citizen, Citizen.id == DataRequest.citizen_id)
        .where(DataRequest.done_at.is_(None))
        .order_by(DataRequest.answer_by, DataRequest.id)
        .limit(limit)
    )
    return [RequestRow(request, citizen) for request, citizen in db.session.execute(found)]


def count_requests() -> int:
    """Return how many wait for a letter."""
    found = select(func.count(DataRequest.id)).where(DataRequest.done_at.is_(None))
    return db.session.scalar(found) or 0


def get_request(request_id: UUID) -> DataRequest:
    """Return one request. Raises NotFound."""
    row = db.session.scalars(select(DataRequest).filter_by(id=request_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def lock_request(request_id: UUID) -> DataRequest:
    """Return a request nobody else can change before this transaction ends. Raises NotFound."""
    found = select(DataRequest).filter_by(id=request_id).with_for_update()
    row = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound
    return row


def open_request(citizen_id: UUID, what: str) -> DataRequest | None:
    """Return what she has asked for and waits for, or None."""
    found = select(DataRequest).filter_by(citizen_id=citizen_id, what=what)
    return db.session.scalars(found.where(DataRequest.done_at.is_(None)).limit(1)).first()


def requests_of(citizen_id: UUID) -> Sequence[DataRequest]:
    """Return all she has asked for, the latest first."""
    found = select(DataRequest).filter_by(citizen_id=citizen_id)
    return db.session.scalars(found.order_by(DataRequest.asked_at.desc())).all()
