"""The associations' agreements and contacts, what the volunteers offer, and what is checked.

It is told after everything else, so that the rest of the town comes out as it did without.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from klippekort.domain.clearances import Kind, Outcome
from klippekort.domain.permissions import Role
from klippekort.domain.volunteering import Task
from klippekort.operations.demo.offers import Host
from klippekort.operations.demo.staff import Secrets, add_account, email_of, give_secret
from klippekort.operations.demo.world import Frame, Person, Resident
from klippekort.volunteers.models import (
    AssociationAgreement,
    AssociationContact,
    PromiseVersion,
    VolunteerApplication,
    VolunteerClearance,
    VolunteerCompany,
)

PROMISE = (
    "Jeg holder for mig selv, hvad jeg får at vide om dem, jeg møder.\n"
    "Det gør jeg også, når jeg er stoppet.\n"
    "Jeg taler med koordinatoren, hvis jeg er bekymret."
)
_CONTACTS = ("Lone Lund", "Jørgen Juhl", "Birte Bang", "Ebbe Eng", "Inga Ibsen", "Poul Pihl")
_SCOPES = (
    "Foreningen holder sine egne aktiviteter åbne for kommunens gæster.\n"
    "Den siger til i god tid, når noget bliver aflyst.",
    "To gåture om ugen med op til ti gæster.\nEn frivillig tager imod ved døren.",
    "Fælles spisning en gang om måneden.\nGæsterne betaler selv for maden.",
)
_INSURANCE = "De frivillige er dækket af kommunens forsikring for frivillig indsats."
# How many days from today the agreements end: one soon, one long ago and not renewed.
_ENDS = (None, 400, 25, 730, None, -20)
_NEWCOMERS = (
    ("Rikke Rosendal", 0, ("walk", "talk"), True),
    ("Mahmoud Nasser", 2, ("meal", "cards"), False),
    ("Gerda Gade", 9, ("music",), True),
)


def build_alliances(
    frame: Frame,
    hosts: Sequence[Host],
    residents: Sequence[Resident],
    coordinator: Person,
    secrets: Secrets,
) -> None:
    """Add agreements, contacts, checks, promises, people who ask, and company to come."""
    clubs = list(dict.fromkeys(host.association_id for host in hosts))
    for number, club in enumerate(clubs):
        _agree(frame, club, number, coordinator)
        _speak(frame, club, number, secrets)
    _promise(frame, hosts, coordinator)
    for number, host in enumerate(hosts):
        _check(frame, host, number, coordinator)
    if frame.town.is_home:
        for newcomer in _NEWCOMERS:
            _ask(frame, *newcomer)
        _go_along(frame, hosts, residents, coordinator)


def _agree(frame: Frame, club: UUID, number: int, coordinator: Person) -> None:
    days = _ENDS[number % len(_ENDS)]
    frame.rows.add(
        AssociationAgreement,
        id=frame.dice.new_id(frame.set_up_at),
        association_id=club,
        scope=_SCOPES[number % len(_SCOPES)],
        from_on=frame.first_day,
        until_on=frame.today + timedelta(days=days) if days is not None else None,
        signed_by=_CONTACTS[number % len(_CONTACTS)],
        insurance=_INSURANCE,
        recorded_by=coordinator.account_id,
        recorded_at=frame.set_up_at,
    )


def _speak(frame: Frame, club: UUID, number: int, secrets: Secrets) -> None:
    """Add an association's contact; the first of the home town logs in."""
    contact_id = frame.dice.new_id(frame.set_up_at)
    name = _CONTACTS[number % len(_CONTACTS)]
    is_known = frame.town.is_home and number == 0
    frame.rows.add(
        AssociationContact,
        id=contact_id,
        association_id=club,
        name=name,
        phone=f"{frame.town.phone[:-2]}{60 + number}",
        email=email_of(name, frame.town.slug) if is_known else None,
        created_at=frame.set_up_at,
        archived_at=None,
    )
    if is_known:
        email = email_of(name, frame.town.slug)
        person = add_account(frame, name, email, Role.ASSOCIATION, person_id=contact_id)
        give_secret(frame, person, "password", secrets.password)


def _promise(frame: Frame, hosts: Sequence[Host], coordinator: Person) -> None:
    """Add the promise; everybody has given it, save the last who came."""
    frame.rows.add(
        PromiseVersion,
        id=frame.dice.new_id(frame.set_up_at),
        version=1,
        text=PROMISE,
        from_on=frame.first_day,
        written_by=coordinator.account_id,
        written_at=frame.set_up_at,
    )
    for host in hosts[:-1]:
        _record(frame, host, Kind.PROMISE, frame.first_day, None, coordinator, version=1)


def _check(frame: Frame, host: Host, number: int, coordinator: Person) -> None:
    """Record the checks of one volunteer: most in order, some due, a few run out."""
    if number % 4 == 2:
        return
    renew_in = (500, 40, 700, -5, 300, -60)[number % 6]
    until = frame.today + timedelta(days=renew_in)
    judged = min(until, frame.today) - timedelta(days=180 + number)
    _record(frame, host, Kind.CRIMINAL_RECORD, judged, until, coordinator)
    if number % 3 == 0:
        _record(frame, host, Kind.COURSE, judged, None, coordinator, title="Godt selskab for ældre")


def _record(
    frame: Frame,
    host: Host,
    kind: Kind,
    judged: date,
    until: date | None,
    coordinator: Person,
    *,
    version: int | None = None,
    title: str = "",
) -> None:
    at = frame.set_up_at
    frame.rows.add(
        VolunteerClearance,
        id=frame.dice.new_id(at),
        volunteer_id=host.id,
        kind=kind.value,
        outcome=Outcome.PASSED.value,
        assessed_on=judged,
        renew_by=until,
        version=version,
        title=title,
        on_paper=kind is Kind.PROMISE,
        assessor_id=coordinator.account_id,
        recorded_at=at,
        withdrawn_at=None,
        withdrawn_by=None,
    )


def _ask(frame: Frame, name: str, days: int, interests: tuple[str, ...], goes_along: bool) -> None:
    """Add somebody who would like to be a volunteer and waits for an answer."""
    at = frame.now - timedelta(days=days, minutes=5)
    frame.rows.add(
        VolunteerApplication,
        id=frame.dice.new_id(at),
        name=name,
        phone=f"{frame.town.phone[:-2]}{80 + days}",
        email=None,
        reach="",
        association="",
        interests=list(interests),
        languages=["da"],
        weekdays=[1, 3],
        parts=["afternoon"],
        would_rather_not="",
        goes_along=goes_along,
        drives=False,
        likeness=f"{name:0<64}"[:64],
        state="waiting",
        reason_code=None,
        volunteer_id=None,
        applied_at=at,
        decided_at=None,
        decided_by=None,
    )


def _go_along(
    frame: Frame, hosts: Sequence[Host], residents: Sequence[Resident], coordinator: Person
) -> None:
    """Let a go-along friend, whose record is in order, have said yes to somebody twice."""
    friend, resident = hosts[1], residents[0]
    for days in (-6, 3):
        frame.rows.add(
            VolunteerCompany,
            id=frame.dice.new_id(frame.set_up_at),
            volunteer_id=friend.id,
            citizen_id=resident.id,
            on_day=frame.today + timedelta(days=days),
            kind=Task.GO_ALONG.value,
            state="agreed",
            agreed_by=coordinator.account_id,
            agreed_at=frame.now - timedelta(days=8),
            cancelled_at=None,
            cancelled_by=None,
        )
