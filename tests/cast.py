"""The people every test knows. Frida and Gudrun live in the other municipality: use them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from klippekort.accounts.models import Account, CareWorker, Identity, RoleAssignment
from klippekort.citizens.models import Citizen
from klippekort.domain.permissions import Actor, Role
from klippekort.municipalities.models import District, Municipality, Supplier
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.keys import Place, keys
from klippekort.platform.tenancy import acting_for
from klippekort.volunteers.models import Association, Volunteer

HOME, AWAY = 1, 2
BORN = datetime(2026, 1, 1, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Cast:
    """Who is there. Actors are logged-in staff; ids are people and places."""

    asta: Actor  # assessor
    bo: Actor  # care worker, north
    mia: Actor  # care worker, south
    karen: Actor  # coordinator
    ida: Actor  # planner at the municipal supplier
    ada: Actor  # administrator
    viggo: Actor  # volunteer and host
    frida: Actor  # assessor in the other municipality
    ellen: UUID  # citizen, north
    poul: UUID  # citizen, south, in a wheelchair
    gudrun: UUID  # citizen in the other municipality
    supplier: UUID
    private_supplier: UUID
    north: UUID
    south: UUID
    association: UUID


def email_of(actor: Actor) -> str:
    """Return the address an actor logs in with."""
    return f"{actor.display_name.split()[0].lower()}@example.dk"


def _place(name: str, number: int) -> None:
    db.session.add(
        Municipality(
            id=number,
            slug=name.lower(),
            name=f"{name} Kommune",
            phone="+4520123456",
            phone_hours="hverdage kl. 8–15",
            travel_near_minutes=10,
            travel_far_minutes=20,
            created_at=BORN,
        )
    )
    db.session.flush()


def make_citizen(first: str, last: str, *, supplier: UUID, district: UUID, **facts: object) -> UUID:
    """Add a citizen to the municipality at hand and return the id."""
    home, person = db.session.info.get("home", HOME), new_id()
    ring = keys()
    owner = Place(home, person, "key")
    wrapped = ring.new_data_key(owner)
    number = str(facts.pop("person_number", f"61{person.int % 10**8:08d}"))
    sealed = ring.encrypt(wrapped, owner, number, Place(home, person, "person_number"))
    address = ring.encrypt(wrapped, owner, "Åvej 7", Place(home, person, "address"))
    db.session.add(
        Citizen(
            id=person,
            municipality_id=home,
            first_name=first,
            last_name=last,
            search_name=f"{first} {last}".casefold(),
            wrapped_key=wrapped,
            person_number_index=ring.blind_index(home, number),
            person_number_encrypted=sealed,
            address_encrypted=address,
            postcode="4681",
            town="Lindeby",
            supplier_id=supplier,
            district_id=district,
            setting="own_home",
            created_at=BORN,
            **facts,
        )
    )
    return person


def _person(
    home: int,
    name: str,
    role: Role,
    *,
    supplier: UUID | None = None,
    district: UUID | None = None,
    person: UUID | None = None,
) -> Actor:
    account = Account(id=new_id(), display_name=name, created_at=BORN)
    db.session.add(account)
    db.session.flush()
    actor = Actor(home, role, account.id, name, supplier, district, person)
    db.session.add(Identity(account_id=account.id, issuer="local", subject=email_of(actor)))
    db.session.add(
        RoleAssignment(
            account_id=account.id,
            municipality_id=home,
            role=role,
            supplier_id=supplier,
            district_id=district,
            person_id=person,
        )
    )
    return actor


def _worker(home: int, name: str, number: str, supplier: UUID, district: UUID) -> Actor:
    person = new_id()
    db.session.add(
        CareWorker(
            id=person,
            municipality_id=home,
            employee_number=number,
            name=name,
            supplier_id=supplier,
            district_id=district,
            has_driving_licence=True,
        )
    )
    return _person(
        home, name, Role.CARE_WORKER, supplier=supplier, district=district, person=person
    )


def _home() -> Cast:
    _place("Lindeby", HOME)
    ids = {name: new_id() for name in ("supplier", "private", "north", "south", "club", "viggo")}
    db.session.add(
        Supplier(id=ids["supplier"], municipality_id=HOME, name="Hjemmeplejen", is_municipal=True)
    )
    db.session.add(Supplier(id=ids["private"], municipality_id=HOME, name="Omsorg ApS"))
    db.session.add(District(id=ids["north"], municipality_id=HOME, name="Nord"))
    db.session.add(District(id=ids["south"], municipality_id=HOME, name="Syd"))
    db.session.add(Association(id=ids["club"], municipality_id=HOME, name="Kortklubben"))
    db.session.flush()
    db.session.add(
        Volunteer(
            id=ids["viggo"],
            municipality_id=HOME,
            name="Viggo Vang",
            association_id=ids["club"],
            created_at=BORN,
        )
    )
    supplier, north, south = ids["supplier"], ids["north"], ids["south"]
    return Cast(
        asta=_person(HOME, "Asta Aagaard", Role.ASSESSOR),
        bo=_worker(HOME, "Bo Berg", "M1", supplier, north),
        mia=_worker(HOME, "Mia Møller", "M2", supplier, south),
        karen=_person(HOME, "Karen Kjær", Role.COORDINATOR),
        ida=_person(HOME, "Ida Iversen", Role.PLANNER, supplier=supplier),
        ada=_person(HOME, "Ada Ager", Role.ADMINISTRATOR),
        viggo=_person(HOME, "Viggo Vang", Role.VOLUNTEER, person=ids["viggo"]),
        frida=Actor(AWAY, Role.ASSESSOR),
        ellen=make_citizen("Ellen", "Sørensen", supplier=supplier, district=north),
        poul=make_citizen(
            "Poul", "Østergaard", supplier=supplier, district=south, needs_wheelchair=True
        ),
        gudrun=new_id(),
        supplier=supplier,
        private_supplier=ids["private"],
        north=north,
        south=south,
        association=ids["club"],
    )


def _away() -> tuple[Actor, UUID]:
    _place("Bakkeby", AWAY)
    supplier, district = new_id(), new_id()
    db.session.add(Supplier(id=supplier, municipality_id=AWAY, name="Hjemmeplejen"))
    db.session.add(District(id=district, municipality_id=AWAY, name="Øst"))
    db.session.flush()
    db.session.info["home"] = AWAY
    gudrun = make_citizen("Gudrun", "Gram", supplier=supplier, district=district)
    db.session.info["home"] = HOME
    return _person(AWAY, "Frida Friis", Role.ASSESSOR), gudrun


def assemble() -> Cast:
    """Add everybody to an empty database and return them."""
    with acting_for(HOME):
        home: Cast = execute(_home)
    with acting_for(AWAY):
        frida, gudrun = execute(_away)
    return Cast(**{**vars(home), "frida": frida, "gudrun": gudrun})
