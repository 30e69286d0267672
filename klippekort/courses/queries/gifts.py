"""Reading what citizens give to others: what they would like to, what they have, the thanks."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries.unsealing import unseal
from klippekort.courses.models import CitizenGift, GiftDeed
from klippekort.domain.errors import NotFound
from klippekort.platform.db import db


@dataclass(frozen=True)
class GiftLine:
    """Something a citizen gives: in a code and her own words, how often, and each time."""

    gift: CitizenGift
    words: str | None
    deeds: tuple[GiftDeed, ...]


def gifts_of(citizen: Citizen) -> list[GiftLine]:
    """Return what a citizen gives or has given, with each time it happened, the latest first."""
    found = select(CitizenGift).filter_by(citizen_id=citizen.id)
    rows = list(db.session.scalars(found.order_by(CitizenGift.offered_on, CitizenGift.id)))
    deeds = _deeds([row.id for row in rows])
    return [
        GiftLine(
            row,
            unseal(citizen, row.id, "gift", row.words_sealed),
            tuple(one for one in deeds if one.gift_id == row.id),
        )
        for row in rows
    ]


def _deeds(gift_ids: Sequence[UUID]) -> list[GiftDeed]:
    found = select(GiftDeed).where(GiftDeed.gift_id.in_(gift_ids))
    return list(db.session.scalars(found.order_by(GiftDeed.on_day.desc(), GiftDeed.id)))


def open_gifts(citizen_id: UUID) -> dict[str, CitizenGift]:
    """Return what a citizen would like to give now, by code."""
    found = select(CitizenGift).where(
        CitizenGift.citizen_id == citizen_id, CitizenGift.ended_on.is_(None)
    )
    return {row.gift: row for row in db.session.scalars(found)}


def get_gift(gift_id: UUID) -> CitizenGift:
    """Return a gift. Raises NotFound."""
    row = db.session.scalars(select(CitizenGift).filter_by(id=gift_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def find_deed(gift_id: UUID, on_day: object) -> GiftDeed | None:
    """Return what was noted of a gift on a day, or None."""
    found = select(GiftDeed).filter_by(gift_id=gift_id, on_day=on_day)
    return db.session.scalars(found).one_or_none()


def lock_deed(deed_id: UUID) -> GiftDeed:
    """Return a time a gift was given, nobody else can change it meanwhile. Raises NotFound."""
    found = select(GiftDeed).filter_by(id=deed_id).with_for_update()
    row = db.session.scalars(found).one_or_none()
    if row is None:
        raise NotFound
    return row


def count_givers() -> dict[str, int]:
    """Return how many citizens would like to give each thing, by code."""
    found = (
        select(CitizenGift.gift, func.count(CitizenGift.id))
        .where(CitizenGift.ended_on.is_(None))
        .group_by(CitizenGift.gift)
    )
    return dict(db.session.execute(found).all())
