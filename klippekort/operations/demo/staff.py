"""Who works in the town hall, and how the demo's people log in."""

from dataclasses import dataclass
from uuid import UUID

from klippekort.accounts.models import Account, Credential, Identity, RoleAssignment
from klippekort.domain.permissions import Role
from klippekort.municipalities.models import District, Municipality, Supplier
from klippekort.operations.demo import names
from klippekort.operations.demo.world import Frame, Homes, Person

PASSWORD = "sommer-under-linden"  # noqa: S105  known to everybody: it opens invented people only
PIN = "2580"
# One for each role of Lindeby; every person here is written into the demo under this name.
LOG_INS: dict[Role, str] = {
    Role.ADMINISTRATOR: "Ada Ager",
    Role.ASSESSOR: "Asta Aagaard",
    Role.COORDINATOR: "Karen Kjær",
    Role.PLANNER: "Ida Iversen",
    Role.CARE_WORKER: "Anna Holm",
    Role.VOLUNTEER: "Kaj Klausen",
    Role.ASSOCIATION: "Lone Lund",
    Role.FACILITATOR: "Gerda Gram",
    Role.RELATIVE: "Maja Sørensen",
}
_OFFICE = (Role.ADMINISTRATOR, Role.ASSESSOR, Role.COORDINATOR, Role.PLANNER)


@dataclass(frozen=True)
class Secrets:
    """The hashes of the demo's password and PIN: made once, for they are no secret."""

    password: str
    pin: str


def email_of(name: str, slug: str) -> str:
    """Return the address that one of the named people logs in with."""
    return f"{name.split()[0].lower()}@{slug}.example"


def build_town_hall(frame: Frame) -> Homes:
    """Add the municipality with its suppliers and districts."""
    town, rows, dice = frame.town, frame.rows, frame.dice
    code, city = town.postcodes[0]
    rows.add(
        Municipality,
        id=town.number,
        slug=town.slug,
        name=town.name,
        phone=town.phone,
        phone_hours="hverdage kl. 8–15",
        return_address=f"Fællesskab og omsorg\nTorvet 1\n{code} {city}",
        travel_near_minutes=10,
        travel_far_minutes=20,
        nurse_phone=f"{town.phone[:-2]}12",
        incident_report="Utilsigtede hændelser meldes i omsorgsjournalen og på dpsd.dk.",
        is_demo=True,
        created_at=frame.now,
    )
    suppliers = []
    for number, (name, is_municipal) in enumerate(town.suppliers, start=1):
        supplier_id = dice.new_id(frame.set_up_at)
        phone = f"{town.phone[:-1]}{number}"
        rows.add(Supplier, id=supplier_id, name=name, is_municipal=is_municipal, phone=phone)
        suppliers.append(supplier_id)
    districts = []
    for name in town.districts:
        districts.append(dice.new_id(frame.set_up_at))
        rows.add(District, id=districts[-1], name=name)
    return Homes(tuple(suppliers), tuple(districts))


def add_account(
    frame: Frame,
    name: str,
    email: str,
    role: Role,
    *,
    supplier_id: UUID | None = None,
    district_id: UUID | None = None,
    person_id: UUID | None = None,
) -> Person:
    """Add a login with one role, not yet able to log in, and return who it is."""
    rows, at = frame.rows, frame.set_up_at
    account_id = frame.dice.new_id(at)
    rows.add(Account, id=account_id, display_name=name, created_at=at)
    rows.add(
        Identity, id=frame.dice.new_id(at), account_id=account_id, issuer="local", subject=email
    )
    rows.add(
        RoleAssignment,
        id=frame.dice.new_id(at),
        account_id=account_id,
        municipality_id=frame.town.number,
        role=role.value,
        supplier_id=supplier_id,
        district_id=district_id,
        person_id=person_id,
    )
    return Person(account_id, name, role.value, person_id)


def give_secret(frame: Frame, person: Person, kind: str, hashed: str) -> None:
    """Let a person log in (`password`) or take a tablet back (`pin`)."""
    frame.rows.add(
        Credential,
        id=frame.dice.new_id(frame.set_up_at),
        account_id=person.account_id,
        kind=kind,
        secret=hashed,
        tries=0,
    )


def build_office(frame: Frame, homes: Homes, secrets: Secrets) -> dict[Role, Person]:
    """Add one person for each role in the town hall and return them by role."""
    people = {}
    for role in _OFFICE:
        is_home = frame.town.is_home
        name = LOG_INS[role] if is_home else names.younger(frame.dice)
        email = email_of(name if is_home else role.value, frame.town.slug)
        supplier = homes.suppliers[0] if role is Role.PLANNER else None
        people[role] = add_account(frame, name, email, role, supplier_id=supplier)
        give_secret(frame, people[role], "password", secrets.password)
    return people
