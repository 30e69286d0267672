"""Reading the seats a citizen has at dates to come, with or without a trip."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.activities.models import Occurrence, SignUp
from klippekort.platform.db import db


def coming_seats(citizen_id: UUID, now: datetime) -> Sequence[tuple[UUID, UUID]]:
    """Return a citizen's seats at dates to come, each with its date."""
    found = (
        select(SignUp.id, SignUp.occurrence_id)
        .join(Occurrence, Occurrence.id == SignUp.occurrence_id)
        .where(SignUp.citizen_id == citizen_id, SignUp.state == "booked")
        .where(Occurrence.starts_at > now, Occurrence.cancelled_at.is_(None))
        .order_by(Occurrence.starts_at, SignUp.id)
    )
    return [(seat_id, date_id) for seat_id, date_id in db.session.execute(found)]
