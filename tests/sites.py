"""Every page of a municipality that has something on each: addresses, and who may open them."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from itertools import product
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from klippekort.accounts.models import Account, Identity, RoleAssignment, Shift
from klippekort.activities.models import Activity, Occurrence, Picture, Place
from klippekort.activities.services import approve_activity
from klippekort.citizens.models import Citizen
from klippekort.citizens.services import record_absence
from klippekort.citizens.services.contacts import add_contact
from klippekort.citizens.services.leaving import Leaving, register_leaving
from klippekort.domain.calendar import iso_week
from klippekort.domain.corrections import Correction
from klippekort.domain.permissions import ALLOWED, Actor, Role
from klippekort.domain.presets import text_of
from klippekort.domain.recurrence import Repeats
from klippekort.domain.schemes import load
from klippekort.domain.trips import CancelReason, Cause, Transport, TripState
from klippekort.imports import jobs
from klippekort.imports.reading.rows import Kind
from klippekort.imports.services.uploads import Upload
from klippekort.municipalities.models import District, Supplier
from klippekort.operations import demo
from klippekort.platform import clock
from klippekort.platform.assets import folder
from klippekort.platform.auth import GUESTS, access_of
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import PunchCard, PunchEntry, Scheme
from klippekort.punchcards.queries.card_keys import find_key
from klippekort.punchcards.services.corrections import Wish, correct_card
from klippekort.punchcards.services.granting import Wanted, ask_for
from klippekort.punchcards.services.pauses import pause_scheme
from klippekort.reports.jobs import carry_out
from klippekort.reports.services.trials import Order, claim_trial, start_trial
from klippekort.tablet.services.deeds import Cancel, Said
from klippekort.tablet.services.intents import take_intent
from klippekort.trips.models import Trip, TripEscort, TripRider
from klippekort.trips.services.agreements import AgreementOrder, agree
from klippekort.volunteers.models import (
    AssociationContact,
    Volunteer,
    VolunteerApplication,
    VolunteerClearance,
    VolunteerCompany,
)
from tests.courses_site import courses_and_talks
from tests.feedback_site import thoughts_and_money
from tests.groups_site import groups_and_people
from tests.hosting_site import questions_and_claims
from tests.login import locked_tablet, session_secret
from tests.measures_site import measured
from tests.messages_site import letters_and_words
from tests.outreach_site import noticed_and_told
from tests.own_page_site import own_cookies, trip_and_letter
from tests.papers_site import papers_of
from tests.relatives_site import proxies_and_proposals
from tests.reports_site import yearly_report
from tests.sign_in_site import BROWSER, IN_ITS_BROWSER, ways_in
from tests.waiting_site import wishes_and_offers

HOME = 1
# What stands in these addresses is found for each of them.
WHILE_SHOWN = ("trips.shown", "trips.unlock")
COLUMNS = "CPR-nummer;Fornavn;Efternavn;Adresse;Postnr;By;Leverandør;Boform;Adressebeskyttelse\n"
FILES = {
    "good": f"{COLUMNS}670147-1238;Ellen;Kær;Vej 1;4681;Lindeby;Tryg Pleje A/S;Eget hjem;Nej\n",
    "faulty": f"{COLUMNS}12;=1+1;Kær;Vej 1;x;Lindeby;Ingen;Slot;Måske\n",
}
Values = Mapping[str, tuple[str, ...]]


# What a citizen opens with her printed card and her PIN.
_ON_HER_PAGE = (
    "own_page.home",
    "own_page.idea",
    "own_page.call_name",
    "own_page.wish",
    "own_page.cancel",
    "own_page.face",
    "own_page.reading",
    "own_page.prove",
    "own_page.type_code",
    "own_page.looks",
    "own_page.data",
    "own_page.data_chapter",
    "own_page.devices",
    "own_page.told",
    "own_page.family_days",
    "own_page.relatives",
    "own_page.add_relative",
    "waiting.own_offer",
    "groups.own_groups_page",
    "groups.own_picture",
    "groups.own_material",
    "feedback.own",
)
# What is seen by one of those who may do such things: the one it was given to.
_GIVEN_TO = {
    "measures.duty": Role.COORDINATOR,
    "accounts.confirm": Role.ADMINISTRATOR,
    "accounts.go_on": Role.ADMINISTRATOR,
    "accounts.rename_passkey": Role.ADMINISTRATOR,
    "accounts.enrol": Role.ADMINISTRATOR,
    "papers.certificate": Role.COORDINATOR,
}
# What is a citizen's own affair, whoever else may see her pages.
_HERS_ALONE = frozenset(
    {
        "own_page.call_name",
        "own_page.looks",
        "own_page.data",
        "own_page.data_chapter",
        "own_page.devices",
        "own_page.told",
        "own_page.family_days",
        "own_page.relatives",
        "own_page.add_relative",
        "groups.own_picture",
        "groups.own_material",
    }
)


@dataclass(frozen=True)
class Visit:
    """A page, and who opens it: `actor`, or None for nobody in particular.

    `shown_to` is the citizen whom the tablet is turned to meanwhile.
    """

    endpoint: str
    path: str
    actor: Actor | None
    shown_to: UUID | None = None

    @property
    def who(self) -> str:
        """Return the role, or "anybody"."""
        return self.actor.role if self.actor else "anybody"

    def cookies(self) -> dict[str, str]:
        """Log in as the visit says, and return the cookies that say so, by name."""
        cookies = {}
        if self.actor is not None:
            cookies["session"] = session_secret(self.actor, self.shown_to)
        if self.endpoint in _ON_HER_PAGE and self.actor is None:
            with acting_for(HOME):
                cookies |= own_cookies(self.endpoint)
        if self.endpoint in IN_ITS_BROWSER:
            cookies["device"] = BROWSER
        if self.endpoint == "tablet.unlock" and self.actor is None:
            helper = people(demo.log_ins())[Role.CARE_WORKER]
            cookies["device"] = locked_tablet(helper.account_id or UUID(int=0))
        return cookies


def people(log_ins: list[tuple[str, str, str]]) -> dict[Role, Actor]:
    """Return the demo's log-ins as actors, by role."""
    found: dict[Role, Actor] = {}
    for role, email, _password in log_ins:
        known = select(Identity).filter_by(subject=email, issuer="local")
        identity = db.session.scalars(known).one()
        assigned = db.session.scalars(
            select(RoleAssignment).filter_by(account_id=identity.account_id, role=role)
        ).one()
        account = db.session.get(Account, identity.account_id)
        found[Role(role)] = Actor(
            assigned.municipality_id,
            Role(role),
            identity.account_id,
            account.display_name if account else "",
            assigned.supplier_id,
            assigned.district_id,
            assigned.person_id,
        )
    return found


