"""Reading the cards that wait until a colleague approves them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.errors import NotFound
from klippekort.platform.db import db
from klippekort.punchcards.models import CardRequest


def find_request(request_id: UUID) -> CardRequest | None:
    """Return a card that waits or waited for approval, or None."""
    return db.session.scalars(select(CardRequest).filter_by(id=request_id)).one_or_none()


def get_request(request_id: UUID) -> CardRequest:
    """Return a card that waits or waited for approval. Raises NotFound."""
    row = find_request(request_id)
    if row is None:
        raise NotFound
    return row


def lock_request(request_id: UUID) -> CardRequest:
    """Return a request nobody else can close before this transaction ends. Raises NotFound."""
    found = select(CardRequest).filter_by(id=request_id).with_for_update()
    row = db.session.scalars(found).one_or_none()
    if row is None:
        raise NotFound
    return row


def list_waiting() -> Sequence[CardRequest]:
    """Return the cards that wait for approval, the oldest first."""
    found = select(CardRequest).where(CardRequest.closed_at.is_(None))
    return db.session.scalars(found.order_by(CardRequest.asked_at, CardRequest.id)).all()


def waiting_of(citizen_id: UUID, scheme_id: UUID | None = None) -> Sequence[CardRequest]:
    """Return a citizen's cards that wait for approval, of one scheme if given."""
    found = select(CardRequest).filter_by(citizen_id=citizen_id, closed_at=None)
    if scheme_id is not None:
        found = found.where(CardRequest.scheme_id == scheme_id)
    return db.session.scalars(found.order_by(CardRequest.asked_at, CardRequest.id)).all()
