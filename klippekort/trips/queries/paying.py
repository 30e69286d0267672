"""What the cards go by that pay for those who ride together."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.calendar import local_day
from klippekort.domain.schemes import Terms, TermsFrom, from_json
from klippekort.platform.db import db
from klippekort.punchcards.models import PunchCard, SchemeTerms
from klippekort.punchcards.queries.cards import in_force
from klippekort.trips.queries.trips import TripRow


def terms_of_each(riders: Sequence[TripRow]) -> dict[UUID, Terms]:
    """Return what each rider's card goes by on the day of the trip, by the citizen's id; whoever is
    on her own way has none. One statement, however many ride.

    Raises NotFound before a scheme begins.
    """
    paying = {row.card_id: row for row in riders if row.card_id is not None}
    if not paying:
        return {}
    found = db.session.execute(
        select(PunchCard.id, SchemeTerms.from_on, SchemeTerms.terms)
        .join(SchemeTerms, SchemeTerms.scheme_id == PunchCard.scheme_id)
        .where(PunchCard.id.in_(paying))
        .order_by(SchemeTerms.from_on)
    )
    versions: dict[UUID, tuple[TermsFrom, ...]] = {}
    for card_id, from_on, terms in found:
        version = TermsFrom(from_on, from_json(terms))
        versions[card_id] = (*versions.get(card_id, ()), version)
    return {
        row.citizen_id: in_force(versions.get(card_id, ()), local_day(row.starts_at))
        for card_id, row in paying.items()
    }