def furnish(app: Flask, staff: dict[Role, Actor]) -> dict[str, tuple[str, ...]]:
    """Add what the demo has none of (files being imported, an absence), and return the values of
    every part of an address that varies.
    """
    with acting_for(HOME):
        values = {**_values(staff), **_dates(staff), **_trips(staff)}
        values["upload_id"] = tuple(_uploads(app, staff[Role.ADMINISTRATOR]))
        values |= yearly_report(staff[Role.COORDINATOR])
        values["trial_id"] = tuple(_trials(staff[Role.COORDINATOR]))
        values["week"] = (iso_week(clock.today()),)
        values["activities.publish:activity_id"] = (_with_remarks(staff[Role.COORDINATOR]),)
        values["picture_id"] = (_picture(values["activity_id"][0]),)
        values |= questions_and_claims(staff[Role.COORDINATOR], staff[Role.VOLUNTEER])
        values |= groups_and_people(
            staff[Role.COORDINATOR],
            staff[Role.FACILITATOR],
            [UUID(values["citizen_id"][0]), _whose_card()],
        )
        values |= measured(staff[Role.COORDINATOR], UUID(values["citizen_id"][0]))
        values |= letters_and_words(UUID(values["citizen_id"][0]), staff[Role.COORDINATOR])
        values |= courses_and_talks(staff[Role.COORDINATOR], UUID(values["citizen_id"][0]))
        values |= noticed_and_told(staff[Role.COORDINATOR], UUID(values["citizen_id"][0]))
        values |= proxies_and_proposals(
            staff[Role.COORDINATOR], staff[Role.RELATIVE], UUID(values["card_id"][0])
        )
        values |= thoughts_and_money(
            staff[Role.COORDINATOR], UUID(values["citizen_id"][0]), UUID(values["scheme_id"][0])
        )
        values |= trip_and_letter(staff[Role.COORDINATOR], staff[Role.CARE_WORKER], _whose_card())
        values |= wishes_and_offers(
            staff[Role.COORDINATOR], staff[Role.ASSESSOR], staff[Role.CARE_WORKER]
        )
        values |= papers_of(
            staff[Role.COORDINATOR],
            staff[Role.ASSESSOR],
            UUID(values["citizen_id"][0]),
            UUID(values["card_id"][0]),
        )
        values |= ways_in(staff[Role.ADMINISTRATOR])
        card_id = UUID(values["card_id"][0])
        values["correction_id"] = (_correction(staff, card_id),)
        without = UUID(values["punchcards.grant:citizen_id"][0])
        scheme_id = UUID(values["scheme_id"][0])
        values["request_id"] = (_request(staff[Role.ASSESSOR], without, scheme_id),)
        values["pause_id"] = (_pause(staff[Role.COORDINATOR], UUID(values["scheme_id"][0])),)
        values["absence_id"] = (_absence(staff, UUID(values["citizen_id"][0])),)
        over = UUID(values["trips.trip:trip_id"][1])
        values["intent_id"] = (_conflict(staff[Role.CARE_WORKER], over),)
        values["citizens.left:citizen_id"] = (_left(staff[Role.COORDINATOR]),)
        db.session.rollback()
    return values


