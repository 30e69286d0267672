"""Build the demo: two invented towns, the same for the same seed and day, and proved."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select

from klippekort.accounts.services.secrets import hash_secret
from klippekort.domain.errors import DomainError
from klippekort.domain.permissions import Role
from klippekort.municipalities.models import Municipality
from klippekort.operations.demo.alliances import build_alliances
from klippekort.operations.demo.courses import build_courses
from klippekort.operations.demo.dice import Dice
from klippekort.operations.demo.groups import build_groups
from klippekort.operations.demo.history import Year
from klippekort.operations.demo.holders import card_token, give_cards, give_codes
from klippekort.operations.demo.hosting import build_hosting
from klippekort.operations.demo.longing import build_longing
from klippekort.operations.demo.looks import leave_traces
from klippekort.operations.demo.money import build_money
from klippekort.operations.demo.offers import build_hosts, build_offers, store_meetings
from klippekort.operations.demo.people import KNOWN, build_citizens
from klippekort.operations.demo.records import store_hosting, store_journeys
from klippekort.operations.demo.relatives import build_proxies, build_relatives
from klippekort.operations.demo.roster import build_roster
from klippekort.operations.demo.rows import Rows
from klippekort.operations.demo.schemes import build_schemes
from klippekort.operations.demo.staff import (
    LOG_INS,
    PASSWORD,
    PIN,
    Secrets,
    build_office,
    build_town_hall,
    email_of,
)
from klippekort.operations.demo.together import go_own_way, go_together
from klippekort.operations.demo.town import BAKKEBY, LINDEBY, Town
from klippekort.operations.demo.world import Frame
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.keys import keys
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.services.proof import verify_municipality


class NotEmpty(DomainError):
    """The database holds municipalities already, and the demo never mixes with them."""


class Unproved(RuntimeError):
    """The demo's own ledger does not prove: a fault in the program, not in the data."""


@dataclass(frozen=True)
class CardLogIn:
    """What opens a citizen's own page in the demo: the code's secret and the PIN."""

    citizen: str
    slug: str
    token: str
    pin: str


def log_ins() -> list[tuple[str, str, str]]:
    """Return role, e-mail address and password of one person for each role of Lindeby.

    The care worker's PIN, which takes a tablet back from a citizen, is `PIN`.
    """
    slug = LINDEBY.slug
    return [(role.value, email_of(name, slug), PASSWORD) for role, name in LOG_INS.items()]


def citizen_card(seed: int = 1) -> CardLogIn:
    """Return what opens Ellen's page. It is made from the seed; real codes are random."""
    return CardLogIn(" ".join(KNOWN[0]), LINDEBY.slug, card_token(seed, 0), PIN)


def is_empty(app: Flask) -> bool:
    """Say whether the database holds no municipality at all."""
    with app.app_context():
        return db.session.scalars(select(Municipality.id).limit(1)).first() is None


def load(app: Flask, *, on: date, seed: int = 1, small: bool = False) -> None:
    """Build Lindeby and Bakkeby as they would be at the start of the Danish day `on`.

    `small` makes few people and two months of history, for tests. The same seed and day give the
    same towns, identifiers and chains of entries; only ciphertexts and salted hashes differ.
    Raises NotEmpty, and Unproved when the stored cards do not verify.
    """
    if not is_empty(app):
        raise NotEmpty
    with app.app_context():
        secrets = Secrets(hash_secret(PASSWORD), hash_secret(keys().peppered(PIN)))
        for town in (LINDEBY, BAKKEBY):
            rows = _build(town.small() if small else town, on, seed, secrets)
            with acting_for(town.number):
                execute(rows.store)
        for town in (LINDEBY, BAKKEBY):
            with acting_for(town.number):
                db.session.rollback()
                if differences := verify_municipality():
                    raise Unproved(f"{town.slug}: {differences[0]}")
        db.session.rollback()


def _build(town: Town, on: date, seed: int, secrets: Secrets) -> Rows:
    """Return every row of a town; nothing is written yet."""
    dice = Dice(f"{seed}/{town.slug}/{on.isoformat()}")
    frame = Frame(town, dice, Rows(town.number, dice), on)
    homes = build_town_hall(frame)
    office = build_office(frame, homes, secrets)
    helpers = build_roster(frame, homes, secrets)
    residents = build_citizens(frame, homes)
    hosts = build_hosts(frame, secrets)
    coordinator, assessor = office[Role.COORDINATOR], office[Role.ASSESSOR]
    meetings = build_offers(frame, hosts, coordinator)
    decided_by = office[Role.ADMINISTRATOR].account_id
    schemes = build_schemes(frame.rows, frame.first_day, decided_by, frame.set_up_at)
    cards = give_cards(frame, residents, schemes, assessor)
    year = Year(frame, cards, helpers, coordinator)
    journeys = year.live(meetings)
    evening = frame.now - timedelta(hours=7)
    go_together(year, meetings, evening)
    go_own_way(year, meetings, evening)
    year.close()
    build_relatives(frame, residents)
    build_longing(frame, cards, meetings, helpers, coordinator)
    for card in cards:
        card.store()
    give_codes(frame, cards, seed, secrets.pin)
    store_meetings(frame, meetings)
    store_journeys(frame, journeys)
    store_hosting(frame, meetings)
    leave_traces(frame, residents, helpers, [assessor, coordinator], journeys)
    build_alliances(frame, hosts, residents, coordinator, secrets)
    if town.is_home:
        build_hosting(frame, hosts, meetings, journeys, coordinator)
    build_groups(frame, hosts, residents, meetings[0].place_id, coordinator, secrets)
    build_courses(frame, residents, meetings, journeys, coordinator, helpers[0].person)
    build_money(frame, schemes, decided_by)
    build_proxies(frame, residents, coordinator, secrets)
    return frame.rows
