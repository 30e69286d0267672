"""Municipalities made for measuring: staff, citizens, a scheme, and cards with long histories."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from bench.long_cards import TERMS, long_card
from klippekort.accounts.services import create_account
from klippekort.citizens.queries import CitizenFacts
from klippekort.citizens.services import add_citizen
from klippekort.domain.permissions import Actor, Role
from klippekort.domain.schemes import Setting
from klippekort.municipalities.queries import get_municipality
from klippekort.municipalities.services import add_supplier, create_municipality
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.keys import new_secret
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries import card_keys
from klippekort.punchcards.services.card_keys import make_key, open_own_page
from klippekort.punchcards.services.schemes import create_scheme

PIN = "4711"
ENOUGH = 10_000_000  # minutes on the cards that many book on, so that none runs dry
BEFORE_ALL = date(2000, 1, 1)


@dataclass(frozen=True)
class Town:
    """A municipality: its number, who acts there, its scheme and its supplier."""

    number: int
    slug: str
    assessor: Actor
    coordinator: Actor
    scheme_id: UUID
    supplier_id: UUID

    def add_card(self, person: int, entries: int, saved: int = 0) -> tuple[UUID, UUID]:
        """Add a citizen with a card of so many entries; return the ids of both."""
        facts = CitizenFacts(
            person_number=f"6101{person:06d}",
            first_name="Ellen",
            last_name=f"Sørensen {person}",
            address="Åvej 7",
            postcode="4681",
            town="Lindeby",
            phone=None,
            supplier_id=self.supplier_id,
            district_id=None,
            functional_level=None,
            setting=Setting.OWN_HOME,
            lives_alone=True,
            aids=(),
            home_care_minutes=None,
            has_protected_address=False,
        )
        now, today = clock.now(), clock.today()
        with acting_for(self.number):
            citizen_id = UUID(execute(add_citizen, self.assessor, facts, now))
            card_id = execute(
                long_card, citizen_id, self.scheme_id, entries, now, today=today, saved=saved
            )
        return citizen_id, card_id

    def open_page_of(self, citizen_id: UUID) -> tuple[str, str]:
        """Return the address of a citizen's own page and the secret that holds it open."""
        now = clock.now()
        with acting_for(self.number):
            execute(make_key, self.assessor, citizen_id, pin=PIN, now=now)
            token = card_keys.token_of(card_keys.get_live_key(citizen_id))
        return self.opened(token, PIN)

    def opened(self, token: str, pin: str) -> tuple[str, str]:
        """Return the address behind a printed card, and the secret that holds the page open."""
        with acting_for(self.number):
            opening = open_own_page(token, pin, now=clock.now())
        if opening.secret is None:
            raise RuntimeError(f"the page did not open: {opening.outcome}")
        return f"/kort/{self.slug}/{token}", opening.secret


def add_town(name: str) -> Town:
    """Add a municipality with an assessor, a coordinator, a supplier and a scheme."""
    now = clock.now()
    number: int = execute(create_municipality, name, now=now)
    admin = Actor(number, Role.ADMINISTRATOR)
    with acting_for(number):
        supplier = execute(add_supplier, admin, "Hjemmeplejen", True, None, now)
        staff = {}
        for role in (Role.ASSESSOR, Role.COORDINATOR):
            email = f"{role}@{number}.example"
            made = execute(
                create_account,
                admin,
                name=str(role).title(),
                email=email,
                role=role,
                password=new_secret(),
                now=now,
            )
            staff[role] = Actor(number, role, UUID(made), str(role).title())
        scheme = execute(
            create_scheme,
            staff[Role.COORDINATOR],
            name="Klippekort",
            setting=Setting.OWN_HOME,
            terms=TERMS,
            from_on=BEFORE_ALL,
            now=now,
        )
        slug = get_municipality(number).slug
    return Town(
        number, slug, staff[Role.ASSESSOR], staff[Role.COORDINATOR], UUID(scheme), UUID(supplier)
    )
