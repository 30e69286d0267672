"""Finding who is calling, by name and address."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import (
    MOST_FOUND,
    address_of,
    find_citizens,
    fold,
    in_danish_order,
    is_long_enough,
)
from klippekort.platform.db import db


def who_calls(text: str, supplier_id: UUID | None = None) -> Sequence[Citizen]:
    """Return the citizens whose name and address hold each word, in Danish order.

    Names are looked through first; where they alone do not tell, the words may be of road, number,
    postcode or town. A protected address finds nobody. Fewer than two letters find nobody.
    """
    words = fold(text).split()
    if not is_long_enough(text) or not words:
        return []
    by_name = find_citizens(text, supplier_id, limit=MOST_FOUND + 1)
    if by_name:
        return by_name
    for rows in (_with_a_name(words, supplier_id), _everybody(supplier_id)):
        if found := [one for one in rows if _holds(one, words)]:
            return in_danish_order(found)[: MOST_FOUND + 1]
    return []


def _everybody(supplier_id: UUID | None) -> Sequence[Citizen]:
    """Return all whose address is not protected, for finding one by the road alone."""
    found = select(Citizen).where(Citizen.has_protected_address.is_(False))
    if supplier_id is not None:
        found = found.where(Citizen.supplier_id == supplier_id)
    return db.session.scalars(found).all()


def _with_a_name(words: Sequence[str], supplier_id: UUID | None) -> list[Citizen]:
    """Return those whom one of the words names: far fewer to open the addresses of."""
    found: dict[UUID, Citizen] = {}
    for word in words:
        if len(word) > 1 and not word.isdigit():
            found |= {one.id: one for one in find_citizens(word, supplier_id, limit=1000)}
    return list(found.values())


def _holds(citizen: Citizen, words: Sequence[str]) -> bool:
    known = citizen.search_name.split()
    if not citizen.has_protected_address:
        parts = (address_of(citizen), citizen.postcode, citizen.town)
        known += fold(" ".join(part for part in parts if part)).split()
    return all(any(part.startswith(word) for part in known) for word in words)
