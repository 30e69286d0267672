"""A trip at another time, as the cards that pay for it see it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from klippekort.citizens.queries import get_citizen
from klippekort.domain.calendar import minutes_between
from klippekort.domain.charging import Party
from klippekort.domain.needs import Need
from klippekort.domain.schemes import Terms
from klippekort.domain.trips import OCCUPIES
from klippekort.domain.wishes import TripWish
from klippekort.punchcards.queries import cards
from klippekort.trips.queries.offers import purse_of, weigh_trip
from klippekort.trips.queries.trips import TripRow, read_trip, rows_of


@dataclass(frozen=True)
class Seen:
    """A trip to an `activity` as one card sees it: by which rule it is refused, what it is worth a
    word about, the terms, and what they require that the citizen is not known to meet.
    """

    activity: str
    refusal: str | None
    cautions: tuple[str, ...]
    terms: Terms | None
    needs: tuple[Need, ...]


def seen_by_cards(trip_id: UUID, starts_at: datetime, now: datetime) -> list[Seen]:
    """Return a trip that would begin at `starts_at` as each card sees it that pays for it. What is
    set aside for it now counts as gone, so whether the time is enough is not known.
    """
    trip = read_trip(trip_id)
    kind, by = trip.kind or "", starts_at - trip.starts_at
    riders = [row for row in rows_of(trip_id) if row.state in OCCUPIES]
    found = []
    for row in riders:
        if row.card_id is None:
            continue
        purse = purse_of(get_citizen(row.citizen_id), now, cards.get_card(row.card_id))
        one = weigh_trip(purse, _wish(row, row.starts_at + by, kind, len(riders), now), None, {})
        found.append(Seen(kind, one.refusal, one.cautions, one.terms, one.needs))
    return found


def _wish(row: TripRow, starts_at: datetime, kind: str, riders: int, now: datetime) -> TripWish:
    ends_at = starts_at + (row.ends_at - row.starts_at)
    travel = min(row.travel_minutes, minutes_between(starts_at, ends_at))
    party = Party(max(1, row.escorts_wanted), riders)
    consent = True if row.joint_agreed_how else None
    return TripWish(starts_at, ends_at, travel, now, kind, party, consent=consent)
