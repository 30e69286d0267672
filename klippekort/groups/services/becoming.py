"""What members become and say yes to: peer hosts by the volunteers' path, and who may see."""

from datetime import datetime
from uuid import UUID

from klippekort.domain.calendar import local
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action, Actor, Reach, Role, authorise
from klippekort.groups.models import SupportGroup
from klippekort.groups.queries.meetings import meetings_of
from klippekort.groups.queries.members import lock_member, tie_of
from klippekort.groups.services.common import led, note_place
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


def show_to_proxy(actor: Actor, member_id: UUID, *, shows: bool, now: datetime) -> str:
    """Store whether those who act for a citizen may see that she is in a group.

    She ticks it herself, or has whoever leads the group do it for her. Returns the group's id.
    Raises NotFound where the group keeps no citizens.
    """
    row, tie = lock_member(member_id), tie_of(member_id)
    if actor.role is Role.CITIZEN:
        authorise(actor, Action.SEE_OWN_GROUPS, Reach(people=frozenset({tie.citizen_id})))
    else:
        led(actor, row.group_id, now)
    if row.state != "active":
        raise NotFound
    tie.shows_to_proxy = shows
    db.session.flush()
    as_what = Action.SEE_OWN_GROUPS if actor.role is Role.CITIZEN else Action.RUN_GROUP
    note_place(actor, as_what, row, tie.citizen_id, "shows_to_proxy", shows=shows)
    return str(row.group_id)
