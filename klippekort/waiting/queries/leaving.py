"""Reading what a citizen still waits for, as it ends when she dies or moves."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from klippekort.platform.db import db
from klippekort.waiting.models import StandingWish, TripOffer, Wish


def live_wishes(citizen_id: UUID) -> Sequence[UUID]:
    """Return a citizen's wishes that are neither met nor closed."""
    found = select(Wish.id).where(
        Wish.citizen_id == citizen_id, Wish.state.in_(("open", "waiting", "offered"))
    )
    return db.session.scalars(found.order_by(Wish.id)).all()


def kept_standing(citizen_id: UUID) -> Sequence[UUID]:
    """Return a citizen's standing wishes, paused ones among them."""
    found = select(StandingWish.id).where(
        StandingWish.citizen_id == citizen_id, StandingWish.state.in_(("active", "paused"))
    )
    return db.session.scalars(found.order_by(StandingWish.id)).all()


def open_offers(citizen_id: UUID) -> Sequence[UUID]:
    """Return the offers that wait for a citizen's answer."""
    found = select(TripOffer.id).filter_by(citizen_id=citizen_id, state="open")
    return db.session.scalars(found.order_by(TripOffer.id)).all()