def _left(coordinator: Actor) -> str:
    """Let a citizen of the planner's supplier who has no card have moved, and return her id."""
    without = select(Citizen.id).where(Citizen.id.not_in(select(PunchCard.citizen_id)))
    planned = select(RoleAssignment.supplier_id).filter_by(role=Role.PLANNER)
    found = without.where(Citizen.supplier_id.in_(planned)).order_by(Citizen.id.desc())
    citizen_id = UUID(_first(found))
    facts = Leaving("moved", clock.today(), "relative")
    execute(register_leaving, coordinator, citizen_id, facts, now=clock.now())
    return str(citizen_id)


def _pause(coordinator: Actor, scheme_id: UUID) -> str:
    """Let a scheme stand still in a year, when nobody is booked, and return the pause."""
    first = clock.today() + timedelta(days=400)
    made: str = execute(
        pause_scheme, coordinator, scheme_id, first, first, "Ferie", now=clock.now()
    )
    return made


def _whose_card() -> UUID:
    """Return the citizen whose printed card the demo tells of."""
    key = find_key(demo.citizen_card().token)
    return key.citizen_id if key else UUID(int=0)


def _first(wanted: Any) -> str:
    return str(db.session.scalars(wanted.limit(1)).one())


def _values(staff: dict[Role, Actor]) -> dict[str, tuple[str, ...]]:
    card = demo.citizen_card()
    without = select(Citizen.id).where(Citizen.id.not_in(select(PunchCard.citizen_id)))
    proposed = select(Activity.id).where(Activity.state == "proposed").order_by(Activity.id)
    supplier_id = staff[Role.CARE_WORKER].supplier_id
    others = select(Citizen.id).where(Citizen.supplier_id != supplier_id)
    worker_id = staff[Role.CARE_WORKER].person_id
    return {
        "slug": (card.slug,),
        "token": (card.token,),
        "accounts.create:slug": ("koordinator", "medarbejder"),
        "accounts.add_role:slug": ("koordinator", "medarbejder"),
        "activities.approve:activity_id": (_first(proposed),),
        "activities.decline:activity_id": (_first(proposed),),
        "place_id": (_first(select(Place.id)),),
        "citizens.open_access:citizen_id": (_first(others),),
        "punchcards.grant:citizen_id": (_first(without),),
        "scheme_id": (_first(select(Scheme.id)),),
        "part": ("opsparing", "tider", "afbud", "hvem"),
        "supplier_id": (_first(select(Supplier.id)),),
        "district_id": (_first(select(District.id)),),
        "volunteer_id": (_first(select(Volunteer.id)),),
        "application_id": (_first(select(VolunteerApplication.id).filter_by(state="waiting")),),
        "association_id": (_first(_association_of(staff[Role.ASSOCIATION])),),
        "contact_id": (str(staff[Role.ASSOCIATION].person_id),),
        "clearance_id": (_first(select(VolunteerClearance.id)),),
        "company_id": (_first(select(VolunteerCompany.id)),),
        "volunteers.export:kind": ("csv", "xlsx"),
        "care_worker_id": (str(staff[Role.CARE_WORKER].person_id),),
        "shift_id": (_first(select(Shift.id).filter_by(care_worker_id=worker_id)),),
        "account_id": (str(staff[Role.CARE_WORKER].account_id),),
        "repeats": (Repeats.WEEKLY,),
    }


def _association_of(contact: Actor) -> Any:
    return select(AssociationContact.association_id).filter_by(id=contact.person_id)


