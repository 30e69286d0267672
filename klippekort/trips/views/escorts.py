"""Helpers who could go along, as answers to choose from."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from klippekort.accounts.queries.care_workers import get_care_worker, list_care_workers
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Actor, Role
from klippekort.domain.sending import may_take_off
from klippekort.domain.trips import ACTIVE, Company, TripState
from klippekort.platform.formatting import first_up
from klippekort.platform.i18n import _, _l, ngettext
from klippekort.trips.queries.escorts import RECENTLY, Candidate
from klippekort.trips.queries.gone import who_is_gone
from klippekort.trips.queries.trips import TripRow, trips_together

MOST_SHOWN = 6
OUT_WITHOUT = _l(
    "They are out now, and the helper is away. Call them and hear where they are, and then choose "
    "who goes to them."
)
CALL_THEM = _l("It is settled. The trip is under way: call them, and say who is coming.")
Known = Mapping[UUID, Sequence[tuple[str, int]]]
"""By care worker, whom of those who ride they have been out with, and how often."""


def known_to(citizens: Sequence[Any], starts_at: datetime) -> Known:
    """Return whom of several who go together each care worker has been out with lately: by the
    first name, and by the whole one where two have the same.
    """
    if len(citizens) < 2:
        return {}
    found = trips_together([one.id for one in citizens], starts_at - RECENTLY)
    firsts = [one.first_name for one in citizens]
    names = {
        one.id: one.name if firsts.count(one.first_name) > 1 else one.first_name for one in citizens
    }
    return {
        worker: [(names[one], times[one]) for one in names if one in times]
        for worker, times in found.items()
    }


def who_may_leave(
    row: TripRow, suppliers: Collection[UUID], actor: Actor, now: datetime
) -> dict[str, str]:
    """Return whom `actor` may have another helper replace, names by their ids, and nobody where one
    is missing; `suppliers` are those of all who ride. Empty where all who go along are of another
    supplier, who alone exchanges them, and once the trip is over. Of one under way it is whoever is
    away from what is left of it.
    """
    if row.company is not Company.ESCORT or row.state not in ACTIVE:
        return {}
    going, is_out = dict(row.escorts), row.state is TripState.UNDER_WAY
    left = who_is_gone(going, row.ends_at, now) if is_out else going
    answers = {
        str(worker): name
        for worker, name in row.escorts
        if worker in left
        and (
            len(suppliers) < 2
            or may_take_off(actor, get_care_worker(worker).supplier_id, suppliers)
        )
    }
    if row.lacks_escort and not is_out:
        answers[""] = str(_("Nobody: one helper more goes along"))
    return answers


def unnamed(number: int) -> str:
    """Return that so many helpers of other suppliers go along, of whom a planner reads no name."""
    return ngettext(
        "a helper from another supplier", "%(num)s helpers from other suppliers", number
    )


def own_helpers(actor: Actor) -> frozenset[UUID] | None:
    """Return the helpers whom `actor` reads by name, or None for everybody: a planner reads those
    of her own supplier.
    """
    if actor.role is not Role.PLANNER:
        return None
    return frozenset(one.id for one in list_care_workers(actor.supplier_id))


def helper_to(worker_id: UUID, own: Collection[UUID] | None) -> str:
    """Return the name of a helper to one who reads those of her `own` by name, None is everybody;
    of another that it is one.
    """
    return get_care_worker(worker_id).name if own is None or worker_id in own else unnamed(1)


def named_to(row: TripRow, own: Collection[UUID] | None) -> str | None:
    """Return who goes along, or None: of helpers that are not among a planner's `own` only that
    they do. None is everybody.
    """
    names = [name for worker, name in row.escorts if own is None or worker in own]
    others = len(row.escorts) - len(names)
    said = " & ".join([*names, *([unnamed(others)] if others else [])])
    return first_up(said) or None


def best_escort(found: Sequence[Candidate], actor: Actor) -> Candidate | None:
    """Return the one who asks if free, else the best of the others, or None."""
    return next((one for one in found if one.id == actor.person_id), next(iter(found), None))


def escort_choices(
    found: Sequence[Candidate], actor: Actor, sent: str | None, known: Known | None = None
) -> dict[str, str]:
    """Return the helpers to choose from, oneself first, and at the end to find one later.

    One who was chosen and is free no more stays on the list, so that the answer says why.
    """
    mine = [one for one in found if one.id == actor.person_id]
    others = [one for one in found if one.id != actor.person_id]
    choices = {str(one.id): escort_label(one, known, is_me=True) for one in mine}
    choices |= {str(one.id): escort_label(one, known) for one in others[: MOST_SHOWN - len(mine)]}
    if sent and sent not in choices and (name := _name_of(sent)):
        choices[sent] = name
    return {**choices, "": str(_("Find a helper later"))}


def _name_of(sent: str) -> str | None:
    try:
        return get_care_worker(UUID(sent)).name
    except (ValueError, NotFound):
        return None


def escort_label(one: Candidate, known: Known | None = None, *, is_me: bool = False) -> str:
    """Return a helper's name and what speaks for them; with `known`, whom of several they know."""
    name = _("Me, %(name)s", name=one.name) if is_me else one.name
    if known and one.id in known:
        trips = ", ".join(_times_with(citizen, times) for citizen, times in known[one.id])
        return f"{name} – {trips}"
    if one.trips_together:
        times = ngettext(
            "has been on %(num)s trip together with the citizen",
            "has been on %(num)s trips together with the citizen",
            one.trips_together,
        )
        return f"{name} – {times}"
    if one.is_near and not is_me:
        return _("%(name)s – same district", name=name)
    return str(name)


def _times_with(citizen: str, times: int) -> str:
    said = ngettext(
        "has been on %(num)s trip with %(name)s",
        "has been on %(num)s trips with %(name)s",
        times,
        name=citizen,
    )
    return str(said)
