"""Who knows whom, as far as it can be told without a name.

Nobody is asked whose company they like, so only this counts: two people who came to the same dates,
twice at least. What is told of it is that somebody known goes, never who.
"""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, distinct, func, literal, select, true

from klippekort.activities.models import Occurrence, SignUp
from klippekort.platform.tenancy import OwnRows, own

TIMES_TOGETHER = 2
"""How often two people came to the same date before they are taken to know each other."""

_dates = cast(Table, Occurrence.__table__)
_seats = cast(Table, SignUp.__table__)
_mine = _seats.alias("mine")
_theirs = _seats.alias("theirs")
_known = (
    select(_theirs.c.citizen_id)
    .join_from(_mine, _theirs, _theirs.c.occurrence_id == _mine.c.occurrence_id)
    .where(
        own(_mine),
        own(_theirs),
        _mine.c.citizen_id == bindparam("citizen"),
        _theirs.c.citizen_id != bindparam("citizen"),
        _mine.c.attended == true(),
        _theirs.c.attended == true(),
    )
    .group_by(_theirs.c.citizen_id)
    .having(func.count(distinct(_mine.c.occurrence_id)) >= TIMES_TOGETHER)
)
_DATES = OwnRows(
    select(_seats.c.occurrence_id)
    .distinct()
    .join_from(_seats, _dates, own(_dates) & (_dates.c.id == _seats.c.occurrence_id))
    .where(
        own(_seats),
        _seats.c.state == literal("booked"),
        _dates.c.starts_at > bindparam("now"),
        _seats.c.citizen_id.in_(_known),
    )
)


def dates_with_known(citizen_id: UUID, now: datetime) -> frozenset[UUID]:
    """Return the dates to come at which somebody has a seat whom a citizen knows."""
    return frozenset(date_id for (date_id,) in _DATES.rows(citizen=citizen_id, now=now))
