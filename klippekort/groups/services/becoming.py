"""What members become and say yes to: peer hosts by the volunteers' path, and who may see."""

from datetime import datetime
from uuid import UUID

from klippekort.domain.calendar import local
from klippekort.domain.errors import NotFound
from klippekort.domain.groups.anonymity import Anonymity
from klippekort.domain.permissions import Action, Actor, Reach, Role, authorise
from klippekort.groups.models import GroupMember, SupportGroup
from klippekort.groups.queries.meetings import meetings_of
from klippekort.groups.queries.members import citizen_of, lock_member, tie_of
from klippekort.groups.services.common import led, note_place
from klippekort.groups.services.errors import NumberIsProtected
from klippekort.platform.db import db
from klippekort.volunteers import services as volunteers
from klippekort.volunteers.services import anybody

_MIDDAY, _EVENING = 12, 17


def ask_to_host(actor: Actor, group_id: UUID, *, name: str, phone: str, now: datetime) -> str:
    """Put a member, by their own yes, in the queue of those who want to be volunteers.

    They ask as anybody asks: nothing in the application or on record tells which group they come
    from. The language and the time of the week that suit them are filled in from the group. Returns
    the group's id. Raises TooManyAsk.
    """
    group = led(actor, group_id, now)
    weekdays, parts = _when(group)
    asked = volunteers.Asked(
        name=name, phone=phone, languages=(group.language,), weekdays=weekdays, parts=parts
    )
    volunteers.apply(anybody(), asked, now=now)
    return str(group_id)


def _when(group: SupportGroup) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return when a group meets, as the weekday and the part of the day."""
    meetings = meetings_of(group.id)
    if not meetings:
        return (), ()
    first = local(meetings[0].starts_at)
    early = "morning" if first.hour < _MIDDAY else "afternoon"
    return (first.weekday(),), (early if first.hour < _EVENING else "evening",)


def show_to_proxy(actor: Actor, member_id: UUID, *, shows: bool, now: datetime) -> None:
    """Store whether those who act for a citizen may see that she is in a group.

    She ticks it herself, or has whoever leads the group do it for her. Raises NotFound where the
    group keeps no citizens.
    """
    tie = tie_of(member_id)
    row = _said_by(actor, member_id, tie.citizen_id, now)
    tie.shows_to_proxy = shows
    db.session.flush()
    note_place(actor, _as_what(actor), row, tie.citizen_id, "shows_to_proxy", shows=shows)


def share_number(actor: Actor, member_id: UUID, *, shares: bool, now: datetime) -> None:
    """Store whether the others in a group may have a member's phone number.

    A citizen says so herself, or has whoever leads the group write down what she said. Raises
    NotFound where the group does not go by names, and NumberIsProtected.
    """
    citizen = citizen_of(member_id)
    row = _said_by(actor, member_id, citizen.id if citizen else None, now)
    if row.anonymity != Anonymity.NAMED:
        raise NotFound
    if shares and citizen is not None and citizen.has_protected_address:
        raise NumberIsProtected
    row.shares_contact = shares
    db.session.flush()
    citizen_id = citizen.id if citizen else None
    note_place(actor, _as_what(actor), row, citizen_id, "shares_number", shares=shares)


def _said_by(actor: Actor, member_id: UUID, citizen_id: UUID | None, now: datetime) -> GroupMember:
    """Return a member's place to one who may speak for it. Raises NotFound for one who is out."""
    row = lock_member(member_id)
    if actor.role is not Role.CITIZEN:
        led(actor, row.group_id, now)
    elif citizen_id is None:
        raise NotFound
    else:
        authorise(actor, Action.SEE_OWN_GROUPS, Reach(people=frozenset({citizen_id})))
    if row.state != "active":
        raise NotFound
    return row


def _as_what(actor: Actor) -> Action:
    return Action.SEE_OWN_GROUPS if actor.role is Role.CITIZEN else Action.RUN_GROUP
