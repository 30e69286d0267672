"""What passes quickly in a municipality, so that the forms it brings stand on a page: a place that
is closed, somebody whom nobody knows yet, a rule that came up on a card.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from flask import Flask
from sqlalchemy import ScalarSelect, select, update

from klippekort.accounts.models import Credential
from klippekort.accounts.models.sign_in import SignInProvider
from klippekort.accounts.services import set_pin
from klippekort.accounts.services.one_time_passwords import TOTP, TOTP_NEW, begin_enrolment
from klippekort.accounts.services.providers import add_group
from klippekort.activities.models import Activity, Occurrence, Place, PlaceClosure
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import list_own_citizens
from klippekort.config import MailServer
from klippekort.domain.calendar import instant, local_day
from klippekort.domain.incidents import IncidentKind
from klippekort.domain.permissions import Actor, Role
from klippekort.domain.schemes.questions import open_questions
from klippekort.feedback.models import Feedback
from klippekort.groups.models import GroupSettings
from klippekort.messages.models import PushDevice
from klippekort.messages.services.devices import owner_of
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import CardTask, Scheme
from klippekort.punchcards.queries.schemes import terms_of
from klippekort.punchcards.services import changes
from klippekort.trips.models import Trip
from klippekort.trips.services.happenings import report_at_place
from klippekort.waiting.queries.fitting import of_kind
from tests.cast import HOME
from tests.faults.forms import Fields
from tests.relatives_site import a_relative
from tests.sites import Values, Visit

OPEN_RULE = "cancelling.citizen.charge"
MAIL = MailServer("127.0.0.1", 25, "none", "klippekort@example.dk")
# What is chosen in a form so that it leads somewhere.
FILLED: dict[str, Fields] = {
    "courses.say_no": {"because": ["other"]},
    "waiting.close": {"reason": ["withdrawn"]},
    "trips.incident": {"kind": ["unwell"], "effect": ["pause"]},
}
# What machines send, each with its own proof of who it is: nobody fills these in.
MACHINES = {
    "accounts.logged_out_there",
    "messages.digital_event",
    "messages.gateway_event",
    "messages.shown",
    "messages.voice_event",
    "security.csp_report",
    "tablet.leave",
    "tablet.take",
}
# Buttons with nothing to write in, on a page only while something waits to be pressed away:
# calls and letters that wait, a trip under way, a promise not given, what was closed or removed.
BUTTONS = {
    "accounts.remove_role",
    "activities.restore_place",
    "activities.share_room",
    "citizens.followed_up",
    "citizens.seen_to",
    "citizens.told",
    "groups.called",
    "groups.can_come",
    "groups.note_contact",
    "groups.told",
    "hosting.called",
    "hosting.say",
    "messages.call_instead",
    "messages.hold_back",
    "messages.mark_read",
    "messages.send_again",
    "messages.send_as_letter",
    "outreach.link",
    "outreach.turn_back",
    "oversight.lift",
    "own_page.prove",
    "own_page.remove_device",
    "papers.file_again",
    "papers.make_law_pile",
    "papers.make_weeks",
    "papers.take_back",
    "planning.end_away",
    "punchcards.erase_reason",
    "reports.count_again",
    "trips.answer_shown",
    "trips.keep_day",
    "trips.on_way",
    "trips.reopen_card",
    "trips.resume",
    "volunteers.archive_association",
    "volunteers.complete",
    "volunteers.promise",
    "volunteers.promised_on_paper",
    "volunteers.remove_association",
    "volunteers.reopen_association",
    "waiting.put_back",
}


def with_gateways(app: Flask) -> None:
    """Let the app believe that it has a mail server and may send notices."""
    before = app.extensions["settings"]
    app.extensions["settings"] = replace(before, mail=MAIL, push_contact="drift@example.dk")


def seldom(staff: dict[Role, Actor], values: Values) -> dict[str, tuple[str, ...]]:
    """Let what passes quickly be so, and return more values of addresses."""
    now, one = clock.now(), UUID(values["citizen_id"][0])
    coordinator = staff[Role.COORDINATOR]
    with acting_for(HOME):
        hosted = execute(_place_and_dates, staff, values, now)
        execute(_accounts, staff, now)
        execute(_papers_and_devices, staff, values, now)
        execute(set_pin, staff[Role.CARE_WORKER].account_id, "7391")
        citizen_id, fitting = _fits(staff[Role.CARE_WORKER], now)
        stranger = a_relative(coordinator, one, confirmed_how=None, now=now)
        kind, occurrence_id = IncidentKind.UNWELL, UUID(values["occurrence_id"][0])
        execute(report_at_place, staff[Role.VOLUNTEER], occurrence_id, kind, now=now)
        _another_scheme(coordinator, UUID(values["scheme_id"][0]), now)
        hidden = execute(_hide_somebody, one)
        told = db.session.scalars(select(Feedback.id).where(Feedback.said.is_not(None))).first()
        db.session.rollback()
    return {
        "hosting.day:occurrence_id": (hosted,),
        **{f"trips.{page}:citizen_id": (citizen_id,) for page in ("check", "own_way")},
        **{f"trips.{page}:occurrence_id": (fitting,) for page in ("check", "own_way")},
        "relatives.show:relative_id": (*values["relative_id"], str(stranger)),
        "citizens.facts:citizen_id": (*values["citizen_id"], hidden),
        "feedback.show:feedback_id": (*values["feedback_id"], str(told)),
        "accounts.show:account_id": (str(staff[Role.PLANNER].account_id),),
    }


def _place_and_dates(staff: dict[Role, Actor], values: Values, now: datetime) -> str:
    """Close a place for a day, hold something there at Christmas, and leave dates without a host.

    Return a date with a guest that the volunteer hosts.
    """
    place_id, activity_id = UUID(values["place_id"][0]), UUID(values["activity_id"][0])
    today = local_day(now)
    place = db.session.scalars(select(Place).filter_by(id=place_id)).one()
    place.is_closed_on_holidays = True
    until = today + timedelta(days=1)
    db.session.add(PlaceClosure(place_id=place_id, from_on=today, until_on=until, reason="Maling"))
    last = db.session.scalars(select(Occurrence).order_by(Occurrence.starts_at.desc())).first()
    assert last is not None
    lasts, year = last.ends_at - last.starts_at, today.year + (today > date(today.year, 12, 20))
    last.place_id, last.starts_at = place_id, instant(date(year, 12, 25), time(14))
    last.ends_at = last.starts_at + lasts
    db.session.execute(update(Activity).filter_by(id=activity_id).values(confirm_by=today))
    trip = select(Trip.occurrence_id).filter_by(id=UUID(values["trip_id"][0]))
    hosted = db.session.scalars(trip).one()
    theirs = select(Occurrence.activity_id).filter_by(id=hosted).scalar_subquery()
    other = select(Occurrence.activity_id).where(Occurrence.starts_at > now + timedelta(days=1))
    other = other.where(Occurrence.activity_id.not_in((activity_id, theirs)))
    _let_host(other.order_by(Occurrence.starts_at).limit(1).scalar_subquery(), None)
    host = staff[Role.VOLUNTEER].person_id
    _let_host(theirs, host)
    return str(hosted)


def _let_host(activity_id: ScalarSelect[UUID], host_id: UUID | None) -> None:
    """Let somebody, or nobody, host an activity and all its dates."""
    whose = update(Activity).where(Activity.id == activity_id).values(host_id=host_id)
    dates = update(Occurrence).where(Occurrence.activity_id == activity_id)
    db.session.execute(dates.values(host_id=host_id))
    db.session.execute(whose)


def _fits(helper: Actor, now: datetime) -> tuple[str, str]:
    """Return one of a helper's own citizens, and a date that she may be booked for."""
    for citizen in list_own_citizens(helper, local_day(now)):
        for offered in of_kind(citizen, None, now):
            return str(citizen.id), str(offered.occurrence.id)
    raise LookupError("nothing fits anybody")


