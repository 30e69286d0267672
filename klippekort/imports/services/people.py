"""Finding citizens by the person numbers in a file, and the cards they have."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import identity
from klippekort.platform.db import db
from klippekort.punchcards.models import PunchCard


@dataclass(frozen=True)
class CardFacts:
    """A card that a citizen has or had."""

    id: UUID
    scheme_id: UUID
    is_open: bool


def ids_by_person_number(numbers: Iterable[str]) -> dict[str, UUID]:
    """Return the ids of the citizens with these person numbers; unknown numbers are left out."""
    indexes = {identity(number): number for number in numbers}
    rows = db.session.execute(
        select(Citizen.person_number_index, Citizen.id).where(
            Citizen.person_number_index.in_(list(indexes))
        )
    )
    return {indexes[index]: citizen_id for index, citizen_id in rows}


def cards_of(citizen_ids: Iterable[UUID]) -> dict[UUID, list[CardFacts]]:
    """Return the cards of these citizens, the open ones first."""
    rows = db.session.execute(
        select(PunchCard.citizen_id, PunchCard.id, PunchCard.scheme_id, PunchCard.closed_on)
        .where(PunchCard.citizen_id.in_(list(citizen_ids)))
        .order_by(PunchCard.closed_on.is_not(None), PunchCard.id)
    )
    found: dict[UUID, list[CardFacts]] = {}
    for citizen_id, card_id, scheme_id, closed_on in rows:
        found.setdefault(citizen_id, []).append(CardFacts(card_id, scheme_id, closed_on is None))
    return found
