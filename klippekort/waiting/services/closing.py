"""Closing wishes whose time is over: met where a trip was booked all the same, else unmet."""

from datetime import datetime
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Action
from klippekort.domain.trips import ACTIVE, MADE
from klippekort.platform import audit
from klippekort.waiting.queries import wishes as queries
from klippekort.waiting.queries.line import lapsed_offers
from klippekort.waiting.queries.wishes import WishRow
from klippekort.waiting.services.holding import program
from klippekort.waiting.services.wishes import close

_GOES = ACTIVE | MADE


def due(now: datetime) -> list[UUID]:
    """Return the wishes to look at: places in lines that are over, and all that wait for a date."""
    over = [row.wish.id for row in queries.waiting_and_over(now)]
    return over + [row.wish.id for row in queries.open_wishes()]


def close_wish(wish_id: UUID, *, now: datetime) -> bool:
    """Close one wish if its time is over or it was met, and say whether that was so."""
    wish = queries.lock_wish(wish_id)
    row = queries.get_wish(wish_id)
    if wish.state == "waiting" and row.occurrence is not None:
        trip_id = queries.trip_to(wish.citizen_id, row.occurrence.id, _GOES)
        reason = _why_no_seat(row, now)
    elif wish.state == "open":
        trip_id = queries.trip_since(row, _GOES)
        is_old = wish.latest_on is not None and wish.latest_on < local_day(now)
        reason = "too_old" if is_old else None
    else:
        return False
    if trip_id is None and reason is None:
        return False
    state = "met" if trip_id else "unmet"
    close(wish, state, "booked" if trip_id else reason or "", now, trip_id)
    audit.record(
        program(),
        Action.ANSWER_OFFER,
        "wish",
        wish_id,
        citizens=[wish.citizen_id],
        to=state,
        reason=wish.close_reason,
    )
    return True


def _why_no_seat(row: WishRow, now: datetime) -> str | None:
    """Return why a place in a line came to nothing, or None while it may still come to
    something.
    """
    if row.occurrence is None:
        return None
    if row.occurrence.cancelled_at is not None:
        return "cancelled"
    if row.occurrence.starts_at > now:
        return None
    return "not_reached" if lapsed_offers([row.wish.id])[row.wish.id] else "no_seat"
