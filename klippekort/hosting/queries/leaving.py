"""Reading which volunteers were to go with a citizen, and where hosts expect her."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.hosting import OfferState, SearchState
from klippekort.hosting.models import HostOffer, HostSearch
from klippekort.platform.db import db


def live_offers(citizen_id: UUID) -> Sequence[UUID]:
    """Return the questions about a citizen's trips that wait for an answer or had a yes."""
    found = select(HostOffer.id).where(
        HostOffer.citizen_id == citizen_id,
        HostOffer.state.in_((OfferState.ASKED, OfferState.ACCEPTED)),
    )
    return db.session.scalars(found.order_by(HostOffer.id)).all()


def open_searches(citizen_id: UUID) -> Sequence[HostSearch]:
    """Return the searches for somebody to go with a citizen, locked."""
    found = select(HostSearch).where(
        HostSearch.citizen_id == citizen_id,
        HostSearch.state.in_((SearchState.OPEN, SearchState.UNANSWERED)),
    )
    return db.session.scalars(found.order_by(HostSearch.id).with_for_update()).all()
