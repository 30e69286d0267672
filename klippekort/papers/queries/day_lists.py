"""Reading a day as it is printed for when all networks fail."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import address_of, list_citizens, phone_of
from klippekort.citizens.queries.contacts import contacts_of
from klippekort.citizens.queries.unsealing import unseal
from klippekort.domain.calendar import day_span
from klippekort.domain.trips import ACTIVE
from klippekort.trips.queries.trips import TripRow, trips_between


@dataclass(frozen=True)
class DayLine:
    """One citizen's trip with all that is needed without a network."""

    trip: TripRow
    citizen: Citizen
    address: str
    phone: str | None
    must_know: str | None
    relative: tuple[str, str] | None


@dataclass(frozen=True)
class Cut:
    """Whose part of the day: of a supplier, a district, a care worker, or all."""

    supplier_id: UUID | None = None
    district_id: UUID | None = None
    worker_id: UUID | None = None

    def holds(self, trip: TripRow) -> bool:
        """Say whether a trip belongs to it."""
        if self.district_id is not None and trip.district_id != self.district_id:
            return False
        helpers = {one for one, _name in trip.escorts}
        return self.worker_id is None or self.worker_id in helpers


def day_lines(day: date, cut: Cut) -> list[DayLine]:
    """Return the trips of a day that are to be made, by time."""
    from_at, to_at = day_span(day)
    rows = trips_between(from_at, to_at, supplier_id=cut.supplier_id)
    trips = [row for row in rows if row.state in ACTIVE and cut.holds(row)]
    people = {one.id: one for one in list_citizens({row.citizen_id for row in trips})}
    return [_line(row, people[row.citizen_id]) for row in trips if row.citizen_id in people]


def _line(trip: TripRow, citizen: Citizen) -> DayLine:
    town = f"{citizen.postcode or ''} {citizen.town or ''}".strip()
    kin = next((one for one in contacts_of(citizen) if one.is_next_of_kin and one.phone), None)
    return DayLine(
        trip,
        citizen,
        ", ".join(part for part in (address_of(citizen), town) if part),
        phone_of(citizen),
        unseal(citizen, citizen.id, "escort_note", citizen.escort_note_encrypted),
        (kin.name, kin.phone or "") if kin else None,
    )
