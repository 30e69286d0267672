"""Keeping how a citizen likes to read."""

from uuid import UUID

from sqlalchemy import select

from klippekort.citizens.queries import lock_citizen
from klippekort.domain.liking import Liking
from klippekort.own_page.models import OwnLiking
from klippekort.platform.db import db


def keep_liking(citizen_id: UUID, liking: Liking) -> None:
    """Store how she likes to read, for the next screen she comes to. Raises NotFound."""
    lock_citizen(citizen_id)
    row = db.session.scalars(select(OwnLiking).filter_by(citizen_id=citizen_id)).one_or_none()
    if row is None:
        row = OwnLiking(citizen_id=citizen_id)
        db.session.add(row)
    row.size, row.is_strong = int(liking.size), liking.is_strong
