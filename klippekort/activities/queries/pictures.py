"""Reading the pictures of activities."""

from uuid import UUID

from sqlalchemy import select

from klippekort.activities.models import Picture
from klippekort.domain.errors import NotFound
from klippekort.platform.db import db


def get_picture(picture_id: UUID) -> Picture:
    """Return a picture with its bytes; whoever calls asks for leave. Raises NotFound."""
    row = db.session.scalars(select(Picture).filter_by(id=picture_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def find_picture(activity_id: UUID) -> Picture | None:
    """Return the picture of an activity, or None."""
    found = select(Picture).filter_by(activity_id=activity_id)
    return db.session.scalars(found).one_or_none()
