"""Finding somebody else: questions in waves, and the first yes that stops them."""

from datetime import datetime
from uuid import UUID

from klippekort.activities.services import OccurrenceCancelled
from klippekort.domain.hosting import HostRole, OfferState, SearchState
from klippekort.domain.permissions import Action, Actor, Role
from klippekort.domain.waves import (
    LAST_WAVE,
    answers_by,
    is_too_late,
    opens_at,
    wave_size,
)
from klippekort.domain.working_hours import OfficeHours
from klippekort.hosting.models import HostOffer, HostSearch
from klippekort.hosting.queries import offers as queries
from klippekort.hosting.queries.dates import hosts_of
from klippekort.hosting.queries.load import candidates
from klippekort.hosting.queries.offers import Wanted, When
from klippekort.hosting.services import calls
from klippekort.municipalities.queries import get_municipality
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import current_municipality

# Whom the program asks by itself is asked by nobody in particular.
PROGRAM = UUID(int=0)


def open_search(wanted: Wanted, *, now: datetime) -> UUID | None:
    """Begin to look for somebody else, and return the search; None when it has begun or is off."""
    when = queries.when_of(wanted)
    if not when.is_on or when.starts_at <= now:
        return None
    search = queries.find_search(wanted)
    if search is None:
        search = HostSearch(
            id=new_id(), **wanted.columns(), opened_at=now, next_at=opens_at(now, office_hours())
        )
        db.session.add(search)
    elif search.state != SearchState.OPEN:
        search.state, search.wave, search.covered_by = SearchState.OPEN, 0, None
        search.opened_at, search.closed_at = now, None
        search.next_at = opens_at(now, office_hours())
    search.meeting_point = wanted.meeting_point
    db.session.flush()
    send_wave(search.id, now=now)
    return search.id


def send_wave(search_id: UUID, *, now: datetime) -> str:
    """Ask the next who could step in, where that is due, and return how the search stands then.

    Doing it again changes nothing before the next wave is due. When nobody is left to ask, or the
    last wave has not answered, the coordinator gets it.
    """
    search = queries.lock_search(search_id)
    if search.state != SearchState.OPEN or search.next_at > now:
        return search.state
    wanted = queries.wanted_of(search)
    when, office = queries.when_of(wanted), office_hours()
    if not when.is_on or when.starts_at <= now:
        return _close(search, SearchState.CLOSED, now)
    people = candidates(wanted, now)
    if not people or search.wave >= LAST_WAVE or is_too_late(now, when.starts_at, office):
        calls.nobody_found(search, when, now=now)
        return _close(search, SearchState.UNANSWERED, now)
    search.wave += 1
    search.next_at = answers_by(now, when.starts_at, office)
    size = wave_size(search.wave, now, when.starts_at, office)
    for person in people[:size]:
        ask_one(wanted, person.id, when, search=search, asked_by=PROGRAM, now=now)
    db.session.flush()
    audit.record(
        Actor(current_municipality(), Role.SYSTEM),
        Action.ASK_HOST,
        "host_search",
        search.id,
        wave=search.wave,
        asked=len(people[:size]),
    )
    return search.state


def ask_one(
    wanted: Wanted,
    volunteer_id: UUID,
    when: When,
    *,
    asked_by: UUID,
    now: datetime,
    search: HostSearch | None = None,
) -> HostOffer:
    """Ask a volunteer, and put it on the list of whom to call."""
    row = queries.find_offer(wanted, volunteer_id)
    if row is None:
        row = HostOffer(id=new_id(), volunteer_id=volunteer_id, **wanted.columns())
        db.session.add(row)
    row.state, row.wave = OfferState.ASKED, search.wave if search else None
    row.meeting_point, row.asked_at, row.asked_by = wanted.meeting_point, now, asked_by
    row.answer_by = search.next_at if search else answers_by(now, when.starts_at, office_hours())
    row.answered_at = None
    db.session.flush()
    calls.ask_by_phone(row, when, due_at=opens_at(now, office_hours()), now=now)
    return row


def cover(search: HostSearch | None, volunteer_id: UUID, *, now: datetime) -> None:
    """Stop a search at the first yes: the others hear thank you, it is covered."""
    if search is None or search.state not in (SearchState.OPEN, SearchState.UNANSWERED):
        return
    wanted = queries.wanted_of(search)
    when = queries.when_of(wanted)
    calls.somebody_found(search)
    search.covered_by = volunteer_id
    _close(search, SearchState.COVERED, now)
    for row in queries.offers_for(wanted):
        if row.state == OfferState.ASKED and row.volunteer_id != volunteer_id:
            row.state, row.answered_at = OfferState.COVERED, now
            calls.thank(row, when, now=now)


def _close(search: HostSearch, state: SearchState, now: datetime) -> str:
    search.state, search.closed_at = state, now
    db.session.flush()
    return state


def date_cancelled(event: OccurrenceCancelled) -> None:
    """Ask nobody any more for a date that is cancelled, and let its other hosts hear of it."""
    wanted = Wanted(HostRole.HOST, event.occurrence_id)
    when, search = queries.when_of(wanted), queries.find_search(wanted)
    if search is not None and search.state in (SearchState.OPEN, SearchState.UNANSWERED):
        calls.somebody_found(search)
        _close(search, SearchState.CLOSED, event.now)
    for row in queries.offers_for(wanted):
        if row.state == OfferState.ASKED:
            calls.take_back(row)
    for host in hosts_of(event.occurrence_id):
        if host.id != event.actor.person_id:
            calls.tell_cancelled(host.id, event.occurrence_id, when, now=event.now)


def let_go(offer_id: UUID, *, now: datetime) -> None:
    """Let a volunteer go whose citizen's trip is not made; who had said yes hears of it."""
    row = queries.lock_offer(offer_id)
    if row.state not in (OfferState.ASKED, OfferState.ACCEPTED) or row.trip_id is None:
        return
    wanted = queries.wanted_of(row)
    when, search = queries.when_of(wanted), queries.find_search(wanted)
    if row.state == OfferState.ACCEPTED and when.starts_at > now:
        calls.tell_cancelled(row.volunteer_id, row.trip_id, when, now=now)
    calls.take_back(row)
    row.state, row.answered_at = OfferState.WITHDRAWN, now
    if search is not None and search.state == SearchState.OPEN:
        _close(search, SearchState.CLOSED, now)
    db.session.flush()


def office_hours() -> OfficeHours:
    """Return when the municipality's office is open."""
    row = get_municipality(current_municipality())
    return OfficeHours(row.office_opens, row.office_closes)