def _dates(staff: dict[Role, Actor]) -> dict[str, tuple[str, ...]]:
    now = clock.now()
    hosted = (
        select(Occurrence)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .where(Activity.host_id == staff[Role.VOLUNTEER].person_id)
        .where(Activity.state == "published", Occurrence.cancelled_at.is_(None))
    )
    past = hosted.where(Occurrence.ends_at < now).order_by(Occurrence.starts_at.desc())
    ahead = hosted.where(Occurrence.starts_at > now).order_by(Occurrence.starts_at)
    coming = db.session.scalars(ahead.limit(1)).one()
    over = db.session.scalars(past.limit(1)).one()
    # Nobody of the demo is booked so far ahead: to go there is open to her at any hour of the week.
    later = ahead.where(Occurrence.starts_at > now + timedelta(weeks=3))
    free = db.session.scalars(later.limit(1)).one()
    return {
        "occurrence_id": (str(coming.id),),
        "trips.own_way:occurrence_id": (str(free.id),),
        "hosting.attendance:occurrence_id": (str(over.id),),
        "activity_id": (str(coming.activity_id),),
    }


def _trips(staff: dict[Role, Actor]) -> dict[str, tuple[str, ...]]:
    mine = (
        select(Trip, TripRider)
        .join(TripRider, TripRider.trip_id == Trip.id)
        .join(TripEscort, TripEscort.trip_id == Trip.id)
        .where(TripEscort.care_worker_id == staff[Role.CARE_WORKER].person_id)
        .where(TripEscort.is_active)
        .order_by(Trip.starts_at)
    )
    booked = mine.where(Trip.state == TripState.BOOKED)
    trip, rider = db.session.execute(booked.limit(1)).one()
    made = mine.where(Trip.state == TripState.COMPLETED)
    over, guest = db.session.execute(made.limit(1)).one()
    helper, coordinator = staff[Role.CARE_WORKER], staff[Role.COORDINATOR]
    return {
        "trips.greeting:trip_id": (_told_at_home(coordinator, over.id, guest.citizen_id),),
        "agreement_id": (_agreement(helper, rider.citizen_id),),
        "citizen_id": (str(rider.citizen_id),),
        "card_id": (str(rider.card_id),),
        "deed": ("tilfoej", "tag", "eftergiv"),
        "entry_id": _lines(rider.card_id or UUID(int=0)),
        "trip_id": (str(trip.id),),
        "trips.trip:trip_id": (str(trip.id), str(over.id)),
        "planning.move:trip_id": (_ahead(staff[Role.PLANNER]),),
    }


def _told_at_home(coordinator: Actor, trip_id: UUID, citizen_id: UUID) -> str:
    """Let a relative hear of a trip that was made, and return the trip's id."""
    execute(
        add_contact,
        coordinator,
        citizen_id,
        name="Lise Sørensen",
        phone="+4520123456",
        relation="child",
        is_next_of_kin=True,
        gets_greetings=True,
        now=clock.now(),
    )
    return str(trip_id)


def _agreement(helper: Actor, citizen_id: UUID) -> str:
    order = AgreementOrder(
        citizen_id=citizen_id,
        activity_id=None,
        destination="En tur rundt om søen",
        address=None,
        postcode=None,
        kind="walk",
        weekday=2,
        every_weeks=1,
        starts=time(10),
        minutes=30,
        travel_each_way=0,
        transport=Transport.WALK,
        care_worker_id=helper.person_id,
        agreed_how="said",
        from_on=clock.today(),
    )
    return str(execute(agree, helper, order, now=clock.now()))


def _ahead(planner: Actor) -> str:
    """Return a booked trip that the planner may still move, whatever time of day it is."""
    found = (
        select(Trip.id)
        .join(TripRider, TripRider.trip_id == Trip.id)
        .join(Citizen, Citizen.id == TripRider.citizen_id)
        .where(Citizen.supplier_id == planner.supplier_id, Trip.state == TripState.BOOKED)
        .where(Trip.starts_at > clock.now() + timedelta(hours=2))
    )
    return _first(found.order_by(Trip.starts_at))


def _lines(card_id: UUID) -> tuple[str, ...]:
    """Return a line of a card that can be put right, and one that cannot."""
    lines = select(PunchEntry.id).filter_by(card_id=card_id).order_by(PunchEntry.seq)
    return _first(lines.filter_by(kind="credit")), _first(lines.filter_by(kind="hold"))


def _correction(staff: dict[Role, Actor], card_id: UUID) -> str:
    """Propose a correction that a colleague has to agree to."""
    wish = Wish(Correction.ADD, 45, "late_news", "Fra papirkortet")
    proposed = execute(correct_card, staff[Role.COORDINATOR], card_id, wish, now=clock.now())
    return str(proposed["id"])


