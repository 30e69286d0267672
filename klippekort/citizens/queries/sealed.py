"""What is kept encrypted about a citizen: how it is found, opened and masked."""

from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries.citizens import find_by_index
from klippekort.domain.travel import Point
from klippekort.platform.keys import Place, keys
from klippekort.platform.tenancy import current_municipality

MASK = "••••"


@dataclass(frozen=True)
class CitizenFacts:
    """What is known about a citizen. `phone` is E.164; `home_care_minutes` are assessed, a week.

    In a change, a person number or address of None leaves what is stored as it is; so does a
    `point` of None, for as long as the home is the same. `record_ref` is what the care record calls
    her, `call_name` what she chose to be called: None leaves it too, "" takes it away.
    """

    person_number: str | None
    first_name: str
    last_name: str
    address: str | None
    postcode: str | None
    town: str | None
    phone: str | None
    supplier_id: UUID
    district_id: UUID | None
    functional_level: int | None
    setting: str
    lives_alone: bool | None
    aids: tuple[str, ...]
    home_care_minutes: Decimal | None
    has_protected_address: bool
    point: Point | None = None
    record_ref: str | None = None
    call_name: str | None = None

    def lives_with(self, other: "CitizenFacts") -> bool:
        """Say whether the home is the same, as far as road, postcode and town tell."""
        mine = (self.address, self.postcode, self.town)
        return mine == (other.address, other.postcode, other.town)


def with_point(facts: CitizenFacts, before: CitizenFacts) -> CitizenFacts:
    """Return the facts with where the home lies: as they say, else as before in the same home."""
    if facts.point is not None or not facts.lives_with(before):
        return facts
    return replace(facts, point=before.point)


def has_moved(facts: CitizenFacts, before: CitizenFacts) -> bool:
    """Say whether a home that was known has become another one."""
    return bool(before.address and facts.address) and not facts.lives_with(before)


def plain_number(person_number: str) -> str:
    """Return a person number as it is stored: ten characters without dash or blanks."""
    return "".join(mark for mark in person_number.upper() if mark.isalnum())


def identity(person_number: str) -> str:
    """Return the keyed index of a person number in the municipality at hand."""
    return keys().blind_index(current_municipality(), plain_number(person_number))


def find_by_person_number(person_number: str) -> Citizen | None:
    """Return the citizen with this person number, or None."""
    return find_by_index(identity(person_number))


def place(citizen: Citizen, column: str) -> Place:
    """Return where a citizen's ciphertext belongs: `key`, `person_number`, `address`, `phone` or
    `point`.
    """
    return Place(citizen.municipality_id, citizen.id, column)


def _open(citizen: Citizen, sealed: bytes | None, column: str) -> str | None:
    if sealed is None or citizen.wrapped_key is None:
        return None
    owner = place(citizen, "key")
    return keys().decrypt(citizen.wrapped_key, owner, sealed, place(citizen, column))


def person_number_of(citizen: Citizen) -> str | None:
    """Return the person number in clear. Raises InvalidTag when it was moved or changed."""
    return _open(citizen, citizen.person_number_encrypted, "person_number")


def masked_number_of(citizen: Citizen) -> str | None:
    """Return the person number with its last four hidden, such as 010150-••••."""
    number = person_number_of(citizen)
    return None if number is None else f"{number[:6]}-{MASK}"


def address_of(citizen: Citizen) -> str | None:
    """Return the address in clear. Raises InvalidTag when it was moved or changed."""
    return _open(citizen, citizen.address_encrypted, "address")


def phone_of(citizen: Citizen) -> str | None:
    """Return the phone number in clear. Raises InvalidTag when it was moved or changed."""
    return _open(citizen, citizen.phone_encrypted, "phone")


def point_of(citizen: Citizen) -> Point | None:
    """Return where a citizen's home lies, for reckoning the way: never for showing or logging.

    Raises InvalidTag when it was moved or changed.
    """
    text = _open(citizen, citizen.point_encrypted, "point")
    if text is None:
        return None
    latitude, longitude = (float(part) for part in text.split(","))
    return Point(latitude, longitude)


def written_point(point: Point) -> str:
    """Return a point as the text that is sealed: degrees north and east, to about a metre."""
    return f"{point.latitude:.5f},{point.longitude:.5f}"


def facts_of(citizen: Citizen) -> CitizenFacts:
    """Return all that is stored about a citizen, in clear: for comparing, never for showing."""
    return CitizenFacts(
        person_number=person_number_of(citizen),
        first_name=citizen.first_name,
        last_name=citizen.last_name,
        address=address_of(citizen),
        postcode=citizen.postcode,
        town=citizen.town,
        phone=phone_of(citizen),
        supplier_id=citizen.supplier_id,
        district_id=citizen.district_id,
        functional_level=citizen.functional_level,
        setting=citizen.setting,
        lives_alone=citizen.lives_alone,
        aids=tuple(citizen.aids),
        home_care_minutes=citizen.home_care_minutes,
        has_protected_address=citizen.has_protected_address,
        point=point_of(citizen),
        record_ref=citizen.record_ref,
        call_name=citizen.call_name,
    )