def _accounts(staff: dict[Role, Actor], now: datetime) -> None:
    """Set a provider and a group of it up, and let a planner log in with codes."""
    admin, planner = staff[Role.ADMINISTRATOR], staff[Role.PLANNER].account_id
    for kind, level in (("staff", None), ("citizens", 2)):
        row = SignInProvider(municipality_id=HOME, kind=kind, least_level=level)
        row.issuer, row.client_id = "https://login.example.dk", "klippekort"
        db.session.add(row)
    add_group(admin, name="Koordinatorer", role=Role.COORDINATOR)
    assert planner is not None
    begin_enrolment(planner, now=now)
    enrolled = update(Credential).filter_by(account_id=planner, kind=TOTP_NEW)
    db.session.execute(enrolled.values(kind=TOTP, expires_at=None))


def _papers_and_devices(staff: dict[Role, Actor], values: Values, now: datetime) -> None:
    """Mind the boards all day, know a browser of each, and wonder about a card."""
    hours = {"board_opens": time(0), "board_closes": time(23, 59), "on_weekends": True}
    db.session.execute(update(GroupSettings).values(**hours))
    for number, role in enumerate((Role.COORDINATOR, Role.CARE_WORKER, Role.VOLUNTEER)):
        device = PushDevice(
            recipient_kind=owner_of(staff[role]).kind,
            recipient_id=owner_of(staff[role]).id,
            endpoint_index=f"browser-{number}",
            reach_sealed=b"",
            name="Firefox",
            added_at=now,
        )
        db.session.add(device)
    task = CardTask(
        card_id=UUID(values["card_id"][0]),
        kind="decide",
        rule=OPEN_RULE,
        subject="seldom",
        opened_on=local_day(now),
    )
    db.session.add(task)


