"""The citizens: invented names, impossible person numbers, addresses in no real street."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from uuid import UUID

from klippekort.citizens.models import Absence, Citizen
from klippekort.citizens.queries.names import search_name
from klippekort.citizens.queries.sealed import written_point
from klippekort.domain.accrual import AbsenceSpan
from klippekort.domain.calendar import instant
from klippekort.domain.travel import Point
from klippekort.operations.demo import names, town
from klippekort.operations.demo.map import home_at
from klippekort.operations.demo.world import Frame, Homes, Resident
from klippekort.platform.keys import Place, keys

_ABSENCES = ("hospital", "hospital", "rehab", "respite", "holiday", "other")
_AIDS = ("rollator", "stok", "høreapparat", "ilt", "svagtseende")
# What the demo's care record calls the first of a town; the next is one more.
FIRST_RECORD = 123
# The demo's care worker takes the first three along today: all are of her own district.
KNOWN = (("Ellen", "Sørensen"), ("Poul", "Østergaard"), ("Rigmor", "Lind"), ("Verner", "Ågård"))

# What their escorts must know, by first name.
ESCORT_NOTES = {
    "Ellen": "Hører bedst på højre side.",
    "Poul": "Går langsomt på trapper. Giv god tid.",
}


def person_numbers(frame: Frame) -> Iterator[str]:
    """Yield person numbers whose day is above 60, as no calendar has; never the same twice."""
    seen = set()
    while True:
        year, day = frame.dice.randint(1930, 1946), frame.dice.randrange(365)
        born = date(year, 1, 1) + timedelta(days=day)
        number = f"{born.day + 60:02}{born:%m%y}{frame.dice.randrange(10_000):04}"
        if number not in seen:
            seen.add(number)
            yield number


def build_citizens(frame: Frame, homes: Homes) -> list[Resident]:
    """Add the citizens, the known ones first, and return them."""
    numbers = person_numbers(frame)
    residents = []
    for index in range(frame.town.citizens):
        is_known = frame.town.is_home and index < len(KNOWN)
        first, last = KNOWN[index] if is_known else names.elderly(frame.dice)
        ref = f"J-{FIRST_RECORD + index:06}"
        residents.append(_citizen(frame, homes, first, last, next(numbers), is_known, ref))
    return residents


def _citizen(
    frame: Frame, homes: Homes, first: str, last: str, number: str, is_known: bool, ref: str
) -> Resident:
    dice, at = frame.dice, frame.set_up_at
    person = dice.new_id(at)
    postcode = frame.town.postcodes[0][0] if is_known else dice.choice(frame.town.postcodes)[0]
    weights = (60, 22, 18)[: len(homes.suppliers)]
    supplier = homes.suppliers[0] if is_known else dice.choices(homes.suppliers, weights)[0]
    district = homes.districts[0] if is_known else dice.choice(homes.districts)
    in_wheelchair = not is_known and dice.chance(0.09)
    aids = ["kørestol"] if in_wheelchair else dice.some(_AIDS, dice.choice((0, 0, 1, 1, 2)))
    point = home_at(postcode, str(person), is_known=is_known)
    wrapped, sealed = _sealed(
        frame, person, number, point, ESCORT_NOTES.get(first, "") if is_known else ""
    )
    frame.rows.add(
        Citizen,
        id=person,
        first_name=first,
        last_name=last,
        search_name=search_name(first, last),
        record_ref=ref,
        postcode=postcode,
        town=frame.town.town_of(postcode),
        supplier_id=supplier,
        district_id=district,
        setting="own_home",
        functional_level=dice.choice((1, 2, 2, 3, 3, 4, None)),
        lives_alone=dice.chance(0.8),
        aids=aids,
        needs_wheelchair=in_wheelchair,
        home_care_minutes=Decimal(dice.choice((30, 60, 90, 120, 240, 480))),
        has_protected_address=not is_known and dice.chance(0.02),
        created_at=at,
        **sealed,
    )
    absences = () if is_known else _absences(frame, person)
    return Resident(
        person,
        f"{first} {last}",
        supplier,
        district,
        postcode,
        in_wheelchair,
        absences,
        tuple(aids),
        wrapped,
    )


def _sealed(
    frame: Frame, person: UUID, number: str, home_point: Point, note: str
) -> tuple[bytes, dict[str, bytes | str | None]]:
    """Return a citizen's wrapped key and what is kept encrypted; every third has no phone number on
    record.
    """
    home, dice, ring = frame.town.number, frame.dice, keys()
    letter = dice.choice(("", "", "", "A", "B"))
    address = f"{dice.choice(town.STREETS)} {dice.randint(1, 90)}{letter}"
    phone = f"+45{dice.choice((23, 46, 51, 56))}{dice.randrange(10**6):06}"
    owner = Place(home, person, "key")
    wrapped = ring.new_data_key(owner)

    def seal(text: str, column: str) -> bytes:
        return ring.encrypt(wrapped, owner, text, Place(home, person, column))

    return wrapped, {
        "wrapped_key": wrapped,
        "person_number_index": ring.blind_index(home, number),
        "person_number_encrypted": seal(number, "person_number"),
        "address_encrypted": seal(address, "address"),
        "phone_encrypted": seal(phone, "phone") if dice.chance(0.67) else None,
        "point_encrypted": seal(written_point(home_point), "point"),
        "escort_note_encrypted": seal(note, "escort_note") if note else None,
    }


def _absences(frame: Frame, person: UUID) -> tuple[AbsenceSpan, ...]:
    """Add the days a citizen was or is away: one in six was once, a few are now."""
    dice, spans = frame.dice, []
    if dice.chance(0.16):
        ago = dice.randint(20, max(21, frame.town.weeks_back * 7 - 10))
        first = frame.today - timedelta(days=ago)
        last = first + timedelta(days=dice.randint(2, 16))
        spans.append(AbsenceSpan(dice.choice(_ABSENCES), first, last))
    elif dice.chance(0.03):
        first = frame.today - timedelta(days=dice.randint(0, 6))
        until = None if dice.chance(0.3) else frame.today + timedelta(days=dice.randint(2, 15))
        spans.append(AbsenceSpan("hospital", first, until))
    for span in spans:
        recorded_at = min(instant(span.from_on, time(8, 20)), frame.now)
        frame.rows.add(
            Absence,
            id=dice.new_id(recorded_at),
            citizen_id=person,
            kind=span.kind,
            from_on=span.from_on,
            until_on=span.until_on,
            recorded_at=recorded_at,
        )
    return tuple(spans)
