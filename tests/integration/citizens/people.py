"""Citizens as the services make them."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from klippekort.citizens import services
from klippekort.citizens.queries import CitizenFacts
from klippekort.domain.permissions import Actor
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from tests.cast import Cast

NUMBER, ADDRESS, PHONE = "700150-1234", "Hemmelig Allé 13", "+4520123499"


def inger(cast: Cast) -> CitizenFacts:
    """Return the facts of a citizen who is not there yet."""
    return CitizenFacts(
        person_number=NUMBER,
        first_name="Inger",
        last_name="Åkjær",
        address=ADDRESS,
        postcode="4681",
        town="Lindeby",
        phone=PHONE,
        supplier_id=cast.supplier,
        district_id=cast.north,
        functional_level=3,
        setting="own_home",
        lives_alone=True,
        aids=("rollator",),
        home_care_minutes=Decimal("612.50"),
        has_protected_address=False,
    )


def add(actor: Actor, facts: CitizenFacts) -> UUID:
    """Add a citizen and return the id."""
    with acting_for(actor.municipality_id):
        return UUID(execute(services.add_citizen, actor, facts, clock.now()))


def add_named(cast: Cast, *names: str) -> dict[str, UUID]:
    """Add citizens of the private supplier by their whole names and return their ids."""
    made = {}
    for count, name in enumerate(names):
        first, last = name.split(" ", 1)
        facts = replace(
            inger(cast),
            person_number=f"700150-20{count:02d}",
            first_name=first,
            last_name=last,
            supplier_id=cast.private_supplier,
        )
        made[name] = add(cast.asta, facts)
    return made


def change(actor: Actor, citizen_id: UUID, facts: CitizenFacts) -> list[str]:
    """Change a citizen and return what changed."""
    with acting_for(actor.municipality_id):
        changed: list[str] = execute(services.change_citizen, actor, citizen_id, facts, clock.now())
        return changed