def _request(assessor: Actor, citizen_id: UUID, scheme_id: UUID) -> str:
    """Ask for a card that a colleague has to approve."""
    wanted = Wanted(citizen_id, scheme_id, clock.today(), reason="need_assessed")
    made: str = execute(ask_for, assessor, wanted, clock.now())
    return made


def _absence(staff: dict[Role, Actor], citizen_id: UUID) -> str:
    now = clock.now()
    start = clock.today() + timedelta(days=40)
    recorded = execute(
        record_absence, staff[Role.COORDINATOR], citizen_id, "holiday", start, None, now
    )
    return str(recorded)


def _conflict(helper: Actor, trip_id: UUID) -> str:
    """Cancel a trip on a tablet that was made meanwhile, for a person to settle."""
    now = clock.now()
    said = Said(new_id(), Cancel(Cause.CITIZEN, CancelReason.ILL), trip_id, 1, now, now)
    taken = execute(take_intent, helper, said, now=now, key=str(said.id))
    return str(taken["id"])


def _with_remarks(coordinator: Actor) -> str:
    """Approve the last proposal with remarks, so that its host may publish it, and return it."""
    proposed = select(Activity.id).where(Activity.state == "proposed").order_by(Activity.id.desc())
    activity_id = db.session.scalars(proposed.limit(1)).one()
    remarks, now = "Husk, at døren er smal.", clock.now()
    return str(execute(approve_activity, coordinator, activity_id, remarks=remarks, now=now))


def _picture(activity_id: str) -> str:
    """Return the picture of an activity; one that has none gets one."""
    found = select(Picture.id).filter_by(activity_id=UUID(activity_id))
    drawn = (folder("static") / "icons" / "app-192.png").read_bytes()

    def add() -> None:
        picture = Picture(
            activity_id=UUID(activity_id),
            media_type="image/png",
            width=192,
            height=192,
            large=drawn,
            small=drawn,
            added_at=clock.now(),
        )
        db.session.add(picture)

    if db.session.scalars(found).first() is None:
        db.session.rollback()
        execute(add)
    return _first(found)


def _trials(actor: Actor) -> Iterator[str]:
    """Yield a trial of other rules that leaves questions open."""
    order = Order(load(text_of("faxe")), "Klippekort Faxe", 1)
    trial_id = UUID(execute(start_trial, actor, order, now=clock.now()))
    execute(claim_trial, trial_id, now=clock.now())
    carry_out(trial_id)
    yield str(trial_id)


def _uploads(app: Flask, actor: Actor) -> Iterator[str]:
    """Yield an upload that may be stored, one with faults, and one that is being read."""
    folder = app.extensions["settings"].data_folder
    for name, text in FILES.items():
        upload = Upload.keep(folder, actor, Kind.CITIZENS, f"{name}.csv", text.encode())
        jobs.start(app, actor, upload, dry_run=True)
        for thread in threading.enumerate():
            if thread.name == f"import-{upload.id}":
                thread.join()
        yield str(upload.id)
    yield str(Upload.keep(folder, actor, Kind.CITIZENS, "waiting.csv", b"x").id)


def addresses(app: Flask) -> set[str]:
    """Return every endpoint that is got."""
    return {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}


def visits(app: Flask, staff: dict[Role, Actor], values: Values) -> Iterator[Visit]:
    """Yield a visit to every page that is got, by everybody in turn who may open it."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions[rule.endpoint])
        if access is None or "GET" not in (rule.methods or set()):
            continue
        names = sorted(rule.arguments)
        own = [values.get(f"{rule.endpoint}:{name}", values.get(name, ())) for name in names]
        roles = ALLOWED[access.action] if access.action else set(staff)
        if access.action and not access.guests:
            roles = set(roles) - GUESTS
        given_to = _GIVEN_TO.get(rule.endpoint)
        roles = {given_to} if given_to else roles
        if rule.endpoint in _HERS_ALONE:
            roles = set(roles) - {Role.RELATIVE}
        actors = [staff[role] for role in staff if role in roles]
        turned = UUID(values["citizen_id"][0]) if rule.endpoint in WHILE_SHOWN else None
        for chosen in product(*own):
            path = adapter.build(rule.endpoint, dict(zip(names, chosen, strict=True)))
            if access.action is None:
                yield Visit(rule.endpoint, path, None)
            for actor in actors:
                yield Visit(rule.endpoint, path, actor, turned)
