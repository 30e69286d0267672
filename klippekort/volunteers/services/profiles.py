"""What volunteers say about themselves, their pauses, and when they stop."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from uuid import UUID

from klippekort.accounts.services import give_code, take_access
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.messages.services import queue_call
from klippekort.platform import audit, events
from klippekort.platform.db import db
from klippekort.volunteers import queries
from klippekort.volunteers.models import Volunteer
from klippekort.volunteers.queries.calls import CODE_WANTED
from klippekort.volunteers.services.away import VolunteerAway
from klippekort.volunteers.services.codes import may_text_code, new_code, text_code
from klippekort.volunteers.services.errors import AlreadyKnown, HasStopped, NoPhone


@dataclass(frozen=True)
class Profile:
    """What a volunteer says about themselves; codes are those of `domain.volunteering`.

    `most_times` and `most_hours` are a month's, None without a limit. A go-along friend accompanies
    one citizen at most `go_along_times` times. Through `paused_until` they are not asked.
    """

    name: str
    phone: str | None = None
    email: str | None = None
    reach: str = ""
    interests: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()
    parts: tuple[str, ...] = ()
    would_rather_not: str = ""
    most_times: int | None = None
    most_hours: int | None = None
    goes_along: bool = False
    go_along_times: int = 2
    drives: bool = False
    has_car: bool = False
    takes_wheelchair: bool = False
    paused_until: date | None = None


@dataclass(frozen=True)
class Belonging:
    """What the coordinator keeps: where a volunteer belongs, and since when they are one."""

    association_id: UUID | None
    started_on: date


def change_profile(
    actor: Actor,
    volunteer_id: UUID,
    profile: Profile,
    *,
    now: datetime,
    belonging: Belonging | None = None,
) -> str:
    """Store what a volunteer says now, and return the id. What they had promised for a pause that
    is new is let go.

    With `belonging`, which only a coordinator may give, also where they belong. Raises
    AlreadyKnown for somebody else's e-mail, HasStopped, and NotFound.
    """
    authorise(actor, Action.CHANGE_VOLUNTEER, queries.reach_of(volunteer_id))
    row = queries.lock_volunteer(volunteer_id)
    if row.archived_at is not None:
        raise HasStopped
    known = queries.find_volunteer(profile.email) if profile.email else None
    if known is not None and known.id != volunteer_id:
        raise AlreadyKnown
    changed = _store(row, profile)
    if belonging is not None:
        changed += _belong(actor, row, belonging)
    audit.record(actor, Action.CHANGE_VOLUNTEER, "volunteer", volunteer_id, changed=sorted(changed))
    if "paused_until" in changed and profile.paused_until is not None:
        db.session.flush()
        events.emit(VolunteerAway(volunteer_id, actor, now))
    return str(volunteer_id)


def archive_volunteer(actor: Actor, volunteer_id: UUID, *, now: datetime) -> str:
    """Let a volunteer stop: they are kept, asked no more, let go of what they had promised, and
    their log-in ends.

    Raises Stale when they have stopped already.
    """
    authorise(actor, Action.MANAGE_VOLUNTEERS)
    row = queries.lock_volunteer(volunteer_id)
    if row.archived_at is not None:
        raise Stale
    row.archived_at = now
    take_access(actor, role=Role.VOLUNTEER, person_id=volunteer_id, now=now)
    audit.record(actor, Action.MANAGE_VOLUNTEERS, "volunteer", volunteer_id, change="archived")
    db.session.flush()
    events.emit(VolunteerAway(volunteer_id, actor, now))
    return str(volunteer_id)


def take_up_again(actor: Actor, volunteer_id: UUID) -> str:
    """Welcome somebody back who had stopped. A log-in that was closed, an administrator opens."""
    authorise(actor, Action.MANAGE_VOLUNTEERS)
    row = queries.lock_volunteer(volunteer_id)
    row.archived_at = None
    audit.record(actor, Action.MANAGE_VOLUNTEERS, "volunteer", volunteer_id, change="back")
    return str(volunteer_id)


def give_volunteer_code(actor: Actor, volunteer_id: UUID, *, code: str, now: datetime) -> str:
    """Let a volunteer log in once with this code and their telephone number.

    Raises NoPhone, HasStopped, PhoneTaken and MoreThanACode.
    """
    authorise(actor, Action.GIVE_CODE)
    row = queries.lock_volunteer(volunteer_id)
    if row.archived_at is not None:
        raise HasStopped
    if row.phone is None:
        raise NoPhone
    return give_code(
        actor,
        name=row.name,
        phone=row.phone,
        role=Role.VOLUNTEER,
        person_id=volunteer_id,
        code=code,
        now=now,
    )


def ask_for_code(actor: Actor, volunteer_id: UUID, *, now: datetime) -> None:
    """Send a volunteer a code by text, three an hour at most; without a gateway, ask the
    coordinator to call with one, once a day.
    """
    authorise(actor, Action.ASK_FOR_CODE)
    row = queries.get_volunteer(volunteer_id)
    if row.archived_at is not None:
        return
    if row.phone is not None and may_text_code(volunteer_id, now):
        code = new_code()
        give_volunteer_code(actor, volunteer_id, code=code, now=now)
        text_code(volunteer_id, row.phone, code, now=now)
        return
    queue_call(
        f"code:{volunteer_id}:{local_day(now).isoformat()}",
        CODE_WANTED,
        citizen_id=None,
        supplier_id=None,
        facts={"volunteer": str(volunteer_id)},
        due_at=now,
        now=now,
    )
    audit.record(actor, Action.ASK_FOR_CODE, "volunteer", volunteer_id)


def _store(row: Volunteer, profile: Profile) -> list[str]:
    """Store a profile, and return the names of what is different now."""
    changed = []
    for one in fields(profile):
        value = getattr(profile, one.name)
        value = list(value) if isinstance(value, tuple) else value
        if getattr(row, one.name) != value:
            setattr(row, one.name, value)
            changed.append(one.name)
    return changed


def _belong(actor: Actor, row: Volunteer, belonging: Belonging) -> list[str]:
    authorise(actor, Action.MANAGE_VOLUNTEERS)
    if belonging.association_id not in (None, row.association_id):
        queries.get_association(belonging.association_id)
    changed = []
    for name in ("association_id", "started_on"):
        value = getattr(belonging, name)
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed.append(name)
    return changed
