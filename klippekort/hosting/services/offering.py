"""Volunteers offer, are asked, say yes or no, and may change their minds."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from klippekort.activities.queries import get_activity, lock_occurrence
from klippekort.citizens.queries import get_citizen
from klippekort.citizens.queries.leaving import must_be_here
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import DomainError, NotFound, Stale
from klippekort.domain.hosting import TASK_OF, HostRole, OfferState, SearchState
from klippekort.domain.permissions import Action, Actor, Reach, Role, authorise, may
from klippekort.domain.waves import opens_at
from klippekort.hosting.models import HostOffer, HostSearch
from klippekort.hosting.queries import offers as queries
from klippekort.hosting.queries.calls import HOST_ASKED
from klippekort.hosting.queries.dates import hosts_of
from klippekort.hosting.queries.load import is_busy, is_within_limits
from klippekort.hosting.queries.offers import Wanted, When
from klippekort.hosting.services import calls
from klippekort.hosting.services.errors import (
    AddressTold,
    ChecksMissing,
    Covered,
    Elsewhere,
    NotOffered,
    OnPause,
    OverLimit,
    TimesUsedUp,
    TooLate,
)
from klippekort.hosting.services.meeting import tells_home
from klippekort.hosting.services.searching import ask_one, cover, office_hours, open_search
from klippekort.messages.queries import Replied
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import current_municipality
from klippekort.trips.queries.trips import rows_of
from klippekort.volunteers.models import Volunteer
from klippekort.volunteers.queries import (
    blocked,
    get_volunteer,
    lock_volunteer,
    reach_of,
    reach_of_association,
)
from klippekort.volunteers.queries.company import times_together

_WAITS = frozenset({OfferState.OFFERED, OfferState.ASKED})


def offer_dates(
    actor: Actor, volunteer_id: UUID, occurrence_ids: Sequence[UUID], *, now: datetime
) -> list[str]:
    """Offer to host these dates, and return the offers.

    A coordinator's yes makes a volunteer the host; on a date for which somebody is looked for, and
    when the coordinator offers for them, the offer is enough. Raises ChecksMissing, OnPause,
    TooLate and Elsewhere; then nothing is offered.
    """
    authorise(actor, Action.OFFER_TO_HOST, reach_of(volunteer_id))
    volunteer = lock_volunteer(volunteer_id)
    _must_be_here(volunteer)
    return [str(_offer(actor, volunteer, one, now)) for one in occurrence_ids]


def _offer(actor: Actor, volunteer: Volunteer, occurrence_id: UUID, now: datetime) -> UUID:
    wanted = Wanted(HostRole.HOST, occurrence_id)
    lock_occurrence(occurrence_id)
    search, when = queries.find_search(wanted), _coming(wanted, now)
    _must_be_cleared(volunteer.id, wanted, when)
    row = queries.find_offer(wanted, volunteer.id)
    if row is not None and row.state in (OfferState.OFFERED, OfferState.ACCEPTED):
        return row.id
    if any(host.id == volunteer.id for host in hosts_of(occurrence_id)):
        raise Stale
    is_agreed = _is_looked_for(search) or may(actor, Action.APPROVE_HOST)
    if is_agreed and is_busy(volunteer.id, when):
        raise Elsewhere
    if row is None:
        row = HostOffer(id=new_id(), volunteer_id=volunteer.id, **wanted.columns())
        db.session.add(row)
    row.state = OfferState.ACCEPTED if is_agreed else OfferState.OFFERED
    row.asked_at, row.asked_by, row.answer_by = now, None, None
    row.answered_at = now if is_agreed else None
    db.session.flush()
    if is_agreed:
        cover(search, volunteer.id, now=now)
    _record(actor, Action.OFFER_TO_HOST, row)
    return row.id


def ask(actor: Actor, volunteer_id: UUID, wanted: Wanted, *, now: datetime) -> str:
    """Ask a volunteer, who may say no, and return the question's id.

    An association asks its own members, to host alone. Raises OverLimit, OnPause, ChecksMissing,
    NotOffered, TimesUsedUp, AddressTold, Elsewhere, TooLate, CitizenGone, and Stale when they were
    asked before.
    """
    volunteer = lock_volunteer(volunteer_id)
    authorise(actor, Action.ASK_HOST, _reach_of_members(volunteer))
    if wanted.role is not HostRole.HOST:
        authorise(actor, Action.APPROVE_HOST)
        _must_ride(wanted)
    elif not may(actor, Action.APPROVE_HOST):
        _must_be_of(volunteer, wanted)
    if wanted.citizen_id is not None:
        must_be_here(wanted.citizen_id)
    when = _coming(wanted, now)
    _must_suit(volunteer, wanted, when, now)
    known = queries.find_offer(wanted, volunteer_id)
    is_host = wanted.occurrence_id is not None and any(
        host.id == volunteer_id for host in hosts_of(wanted.occurrence_id)
    )
    if is_host or (known is not None and known.state in (*_WAITS, OfferState.ACCEPTED)):
        raise Stale
    by = actor.account_id or volunteer_id
    row = ask_one(wanted, volunteer_id, when, asked_by=by, now=now)
    _record(actor, Action.ASK_HOST, row)
    return str(row.id)


def answer(actor: Actor, offer_id: UUID, *, is_yes: bool, now: datetime) -> str:
    """Say yes or no to a question, or to a volunteer's own offer, and return the offer's id.

    The first yes takes a search. Raises Covered, Stale, ChecksMissing, Elsewhere and TooLate.
    """
    known = queries.get_offer(offer_id)
    wanted = queries.wanted_of(known)
    lock_volunteer(known.volunteer_id)
    search, row = queries.find_search(wanted), queries.lock_offer(offer_id)
    if row.state == OfferState.OFFERED:
        authorise(actor, Action.APPROVE_HOST)
    else:
        authorise(actor, Action.OFFER_TO_HOST, reach_of(row.volunteer_id))
    if row.state == OfferState.COVERED:
        raise Covered
    if row.state not in _WAITS:
        raise Stale
    if is_yes:
        _accept(row, search, wanted, now)
    else:
        _decline(row, search, wanted, now)
    _record(actor, Action.OFFER_TO_HOST, row)
    return str(row.id)


def replied(event: Replied) -> list[str]:
    """Answer as the volunteer has said by text; "over" when it can no longer be answered so."""
    if event.kind != HOST_ASKED:
        return []
    volunteer = Actor(current_municipality(), Role.VOLUNTEER, person_id=event.recipient.id)
    try:
        with db.session.begin_nested():
            answer(volunteer, UUID(event.facts["offer"]), is_yes=event.is_yes, now=event.now)
    except DomainError:
        return ["over"]
    return ["answered"]


def _accept(row: HostOffer, search: HostSearch | None, wanted: Wanted, now: datetime) -> None:
    when = _coming(wanted, now)
    _must_be_cleared(row.volunteer_id, wanted, when)
    if is_busy(row.volunteer_id, when, besides=wanted.occurrence_id):
        raise Elsewhere
    if wanted.role is HostRole.GO_ALONG:
        _must_have_times_left(get_volunteer(row.volunteer_id), wanted)
    row.state, row.answered_at = OfferState.ACCEPTED, now
    calls.take_back(row)
    db.session.flush()
    cover(search, row.volunteer_id, now=now)


def _decline(row: HostOffer, search: HostSearch | None, wanted: Wanted, now: datetime) -> None:
    """Take a no. Who is asked again about a date that moved had said yes before: then others are
    asked, where nobody else hosts it.
    """
    is_asked_again = row.state == OfferState.ASKED and row.answered_at is not None
    row.state, row.answered_at = OfferState.DECLINED, now
    calls.take_back(row)
    db.session.flush()
    if search is not None and search.state == SearchState.OPEN:
        _hurry(search, now)
    elif is_asked_again and wanted.occurrence_id and not hosts_of(wanted.occurrence_id):
        open_search(wanted, now=now)


def _hurry(search: HostSearch, now: datetime) -> None:
    """Let the next wave go when everybody in this one has said no."""
    asked = queries.offers_for(queries.wanted_of(search))
    if not any(row.state == OfferState.ASKED for row in asked):
        search.next_at = opens_at(now, office_hours())
        db.session.flush()


def cannot_after_all(
    actor: Actor, volunteer_id: UUID, wanted: Wanted, *, now: datetime
) -> str | None:
    """Take back a yes, and have others asked; return the search, None where none is needed.

    Where another host is left, nobody is looked for. Raises Stale when there is no yes to take
    back, and TooLate.
    """
    authorise(actor, Action.OFFER_TO_HOST, reach_of(volunteer_id))
    _coming(wanted, now)
    if wanted.occurrence_id is not None:
        lock_occurrence(wanted.occurrence_id)
    search = queries.find_search(wanted)
    row = queries.find_offer(wanted, volunteer_id)
    if row is None and _is_usual_host(wanted, volunteer_id):
        row = HostOffer(id=new_id(), volunteer_id=volunteer_id, asked_at=now, **wanted.columns())
        db.session.add(row)
    elif row is None or row.state not in (OfferState.OFFERED, OfferState.ACCEPTED):
        raise Stale
    was_yes = row.state != OfferState.OFFERED
    row.state, row.answered_at = OfferState.WITHDRAWN, now
    db.session.flush()
    _record(actor, Action.OFFER_TO_HOST, row)
    is_hosted = wanted.occurrence_id is not None and bool(hosts_of(wanted.occurrence_id))
    if not was_yes or is_hosted or (search is not None and search.state == SearchState.OPEN):
        return None
    wanted = Wanted(**wanted.columns(), meeting_point=row.meeting_point or "")
    found = open_search(wanted, now=now)
    return str(found) if found else None


def look_for_host(actor: Actor, occurrence_id: UUID, *, now: datetime) -> str | None:
    """Have volunteers asked in waves for a date that nobody hosts, and return the search."""
    authorise(actor, Action.APPROVE_HOST)
    wanted = Wanted(HostRole.HOST, occurrence_id)
    _coming(wanted, now)
    lock_occurrence(occurrence_id)
    if hosts_of(occurrence_id):
        raise Stale
    found = open_search(wanted, now=now)
    return str(found) if found else None


def _is_usual_host(wanted: Wanted, volunteer_id: UUID) -> bool:
    if wanted.occurrence_id is None:
        return False
    return any(one.id == volunteer_id and one.is_usual for one in hosts_of(wanted.occurrence_id))


def _is_looked_for(search: HostSearch | None) -> bool:
    return search is not None and search.state in (SearchState.OPEN, SearchState.UNANSWERED)


def _coming(wanted: Wanted, now: datetime) -> When:
    when = queries.when_of(wanted)
    if not when.is_on or when.starts_at <= now:
        raise TooLate
    return when


def _must_be_here(volunteer: Volunteer) -> None:
    if volunteer.archived_at is not None:
        raise OnPause


def _must_be_cleared(volunteer_id: UUID, wanted: Wanted, when: When) -> None:
    missing = blocked(volunteer_id, TASK_OF[wanted.role], local_day(when.starts_at))
    if missing:
        raise ChecksMissing(missing)


def _must_suit(volunteer: Volunteer, wanted: Wanted, when: When, now: datetime) -> None:
    """Refuse to ask somebody who has said beforehand that they will not, or may not."""
    _must_be_here(volunteer)
    paused = volunteer.paused_until
    if paused is not None and local_day(when.starts_at) <= paused:
        raise OnPause
    offers = {HostRole.GO_ALONG: volunteer.goes_along, HostRole.DRIVER: volunteer.drives}
    if not offers.get(wanted.role, True):
        raise NotOffered
    _must_be_cleared(volunteer.id, wanted, when)
    if wanted.role is HostRole.GO_ALONG:
        _must_have_times_left(volunteer, wanted)
    if is_busy(volunteer.id, when):
        raise Elsewhere
    if not is_within_limits(volunteer, when, now):
        raise OverLimit


def _must_have_times_left(volunteer: Volunteer, wanted: Wanted) -> None:
    if wanted.citizen_id is None:
        return
    if times_together(volunteer.id, wanted.citizen_id) >= volunteer.go_along_times:
        raise TimesUsedUp(volunteer.go_along_times)


def _must_ride(wanted: Wanted) -> None:
    """Refuse a trip the citizen is not on, and a meeting point that tells where they live."""
    if wanted.trip_id is None or wanted.citizen_id is None:
        raise NotFound
    if wanted.citizen_id not in {row.citizen_id for row in rows_of(wanted.trip_id)}:
        raise NotFound
    if tells_home(get_citizen(wanted.citizen_id), wanted.meeting_point):
        raise AddressTold


def _must_be_of(volunteer: Volunteer, wanted: Wanted) -> None:
    """Hold an association to the dates of its own activities."""
    activity_id = queries.when_of(wanted).activity_id
    own = volunteer.association_id
    if activity_id is None or own is None or get_activity(activity_id).association_id != own:
        raise NotFound


def _reach_of_members(volunteer: Volunteer) -> Reach:
    """Return who may ask a volunteer besides the coordinator: those who speak for their club."""
    if volunteer.association_id is None:
        return Reach()
    contacts = reach_of_association(volunteer.association_id).people
    return Reach(people=contacts | {volunteer.association_id})


def _record(actor: Actor, action: Action, row: HostOffer) -> None:
    citizens = [row.citizen_id] if row.citizen_id else []
    audit.record(
        actor, action, "host_offer", row.id, citizens=citizens, state=row.state, role=row.role
    )
