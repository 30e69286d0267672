"""A citizen dies or moves: who was to go with her, and who hosts where she was to come, hears it.

It is heard before her trips and seats are let go: afterwards nobody expects her anywhere.
"""

from uuid import UUID

from klippekort.activities.queries import get_occurrence_facts
from klippekort.citizens.models import LeavingStop
from klippekort.citizens.services.leaving import (
    OVER,
    CitizenLeft,
    CitizenReturned,
    start_again,
    stopped,
    tell,
)
from klippekort.domain.hosting import OfferState, SearchState
from klippekort.hosting.queries import leaving
from klippekort.hosting.queries import offers as queries
from klippekort.hosting.queries.dates import hosts_of
from klippekort.hosting.services import calls
from klippekort.platform.db import db
from klippekort.trips.queries.seats import coming_seats

FRIEND = "friend"


def citizen_left(left: CitizenLeft) -> None:
    """Let go-along friends, drivers and hosts of what is to come hear it, and ask nobody else."""
    for offer_id in leaving.live_offers(left.citizen_id):
        _let_go(left, offer_id)
    for search in leaving.open_searches(left.citizen_id):
        calls.somebody_found(search)
        search.state, search.closed_at = SearchState.CLOSED, left.now
    db.session.flush()
    for _seat, occurrence_id in coming_seats(left.citizen_id, left.now):
        facts = get_occurrence_facts(occurrence_id)
        for host in hosts_of(occurrence_id):
            tell(left, host.id, "host", (facts.title, facts.starts_at))


def _let_go(left: CitizenLeft, offer_id: UUID) -> None:
    row = queries.lock_offer(offer_id)
    when = queries.when_of(queries.wanted_of(row))
    if when.starts_at <= left.now:
        return
    stopped(left, FRIEND, row.id, state=row.state)
    is_expected = row.state == OfferState.ACCEPTED
    calls.take_back(row)
    row.state, row.answered_at = OfferState.WITHDRAWN, left.now
    if is_expected:
        tell(left, row.volunteer_id, row.role, (when.title, when.starts_at))


def citizen_returned(back: CitizenReturned) -> None:
    """Let those who had said yes go with her again, where the trip is made after all."""
    start_again(back, FRIEND, lambda stop: _go_along_again(back, stop))


def _go_along_again(back: CitizenReturned, stop: LeavingStop) -> str | None:
    row = queries.lock_offer(stop.subject_id)
    when = queries.when_of(queries.wanted_of(row))
    if when.starts_at <= back.now:
        return OVER
    if not when.is_on or row.state != OfferState.WITHDRAWN:
        return "taken"
    if stop.details["state"] != OfferState.ACCEPTED:
        return "ask_again"
    row.state, row.answered_at = OfferState.ACCEPTED, back.now
    return None
