"""A trip that several citizens make together, as each one's card sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from klippekort.activities.queries import OccurrenceFacts
from klippekort.citizens.models import Citizen
from klippekort.domain.calendar import local_day
from klippekort.municipalities.models import Municipality
from klippekort.trips.queries.offers import (
    Diary,
    Offer,
    Purse,
    diary_of,
    nearest,
    offers_for,
    payers_of,
    purse_of,
    weigh,
)

TRIED = 12
"""How many dates that fit the first of them are looked at for the others."""


@dataclass(frozen=True)
class Rider:
    """One who is to ride, with the card that pays; `is_named` when the booking must say which."""

    citizen: Citizen
    purse: Purse | None
    diary: Diary
    is_named: bool


def rider_of(citizen: Citizen, starts_at: datetime, now: datetime) -> Rider:
    """Return a citizen with what pays on the day of a trip."""
    payers = payers_of(citizen, local_day(starts_at))
    purse = purse_of(citizen, now, payers.cards[0]) if payers.cards else None
    diary = purse.diary if purse else diary_of(citizen, now)
    return Rider(citizen, purse, diary, payers.is_named)


@dataclass(frozen=True)
class Joint:
    """Who rides, in the order in which they are fetched, and the minutes: `way` from the last door
    to the goal, `between` from one door to the next. Whoever is fetched last is home first.
    """

    riders: tuple[Rider, ...]
    way: int
    between: int = 0
    helpers: int = 1
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def whole_way(self) -> int:
        """Return the minutes from the first door to the goal."""
        return self.way + self.between * (len(self.riders) - 1)

    def offers(self, home: Municipality, occurrence: OccurrenceFacts, now: datetime) -> list[Offer]:
        """Return a date as each rider's card sees it, in their order."""
        return [
            weigh(
                home,
                rider.citizen,
                rider.purse,
                occurrence,
                now,
                each_way=self.whole_way - self.between * place,
                answers=self.answers,
                helpers=self.helpers,
                together=self._besides(rider.citizen.id),
                diary=rider.diary,
            )
            for place, rider in enumerate(self.riders)
        ]

    def nearest(
        self, home: Municipality, besides: UUID, wanted: datetime, now: datetime, count: int = 3
    ) -> list[list[Offer]]:
        """Return the dates nearest in time to which all could go, each as every rider's offer."""
        first = self.riders[0]
        known = offers_for(
            home,
            first.citizen,
            now,
            helpers=self.helpers,
            together=self._besides(first.citizen.id),
            purse=first.purse,
        )
        others = [one for one in known if one.occurrence.id != besides]
        found = []
        for one in nearest(others, wanted, TRIED):
            offers = self.offers(home, one.occurrence, now)
            if all(offer.fits for offer in offers):
                found.append(offers)
        return found[:count]

    def _besides(self, citizen_id: UUID) -> Sequence[Citizen]:
        return [one.citizen for one in self.riders if one.citizen.id != citizen_id]
