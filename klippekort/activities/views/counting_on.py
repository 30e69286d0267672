"""Who counts on the dates that somebody is about to change: by name for those who may see them."""

from collections.abc import Collection, Sequence
from uuid import UUID

from klippekort.activities import queries
from klippekort.activities.queries import Guest
from klippekort.domain.permissions import Role
from klippekort.domain.volunteering import Task
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, saw
from klippekort.platform.i18n import _, ngettext
from klippekort.volunteers.queries.checks import blocked


def guests_told(occurrence_ids: Collection[UUID]) -> dict[UUID, tuple[str, ...]]:
    """Return in words who has a seat at each of these dates; dates without guests are left out.

    An association hears how many, and so does a host who lacks what it takes to be shown guests.
    """
    found = queries.guests_at(occurrence_ids) if occurrence_ids else {}
    if not _may_see_names():
        return {one: (_how_many(guests),) for one, guests in found.items()}
    if found:
        saw(*{guest.citizen_id for guests in found.values() for guest in guests})
    return {one: tuple(_named(guest) for guest in guests) for one, guests in found.items()}


def _may_see_names() -> bool:
    actor = current_actor()
    if actor.role is Role.VOLUNTEER and actor.person_id is not None:
        return not blocked(actor.person_id, Task.HOST, clock.today())
    return actor.role is Role.COORDINATOR


def _how_many(guests: Sequence[Guest]) -> str:
    return ngettext("%(num)s guest", "%(num)s guests", len(guests))


def _named(guest: Guest) -> str:
    if guest.needs_wheelchair:
        return str(_("%(name)s (wheelchair)", name=guest.called))
    return guest.called
