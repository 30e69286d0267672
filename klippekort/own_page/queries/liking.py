"""Reading how a citizen likes to read her own page."""

from uuid import UUID

from sqlalchemy import select

from klippekort.domain.liking import Liking
from klippekort.own_page.models import OwnLiking
from klippekort.platform.db import db


def find_liking(citizen_id: UUID) -> Liking | None:
    """Return how she has chosen to read, on whatever screen, or None."""
    row = db.session.scalars(select(OwnLiking).filter_by(citizen_id=citizen_id)).one_or_none()
    return Liking(str(row.size), row.is_strong) if row is not None else None
