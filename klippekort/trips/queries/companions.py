"""Finding somebody to take along on a trip."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import (
    find_citizens,
    is_long_enough,
    list_own_citizens,
    matches,
    reach,
)
from klippekort.domain.permissions import Action, Actor, Role, may

MOST_SHOWN = 8


def find_companions(
    actor: Actor, text: str, today: date, besides: Iterable[UUID]
) -> Sequence[Citizen]:
    """Return citizens by name for whom the one who asks may book, in Danish order; none by less
    than two letters.
    """
    if not is_long_enough(text):
        return []
    if actor.role is Role.CARE_WORKER:
        own = list_own_citizens(actor, today)
        hits: Sequence[Citizen] = [one for one in own if matches(one.search_name, text)]
    elif actor.role is Role.PLANNER:
        hits = find_citizens(text, actor.supplier_id) if actor.supplier_id else []
    else:
        hits = find_citizens(text)
    left_out, found = set(besides), []
    for one in hits:
        if one.id in left_out or not may(actor, Action.BOOK_TRIP, reach(one, today)):
            continue
        found.append(one)
        if len(found) == MOST_SHOWN:
            break
    return found