def _another_scheme(coordinator: Actor, scheme_id: UUID, now: datetime) -> None:
    """Write rules anew that wait to be decided."""
    today = local_day(now)
    saving = {"caps": {"most": {"minutes": 60, "at_cap": "refuse"}}}
    execute(changes.keep_parts, coordinator, scheme_id, {"saving": saving}, now=now)
    saved = changes.draft_of(scheme_id, today).terms.change.saved_time
    first = today + timedelta(days=30)
    execute(changes.set_first_day, coordinator, scheme_id, first, saved, now=now)


def _hide_somebody(but: UUID) -> str:
    """Protect the address of a citizen, and return her id."""
    found = select(Citizen).where(Citizen.id != but).order_by(Citizen.id)
    citizen = db.session.scalars(found).first()
    assert citizen is not None
    citizen.has_protected_address = True
    return str(citizen.id)


def asked_visits(staff: dict[Role, Actor], values: Values) -> Iterator[Visit]:
    """Yield the pages that tell by a question in their address what they are about."""
    coordinator, scheme_id = staff[Role.COORDINATOR], values["scheme_id"][0]
    grant = f"/borgere/{values['citizen_id'][0]}/klippekort/ny?scheme={scheme_id}"
    yield Visit("punchcards.grant", grant, staff[Role.ASSESSOR])
    preview = f"/ordninger/{scheme_id}/aendring/virkning"
    yield Visit("punchcards.decide_change", preview, coordinator)
    with acting_for(HOME):
        rules = [
            f"/ordninger/{one}/svar?regel={rule}"
            for one in db.session.scalars(select(Scheme.id)).all()
            for rule in open_questions(terms_of(one)[0].terms)[:1]
        ]
        task = db.session.scalars(select(CardTask.id).filter_by(subject="seldom")).one()
        db.session.rollback()
    yield Visit("punchcards.answer_task", f"/ordninger/svar-en-gang?opgave={task}", coordinator)
    for path in rules:
        yield Visit("punchcards.answer_rule", path, coordinator)
