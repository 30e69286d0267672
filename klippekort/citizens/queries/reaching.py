"""How citizens are reached: what is sealed is opened for sending, never for showing."""

from klippekort.citizens.queries.citizens import list_citizens
from klippekort.citizens.queries.sealed import address_of, person_number_of, phone_of
from klippekort.domain.messages.channels import Address
from klippekort.messages.queries import CITIZEN, Reachable, ReachFor, Recipient
from klippekort.messages.queries.people import PersonNumberOf


def how_reached(question: ReachFor) -> list[Reachable]:
    """Return how the citizens among these people are reached."""
    found = []
    for citizen in list_citizens(question.ids(CITIZEN)) if question.ids(CITIZEN) else ():
        street, town = address_of(citizen), f"{citizen.postcode or ''} {citizen.town or ''}".strip()
        lines = (citizen.name, street, town) if street and town else ()
        has_number = citizen.person_number_encrypted is not None
        address = Address(phone=phone_of(citizen), lines=lines, has_number=has_number)
        found.append(Reachable(Recipient(CITIZEN, citizen.id), citizen.name, address))
    return found


def number_for_post(question: PersonNumberOf) -> list[str]:
    """Return a citizen's person number, for the package that Digital Post is sent in."""
    found = [person_number_of(citizen) for citizen in list_citizens([question.citizen_id])]
    return [number for number in found if number is not None]
