"""What citizens do for others: noted when it happened, and thanked for as any volunteer is."""

from datetime import date, datetime
from uuid import UUID

from klippekort.courses.models import GiftDeed
from klippekort.courses.queries import gifts as queries
from klippekort.courses.services.common import note_citizen, own_citizen
from klippekort.courses.services.errors import DayBefore, DayToCome, SaidAlready
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Actor
from klippekort.platform.db import db
from klippekort.platform.ids import new_id


def note_gift(
    actor: Actor, gift_id: UUID, *, on_day: date, is_thanked: bool = False, now: datetime
) -> str:
    """Store that a citizen did something for others on a day, and whether she was thanked then.

    Raises DayToCome, DayBefore the day she offered it, SaidAlready, Forbidden and NotFound.
    """
    gift = queries.get_gift(gift_id)
    own_citizen(actor, gift.citizen_id, now)
    if on_day > local_day(now):
        raise DayToCome
    if on_day < gift.offered_on:
        raise DayBefore
    if queries.find_deed(gift_id, on_day) is not None:
        raise SaidAlready
    row = GiftDeed(
        id=new_id(), gift_id=gift_id, on_day=on_day, noted_at=now, noted_by=actor.account_id
    )
    if is_thanked:
        row.thanked_on, row.thanked_by = local_day(now), actor.account_id
    db.session.add(row)
    db.session.flush()
    note_citizen(actor, gift.citizen_id, "gift", "given", on=on_day)
    return str(gift.citizen_id)


def thank(actor: Actor, deed_id: UUID, *, now: datetime) -> str:
    """Store that a citizen was thanked. Raises Stale where she was before."""
    row = queries.lock_deed(deed_id)
    gift = queries.get_gift(row.gift_id)
    own_citizen(actor, gift.citizen_id, now)
    if row.thanked_on is not None:
        raise Stale
    row.thanked_on, row.thanked_by = local_day(now), actor.account_id
    db.session.flush()
    note_citizen(actor, gift.citizen_id, "gift", "thanked")
    return str(gift.citizen_id)


def end_gift(actor: Actor, gift_id: UUID, *, now: datetime) -> str:
    """Store that a citizen would rather not give something any more. Raises Stale if it ended."""
    gift = queries.get_gift(gift_id)
    own_citizen(actor, gift.citizen_id, now)
    if gift.ended_on is not None:
        raise Stale
    gift.ended_on = local_day(now)
    db.session.flush()
    note_citizen(actor, gift.citizen_id, "gift", "ended")
    return str(gift.citizen_id)
